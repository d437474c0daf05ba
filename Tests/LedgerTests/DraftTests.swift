import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Drafts and the queue of internal invoices")
struct DraftTests {
    private func content(
        _ text: String = "{}", customer: String? = "4057009501234", isInternal: Bool = true, waitsFor: String? = nil
    ) -> DraftContent {
        DraftContent(
            kind: .invoice, customer: customer, isInternal: isInternal, issueWhen: waitsFor.map(IssueCondition.paid),
            content: Array(text.utf8))
    }

    private let debtors: (String) -> InternalDebtor? = { _ in InternalDebtor(journalNumber: "17") }

    @Test(
        "a draft is edited in the version that was seen, and deleted without a trace in the numbers",
        arguments: Books.engines)
    func editing(engine: StoreEngine) throws {
        let books = try Books(engine)
        let draft = try books.ledger.save(content("{\"a\":1}"), books.request(key: "s"))
        #expect(try books.ledger.save(content("{\"a\":1}"), books.request(key: "s")) == draft)
        #expect(
            code { _ = try books.ledger.save(content("{\"a\":2}"), books.request(key: "s")) } == "idempotency.reused")
        let first = DraftVersion(draft.id, version: 1)
        let second = try books.ledger.edit(first, content("{\"a\":2}"), books.request())
        #expect(second.version == 2 && second.id == draft.id && second.digest != draft.digest)
        #expect(code { _ = try books.ledger.edit(first, content(), books.request()) } == "draft.stale")
        #expect(code { _ = try books.ledger.delete(first, books.request()) } == "draft.stale")
        let kept = try #require(try books.ledger.draft(draft.id, issuer: Books.issuer))
        #expect(kept.draft == second && kept.content == Array("{\"a\":2}".utf8))
        let other = try books.ledger.save(content(), books.request())
        #expect(try books.ledger.drafts(issuer: Books.issuer).map(\.id) == [draft.id, other.id])
        #expect(try books.ledger.drafts(issuer: Books.issuer, after: draft.id).map(\.id) == [other.id])
        _ = try books.ledger.delete(DraftVersion(draft.id, version: 2), books.request())
        #expect(
            code { _ = try books.ledger.delete(DraftVersion(draft.id, version: 2), books.request()) } == "draft.unknown"
        )
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0001")
        #expect(try books.broken().isEmpty)
    }

    @Test("issuing a draft uses it up and keeps its id; a refused issue leaves it as it was", arguments: Books.engines)
    func issue(engine: StoreEngine) throws {
        let books = try Books(engine)
        let draft = try books.ledger.save(content(), books.request())
        let seen = DraftVersion(draft.id, version: 1)
        #expect(
            code { _ = try books.ledger.issue(books.order(draft: DraftVersion(draft.id, version: 2))) } == "draft.stale"
        )
        _ = try books.ledger.issue(books.order(on: "2026-11-21"))
        #expect(code { _ = try books.ledger.issue(books.order(draft: seen)) } == "series.dateBackward")
        #expect(try books.ledger.draft(draft.id, issuer: Books.issuer) != nil)
        let issued = try books.ledger.issue(books.order(on: "2026-11-21", key: "k", draft: seen))
        #expect(issued.id == draft.id && issued.number == "FAK-2026-0002")
        #expect(try books.ledger.draft(draft.id, issuer: Books.issuer) == nil)
        #expect(try books.ledger.issue(books.order(on: "2026-11-21", key: "k", draft: seen)) == issued)
        #expect(code { _ = try books.ledger.issue(books.order(on: "2026-11-21", draft: seen)) } == "draft.unknown")
        #expect(try books.broken().isEmpty)
    }

    /// What is wrong with a draft (internal, invoice, customer, debtor), and all the rules that refuse it.
    static let rules: [(name: String, rules: [Int])] = [
        ("nothing", []), ("external", [3]), ("no condition", [4, 5]), ("empty condition", [4, 5]),
        ("unknown invoice", [5]), ("void invoice", [5]), ("credit note", [5]), ("no customer", [6, 7, 8]),
        ("unknown debtor", [7, 8]), ("no journal", [8]), ("everything", [3, 4, 5, 6, 7, 8]),
    ]

    @Test("row 61: the conditions are checked together and refuse each on its own", arguments: rules, Books.engines)
    func queueRules(fault: (name: String, rules: [Int]), engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let note = try books.creditNote(1, of: invoice)
        let gone = try books.ledger.issue(books.order())
        _ = try books.void(gone.id)
        let target: String? =
            switch fault.name {
            case "no condition", "everything": nil
            case "empty condition": ""
            case "unknown invoice": "id-0"
            case "void invoice": gone.id
            case "credit note": note.id
            default: invoice.id
            }
        let draft = try books.ledger.save(
            content(
                customer: fault.name == "no customer" || fault.name == "everything" ? nil : "4057009501234",
                isInternal: fault.name != "external" && fault.name != "everything", waitsFor: target), books.request())
        let outcome = try books.ledger.queue(
            draft.id,
            debtors: { _ in
                fault.name == "unknown debtor"
                    ? nil : InternalDebtor(journalNumber: fault.name == "no journal" ? nil : "17")
            }, books.request())
        switch outcome {
        case .queued(let queued): #expect(fault.rules.isEmpty && queued.isQueued && queued.version == 2)
        case .refused(let report): #expect(report.findings.map(\.rule) == fault.rules.map { "queue.rule-\($0)" })
        }
        #expect(try books.ledger.draft(draft.id, issuer: Books.issuer)?.draft.isQueued == fault.rules.isEmpty)
        #expect(try books.broken().isEmpty)
    }

    @Test(
        "row 61: what is no draft, or queued already, is refused; a refusal is not kept under its key",
        arguments: Books.engines)
    func queueStates(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        func rules(_ id: String, key: String? = nil) throws -> [String] {
            let outcome = try books.ledger.queue(id, debtors: debtors, books.request(key: key))
            return if case .refused(let report) = outcome { report.findings.map(\.rule) } else { [] }
        }
        #expect(try rules("id-0") == ["queue.rule-1"])
        #expect(try rules(invoice.id) == ["queue.rule-2"])
        let draft = try books.ledger.save(content(), books.request())
        #expect(try rules(draft.id, key: "q") == ["queue.rule-4", "queue.rule-5"])
        _ = try books.ledger.edit(DraftVersion(draft.id, version: 1), content(waitsFor: invoice.id), books.request())
        #expect(try rules(draft.id, key: "q").isEmpty)
        #expect(try rules(draft.id, key: "q").isEmpty)
        #expect(try rules(draft.id) == ["queue.rule-2"])
        let queued = DraftVersion(draft.id, version: 3)
        #expect(code { _ = try books.ledger.edit(queued, content(), books.request()) } == "draft.queued")
        #expect(code { _ = try books.ledger.delete(queued, books.request()) } == "draft.queued")
        #expect(try books.ledger.unqueue(queued, books.request()).isQueued == false)
        let free = DraftVersion(draft.id, version: 4)
        #expect(code { _ = try books.ledger.unqueue(free, books.request()) } == "draft.notQueued")
        _ = try books.ledger.delete(free, books.request())
        #expect(try books.broken().isEmpty)
    }

    @Test(
        "a queued draft is ready when its invoice is paid, and not when that is written off, refunded or void",
        arguments: Books.engines)
    func ready(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let draft = try books.ledger.save(content(waitsFor: invoice.id), books.request())
        _ = try books.ledger.save(content(waitsFor: invoice.id), books.request())
        _ = try books.ledger.queue(draft.id, debtors: debtors, books.request())
        let seen = DraftVersion(draft.id, version: 2)
        func ready() throws -> [String] { try books.ledger.readyDrafts(issuer: Books.issuer).map(\.id) }
        #expect(try ready().isEmpty)
        #expect(code { _ = try books.ledger.issue(books.order(draft: seen)) } == "draft.waiting")
        let payment = try books.pay(invoice.id, 118_000)
        #expect(try ready() == [draft.id])
        _ = try books.refund(payment.movement.id, 1)
        #expect(try ready().isEmpty)
        let writeOff = try books.writeOff(invoice.id)
        #expect(try ready().isEmpty)
        _ = try books.ledger.reverse(writeOff.movement.id, reason: "x", books.request())
        _ = try books.pay(invoice.id, 1)
        #expect(try ready() == [draft.id])
        #expect(try books.ledger.issue(books.order(draft: seen)).id == draft.id)
        #expect(try ready().isEmpty)
        #expect(try books.broken().isEmpty)
    }
}
