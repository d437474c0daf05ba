internal import CMicroHTTPD
public import Diagnostics
import Glibc
import Synchronization

/// Serves HTTP/1.1 on any number of sockets with one set of worker threads.
///
/// The threads of libmicrohttpd read and write and never wait for work: a request sleeps until a worker has answered it, so
/// that a slow one holds no other up.
public final class HTTPServer: Sendable {
    /// Answers requests on one worker thread; it may keep what it wants between them.
    public typealias Handler = (HTTPRequest) -> HTTPResponse

    /// What is said to a request whose head is there.
    public enum Screening: Sendable {
        /// It may send its content, and goes to a worker then.
        ///
        /// - Parameters:
        ///   - bodyLimit: The bytes that the content may have.
        ///   - isQuick: Whether it goes past the line, because it needs nothing of what others wait for.
        case accept(bodyLimit: Int, isQuick: Bool = false)
        /// It is answered at once; content that it announced is not read.
        case answer(HTTPResponse)
    }

    /// How busy a server is.
    public struct Load: Sendable, Hashable {
        /// Open connections.
        public let connections: Int
        /// Requests whose head is there and that are not over.
        public let requests: Int
        /// Requests that wait for a worker.
        public let waiting: Int
        /// Connections that were closed because a request took too long to come.
        public let reaped: Int
    }

    private let core: ServerCore

    /// Starts the workers; nothing listens yet.
    ///
    /// - Parameters:
    ///   - limits: What the server bears with.
    ///   - screen: Called on a thread that serves many connections: it must not wait for anything.
    ///   - refusal: The answer to a request of which there are too many, or whose content is too large (503 and 413).
    ///   - makeHandler: Called once on each worker's thread.
    /// - Throws: `http.start` where the system gives no threads; `http.memory`.
    public init(
        limits: HTTPLimits = HTTPLimits(), screen: @escaping @Sendable (HTTPRequest) -> Screening,
        refusal: @escaping @Sendable (_ status: Int, HTTPRequest) -> HTTPResponse,
        makeHandler: @escaping @Sendable () -> Handler
    ) throws(ToolkitError) {
        core = try ServerCore(limits: limits, screen: screen, refusal: refusal, makeHandler: makeHandler)
        try core.startWorkers()
    }

    deinit { core.closeLines() }

    /// Serves a socket.
    ///
    /// - Throws: `http.unavailable` without libmicrohttpd; `http.start`, such as for a certificate that does not fit its key.
    public func listen(on socket: ListeningSocket, tls: ServerTLS? = nil) throws(ToolkitError) {
        try core.listen(on: socket.release(), tls: tls)
    }

    /// Shows another certificate to whoever connects from now on; connections that are there keep theirs until they end.
    ///
    /// What served those is put away at the next renewal or the end. A server that is stopped is left as it is.
    ///
    /// - Parameter tls: What takes the place of what the TLS sockets were given.
    /// - Throws: `http.start`, such as for a certificate that does not fit its key; then everything is as before;
    ///   where the system runs short at a later one of several sockets, those before it are renewed.
    public func renew(_ tls: ServerTLS) throws(ToolkitError) { try core.renew(tls) }

    /// How busy the server is.
    public var load: Load { core.load }

    /// Whether it still takes connections.
    public var isListening: Bool { !core.isClosing.load(ordering: .relaxed) }

    /// Takes no connection any more, lets the requests that are there be answered, and closes everything.
    ///
    /// - Parameter seconds: How long requests may take.
    /// - Returns: False where one took longer: the process should end then, since its threads cannot be.
    public func stop(within seconds: Int) -> Bool { core.stop(within: seconds) }
}
