/// What moved the balance of a document.
public enum MovementKind: String, Sendable, Hashable, CaseIterable {
    /// Money came in.
    case payment
    /// Money of a payment went back.
    case refund
    /// A part of a credit note settled a part of an invoice.
    case credit
    /// What was outstanding is given up.
    case writeOff = "write-off"
}

/// How far a movement got; which states there are depends on its kind.
public enum MovementState: String, Sendable, Hashable, CaseIterable {
    /// Announced; the amount is reserved and does not count yet.
    case pending
    /// It happened and counts.
    case succeeded
    /// It did not happen.
    case failed
    /// It was called off before it happened.
    case canceled
    /// A payment that counts, of which a part went back.
    case partiallyRefunded = "partially_refunded"
    /// A payment all of which went back.
    case refunded
    /// An application or a write-off that was taken back.
    case reversed

    /// The states that a movement of a kind can begin with.
    public static func first(of kind: MovementKind) -> Set<MovementState> {
        switch kind {
        case .payment: [.pending, .succeeded, .failed]
        case .refund: [.pending, .succeeded]
        case .credit, .writeOff: [.succeeded]
        }
    }

    /// The states that may come next for a movement of a kind.
    public func followers(of kind: MovementKind) -> Set<MovementState> {
        switch (kind, self) {
        case (.payment, .pending): [.succeeded, .failed]
        case (.payment, .succeeded), (.payment, .partiallyRefunded): [.partiallyRefunded, .refunded]
        case (.refund, .pending): [.succeeded, .failed, .canceled]
        case (.credit, .succeeded), (.writeOff, .succeeded): [.reversed]
        default: []
        }
    }

    /// The states in which the amount counts, as a list for SQL.
    static let counting = "('succeeded', 'partially_refunded', 'refunded')"
}

/// How money came in.
public enum PaymentMethod: String, Sendable, Hashable, CaseIterable {
    /// By card.
    case card
    /// By transfer from a bank account.
    case bankTransfer = "bank_transfer"
    /// In notes and coins.
    case cash
    /// In another way, such as compensation.
    case other
}

/// Why money went back.
public enum RefundReason: String, Sendable, Hashable, CaseIterable {
    /// It was paid twice.
    case duplicate
    /// The payment was not the customer's.
    case fraudulent
    /// The customer wanted it.
    case requestedByCustomer = "requested_by_customer"
    /// The goods or the service did not satisfy.
    case productUnsatisfactory = "product_unsatisfactory"
    /// The order was called off.
    case orderCanceled = "order_canceled"
    /// For another reason, which the note tells.
    case other
}
