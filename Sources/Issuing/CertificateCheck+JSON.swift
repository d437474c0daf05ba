public import Certificates
import Diagnostics
public import JSONCore

extension CertificateCheck {
    /// Writes the members of the open object that tell what the check came to; never a password or a key.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("usable", isAcceptable)
        if let level = level {
            writer.member("level", level.rawValue)
            writer.member("state", level == .expired ? "deactivated" : "active")
        }
        if let days = daysLeft { writer.member("daysLeft", days) }
        writer.key("checks")
        writer.beginArray()
        for item in items {
            writer.beginObject()
            writer.member("name", item.name)
            writer.member("verdict", item.verdict.rawValue)
            writer.member("code", item.code?.name)
            writer.member("message", item.message)
            writer.member("fix", item.fix)
            writer.endObject()
        }
        writer.endArray()
        if let certificate = certificate {
            writer.key("certificate")
            CertificateText(certificate).write(to: &writer)
        }
    }
}
