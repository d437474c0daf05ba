public import Diagnostics
public import InvoiceModel
public import Tax
public import XMLCore

/// A document that somebody else made, as far as it can be shown.
public struct ReceivedDocument: Sendable {
    /// The document, with every sum as it is given; nil where a finding is an error.
    ///
    /// Nothing is recomputed here: `Pricing(of: priced.invoice)` does that, against the `expectedTotals` that the
    /// reader leaves in the invoice.
    public let priced: PricedInvoice?
    /// What keeps the document from being shown, and what a person should look at.
    public let findings: [Finding]
}

/// Reads UBL 2.1 invoices and credit notes, whoever made them, so that templates can draw them.
///
/// Each leaf of the XML ends in one of two places: in the invoice model, or among the further terms of the document, of
/// a party or of a line (`FurtherTerms`). Nothing falls between; what is left out on purpose is named at
/// `UBLReading.isLeftOut`. The terms are found where CEN/TS 16931-3-2 puts them.
///
/// The reader takes what is there: a document that breaks rules of EN 16931 is read all the same, as long as number,
/// date, currency, sums and the figures of its lines are there.
public struct UBLReader: Sendable {
    /// Makes a reader.
    public init() {}

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - document: The parsed XML.
    ///   - language: The language of the page; nil takes that of the seller's country.
    /// - Returns: The document, or the findings that speak against it, with places in the XML.
    /// - Throws: `ubl.notUBL` where the root is another one, with words for the formats that are met most.
    public func read(
        _ document: XMLDocument, language: DocumentLanguage? = nil
    ) throws(ToolkitError) -> ReceivedDocument {
        let root = document.root
        guard root.namespace == UBLName.namespace(ofRoot: root.name) else { throw .notUBL(root) }
        var reading = UBLReading(root)
        let priced = reading.run(language)
        return ReceivedDocument(
            priced: reading.findings.contains { $0.severity == .error } ? nil : priced, findings: reading.findings)
    }
}

/// The namespaces of UBL 2.1.
enum UBLName {
    static let aggregate = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
    static let basic = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    static let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"

    /// The namespace that a root of this name must have; a word that is none for a root that cannot be read.
    static func namespace(ofRoot name: String) -> String {
        switch name {
        case "Invoice": "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
        case "CreditNote": "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
        default: "-"
        }
    }
}

extension ToolkitError.Code {
    /// The XML is no invoice or credit note of UBL 2.1.
    public static let notUBL = Self("ubl.notUBL", .unreadable)
}

extension ToolkitError {
    fileprivate static func notUBL(_ root: XMLElement) -> ToolkitError {
        let (message, fix) =
            switch root.name {
            case "CrossIndustryInvoice", "CrossIndustryDocument":
                (
                    "This is a Cross Industry Invoice (UN/CEFACT CII), not UBL.",
                    "Give the UBL 2.1 form of the document; CII is not read."
                )
            case "DocumentEnvelope", "StandardBusinessDocument":
                (
                    "This is an envelope around a document.",
                    "Take the Invoice or CreditNote out of it and give that alone."
                )
            case "Invoice", "CreditNote":
                (
                    "The root \(root.name) is not in the namespace of UBL 2.1.",
                    "Declare xmlns=\"\(UBLName.namespace(ofRoot: root.name))\"."
                )
            default:
                (
                    "The root element is neither an Invoice nor a CreditNote of UBL 2.1.",
                    "Give an invoice or a credit note in UBL 2.1, or an invoice in JSON."
                )
            }
        return ToolkitError(.notUBL, message, fix: fix, place: root.place)
    }
}
