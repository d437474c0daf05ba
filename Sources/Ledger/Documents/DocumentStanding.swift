public import Diagnostics
public import InvoiceModel
public import JSONCore

/// How a document stands: its states on the axes and its sums, with the facts that they are about.
public struct DocumentStanding: Sendable, Hashable {
    /// The id within the issuer.
    public let id: String
    /// BT-1.
    public let number: String
    /// BT-3.
    public let kind: DocumentKind
    /// BT-2.
    public let issueDate: CalendarDate
    /// BT-9.
    public let dueDate: CalendarDate?
    /// When which part is due; empty where everything is due on the due date.
    public let instalments: [IssuableDocument.Instalment]
    /// BT-5.
    public let currency: String
    /// Who owes.
    public let customer: String
    /// BT-115.
    public let payable: Money

    /// Whether it counts.
    public internal(set) var lifecycle: LifecycleState
    /// How far it got to the customer.
    public internal(set) var delivery: DeliveryState
    /// Whether its files are signed.
    public internal(set) var signature: SignatureState
    /// What the authority said.
    public internal(set) var submission: SubmissionState
    /// Whether it was put away; a flag that changes nothing else.
    public internal(set) var isArchived: Bool
    /// Why it is void; nil for one that counts.
    public internal(set) var reason: String?

    /// What came in, refunds not deducted.
    public internal(set) var paid: Money
    /// What went back.
    public internal(set) var refunded: Money
    /// Of an invoice, what credit notes settled; of a credit note, what was applied to invoices.
    public internal(set) var credited: Money
    /// What was given up.
    public internal(set) var writtenOff: Money
    /// Of an invoice, what is still to be paid; of a credit note, what is left to apply.
    public internal(set) var outstanding: Money
}

extension DocumentStanding {
    /// Whether somebody has to pay it: neither a credit note nor an offer in the form of an invoice.
    public var isClaim: Bool { kind.isClaim }

    /// How much is settled.
    public var payment: PaymentState {
        if outstanding > .zero { return outstanding == payable ? .unpaid : .partiallyPaid }
        return writtenOff > .zero ? .writtenOff : .paid
    }

    /// What is written across its pages; a void document says so („СТОРНО“).
    public var mark: DocumentMark? { lifecycle == .void ? .void : nil }

    /// Adds an amount to one of the sums; what is outstanding follows.
    ///
    /// - Throws: `money.overflow`.
    mutating func post(
        _ amount: Money, to sum: WritableKeyPath<DocumentStanding, Money>
    ) throws(ToolkitError) {
        self[keyPath: sum] = try self[keyPath: sum].adding(amount)
        try rebalance()
    }

    /// Computes what is outstanding: payable − (paid − refunded) − credited − written off; nothing where nobody owes.
    mutating func rebalance() throws(ToolkitError) {
        outstanding =
            lifecycle == .void || kind == .proForma
            ? .zero
            : try payable.subtracting(paid.subtracting(refunded)).subtracting(credited).subtracting(writtenOff)
    }
}

extension DocumentKind {
    /// Whether somebody has to pay such a document.
    var isClaim: Bool {
        switch self {
        case .invoice, .debitNote, .advance: true
        case .creditNote, .proForma: false
        }
    }
}

extension DocumentStanding: LedgerAnswer {
    /// The standing as compact JSON: what the audit chain seals with every change.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the standing as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("number", number)
        writer.member("kind", kind.rawValue)
        writer.member("issueDate", issueDate.description)
        writer.member("dueDate", orNull: dueDate?.description)
        writer.key("instalments")
        writer.beginArray()
        for instalment in instalments {
            writer.beginObject()
            writer.member("dueDate", instalment.due.description)
            writer.member("minorUnits", instalment.amount.minorUnits)
            writer.endObject()
        }
        writer.endArray()
        writer.member("currency", currency)
        writer.member("customer", customer)
        writer.member("payableMinorUnits", payable.minorUnits)
        writer.member("lifecycle", lifecycle.rawValue)
        writer.member("payment", payment.rawValue)
        writer.member("delivery", delivery.rawValue)
        writer.member("signature", signature.rawValue)
        writer.member("submission", submission.rawValue)
        writer.member("archived", isArchived)
        writer.member("reason", orNull: reason)
        writer.member("paidMinorUnits", paid.minorUnits)
        writer.member("refundedMinorUnits", refunded.minorUnits)
        writer.member("creditedMinorUnits", credited.minorUnits)
        writer.member("writtenOffMinorUnits", writtenOff.minorUnits)
        writer.member("outstandingMinorUnits", outstanding.minorUnits)
        writer.endObject()
    }

    /// Reads the standing again.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) { try self.init(StoredObject(parsing: stored)) }

    init(_ object: StoredObject) throws(ToolkitError) {
        var instalments: [IssuableDocument.Instalment] = []
        for part in object.objects("instalments") {
            instalments.append(.init(due: try part.day("dueDate"), amount: try part.money("minorUnits")))
        }
        self.init(
            id: try object.text("id"), number: try object.text("number"), kind: try object.word("kind"),
            issueDate: try object.day("issueDate"), dueDate: object.optionalDay("dueDate"), instalments: instalments,
            currency: try object.text("currency"), customer: try object.text("customer"),
            payable: try object.money("payableMinorUnits"), lifecycle: try object.word("lifecycle"),
            delivery: try object.word("delivery"), signature: try object.word("signature"),
            submission: try object.word("submission"), isArchived: try object.bool("archived"),
            reason: object.optionalText("reason"), paid: try object.money("paidMinorUnits"),
            refunded: try object.money("refundedMinorUnits"), credited: try object.money("creditedMinorUnits"),
            writtenOff: try object.money("writtenOffMinorUnits"),
            outstanding: try object.money("outstandingMinorUnits"))
    }
}
