public import Diagnostics
public import InvoiceModel
public import JSONCore

/// One entry of money: a payment, a refund, an application of a credit note or a write-off.
public struct Movement: Sendable, Hashable {
    /// The id within the issuer.
    public let id: String
    /// What it is.
    public let kind: MovementKind
    /// The id of the document whose balance it moves.
    public let document: String
    /// Of a refund, the id of the payment; of an application, the id of the credit note; nil for others.
    public let counterpart: String?
    /// How much, always above zero.
    public let amount: Money
    /// The currency of the document.
    public let currency: String
    /// How far it got.
    public internal(set) var state: MovementState
    /// The day on which it counts.
    public internal(set) var day: CalendarDate
    /// Of what was under way and ended on another day, the day that was announced; nil for others.
    public internal(set) var announced: CalendarDate?
    /// How money came in; nil for what is no payment.
    public let method: PaymentMethod?
    /// Whose name for the movement is given, such as a bank or a payment service.
    public let origin: MovementOrigin?
    /// Of a refund its reason, of a failure its code, of a write-off what was said.
    public internal(set) var reason: String?
    /// What else was said.
    public internal(set) var note: String?
}

/// The name of a movement elsewhere; the same one never comes in twice.
public struct MovementOrigin: Sendable, Hashable {
    /// Who gave the name, such as `nlb` or `stripe`.
    public let provider: String
    /// The name.
    public let externalID: String

    /// Takes both parts as they are.
    public init(provider: String, externalID: String) {
        self.provider = provider
        self.externalID = externalID
    }
}

extension Movement {
    /// Whether the amount counts.
    public var counts: Bool { [.succeeded, .partiallyRefunded, .refunded].contains(state) }

    /// Steps to another state.
    ///
    /// - Throws: `state.transition`.
    mutating func step(to next: MovementState) throws(ToolkitError) {
        guard state.followers(of: kind).contains(next) else {
            throw .illegalStep(from: "\(state.rawValue) (\(kind.rawValue))", to: next.rawValue)
        }
        state = next
    }

    /// The movement as compact JSON: what the audit chain seals.
    var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the movement as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind.rawValue)
        writer.member("document", document)
        writer.member("counterpart", orNull: counterpart)
        writer.member("amountMinorUnits", amount.minorUnits)
        writer.member("currency", currency)
        writer.member("state", state.rawValue)
        writer.member("day", day.description)
        // Only where it is there: entries of before this was kept stay sealed as they are.
        if let announced { writer.member("announced", announced.description) }
        writer.member("method", orNull: method?.rawValue)
        writer.member("provider", orNull: origin?.provider)
        writer.member("externalId", orNull: origin?.externalID)
        writer.member("reason", orNull: reason)
        writer.member("note", orNull: note)
        writer.endObject()
    }

    init(_ object: StoredObject) throws(ToolkitError) {
        self.init(
            id: try object.text("id"), kind: try object.word("kind"), document: try object.text("document"),
            counterpart: object.optionalText("counterpart"), amount: try object.money("amountMinorUnits"),
            currency: try object.text("currency"), state: try object.word("state"), day: try object.day("day"),
            announced: object.optionalDay("announced"),
            method: object.optionalText("method").flatMap(PaymentMethod.init(rawValue:)),
            origin: Self.origin(object.optionalText("provider"), object.optionalText("externalId")),
            reason: object.optionalText("reason"), note: object.optionalText("note"))
    }

    /// The columns that `init(row:)` reads, of `movement` as `m` and its `document` as `d`.
    static let columns = """
        m.id, m.kind, m.document, m.counterpart, m.amount, d.currency, m.state, m.day, m.method, m.provider,
        m.external_id, m.reason, m.note, m.announced
        """

    init(row: SQLRow) throws(ToolkitError) {
        self.init(
            id: try row.text(0), kind: try row.word(1), document: try row.text(2),
            counterpart: try row.optionalText(3), amount: try row.money(4), currency: try row.text(5),
            state: try row.word(6), day: try row.day(7),
            announced: try row.optionalDay(13),
            method: try row.optionalText(8).flatMap(PaymentMethod.init(rawValue:)),
            origin: Self.origin(try row.optionalText(9), try row.optionalText(10)), reason: try row.optionalText(11),
            note: try row.optionalText(12))
    }

    private static func origin(_ provider: String?, _ externalID: String?) -> MovementOrigin? {
        guard let provider, let externalID else { return nil }
        return MovementOrigin(provider: provider, externalID: externalID)
    }
}

extension Movement {
    /// Reads a movement by its id.
    ///
    /// - Throws: `movement.unknown`.
    init(of id: String, _ issuer: SQLValue, in transaction: any StoreTransaction) throws(ToolkitError) {
        let row = try transaction.row(
            """
            SELECT \(Self.columns) FROM movement m JOIN document d ON d.issuer = m.issuer AND d.id = m.document
            WHERE m.issuer = $1 AND m.id = $2
            """, issuer, .text(id))
        guard let row else {
            throw ToolkitError(
                .movementUnknown, "There is no such payment, refund, application or write-off.",
                fix: "Check the id; `pechat show` lists the movements of a document.")
        }
        try self.init(row: row)
    }
}

extension DocumentLedger {
    /// One movement by its id.
    ///
    /// - Throws: `movement.unknown`; what the store throws.
    public func movement(_ id: String, issuer: String) throws(ToolkitError) -> Movement {
        try store.read { transaction throws(ToolkitError) in try Movement(of: id, .text(issuer), in: transaction) }
    }

    /// All movements that touch a document, in the order in which they came; of a credit note, its applications.
    ///
    /// - Parameters:
    ///   - document: The id of the document.
    ///   - issuer: Whose document it is.
    /// - Returns: The movements.
    /// - Throws: What the store throws.
    public func movements(of document: String, issuer: String) throws(ToolkitError) -> [Movement] {
        try store.read { transaction throws(ToolkitError) in
            let rows = try transaction.rows(
                """
                SELECT \(Movement.columns) FROM movement m
                JOIN document d ON d.issuer = m.issuer AND d.id = m.document
                WHERE m.issuer = $1 AND (m.document = $2 OR m.counterpart = $2) ORDER BY m.entered_at, m.id
                """, .text(issuer), .text(document))
            var movements: [Movement] = []
            for row in rows { movements.append(try Movement(row: row)) }
            return movements
        }
    }
}
