public import Certificates
public import Diagnostics
import HTTPServer
import JSONCore
import Signing

/// The keys that the service signs with, who is trusted, and where signatures are recorded: the state of `Routes.sealing`.
public final class SigningDesk: Sendable {
    /// The keys; the first that a caller may use is the usual one.
    public let keys: [ServiceKey]
    /// Authorities that are recognised.
    public let anchors: TrustAnchors?
    let verifier: XMLSignatureVerifier
    /// Takes a line about a signature; where it fails, the signature is not given out.
    private let audit: @Sendable ([UInt8]) throws(ToolkitError) -> Void

    /// Brings them together.
    ///
    /// - Parameters:
    ///   - keys: Unlocked.
    ///   - anchors: Authorities that are recognised.
    ///   - audit: Keeps a line of JSON about each signature before it is given out.
    public init(
        keys: [ServiceKey], anchors: TrustAnchors?, audit: @escaping @Sendable ([UInt8]) throws(ToolkitError) -> Void
    ) {
        self.keys = keys
        self.anchors = anchors
        self.audit = audit
        verifier = XMLSignatureVerifier(anchors: anchors)
    }

    /// The key that a request names, or the usual one.
    ///
    /// - Throws: `key.unknown`, in the same words for a key that is not there and one that is not for this caller.
    func key(for call: Call) throws(ToolkitError) -> ServiceKey {
        let open = keys.filter { $0.isOpen(to: call.principal) }
        let found = call.query("key").map { name in open.first { $0.name == name } } ?? open.first
        guard let found else {
            throw ToolkitError(
                .keyUnknown, "There is no such key for this API key.", fix: "GET /v1/keys lists those that there are.")
        }
        return found
    }

    /// Records a signature: who, with which key, over what; digests only.
    func record(
        _ call: Call, _ key: ServiceKey, _ format: String, input: [UInt8], output: [UInt8]
    ) throws(ToolkitError) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", call.now.description)
        writer.member("event", "signature")
        writer.member("requestId", call.requestID)
        writer.member("caller", call.principal.name)
        writer.member("key", key.name)
        writer.member("certificate", key.certificate.map { Digest.hexadecimal($0.fingerprint) })
        writer.member("format", format)
        writer.member("input", Digest.hexadecimal(input))
        writer.member("output", Digest.hexadecimal(output))
        writer.endObject()
        try audit(writer.bytes)
        call.service.metrics.countSignature(of: key.name)
    }

    /// Whether every key can sign at a time.
    public func isUsable(at now: Timestamp) -> Bool { keys.allSatisfy { $0.certificate?.isValid(at: now) ?? false } }

    /// When the certificates end, in the text format of Prometheus.
    public var gauges: String {
        var lines = ["# TYPE cert_not_after_timestamp_seconds gauge"]
        for key in keys {
            guard let certificate = key.certificate else { continue }
            lines.append(
                "cert_not_after_timestamp_seconds{key=\"\(key.name)\"} \(certificate.notAfter.secondsSince1970)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
