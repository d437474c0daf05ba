public import Diagnostics
public import InvoiceModel
import Synchronization
public import XMLCore

/// Validates UBL 2.1 invoices and credit notes against the OASIS schemas.
///
/// Share one validator between all threads: each schema is compiled at its first use, once, in 20 to 40 ms.
public final class UBLValidator: Sendable {
    /// The finding that says that a document is of another kind: there is no schema for it.
    public static let rootRule = "ubl.root"
    private let file: @Sendable (String) -> [UInt8]?
    private let compiled = Mutex<[String: XMLSchemaSet]>([:])

    private enum Kind: String, CaseIterable {
        case invoice = "Invoice"
        case creditNote = "CreditNote"

        var namespace: String { "urn:oasis:names:specification:ubl:schema:xsd:\(rawValue)-2" }
        var entry: String { "schemas/ubl-2.1/maindoc/UBL-\(rawValue)-2.1.xsd" }
    }

    /// Makes a validator; nothing is compiled yet.
    ///
    /// - Parameter schemas: Returns a schema file by its path below the project's root, such as
    ///   `schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd`.
    public init(schemas: @escaping @Sendable (String) -> [UInt8]?) {
        file = schemas
    }

    /// Validates a document.
    ///
    /// - Parameter bytes: The document, within the standard `XMLLimits`.
    /// - Returns: All schema errors; a root that is neither Invoice nor CreditNote of UBL 2 gives `ubl.root`.
    /// - Throws: What `XMLDocument` throws for unreadable XML, and `xml.schemaFileMissing` or `xml.schemaInvalid` where
    ///   the schemas themselves are at fault. A document is never reported as valid without having been validated.
    public func report(on bytes: [UInt8]) throws(ToolkitError) -> Report {
        try report(on: XMLDocument(parsing: bytes))
    }

    /// Validates a document whose kind is known, such as one that was just written.
    ///
    /// It is read once, by the schema engine alone; another root than that of the kind is an error like any other.
    ///
    /// - Parameters:
    ///   - bytes: The document, within the standard `XMLLimits`.
    ///   - kind: What the document is.
    /// - Returns: All schema errors.
    /// - Throws: As for bytes of unknown kind.
    public func report(on bytes: [UInt8], of kind: DocumentKind) throws(ToolkitError) -> Report {
        Report(findings: try schema(for: kind == .creditNote ? .creditNote : .invoice).findings(in: bytes))
    }

    /// Validates a document that is parsed already.
    ///
    /// - Parameter document: The document.
    /// - Returns: As for bytes.
    /// - Throws: As for bytes.
    public func report(on document: XMLDocument) throws(ToolkitError) -> Report {
        let root = document.root
        guard let kind = Kind.allCases.first(where: { root.name == $0.rawValue && root.namespace == $0.namespace })
        else {
            return Report(findings: [
                Finding(
                    rule: Self.rootRule, pointer: root.path, place: root.place,
                    message: "The root element is neither an Invoice nor a CreditNote of UBL 2.",
                    fix:
                        "Give a document with the root Invoice or CreditNote in the namespace \(Kind.invoice.namespace) "
                        + "or \(Kind.creditNote.namespace).")
            ])
        }
        return Report(findings: try schema(for: kind).findings(in: document))
    }

    /// The schema of a kind; other threads that want one wait until it is compiled.
    private func schema(for kind: Kind) throws(ToolkitError) -> XMLSchemaSet {
        try compiled.withLock { compiled throws(ToolkitError) in
            if let schema = compiled[kind.rawValue] { return schema }
            let schema = try XMLSchemaSet(entry: kind.entry, file: file)
            compiled[kind.rawValue] = schema
            return schema
        }
    }
}
