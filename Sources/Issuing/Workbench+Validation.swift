public import Diagnostics
import InvoiceModel
import JSONCore
import Tax
import XMLCore

extension Workbench {
    /// Validates a document: XML as it is, JSON by making its XML.
    ///
    /// - Parameters:
    ///   - bytes: XML or JSON; the first character that is not blank tells which.
    ///   - options: Other rules than the bundled ones, and the language of advice.
    /// - Returns: The verdict, and everything that was found; of JSON with pointers to the fields of the input.
    /// - Throws: `json.*` or `xml.*` when the input cannot be read, so that nothing can be said about it; `rules.*`.
    public func validate(
        _ bytes: [UInt8], _ options: ValidationOptions = ValidationOptions()
    ) throws(ToolkitError) -> Validation {
        guard Self.firstCharacter(of: bytes) == UInt8(ascii: "{") else {
            return try toolkit.documents.validation(of: XMLDocument(parsing: bytes), options)
        }
        switch try price(bytes, DocumentOptions()) {
        case .rejected(let findings): return try toolkit.documents.validation(ofInput: findings, options.language)
        case .accepted(let accepted):
            guard let xml = try eInvoice(of: accepted, atMost: Self.invoiceLimit) else {
                return try toolkit.documents.validation(ofInput: accepted.findings + [Self.tooLarge], options.language)
            }
            var input = try toolkit.documents.validation(ofInput: accepted.findings, options.language)
            let document = try XMLDocument(parsing: xml)
            var validation = try toolkit.documents.validation(of: document, options)
            try InputPointers(accepted.priced).relate(&validation.failures, to: bytes)
            input.failures += validation.failures
            input.parts = validation.parts
            return input
        }
    }

    /// What the rules say against the XML of an input, with pointers into the input; nothing where nobody asks them.
    ///
    /// A document that breaks a rule of EN 16931 is not made. What its specification asks for beyond that is told as a
    /// warning, since it may be for data that the receiver's portal wants and the invoice JSON has no field for; `validate`
    /// says what the portal would.
    func ruleFindings(
        on xml: [UInt8], of accepted: AcceptedDocument, from json: [UInt8], _ options: DocumentOptions
    ) throws(ToolkitError) -> [Finding] {
        guard options.checksRules else { return [] }
        let profile = accepted.priced.invoice.profile
        var (norm, beyond) = try toolkit.documents.failures(of: XMLDocument(parsing: xml), following: profile)
        guard !(norm.isEmpty && beyond.isEmpty) else { return [] }
        let pointers = InputPointers(accepted.priced)
        try pointers.relate(&norm, to: json)
        try pointers.relate(&beyond, to: json)
        return norm.map(\.finding) + beyond.map(\.finding.asWarning)
    }
}
