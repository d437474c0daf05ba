public import Certificates
public import Diagnostics

/// For whom a key of the service signs, and when.
struct SigningCaller {
    let name: String
    /// The request that asks for it; nil for a job.
    var requestID: String?
    let now: Timestamp
    let microseconds: Int

    init(_ call: Call) {
        name = call.principal.name
        requestID = call.requestID
        now = call.now
        microseconds = call.service.environment.microseconds()
    }

    init(name: String, now: Timestamp, microseconds: Int) {
        self.name = name
        self.now = now
        self.microseconds = microseconds
    }
}

/// A key of the service in the hands of its workers: limits, deactivation and audit are the same as for requests.
///
/// In the audit and among the callers of a key the workers are called `jobs`.
public struct JobSigner: Signer {
    private let keys: SigningKeys
    private let key: ServiceKey
    private let now: @Sendable () -> Timestamp
    private let microseconds: @Sendable () -> Int

    /// Hands a key to the workers.
    ///
    /// - Parameters:
    ///   - name: The key.
    ///   - keys: The keys of the service.
    ///   - environment: The clocks.
    /// - Throws: `resource.unknown` where there is no such key.
    public init(
        _ name: String, of keys: SigningKeys, _ environment: InvoiceService.Environment
    ) throws(ToolkitError) {
        self.keys = keys
        key = try keys.key(name)
        now = environment.now
        microseconds = environment.microseconds
    }

    /// The chain of the key.
    public var chain: [Certificate] { key.signer.chain }
    /// What the key can do.
    public var algorithms: [SignatureAlgorithm] { key.signer.algorithms }

    /// Signs once the line of the audit is written.
    public func sign(_ message: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try enter(try algorithm.digest.digest(of: message), algorithm)
        return try key.signer.sign(message, with: algorithm)
    }

    /// Signs a digest once the line of the audit is written.
    public func sign(digest: [UInt8], with algorithm: SignatureAlgorithm) throws(ToolkitError) -> [UInt8] {
        try enter(digest, algorithm)
        return try key.signer.sign(digest: digest, with: algorithm)
    }

    private func enter(_ digest: [UInt8], _ algorithm: SignatureAlgorithm) throws(ToolkitError) {
        let caller = SigningCaller(name: "jobs", now: now(), microseconds: microseconds())
        try keys.take(keys.permitted(key.name, format: "job", for: caller), for: caller)
        try keys.record(
            "signature", key.name, for: caller,
            [("format", "job"), ("algorithm", algorithm.rawValue), ("digest", Digest.hexadecimal(digest))])
    }
}
