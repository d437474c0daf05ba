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
    private let daemons = Mutex(Daemons())
    private let streams = Mutex<[ObjectIdentifier: HTTPStream]>([:])

    /// The running daemons; `@unchecked Sendable`: they lock themselves, and the list is behind the mutex.
    @safe private struct Daemons: @unchecked Sendable {
        var handles: [OpaquePointer] = unsafe []
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
        let box = unsafe Daemons(handles: [server])
        daemons.withLock { unsafe $0.handles += box.handles }
        // The callbacks hold the core for as long as a daemon runs.
        _ = unsafe Unmanaged.passRetained(self)
    }

    var load: HTTPServer.Load {
        daemons.withLock { daemons in
            var (connections, requests, reaped) = (0, 0, 0)
            for index in unsafe daemons.handles.indices {
                let handle = unsafe daemons.handles[index]
                connections += Int(unsafe pechat_server_connections(handle))
                requests += Int(unsafe pechat_server_exchanges(handle))
                reaped += Int(unsafe pechat_server_reaped(handle))
            }
            let waiting = unsafe pechat_queue_length(line)
            return HTTPServer.Load(connections: connections, requests: requests, waiting: waiting, reaped: reaped)
        }
    }

    func stop(within seconds: Int) -> Bool {
        isClosing.store(true, ordering: .relaxed)
        daemons.withLock { daemons in
            for index in unsafe daemons.handles.indices { unsafe pechat_server_quiesce(daemons.handles[index]) }
        }
        for stream in streams.withLock({ Array($0.values) }) { stream.end() }
        var ticks = seconds * 50
        while load.requests > 0, ticks > 0 {
            usleep(20_000)
            ticks -= 1
        }
        let isStopped = daemons.withLock { daemons in
            var left: [OpaquePointer] = unsafe []
            for index in unsafe daemons.handles.indices {
                let handle = unsafe daemons.handles[index]
                if unsafe pechat_server_stop(handle) != 0 {
                    unsafe Unmanaged.passUnretained(self).release()
                } else {
                    unsafe left.append(handle)
                }
            }
            unsafe daemons.handles = left
            return unsafe left.isEmpty
        }
        if isStopped { closeLines() }
        return isStopped
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
