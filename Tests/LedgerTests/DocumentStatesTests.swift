import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("States of documents and movements")
struct DocumentStatesTests {
    /// Every legal step of an axis; all other pairs are refused.
    static let delivery: Set = [
        "none>sent", "none>failed", "sent>sent", "sent>viewed", "sent>failed", "viewed>sent", "viewed>viewed",
        "failed>sent", "failed>failed",
    ]
    static let submission: Set = [
        "none>pending", "pending>pending", "pending>submitted", "pending>accepted", "pending>rejected",
        "pending>needs_attention", "submitted>accepted", "submitted>rejected", "needs_attention>pending",
        "rejected>pending",
    ]

    private func steps<State: AxisState>(_ type: State.Type) -> Set<String> {
        Set(State.allCases.flatMap { from in from.followers.map { "\(from.rawValue)>\($0.rawValue)" } })
    }

    @Test("each axis allows its steps and no others")
    func tables() {
        #expect(steps(LifecycleState.self) == ["issued>void"])
        #expect(steps(DeliveryState.self) == Self.delivery)
        #expect(steps(SignatureState.self) == ["unsigned>signed", "unsigned>failed", "failed>signed", "failed>failed"])
        #expect(steps(SubmissionState.self) == Self.submission)
    }

    @Test("the ledger takes every pair of states exactly where the table allows it", arguments: Books.engines)
    func everyPair(engine: StoreEngine) throws {
        let books = try Books(engine)
        /// Brings a new document into a state by the shortest way, then tries one step.
        func tries<State: AxisState>(
            _ ways: [State: [State]], _ step: (State) -> AxisStep, _ read: (DocumentStanding) -> State
        ) throws {
            for from in State.allCases {
                for next in State.allCases {
                    let document = try books.ledger.issue(books.order()).id
                    for state in ways[from] ?? [] {
                        _ = try books.ledger.note(step(state), of: document, books.request())
                    }
                    let before = try books.standing(of: document)
                    let outcome = code { _ = try books.ledger.note(step(next), of: document, books.request()) }
                    let isLegal = from.followers.contains(next)
                    #expect(outcome == (isLegal ? nil : "state.transition"), "\(from) > \(next)")
                    #expect(read(before) == from)
                    #expect(try read(books.standing(of: document)) == (isLegal ? next : from))
                }
            }
        }
        try tries(
            [.sent: [.sent], .viewed: [.sent, .viewed], .failed: [.failed]], AxisStep.delivery, \.delivery)
        try tries([.signed: [.signed], .failed: [.failed]], AxisStep.signature, \.signature)
        try tries(
            [
                .pending: [.pending], .submitted: [.pending, .submitted], .accepted: [.pending, .accepted],
                .rejected: [.pending, .rejected], .needsAttention: [.pending, .needsAttention],
            ], AxisStep.submission, \.submission)
        #expect(try books.broken().isEmpty)
    }

    /// Kind, from, to: every legal step of a movement.
    static let movements: Set = [
        "payment.pending>succeeded", "payment.pending>failed", "payment.succeeded>partially_refunded",
        "payment.succeeded>refunded", "payment.partially_refunded>partially_refunded",
        "payment.partially_refunded>refunded", "refund.pending>succeeded", "refund.pending>failed",
        "refund.pending>canceled", "credit.succeeded>reversed", "write-off.succeeded>reversed",
    ]

    @Test("each kind of movement allows its steps and no others")
    func movementTable() {
        var legal: Set<String> = []
        for kind in MovementKind.allCases {
            for from in MovementState.allCases {
                for next in from.followers(of: kind) {
                    legal.insert("\(kind.rawValue).\(from.rawValue)>\(next.rawValue)")
                }
            }
            #expect(!MovementState.first(of: kind).isEmpty)
        }
        #expect(legal == Self.movements)
    }

    @Test(
        "one word for all axes follows from the states, the sums and the day that the caller gives",
        arguments: Books.engines)
    func projections(engine: StoreEngine) throws {
        let books = try Books(engine)
        func words(_ document: String, _ day: String) throws -> String {
            let standing = try books.standing(of: document)
            let mail = MailStatus(standing)?.rawValue ?? "-"
            return "\(DocumentStatus(standing, on: try books.day(day)).rawValue) \(mail)"
        }
        let invoice = try books.ledger.issue(books.order()).id  // due on 20 December 2026
        #expect(try words(invoice, "2026-12-20") == "issued SENT")
        #expect(try words(invoice, "2026-12-21") == "past_due SENT")
        _ = try books.ledger.note(.delivery(.sent), of: invoice, books.request())
        _ = try books.ledger.note(.delivery(.viewed), of: invoice, books.request())
        let payment = try books.pay(invoice, 18_000)
        #expect(try words(invoice, "2026-12-20") == "partially_paid VIEWED")
        #expect(try words(invoice, "2026-12-21") == "past_due VIEWED")
        let writeOff = try books.writeOff(invoice)
        #expect(try words(invoice, "2026-12-21") == "written_off VIEWED")
        _ = try books.ledger.reverse(writeOff.movement.id, reason: "x", books.request())
        let rest = try books.pay(invoice, 100_000)
        #expect(try words(invoice, "2026-12-21") == "paid PAID")
        _ = try books.ledger.archive(invoice, books.request())
        #expect(try words(invoice, "2026-12-21") == "archived PAID")
        _ = try books.ledger.unarchive(invoice, books.request())
        for paid in [payment, rest] { _ = try books.refund(paid.movement.id, nil) }
        _ = try books.void(invoice)
        #expect(try words(invoice, "2026-12-21") == "void -")
        let free = try books.ledger.issue(books.order(payable: 0)).id
        #expect(try words(free, "2027-01-01") == "paid PAID")
        let offer = try books.ledger.issue(books.order(.proForma, series: "PF-{yyyy}-{seq}")).id
        #expect(try words(offer, "2027-01-01") == "issued SENT")
        #expect(try books.broken().isEmpty)
    }

    @Test("what comes in settles the earliest instalment first; each is late on its own day", arguments: Books.engines)
    func instalments(engine: StoreEngine) throws {
        let books = try Books(engine)
        let parts = [(days: 60, amount: 30_000), (days: 0, amount: 50_000), (days: 30, amount: 38_000)]
        let invoice = try books.ledger.issue(books.order(instalments: parts)).id
        func state(_ day: String) throws -> [String] {
            let date = try books.day(day)
            return try books.standing(of: invoice).schedule.map {
                "\($0.due) \($0.outstanding.minorUnits)\($0.isOverdue(on: date) ? " late" : "")"
            }
        }
        #expect(try state("2026-11-20") == ["2026-11-20 50000", "2026-12-20 38000", "2027-01-19 30000"])
        #expect(try state("2026-11-21") == ["2026-11-20 50000 late", "2026-12-20 38000", "2027-01-19 30000"])
        _ = try books.pay(invoice, 60_000)
        #expect(try state("2026-12-21") == ["2026-11-20 0", "2026-12-20 28000 late", "2027-01-19 30000"])
        #expect(try books.standing(of: invoice).isPastDue(on: books.day("2026-12-20")) == false)
        #expect(code { _ = try books.ledger.issue(books.order(instalments: [(1, 117_999)])) } == "document.instalments")
        #expect(try books.broken().isEmpty)
    }
}
