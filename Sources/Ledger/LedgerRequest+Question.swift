import Certificates
import Diagnostics
import JSONCore

extension LedgerRequest {
    /// The same request, bound to what is asked for.
    ///
    /// The fingerprint covers the operation and all that it was given, so that a key cannot repeat another question even
    /// where the caller gave no fingerprint.
    ///
    /// - Parameters:
    ///   - operation: What is to be done, such as `payment`.
    ///   - write: Writes the members of the question.
    /// - Returns: The request with the fingerprint of the question.
    /// - Throws: What SHA-256 throws.
    func asking(
        _ operation: String, _ write: (inout JSONWriter) -> Void = { _ in }
    ) throws(ToolkitError) -> LedgerRequest {
        guard idempotencyKey != nil else { return self }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("operation", operation)
        // A caller that says what it was asked for knows better than the values that came of it, such as today.
        if fingerprint.isEmpty {
            write(&writer)
        } else {
            writer.member("fingerprint", Digest.hexadecimal(fingerprint))
        }
        writer.endObject()
        return LedgerRequest(
            issuer: issuer, actor: actor, now: now, idempotencyKey: idempotencyKey,
            fingerprint: try Digest.sha256(writer.bytes), identifier: identifier)
    }
}
