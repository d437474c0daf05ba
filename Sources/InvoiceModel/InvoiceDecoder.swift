public import Diagnostics
public import JSONCore

/// Reads the invoice JSON (DESIGN §2, `schemas/pechat/invoice-1.schema.json`): strictly, with all findings at once.
public enum InvoiceDecoder: Sendable {
    /// Decodes one document.
    ///
    /// - Parameter bytes: JSON in UTF-8, at most 16 MiB.
    /// - Returns: The invoice, or the reasons why there is none; warnings come with an invoice too.
    /// - Throws: `json.*` of kind unreadable with line and column, when the text is no JSON at all.
    public static func decode(_ bytes: consuming [UInt8]) throws(ToolkitError) -> DecodedInvoice {
        decode(try JSONDocument(parsing: bytes))
    }

    /// Decodes a document that was parsed before.
    public static func decode(_ document: JSONDocument) -> DecodedInvoice {
        var context = DecodingContext(document)
        let invoice = context.invoice(document.root)
        return DecodedInvoice(
            invoice: context.hasErrors ? nil : invoice, report: context.report(), document: document)
    }
}

/// What the decoder made of a document.
public struct DecodedInvoice: Sendable {
    /// The invoice; nil when the report has errors.
    public let invoice: Invoice?
    /// Everything that was found, in the order of the document.
    public let report: Report
    /// The input, for places and for storing it as it came.
    public let document: JSONDocument

    /// Fills in lines and columns of findings that others made with pointers only.
    ///
    /// - Parameter findings: Findings with RFC 6901 pointers; those that have a place keep it.
    /// - Returns: The same findings in the same order. A pointer to something missing gets the place of what should
    ///   hold it; one that is no JSON pointer, such as an XPath, the start of the document.
    public func locating(_ findings: [Finding]) -> [Finding] {
        guard !findings.isEmpty else { return [] }
        let places = document.places(ofPointers: findings.map(\.pointer))
        return zip(findings, places).map { finding, place in
            var finding = finding
            finding.place = finding.place ?? place
            return finding
        }
    }
}
