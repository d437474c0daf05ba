import Certificates
public import Diagnostics
import InvoiceModel

/// What is to be issued, and what the caller allows.
public struct IssueOrder: Sendable {
    /// The document; it was validated, the number is all that it lacks.
    public let document: IssuableDocument
    /// For whom, by whom, when and under which key.
    public let request: LedgerRequest
    /// The jobs that follow, such as `files`; they never free the number.
    public let jobs: [String]
    /// In how many seconds workers may take these jobs, where the caller is about to do them himself.
    public let jobDelaySeconds: Int
    /// Whether a credit note may give back more than its invoice.
    public let allowsOverCredit: Bool
    /// The draft that becomes this document and leaves its id to it; nil for a document without one.
    public let draft: DraftVersion?

    /// Takes every property as it is.
    public init(
        _ document: IssuableDocument, _ request: LedgerRequest, jobs: [String] = [], jobDelaySeconds: Int = 0,
        allowsOverCredit: Bool = false, draft: DraftVersion? = nil
    ) {
        self.document = document
        self.request = request
        self.jobs = jobs
        self.jobDelaySeconds = jobDelaySeconds
        self.allowsOverCredit = allowsOverCredit
        self.draft = draft
    }
}

extension DocumentLedger {
    /// Gives a document its number and keeps it for ever, in one transaction.
    ///
    /// Threads that issue for one issuer at the same time share a transaction; each document is issued or refused on its own.
    ///
    /// - Parameter order: What to issue.
    /// - Returns: The numbered document; of a repetition, that of the first time.
    /// - Throws: `series.dateBackward`, `number.taken`, `credit.*`, `advance.*`, `document.instalments`, `draft.unknown`, `draft.stale`,
    ///   `draft.waiting`, `idempotency.reused`, and what the store throws.
    public func issue(_ order: IssueOrder) throws(ToolkitError) -> IssuedDocument {
        isTrial ? try issueAlone(order) : try lanes.issue(order, in: self)
    }

    /// Issues one document in a transaction of its own.
    func issueAlone(_ order: IssueOrder) throws(ToolkitError) -> IssuedDocument {
        do throws(ToolkitError) {
            return try perform(order.request, asking: Self.question(of: order)) { entry throws(ToolkitError) in
                try Self.issue(order, in: entry)
            }
        } catch {
            throw error.code == .ledgerConflict && isNumberTaken(order, error) ? .numberTaken : error
        }
    }

    /// Whether it was the number that a conflict is about: a number given by hand can stand in the way of a series.
    private func isNumberTaken(_ order: IssueOrder, _ conflict: ToolkitError) -> Bool {
        // A server names the constraint; a file does not, so it is asked.
        if let name = conflict.facts["constraint"] { return name == "document_issuer_number_key" }
        let found = try? store.read { transaction throws(ToolkitError) in
            let known = try transaction.rows(of: [Self.question(of: order)])[0]
            let number = try Numbering(order.document, known).number
            return try transaction.row(
                "SELECT 1 FROM document WHERE issuer = $1 AND number = $2", .text(order.request.issuer), .text(number))
        }
        return found.flatMap { $0 } != nil
    }

    static func question(of order: IssueOrder) -> Statement {
        Numbering.question(of: order.document, .text(order.request.issuer))
    }

    /// Everything that issuing does within the transaction.
    ///
    /// - Parameters:
    ///   - order: What to issue.
    ///   - entry: The issuer's lock.
    /// - Returns: The numbered document.
    /// - Throws: What forbids the document.
    static func issue(_ order: IssueOrder, in entry: LedgerEntry) throws(ToolkitError) -> IssuedDocument {
        let document = order.document
        let corrected = try Correction(of: order, in: entry)
        let deductions = try AdvanceDeduction.all(of: document, correcting: corrected.id, in: entry)
        let draft = try entry.draft(of: order)
        try document.requireWholeInstalments()
        let question = question(of: order)
        let numbering = try Numbering(document, entry.books.rows(of: question))
        let digest = try Digest.sha256(document.content)
        let issued = IssuedDocument(
            id: draft?.id ?? order.request.identifier(), kind: document.kind, number: numbering.number,
            place: numbering.place, issueDate: document.issueDate, dueDate: document.dueDate,
            currency: document.currency,
            customer: document.customer, payable: document.payable, digest: Digest.hexadecimal(digest))
        try numbering.advance(question, in: entry.books)
        try write(issued, document, digest, corrects: corrected.id, in: entry)
        try AdvanceDeduction.write(deductions, of: issued.id, in: entry)
        if let draft { try entry.remove(draft) }
        let seal = IssueSeal(
            document: issued, net: document.net, tax: document.tax, taxes: document.taxes,
            instalments: document.instalments, corrects: corrected.id, deductions: deductions,
            issuedAt: entry.request.now.secondsSince1970, issuedBy: entry.request.actor)
        if case .imported = document.numbering {
            try entry.record(
                "document.imported", of: issued.id, before: nil, after: seal.json, isEvent: false, isFirst: true)
        } else {
            try entry.record(
                LedgerEvent.documentIssued, of: issued.id, before: draft?.stored, after: seal.json, isFirst: true)
            if issued.kind == .creditNote, let invoice = corrected.id {
                try entry.record(LedgerEvent.documentCredited, of: invoice, after: seal.json)
            }
        }
        for job in order.jobs { try entry.enqueue(job, for: issued.id, delaySeconds: order.jobDelaySeconds) }
        return issued
    }

    private static func write(
        _ issued: IssuedDocument, _ document: IssuableDocument, _ digest: [UInt8], corrects: String?,
        in entry: LedgerEntry
    ) throws(ToolkitError) {
        let id = SQLValue.text(issued.id)
        try entry.transaction.run(
            """
            INSERT INTO document (issuer, id, kind, number, template, period, seq, issue_date, due_date, currency,
                customer, net, tax, payable, corrects, content, digest, issued_at, issued_by, entry, lifecycle, delivery,
                signature, submission, paid, refunded, credited, written_off, outstanding, archived, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 'issued',
                'none', 'unsigned', 'none', 0, 0, 0, 0, $21, 0, $18)
            """,
            entry.issuer, id, .text(issued.kind.rawValue), .text(issued.number), .optional(issued.place?.template),
            .optional(issued.place?.period), .optional(issued.place?.sequence), .text(issued.issueDate.description),
            .optional(issued.dueDate?.description), .text(issued.currency), .text(issued.customer),
            .integer(document.net.minorUnits), .integer(document.tax.minorUnits),
            .integer(document.payable.minorUnits), .optional(corrects), .bytes(document.content), .bytes(digest),
            entry.now, .text(entry.request.actor), .integer(entry.nextSequence),
            .integer(document.kind == .proForma ? 0 : document.payable.minorUnits))
        for tax in document.taxes {
            try entry.transaction.run(
                """
                INSERT INTO document_tax (issuer, document, category, rate, taxable, tax)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, entry.issuer, id, .text(tax.category), .integer(tax.rate),
                .integer(tax.taxable.minorUnits), .integer(tax.tax.minorUnits))
        }
        for (index, instalment) in document.instalments.enumerated() {
            try entry.transaction.run(
                """
                INSERT INTO instalment (issuer, document, ordinal, due_date, amount) VALUES ($1, $2, $3, $4, $5)
                """, entry.issuer, id, .integer(index + 1), .text(instalment.due.description),
                .integer(instalment.amount.minorUnits))
        }
    }
}

extension LedgerEntry {
    /// The draft that is to be issued, if there is one; a queued one only when what it waits for is paid.
    fileprivate func draft(of order: IssueOrder) throws(ToolkitError) -> Draft? {
        guard let seen = order.draft else { return nil }
        let draft = try draft(seen)
        guard draft.isQueued else { return draft }
        let awaited = try awaited(by: draft)
        guard let awaited, awaited.lifecycle == .issued, awaited.payment == .paid else {
            throw ToolkitError(
                .draftWaiting, "The draft waits for an invoice that is not paid.",
                fix: "Wait until it is paid, or take the draft out of the queue.")
        }
        return draft
    }
}

extension IssuableDocument {
    /// - Throws: `document.instalments`.
    fileprivate func requireWholeInstalments() throws(ToolkitError) {
        guard !instalments.isEmpty else { return }
        var sum = Money.zero
        for instalment in instalments { sum = try sum.adding(instalment.amount) }
        guard sum == payable else {
            throw ToolkitError(
                .documentInstalments, "The instalments do not add up to the payable amount.",
                fix: "Let the last instalment take the rest.")
        }
    }
}

extension ToolkitError {
    static var numberTaken: ToolkitError {
        ToolkitError(
            .numberTaken, "Another document of this issuer has this number already.",
            fix: "Give another number, or let a series choose it.")
    }
}

extension ToolkitError.Code {
    /// The number belongs to another document.
    public static let numberTaken = Self("number.taken", .state)
    /// Instalments and payable amount differ.
    public static let documentInstalments = Self("document.instalments", .state)
    /// A queued draft whose condition is not fulfilled.
    public static let draftWaiting = Self("draft.waiting", .state)
}
