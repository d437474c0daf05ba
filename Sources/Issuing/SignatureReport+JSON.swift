import Certificates
import Diagnostics
public import JSONCore
public import Signing

extension SignatureReport {
    /// Writes the report in the shape of DESIGN §1, the same for the command and the service.
    public func write(to writer: inout JSONWriter) {
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
        writer.member("bestSignatureTime", bestSignatureTime.description)
        writer.member("intact", integrity == .passed)
        writer.member("trusted", !path.isEmpty)
        if let revocation { writer.member("revocation", revocation.text) }
        writer.key("timestamps")
        writer.beginArray()
        for timestamp in timestamps {
            writer.beginObject()
            writer.member("kind", timestamp.kind.rawValue)
            writer.member("time", orNull: timestamp.time?.description)
            writer.member("authority", orNull: timestamp.authority?.subject)
            writer.member("good", timestamp.isGood)
            if !timestamp.isGood { writer.member("message", timestamp.message) }
            writer.endObject()
        }
        writer.endArray()
        if !warnings.isEmpty {
            writer.key("warnings")
            writer.beginArray()
            for warning in warnings {
                writer.beginObject()
                writer.member("rule", warning.rule)
                writer.member("message", warning.message)
                writer.endObject()
            }
            writer.endArray()
        }
        if !others.isEmpty {
            writer.key("otherSignatures")
            writer.beginArray()
            for other in others { other.write(to: &writer) }
            writer.endArray()
        }
        writer.key("covered")
        if let covered {
            writer.beginObject()
            writer.member("bytes", covered.byteCount)
            writer.member("wholeDocument", covered.isWholeDocument)
            writer.member("extent", covered.extent.rawValue)
            if !covered.name.isEmpty { writer.member("name", covered.name) }
            writer.member("sha256", covered.digest)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("modifications", orNull: integrity == .passed ? pdf?.changes.level.rawValue ?? "none" : nil)
        if let pdf { pdf.write(to: &writer) }
        writer.endObject()
    }
}

extension PDFCoverage {
    /// What a signature of a PDF covers, under `coverage`.
    fileprivate func write(to writer: inout JSONWriter) {
        writer.key("coverage")
        writer.beginObject()
        writer.member("extent", extent.rawValue)
        writer.member("field", field)
        writer.member("bytes", byteCount)
        writer.member("revisionsAfter", changes.revisions)
        writer.member("certification", orNull: certification)
        writer.member("reason", orNull: reason)
        for (name, texts) in [("violations", changes.violations), ("notes", changes.notes)] {
            writer.key(name)
            writer.beginArray()
            for text in texts { writer.string(text) }
            writer.endArray()
        }
        writer.endObject()
    }
}
