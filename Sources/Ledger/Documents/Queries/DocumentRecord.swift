import Certificates
import Diagnostics
public import InvoiceModel
public import JSONCore

/// A document with its states and sums as of now.
public struct DocumentRecord: Sendable, Hashable {
    /// What was issued.
    public let document: IssuedDocument
    /// Whether it counts.
    public let lifecycle: LifecycleState
    /// How far it got on its way to the customer.
    public let delivery: DeliveryState
    /// Whether its files are signed.
    public let signature: SignatureState
    /// What the authority said.
    public let submission: SubmissionState
    /// What was paid and not returned.
    public let paid: Money
    /// What credit notes took off.
    public let credited: Money
    /// What was given up.
    public let writtenOff: Money
    /// What is still to be paid, in minor units of the currency.
    public let outstanding: Money

    /// How much of it is settled.
    public var payment: PaymentState {
        if outstanding.minorUnits <= 0 { return writtenOff.minorUnits > 0 ? .writtenOff : .paid }
        return paid.minorUnits > 0 || credited.minorUnits > 0 ? .partiallyPaid : .unpaid
    }

    /// Whether something was due before a day and is not settled.
    public func isPastDue(on day: CalendarDate) -> Bool {
        guard lifecycle == .issued, outstanding.minorUnits > 0, let due = document.dueDate else { return false }
        return due < day
    }

    /// The columns that `init(row:)` reads: of `document` as `d` and `document_state` as `s`.
    static let columns = """
        \(IssuedDocument.columns), s.lifecycle, s.delivery, s.signature, s.submission, s.paid, s.refunded, s.credited,
        s.written_off, s.outstanding
        """

    init(row: SQLRow) throws(ToolkitError) {
        func amount(_ column: Int) throws(ToolkitError) -> Money { Money(minorUnits: try row.integer(column)) }
        document = try IssuedDocument(row: row)
        guard let lifecycle = LifecycleState(rawValue: try row.text(12)),
            let delivery = DeliveryState(rawValue: try row.text(13)),
            let signature = SignatureState(rawValue: try row.text(14)),
            let submission = SubmissionState(rawValue: try row.text(15))
        else { throw .damagedRow }
        self.lifecycle = lifecycle
        self.delivery = delivery
        self.signature = signature
        self.submission = submission
        paid = try amount(16).subtracting(amount(17))
        credited = try amount(18)
        writtenOff = try amount(19)
        outstanding = try amount(20)
    }

    /// Writes the record as one object; amounts are decimals of the document's currency.
    ///
    /// - Parameters:
    ///   - writer: Gets the object.
    ///   - today: The day by which `pastDue` is judged.
    public func write(to writer: inout JSONWriter, today: CalendarDate) {
        let currency = Currency(code: document.currency)
        func text(_ amount: Money) -> String {
            currency.map { amount.text(in: $0) } ?? "\(amount.minorUnits)"
        }
        writer.beginObject()
        writer.member("number", document.number)
        writer.member("kind", document.kind.rawValue)
        writer.member("id", document.id)
        writer.member("issueDate", document.issueDate.description)
        writer.member("dueDate", orNull: document.dueDate?.description)
        writer.member("customer", document.customer)
        writer.member("currency", document.currency)
        writer.member("payable", text(document.payable))
        writer.member("paid", text(paid))
        writer.member("credited", text(credited))
        writer.member("writtenOff", text(writtenOff))
        writer.member("outstanding", text(outstanding))
        writer.member("lifecycle", lifecycle.rawValue)
        writer.member("payment", payment.rawValue)
        writer.member("delivery", delivery.rawValue)
        writer.member("signature", signature.rawValue)
        writer.member("submission", submission.rawValue)
        writer.member("pastDue", isPastDue(on: today))
        writer.member("digest", document.digest)
        writer.endObject()
    }
}
