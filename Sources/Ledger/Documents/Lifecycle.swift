public import Diagnostics
import InvoiceModel
import JSONCore

extension DocumentLedger {
    /// Withdraws a document; its number stays used and its pages say so („СТОРНО“).
    ///
    /// Nothing may hang on it. What was paid goes back first, what was credited is reversed first. An invoice that a
    /// credit or debit note corrects stays: the note sets it right already, and both together would count twice.
    ///
    /// - Parameters:
    ///   - document: The id of the document.
    ///   - reason: Why; it is kept with the document.
    ///   - jobs: The jobs that follow, such as `render`.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: How the document stands then.
    /// - Throws: `document.unknown`, `reason.missing`, `state.transition` for a void one, `void.paid`, `void.pending`,
    ///   `void.credited`, `void.writtenOff`, `void.corrected`, `void.deducted`.
    public func void(
        _ document: String, reason: String, jobs: [String] = [], _ request: LedgerRequest
    ) throws(ToolkitError) -> DocumentStanding {
        let question = try request.asking("void") { writer in
            writer.member("document", document)
            writer.member("reason", reason)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.standing(of: document)
            var after = before
            try after.lifecycle.step(to: .void)
            after.reason = try entry.reason(reason)
            try entry.requireFree(before)
            try after.rebalance()
            try entry.save(after, was: before, as: .voided)
            for job in jobs { try entry.enqueue(job, for: document) }
            return after
        }
    }

    /// Notes a step of delivery, signature or submission.
    ///
    /// - Parameters:
    ///   - step: The axis and its new state.
    ///   - document: The id of the document.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: How the document stands then.
    /// - Throws: `document.unknown`, `state.transition`.
    public func note(
        _ step: AxisStep, of document: String, _ request: LedgerRequest
    ) throws(ToolkitError) -> DocumentStanding {
        let question = try request.asking("step") { writer in
            writer.member("document", document)
            writer.member(step.axis, step.state)
        }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.standing(of: document)
            var after = before
            switch step {
            case .delivery(let state):
                try after.delivery.step(to: state)
                try entry.save(after, was: before, as: .delivery)
            case .signature(let state):
                try after.signature.step(to: state)
                try entry.save(after, was: before, as: .signature)
            case .submission(let state):
                try after.submission.step(to: state)
                try entry.save(after, was: before, as: .submission)
            }
            return after
        }
    }

    /// Puts a document away; nothing else changes.
    ///
    /// - Parameters:
    ///   - document: The id of the document.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: How the document stands then.
    /// - Throws: `document.unknown`.
    public func archive(_ document: String, _ request: LedgerRequest) throws(ToolkitError) -> DocumentStanding {
        try putAway(document, true, request)
    }

    /// Takes a document that was put away out again.
    ///
    /// - Parameters:
    ///   - document: The id of the document.
    ///   - request: For whom, by whom, when and under which key.
    /// - Returns: How the document stands then.
    /// - Throws: `document.unknown`.
    public func unarchive(_ document: String, _ request: LedgerRequest) throws(ToolkitError) -> DocumentStanding {
        try putAway(document, false, request)
    }

    private func putAway(
        _ document: String, _ isArchived: Bool, _ request: LedgerRequest
    ) throws(ToolkitError) -> DocumentStanding {
        let action = isArchived ? StandingAction.archived : .unarchived
        let question = try request.asking(action.rawValue) { $0.member("document", document) }
        return try perform(question) { entry throws(ToolkitError) in
            let before = try entry.standing(of: document)
            var after = before
            after.isArchived = isArchived
            try entry.save(after, was: before, as: action)
            return after
        }
    }
}

extension LedgerEntry {
    /// A reason with something in it.
    ///
    /// - Throws: `reason.missing`.
    func reason(_ text: String) throws(ToolkitError) -> String {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ToolkitError(.reasonMissing, "This needs a reason.", fix: "Say why in a few words; they are kept.")
        }
        return text
    }

    /// Nothing that counts hangs on the document.
    fileprivate func requireFree(_ standing: DocumentStanding) throws(ToolkitError) {
        guard standing.paid == standing.refunded else {
            throw ToolkitError(
                .voidPaid, "Something is paid on this document.",
                fix: "Refund the payments first, or correct the document with a credit note instead.")
        }
        guard try pendingPayments(on: standing.id) == .zero else {
            throw ToolkitError(
                .voidPending, "A payment of this document is under way.",
                fix: "Wait until it succeeded or failed.")
        }
        guard standing.credited == .zero else {
            throw ToolkitError(
                .voidCredited, "A credit note is applied to this document, or it is one that is applied.",
                fix: "Reverse the application first.")
        }
        guard standing.writtenOff == .zero else {
            throw ToolkitError(
                .voidWrittenOff, "This document is written off.",
                fix: "Reverse the write-off first.")
        }
        let note = try transaction.row(
            """
            SELECT 1 FROM document d
            WHERE d.issuer = $1 AND d.corrects = $2 AND d.lifecycle = 'issued' LIMIT 1
            """, issuer, .text(standing.id))
        guard note == nil else {
            throw ToolkitError(
                .voidCorrected, "A credit or debit note corrects this document.",
                fix: "Void the notes first, or leave the correction to them.")
        }
        guard try AdvanceDeduction.used(standing.id, in: self) <= .zero else { throw .voidDeducted }
        try AdvanceDeduction.requireUnused(by: standing, in: self)
    }
}

extension ToolkitError {
    static var voidDeducted: ToolkitError {
        ToolkitError(.voidDeducted, "An invoice takes this advance off.", fix: "Void or credit that invoice first.")
    }
}

extension ToolkitError.Code {
    /// An operation that must be explained was not.
    public static let reasonMissing = Self("reason.missing", .state)
    /// A document with payments cannot become void.
    public static let voidPaid = Self("void.paid", .state)
    /// A document with payments under way cannot become void.
    public static let voidPending = Self("void.pending", .state)
    /// A document with applied credit cannot become void.
    public static let voidCredited = Self("void.credited", .state)
    /// A document that is written off cannot become void.
    public static let voidWrittenOff = Self("void.writtenOff", .state)
    /// A document with notes that correct it cannot become void.
    public static let voidCorrected = Self("void.corrected", .state)
    /// An advance that an invoice takes off cannot become void.
    public static let voidDeducted = Self("void.deducted", .state)
}
