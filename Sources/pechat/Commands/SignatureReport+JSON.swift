import Certificates
import JSONCore
import Signing

extension SignatureReport {
    /// The report in the shape of DESIGN §1.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("status", status.rawValue)
        writer.member("subIndication", orNull: subIndication?.rawValue)
        writer.member("integrity", integrity.rawValue)
        writer.member("valid", isValid)
        writer.member("code", code)
        writer.member("message", message)
        if !fix.isEmpty { writer.member("fix", fix) }
        writer.member("level", orNull: level)
        writer.member("format", orNull: format)
        writer.key("signer")
        if let signer { CertificateText(signer).write(to: &writer) } else { writer.null() }
        writer.member("claimedSigningTime", claimedSigningTime?.description)
        writer.member("validationTime", validationTime.description)
        writer.key("covered")
        if let covered {
            writer.beginObject()
            writer.member("bytes", covered.byteCount)
            writer.member("wholeDocument", covered.isWholeDocument)
            writer.member("sha256", covered.digest)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("modifications", orNull: integrity == .passed ? "none" : nil)
        writer.endObject()
    }
}
