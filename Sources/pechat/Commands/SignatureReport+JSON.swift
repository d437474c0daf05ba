import Certificates
import JSONCore
import Signing

extension SignatureReport {
    /// The report in the shape of DESIGN §1.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("status", status.rawValue)
        writer.member("subIndication", subIndication?.rawValue)
        writer.member("integrity", integrity.rawValue)
        writer.member("valid", isValid)
        writer.member("code", code)
        writer.member("message", message)
        if !fix.isEmpty { writer.member("fix", fix) }
        writer.member("level", level)
        writer.member("format", format)
        if let signer {
            writer.key("signer")
            CertificateText(signer).write(to: &writer)
        }
        writer.member("claimedSigningTime", claimedSigningTime?.description)
        writer.member("validationTime", validationTime.description)
        if let covered {
            writer.key("covered")
            writer.beginObject()
            writer.member("bytes", covered.byteCount)
            writer.member("wholeDocument", covered.isWholeDocument)
            writer.member("sha256", covered.digest)
            writer.endObject()
        }
        writer.member("modifications", integrity == .passed ? "none" : nil)
        writer.endObject()
    }
}
