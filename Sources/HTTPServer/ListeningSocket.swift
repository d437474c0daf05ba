internal import CMicroHTTPD
public import Diagnostics
import Glibc
import Synchronization

/// A socket that clients connect to, not yet served.
public final class ListeningSocket: Sendable {
    /// -1 once a server has it.
    private let owned: Atomic<CInt>
    /// Where it listens, for messages: `127.0.0.1:8080` or `unix:/run/pechat.sock`.
    public let name: String
    /// Whether it is reached over the network rather than through a file.
    public let isInternet: Bool

    /// Binds and listens.
    ///
    /// - Parameter address: `HOST:PORT`, `[::1]:PORT`, or `unix:PATH`; port 0 takes a free one. A socket file that a dead
    ///   server left is replaced; it is for owner and group.
    /// - Throws: `http.address` where it cannot be had.
    public init(_ address: String) throws(ToolkitError) {
        let descriptor: CInt
        if address.hasPrefix("unix:") {
            let path = String(address.dropFirst(5))
            descriptor = unsafe path.withCString { unsafe pechat_listen_unix($0, 0o660) }
        } else {
            guard let colon = address.lastIndex(of: ":"), UInt16(address[address.index(after: colon)...]) != nil else {
                throw Self.badAddress(address, 0)
            }
            let host = address[..<colon].filter { $0 != "[" && $0 != "]" }
            let port = String(address[address.index(after: colon)...])
            descriptor = unsafe host.withCString { host in
                unsafe port.withCString { port in unsafe pechat_listen_internet(host, port) }
            }
        }
        guard descriptor >= 0 else { throw Self.badAddress(address, errno) }
        owned = Atomic(descriptor)
        let port = Int(pechat_listening_port(descriptor))
        isInternet = port > 0
        if address.hasSuffix(":0"), port > 0 { name = "\(address.dropLast())\(port)" } else { name = address }
    }

    /// Takes a socket that the service manager opened (`LISTEN_FDS`, sd_listen_fds(3)).
    ///
    /// - Parameter descriptor: From 3 on.
    /// - Throws: `http.address` where it is no listening socket.
    public init(inherited descriptor: Int) throws(ToolkitError) {
        let number = CInt(clamping: descriptor)
        var listens: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0, listens != 0 else {
            throw Self.badAddress("descriptor \(descriptor)", errno)
        }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        owned = Atomic(number)
        let port = pechat_listening_port(number)
        isInternet = port > 0
        name = port > 0 ? "inherited:\(port)" : "inherited:unix"
    }

    private static func badAddress(_ address: String, _ reason: CInt) -> ToolkitError {
        let words = reason == 0 ? "it is neither HOST:PORT nor unix:PATH" : unsafe String(cString: strerror(reason))
        return ToolkitError(
            .httpAddress, "Nothing can listen at \(address): \(words).",
            fix: "Choose another address or port, or stop what uses it.")
    }

    deinit {
        let descriptor = release()
        if descriptor >= 0 { close(descriptor) }
    }

    /// Hands the descriptor to a server, which closes it.
    func release() -> CInt { owned.exchange(-1, ordering: .relaxed) }
}

extension ToolkitError.Code {
    /// An address cannot be listened at.
    public static let httpAddress = Self("http.address", .inputOutput)
    /// libmicrohttpd is not installed.
    public static let httpUnavailable = Self("http.unavailable", .inputOutput)
    /// The server cannot be started.
    public static let httpStart = Self("http.start", .inputOutput)
    /// Memory ran out.
    public static let httpMemory = Self("http.memory", .later)
}

extension ToolkitError {
    static var noMemory: Self { ToolkitError(.httpMemory, "There is not enough memory.") }
}
