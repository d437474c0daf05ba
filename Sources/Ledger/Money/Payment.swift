public import Diagnostics
public import InvoiceModel
import JSONCore

/// A payment that came in, is under way or failed.
public struct PaymentOrder: Sendable, Hashable {
    /// The id of the invoice.
    public let document: String
    /// How much, in minor units of the invoice's currency; nil for all that is open.
    public let amount: Money?
    /// The currency of the payment; it must be that of the invoice.
    public let currency: String
    /// The day on which it counts.
    public let day: CalendarDate
    /// How the money came.
    public let method: PaymentMethod
    /// `succeeded`, or `pending` or `failed` for what a payment service announces.
    public let state: MovementState
    /// The name that a bank or a payment service gave it; the same one never comes in twice.
    public let origin: MovementOrigin?
    /// Of a failure, the code of the service.
    public let reason: String?
    /// What else is to be kept.
    public let note: String?

    /// Takes every property as it is.
    public init(
        document: String, amount: Money?, currency: String, day: CalendarDate, method: PaymentMethod,
        state: MovementState = .succeeded, origin: MovementOrigin? = nil, reason: String? = nil, note: String? = nil
    ) {
        self.document = document
        self.amount = amount
        self.currency = currency
        self.day = day
        self.method = method
        self.state = state
        self.origin = origin
        self.reason = reason
        self.note = note
    }
}

/// How a payment or refund that was under way ended.
public enum MovementOutcome: Sendable, Hashable {
    /// The money moved.
    case succeeded
    /// It did not.
    case failed(code: String, message: String?)
    /// A refund was called off.
    case canceled

    var state: MovementState {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .canceled: .canceled
        }
    }
}

extension DocumentLedger {
    /// Enters a payment of an invoice; never more than is outstanding, payments under way counted.
    ///
    /// The issuer's lock makes payments follow each other, so that two for the same rest cannot both fit.
    ///
    /// - Parameters:
    ///   - order: The payment.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The payment and how the invoice stands then.
    /// - Throws: `document.unknown`, `document.noClaim`, `document.isVoid`, `payment.currency`,
    ///   `payment.exceedsOutstanding`, `movement.amount`, `movement.duplicate`, `state.transition`.
    public func pay(_ order: PaymentOrder, _ request: LedgerRequest) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("payment") { writer in
            writer.key("payment")
            Movement(order, order.amount ?? .zero, id: "").write(to: &writer)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.standing(of: order.document)
            let open = try entry.open(of: before)
            guard order.currency == before.currency else {
                throw ToolkitError(
                    .paymentCurrency, "The payment is in another currency than the invoice.",
                    fix: "Enter what came in, converted into the currency of the invoice.")
            }
            guard order.amount != nil || open > .zero else {
                throw ToolkitError(
                    .paymentNothingOpen, "Nothing is open on this document.",
                    fix: "It is settled, or payments that are under way cover it.")
            }
            let payment = Movement(order, order.amount ?? open, id: entry.request.identifier())
            guard payment.amount <= open || payment.state == .failed else {
                throw ToolkitError(
                    .paymentExceedsOutstanding, "More would be paid than is outstanding.",
                    fix: "Lower the amount, or spread the payment over several invoices.")
            }
            try entry.add(payment)
            return try entry.post(payment, before)
        }
    }

    /// Says how a payment or a refund under way ended.
    ///
    /// - Parameters:
    ///   - movement: The id of the payment or refund.
    ///   - outcome: What became of it.
    ///   - day: The day on which it ended, from which on it counts; nil for the day that was announced.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: The movement and how its document stands then.
    /// - Throws: `movement.unknown`, `state.transition`.
    public func settle(
        _ movement: String, _ outcome: MovementOutcome, on day: CalendarDate? = nil, _ request: LedgerRequest
    ) throws(ToolkitError) -> MovementReceipt {
        let question = try request.asking("settlement") { writer in
            writer.member("movement", movement)
            writer.member("outcome", outcome.state.rawValue)
            writer.member("day", orNull: day?.description)
            if case .failed(let code, let message) = outcome {
                writer.member("code", code)
                writer.member("message", message)
            }
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.movement(movement)
            guard before.state == .pending else {
                throw .illegalStep(from: before.state.rawValue, to: outcome.state.rawValue)
            }
            var after = before
            try after.step(to: outcome.state)
            if let day, day != before.day { (after.day, after.announced) = (day, before.day) }
            if case .failed(let code, let message) = outcome {
                after.reason = code
                after.note = message ?? after.note
            }
            try entry.save(after, was: before)
            return try entry.post(after, entry.standing(of: after.document))
        }
    }
}

extension LedgerEntry {
    /// Lets a payment or refund work on its document, where it counts.
    func post(_ movement: Movement, _ before: DocumentStanding) throws(ToolkitError) -> MovementReceipt {
        var after = before
        if movement.counts {
            try after.post(movement.amount, to: movement.kind == .refund ? \.refunded : \.paid)
            if movement.kind == .refund { try markRefunded(movement) }
            try save(after, was: before, as: StandingAction(settling: after))
        }
        return MovementReceipt(movement: movement, document: after)
    }
}

extension Movement {
    /// A payment.
    init(_ order: PaymentOrder, _ amount: Money, id: String) {
        self.init(
            id: id, kind: .payment, document: order.document, counterpart: nil, amount: amount,
            currency: order.currency, state: order.state, day: order.day, method: order.method, origin: order.origin,
            reason: order.reason, note: order.note)
    }
}

extension ToolkitError.Code {
    /// All that is open was to be paid, and nothing is.
    public static let paymentNothingOpen = Self("payment.nothingOpen", .state)
    /// Payment and invoice are in different currencies.
    public static let paymentCurrency = Self("payment.currency", .state)
    /// A payment is larger than what is outstanding.
    public static let paymentExceedsOutstanding = Self("payment.exceedsOutstanding", .state)
}
