public import Diagnostics
import JSONCore
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
        case .rejected(let findings): return Validation(ofInput: findings)
        case .accepted(let accepted):
            let xml = try eInvoice(of: accepted)
            if let finding = Self.sizeFinding(xml) { return Validation(ofInput: accepted.findings + [finding]) }
            let document = try XMLDocument(parsing: xml)
            var validation = try toolkit.documents.validation(of: document, options)
            try InputPointers(accepted.priced).relate(&validation.failures, to: bytes)
            validation.failures = Validation(ofInput: accepted.findings).failures + validation.failures
            return validation
        }
    }
}

extension Validation {
    /// What was found in input in JSON before there was any XML.
    init(ofInput findings: [Finding]) {
        failures = findings.map { finding in
            let terms = finding.term.map { [RuleExplanation.Term(id: $0, name: "")] } ?? []
            return Failure(finding, location: finding.pointer, pointer: finding.pointer, terms: terms)
        }
    }
}
