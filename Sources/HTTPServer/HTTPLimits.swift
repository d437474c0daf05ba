/// What a server bears with.
public struct HTTPLimits: Sendable, Hashable {
    /// Bytes of memory for one connection, in which the head of a request must fit.
    public var head = 32 << 10
    /// Connections at the same time.
    public var connections = 4_096
    /// Connections of one address at the same time; 0 where all may be of one, as behind a proxy.
    ///
    /// Each reading thread counts its share, so an address whose connections end unevenly may be refused a little earlier.
    public var connectionsPerAddress = 0
    /// Seconds without a byte.
    public var idleSeconds = 30
    /// Seconds from the first chance to send a request until its head is there, however it drips.
    public var headSeconds = 60
    /// Seconds from the request line until the content is there.
    public var bodySeconds = 120
    /// Seconds for taking an answer that does not stream.
    public var answerSeconds = 300
    /// Requests that wait for a worker; more are told to come later.
    public var waiting = 256
    /// Threads that read and write, at most 16.
    public var threads = 2
    /// Threads that work.
    public var workers = 4

    /// The usual limits.
    public init() {}
}

/// A certificate with its key, and who may connect.
public struct ServerTLS: Sendable {
    /// The certificate and those above it, in PEM.
    public var certificate: [UInt8]
    /// The key in PEM, without a password.
    public var key: [UInt8]
    /// The authorities of client certificates in PEM; nil where clients are not asked for one.
    public var clientAuthorities: [UInt8]?

    /// Brings the files together.
    public init(certificate: [UInt8], key: [UInt8], clientAuthorities: [UInt8]? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthorities = clientAuthorities
    }
}
