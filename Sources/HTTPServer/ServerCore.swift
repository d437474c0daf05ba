internal import CMicroHTTPD
import Diagnostics
import Glibc
import Synchronization

/// What the callbacks of the C library share with the server.
///
/// `@unchecked Sendable` holds because the two lines lock themselves, and everything else is constant or behind a `Mutex`.
@safe final class ServerCore: @unchecked Sendable {
    let limits: HTTPLimits
    let screen: @Sendable (HTTPRequest) -> HTTPServer.Screening
    let refusal: @Sendable (Int, HTTPRequest) -> HTTPResponse
    let makeHandler: @Sendable () -> HTTPServer.Handler
    let isClosing = Atomic(false)
    /// The line, and the one of what is quick.
    private let line: OpaquePointer
    private let quickLine: OpaquePointer
    private let listeners = Mutex<[Listener]>([])
    /// Held by whoever renews or stops, so that no listener goes, or comes anew, under another's hands.
    private let upkeep = Mutex(())
    private let streams = Mutex<[ObjectIdentifier: HTTPStream]>([:])

    /// What serves one socket; `@unchecked Sendable`: the handle locks itself, and the list is behind the mutex.
    @safe private struct Listener: @unchecked Sendable {
        let handle: OpaquePointer
        let socket: CInt
        let isTLS: Bool
        /// Another one has taken over the socket, and this one serves the connections that it has.
        var isRetired = false
    }

    init(
        limits: HTTPLimits, screen: @escaping @Sendable (HTTPRequest) -> HTTPServer.Screening,
        refusal: @escaping @Sendable (Int, HTTPRequest) -> HTTPResponse,
        makeHandler: @escaping @Sendable () -> HTTPServer.Handler
    ) throws(ToolkitError) {
        self.limits = limits
        self.screen = screen
        self.refusal = refusal
        self.makeHandler = makeHandler
        guard let line = unsafe pechat_queue_make(limits.waiting) else { throw .noMemory }
        guard let quickLine = unsafe pechat_queue_make(64) else {
            unsafe pechat_queue_free(line)
            throw .noMemory
        }
        unsafe self.line = line
        unsafe self.quickLine = quickLine
    }

    /// Only when every worker is gone, because each holds the core.
    deinit {
        unsafe pechat_queue_free(line)
        unsafe pechat_queue_free(quickLine)
    }

    func startWorkers() throws(ToolkitError) {
        for index in 0...max(1, limits.workers) {
            let worker = unsafe Unmanaged.passRetained(Worker(self, isQuick: index == 0))
            guard unsafe pechat_thread_start(runWorker, worker.toOpaque()) != 0 else {
                unsafe worker.release()
                closeLines()
                throw ToolkitError(.httpStart, "The system gives no more threads.")
            }
        }
    }

    func closeLines() {
        unsafe pechat_queue_close(line)
        unsafe pechat_queue_close(quickLine)
    }

    /// The next request for a worker; nil when there will be none.
    func next(isQuick: Bool) -> OpaquePointer? {
        unsafe pechat_queue_pop(isQuick ? quickLine : line)
    }

    func push(_ exchange: OpaquePointer, isQuick: Bool) -> Bool {
        unsafe pechat_queue_push(isQuick ? quickLine : line, exchange) != 0
    }

    func listen(on descriptor: CInt, tls: ServerTLS?) throws(ToolkitError) {
        var outcome = PECHAT_SERVER_REFUSED
        let certificate = tls.map { $0.certificate + [0] }
        let key = tls.map { $0.key + [0] }
        let authorities = tls?.clientAuthorities.map { $0 + [0] }
        // The library reads the PEM while it starts, and not again.
        let server = unsafe certificate.lent { certificate in
            unsafe key.lent { key in
                unsafe authorities.lent { authorities in
                    var options = unsafe pechat_server_options(
                        listening_socket: descriptor, threads: UInt32(clamping: limits.threads),
                        head_limit: limits.head, connection_limit: UInt32(clamping: limits.connections),
                        address_limit: UInt32(clamping: limits.connectionsPerAddress),
                        idle_seconds: UInt32(clamping: limits.idleSeconds),
                        head_seconds: UInt32(clamping: limits.headSeconds),
                        body_seconds: UInt32(clamping: limits.bodySeconds),
                        answer_seconds: UInt32(clamping: limits.answerSeconds), certificate: certificate, key: key,
                        client_authorities: authorities, context: Unmanaged.passUnretained(self).toOpaque(),
                        screen: screenExchange, handle: handleExchange, finish: finishExchange)
                    return unsafe pechat_server_start(&options, &outcome)
                }
            }
        }
        guard let server = unsafe server else {
            close(descriptor)
            switch outcome {
            case PECHAT_SERVER_NO_LIBRARY:
                throw ToolkitError(
                    .httpUnavailable, "libmicrohttpd or GnuTLS is not installed.", fix: "apt install libmicrohttpd12")
            case PECHAT_SERVER_NO_MEMORY: throw .noMemory
            default:
                throw ToolkitError(
                    .httpStart, "The server cannot be started.",
                    fix: tls == nil
                        ? "Look at the limits of the configuration." : "Look whether the TLS certificate fits its key.")
            }
        }
        let listener = unsafe Listener(handle: server, socket: descriptor, isTLS: tls != nil)
        listeners.withLock { $0.append(listener) }
        // The callbacks hold the core for as long as a daemon runs.
        _ = unsafe Unmanaged.passRetained(self)
    }

    func renew(_ tls: ServerTLS) throws(ToolkitError) {
        try upkeep.withLock { _ throws(ToolkitError) in
            // A server that ends shows no certificate to anybody.
            guard !isClosing.load(ordering: .relaxed) else { return }
            for former in listeners.withLock({ $0 }) where former.isTLS && !former.isRetired {
                try replace(former, tls)
            }
            stopListeners { unsafe $0.isRetired && pechat_server_connections($0.handle) == 0 }
        }
    }

    private func replace(_ former: Listener, _ tls: ServerTLS) throws(ToolkitError) {
        let socket = fcntl(former.socket, F_DUPFD_CLOEXEC, 0)
        guard socket >= 0 else { throw ToolkitError(.httpStart, "The system gives no more descriptors.") }
        // Both take connections for a moment; where the certificate is none, the former goes on.
        try listen(on: socket, tls: tls)
        unsafe pechat_server_quiesce(former.handle)
        listeners.withLock { listeners in
            for index in listeners.indices where unsafe listeners[index].handle == former.handle {
                listeners[index].isRetired = true
            }
        }
    }

    /// Stops those that no request waits in; tells whether all of them are gone.
    @discardableResult
    private func stopListeners(where isOver: (Listener) -> Bool) -> Bool {
        listeners.withLock { listeners in
            var areGone = true
            listeners.removeAll { listener in
                guard isOver(listener) else { return false }
                guard unsafe pechat_server_stop(listener.handle) != 0 else {
                    areGone = false
                    return false
                }
                unsafe Unmanaged.passUnretained(self).release()
                return true
            }
            return areGone
        }
    }

    var load: HTTPServer.Load {
        listeners.withLock { listeners in
            var (connections, requests, reaped) = (0, 0, 0)
            for listener in listeners {
                connections += Int(unsafe pechat_server_connections(listener.handle))
                requests += Int(unsafe pechat_server_exchanges(listener.handle))
                reaped += Int(unsafe pechat_server_reaped(listener.handle))
            }
            let waiting = unsafe pechat_queue_length(line)
            return HTTPServer.Load(connections: connections, requests: requests, waiting: waiting, reaped: reaped)
        }
    }

    func stop(within seconds: Int) -> Bool {
        isClosing.store(true, ordering: .relaxed)
        return upkeep.withLock { _ in
            for listener in listeners.withLock({ $0 }) { unsafe pechat_server_quiesce(listener.handle) }
            for stream in streams.withLock({ Array($0.values) }) { stream.end() }
            var ticks = seconds * 50
            while load.requests > 0, ticks > 0 {
                usleep(20_000)
                ticks -= 1
            }
            let isStopped = stopListeners { _ in true }
            if isStopped { closeLines() }
            return isStopped
        }
    }

    /// Remembers a stream, so that it ends with the server.
    func keep(_ stream: HTTPStream) {
        streams.withLock { streams in
            streams = streams.filter { $0.value.isOpen }
            streams[ObjectIdentifier(stream)] = stream
        }
        if isClosing.load(ordering: .relaxed) { stream.end() }
    }
}

extension [UInt8]? {
    /// Lends the bytes, which end with a zero, as a C string; a null pointer for nil.
    @unsafe fileprivate func lent<Result>(_ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let bytes = self else { return body(nil) }
        return unsafe bytes.withUnsafeBytes { unsafe body($0.bindMemory(to: CChar.self).baseAddress) }
    }
}
