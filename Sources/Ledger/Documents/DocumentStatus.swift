public import InvoiceModel

/// One word for all axes, as bookkeeping programs use it; computed for a day, never stored.
///
/// A part payment of a claim that is past due leaves it past due, so that it can still be written off or become void.
public enum DocumentStatus: String, Sendable, Hashable, CaseIterable {
    /// Not numbered yet.
    case draft
    /// Numbered; nothing is settled and nothing is late.
    case issued
    /// Nothing is outstanding; of a credit note, all of it is applied.
    case paid
    /// A part is settled and nothing is late.
    case partiallyPaid = "partially_paid"
    /// Something should have been paid before this day.
    case pastDue = "past_due"
    /// Withdrawn.
    case void
    /// The rest was given up.
    case writtenOff = "written_off"
    /// Put away.
    case archived

    /// The word for a document on a day.
    public init(_ standing: DocumentStanding, on day: CalendarDate) {
        self =
            if standing.isArchived { .archived } else if standing.lifecycle == .void { .void } else {
                switch standing.payment {
                case .writtenOff: .writtenOff
                case .paid: standing.kind == .proForma ? .issued : .paid
                case _ where standing.isPastDue(on: day): .pastDue
                case .partiallyPaid: .partiallyPaid
                case .unpaid: .issued
                }
            }
    }
}

/// One word in the manner of programs that send invoices by mail.
public enum MailStatus: String, Sendable, Hashable, CaseIterable {
    /// Not numbered yet.
    case draft = "DRAFT"
    /// Final; that vocabulary has no word for a document that is issued and not sent yet.
    case sent = "SENT"
    /// The customer opened it.
    case viewed = "VIEWED"
    /// Nothing is outstanding.
    case paid = "PAID"

    /// The word for a document; nil for a void one, for which that vocabulary has none.
    public init?(_ standing: DocumentStanding) {
        guard standing.lifecycle == .issued else { return nil }
        self =
            if standing.kind != .proForma && standing.payment == .paid { .paid } else {
                standing.delivery == .viewed ? .viewed : .sent
            }
    }
}

/// A part of what is to be paid, with its day and what is left of it.
public struct DuePart: Sendable, Hashable {
    /// The day on which it is due.
    public let due: CalendarDate
    /// The whole part.
    public let amount: Money
    /// What is still to be paid of it.
    public let outstanding: Money

    /// Whether it should have been paid before this day.
    public func isOverdue(on day: CalendarDate) -> Bool { outstanding > .zero && due < day }
}

extension DocumentStanding {
    /// The parts with what is left of each: what came in settles the earliest first.
    ///
    /// Without instalments there is one part, due on the due date; without a due date it is due with its issue.
    public var schedule: [DuePart] { schedule(outstanding: outstanding) }

    /// The schedule at another state of the account; what is outstanding is filled in from the last part backwards.
    func schedule(outstanding: Money) -> [DuePart] {
        guard instalments.count > 1 else {
            let due = instalments.first?.due ?? dueDate ?? issueDate
            return [DuePart(due: due, amount: payable, outstanding: outstanding)]
        }
        var rest = outstanding.minorUnits
        let inTime = instalments.enumerated().sorted { ($0.element.due, $0.offset) < ($1.element.due, $1.offset) }
        let parts = inTime.reversed().enumerated().map { place, part in
            let isFirst = place == instalments.count - 1
            let left = isFirst ? rest : min(rest, part.element.amount.minorUnits)
            rest -= left
            return DuePart(
                due: part.element.due, amount: part.element.amount, outstanding: Money(minorUnits: left))
        }
        return parts.reversed()
    }

    /// Whether a part of it should have been paid before this day.
    public func isPastDue(on day: CalendarDate) -> Bool {
        isClaim && schedule.contains { $0.isOverdue(on: day) }
    }
}
