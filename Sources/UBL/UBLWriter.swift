public import Diagnostics
import InvoiceModel
public import Tax

extension ToolkitError.Code {
    /// The document has no number yet, and an e-invoice cannot be without (BT-1).
    public static let ublNumberMissing = Self("ubl.numberMissing", .rejected)
    /// An e-invoice grew over its limit; `UBLWriter` keeps this to itself.
    fileprivate static let ublTooLarge = Self("ubl.tooLarge", .rejected)
}

/// Writes priced documents as UBL 2.1: Invoice for 380, 383 and 386, CreditNote for 381.
///
/// One writer per worker: it keeps its buffer from document to document. The order of the elements is that of the
/// schema by construction, the bytes depend on nothing but the document, and each term of EN 16931 that the model holds
/// is written where CEN/TS 16931-3-2 puts it. `internalNotes` are never read here.
///
/// Where the norm demands something that the document leaves open, the writer adds only what follows from the document:
/// - a discount or charge without reason and code gets the code 95 (discount) or ABK (miscellaneous), BR-33 and BR-38;
/// - AE, K, G and O without reason and code get the VATEX code of the same meaning, BR-AE-10 and its sisters;
/// - with category O no VAT number is written, BR-O-02;
/// - a negative price becomes a negative quantity, BR-27;
/// - a single instalment after so many days gives the due date, BR-CO-25.
public struct UBLWriter: Sendable {
    private var output = XMLOutput()

    /// Makes a writer.
    public init() {}

    /// Writes one document.
    ///
    /// - Parameters:
    ///   - document: The document with its sums.
    ///   - number: BT-1 where it is given only now, at issue; else the document's own number.
    /// - Returns: UTF-8 without a byte order mark, indented by two spaces, with a newline at the end.
    /// - Throws: `ubl.numberMissing`.
    public mutating func bytes(of document: PricedInvoice, number: String? = nil) throws(ToolkitError) -> [UInt8] {
        try start(document, number).write(to: &output) { _ in }
        return output.bytes
    }

    /// Writes one document piece by piece, so that a long one never stands in memory as a whole.
    ///
    /// - Parameters:
    ///   - document: The document with its sums.
    ///   - number: As in `bytes(of:number:)`.
    ///   - sink: Takes the same bytes that `bytes(of:number:)` gives, from the first to the last.
    /// - Throws: `ubl.numberMissing`; what the sink throws.
    public mutating func write(
        _ document: PricedInvoice, number: String? = nil,
        to sink: (_ piece: [UInt8]) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        try start(document, number).write(to: &output) { output throws(ToolkitError) in
            guard output.bytes.count >= Self.pieceSize else { return }
            try sink(output.bytes)
            output.empty()
        }
        try sink(output.bytes)
    }

    /// Writes one document unless it is too large: it stops where it is over the limit.
    ///
    /// - Parameters:
    ///   - document: The document with its sums.
    ///   - number: As in `bytes(of:number:)`.
    ///   - limit: The most bytes.
    /// - Returns: The bytes that `bytes(of:number:)` gives; nil where they are more.
    /// - Throws: `ubl.numberMissing`.
    public mutating func bytes(
        of document: PricedInvoice, number: String? = nil, atMost limit: Int
    ) throws(ToolkitError) -> [UInt8]? {
        func require(_ output: XMLOutput) throws(ToolkitError) {
            guard output.bytes.count > limit else { return }
            throw ToolkitError(.ublTooLarge, "The e-invoice is larger than it may be.")
        }
        do throws(ToolkitError) {
            try start(document, number).write(to: &output) { output throws(ToolkitError) in try require(output) }
            try require(output)
            return output.bytes
        } catch {
            guard error.code == .ublTooLarge else { throw error }
            output = XMLOutput()
            return nil
        }
    }

    private static let pieceSize = 131_072

    private mutating func start(_ document: PricedInvoice, _ number: String?) throws(ToolkitError) -> UBLDocument {
        guard let number = number ?? document.invoice.number, !XMLOutput.isBlank(number) else {
            throw ToolkitError(
                .ublNumberMissing, "The document has no number (BT-1).",
                fix: "Give `number`, or issue the document so that its series numbers it.")
        }
        output.restart()
        return UBLDocument(document, number: number)
    }
}
