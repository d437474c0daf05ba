import Diagnostics
import InvoiceModel
import Tax
import UBL
import XMLCore

extension Workbench {
    /// Takes a document in either form: JSON is decoded and computed, XML is read with the sums that it gives.
    func accept(_ bytes: consuming [UInt8], _ options: DocumentOptions) throws(ToolkitError) -> Acceptance {
        guard Self.firstCharacter(of: bytes) == UInt8(ascii: "<") else { return try price(bytes, options) }
        let document = try XMLDocument(parsing: copy bytes)
        let received = try UBLReader().read(document, language: options.language)
        // What the schema says against a document of somebody else is worth knowing, and no reason not to show it.
        let findings = received.findings + (try toolkit.validator.report(on: document).findings.map(\.asWarning))
        guard let priced = received.priced, let number = priced.invoice.number else { return .rejected(findings) }
        return .accepted(
            AcceptedDocument(
                priced: priced.drawn(with: options.template), number: number, findings: findings, received: bytes))
    }
}

extension Workbench.AcceptedDocument {
    /// What was found on the pages; its pointers lead into invoice JSON, and a received document has none.
    func placed(_ findings: [Finding]) -> [Finding] {
        guard received != nil else { return findings }
        return findings.map { finding in
            var finding = finding
            finding.pointer = ""
            return finding
        }
    }
}

extension Finding {
    /// The same finding where it does not keep the document from being shown.
    var asWarning: Finding {
        Finding(
            rule: rule, severity: severity == .error ? .warning : severity, pointer: pointer, place: place, term: term,
            message: message, fix: fix)
    }
}

extension PricedInvoice {
    /// The same document, drawn by a template.
    fileprivate func drawn(with template: String?) -> PricedInvoice {
        var invoice = invoice
        invoice.template = template
        return PricedInvoice(
            invoice: invoice, lines: lines, adjustments: adjustments, vat: vat, totals: totals,
            taxTotalInVATCurrency: taxTotalInVATCurrency, further: further)
    }
}
