import Diagnostics
import Issuing
import Signing

extension PDFVerification {
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
