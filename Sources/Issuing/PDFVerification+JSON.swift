import Diagnostics
public import JSONCore
import Signing

extension PDFVerification {
    /// The verdict as one object; the help of `pechat verify` lists the keys.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", "pdf")
        writer.member("status", status.rawValue)
        writer.member("valid", isValid)
        writer.member("code", code)
        writer.member("message", message)
        if !fix.isEmpty { writer.member("fix", fix) }
        writer.member("pages", pageCount)
        writer.member("tagged", isTagged)
        writer.member("language", orNull: language)
        writer.member("revisions", revisionCount)
        writer.member("repaired", isRepaired)
        writer.key("attachments")
        writer.beginArray()
        for attachment in attachments { attachment.write(to: &writer) }
        writer.endArray()
        writer.key("schema")
        if let schema {
            writer.beginObject()
            writer.member("valid", schema.isAcceptable)
            writer.key("findings")
            writer.findings(schema.findings)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("signature")
        if let signature { signature.write(to: &writer) } else { writer.null() }
        writer.key("pdfSignature")
        if let pdfSignature { pdfSignature.write(to: &writer) } else { writer.null() }
        writer.key("paper")
        if let paper { paper.write(to: &writer) } else { writer.null() }
        writer.endObject()
    }
}

extension PDFVerification.Attachment {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("description", orNull: description)
        writer.member("mimeType", orNull: mimeType)
        writer.member("relationship", orNull: relationship)
        writer.member("bytes", byteCount)
        writer.member("sha256", sha256)
        writer.member("isInvoice", isInvoice)
        writer.endObject()
    }
}

extension PaperReport {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("agrees", isFaithful)
        writer.member("compared", compared)
        writer.member("agreeing", agreeing)
        writer.member("lines", lines)
        writer.member("readOnPaper", readOnPaper)
        writer.key("disagreements")
        writer.beginArray()
        for item in disagreements {
            writer.beginObject()
            writer.member("rule", item.finding.rule)
            writer.member("severity", item.finding.severity.rawValue)
            writer.member("term", orNull: item.finding.term)
            writer.member("page", orNull: item.page)
            writer.member("paper", orNull: item.paper)
            writer.member("xml", orNull: item.xml)
            writer.member("pointer", item.finding.pointer)
            writer.member("line", orNull: item.finding.place?.line)
            writer.member("message", item.finding.message)
            writer.member("fix", item.finding.fix)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
