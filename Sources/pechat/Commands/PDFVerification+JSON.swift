import Diagnostics
import Issuing
import JSONCore
import Signing

extension PDFVerification {
    /// The verdict as one object; the help of `pechat verify` lists the keys.
    func write(to writer: inout JSONWriter) {
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

    /// The verdict for people.
    var text: String {
        var lines = ["\(status.rawValue): \(message) [\(code)]"]
        if !fix.isEmpty { lines.append("  fix: \(fix)") }
        lines.append(
            "pages: \(pageCount), \(isTagged ? "tagged" : "untagged")\(language.map { ", language \($0)" } ?? "")"
                + (revisionCount > 1 ? ", changed \(revisionCount - 1) times after it was made" : "")
                + (isRepaired ? ", damaged and read all the same" : ""))
        for attachment in attachments {
            let facts = [attachment.mimeType, attachment.relationship, "\(attachment.byteCount) bytes"]
            lines.append(
                "attachment: \(attachment.name) (\(facts.compactMap(\.self).joined(separator: ", ")))"
                    + (attachment.isInvoice ? ", the e-invoice" : ""))
        }
        if let schema {
            lines.append("schema: \(schema.isAcceptable ? "valid" : "invalid")")
            lines += schema.findings.map { Complaint.text(of: $0) }
        }
        if schema != nil {
            lines.append("signature: \(signature.map { "\($0.status.rawValue), \($0.message)" } ?? "none")")
        }
        if let pdfSignature {
            lines.append("signature of the PDF:")
            for signature in [pdfSignature] + pdfSignature.others {
                lines += signature.text.split(separator: "\n").map { "  \($0)" }
            }
        }
        if let paper {
            lines.append(
                "compared: \(paper.compared) values of the XML, \(paper.agreeing) of them on the pages; "
                    + "\(paper.readOnPaper) numbers, dates and identifiers of the pages looked for in the XML")
            lines += paper.disagreements.map(\.text)
        }
        return lines.map(\.printable).joined(separator: "\n")
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

extension PaperDisagreement {
    /// One line: where, what, and both sides.
    fileprivate var text: String {
        let place = page.map { "page \($0): " } ?? ""
        let term = finding.term.map { " (\($0))" } ?? ""
        let sides = [paper.map { "pages “\($0)”" }, xml.map { "XML “\($0)”" }].compactMap(\.self)
        return "\(finding.severity.rawValue): \(place)\(finding.message)\(term) [\(finding.rule)] "
            + sides.joined(separator: ", ")
    }
}
