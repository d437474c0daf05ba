import Certificates
import Diagnostics
import Ledger
import Testing

@Suite("Batches: many documents, each with its outcome")
struct BatchTests {
    private static let states: [JobState: Set<JobState>] = [
        .pending: [.processing, .paused, .completed, .cancelled],
        .processing: [.pending, .paused, .completed, .completedWithErrors, .failed, .cancelled],
        .paused: [.pending, .processing, .completed, .completedWithErrors, .failed, .cancelled],
        .failed: [.pending, .completed], .completedWithErrors: [.pending, .completed], .completed: [], .cancelled: [],
    ]

    @Test("the table of states allows its steps and no others")
    func table() {
        for state in JobState.allCases { #expect(state.followers == Self.states[state], "\(state)") }
        #expect(
            JobItemState.allCases.flatMap { from in from.followers.map { "\(from)>\($0)" } }.sorted() == [
                "failed>pending", "pending>cancelled", "pending>failed", "pending>successful",
            ])
    }

    /// A batch with so many items, a worker's queue and the clock of the test.
    private struct Desk {
        let books: Books
        let board: JobBoard
        let queue: JobQueue
        let id: String

        init(_ engine: StoreEngine, items: Int) throws {
            books = try Books(engine)
            board = JobBoard(books.ledger)
            queue = JobQueue(books.ledger.store)
            let items = (0..<items).map { BatchOrder.Item(label: "line \($0 + 1)", content: Array("{}".utf8)) }
            id = try board.submit(BatchOrder(items: items), books.request()).id
        }

        var now: Timestamp { get throws { try Timestamp("2026-11-20T10:00:00Z") } }
        var job: JobRecord { get throws { try board.job(id, issuer: Books.issuer) } }

        func claim() throws -> JobQueue.Job? { try queue.claim(1, at: now, leaseSeconds: 60).first }

        /// Does an item, or fails it.
        func enter(_ ordinal: Int, in part: JobQueue.Job, succeeds: Bool = true) throws -> JobQueue.Continuation {
            let isLast = ordinal == part.items.upperBound - 1
            var outcome = JobQueue.ItemOutcome.failed(problem: Array("[]".utf8), document: nil)
            if succeeds {
                let order = try books.order(key: "job:\(id):\(ordinal)")
                outcome = .successful(try books.ledger.issue(order), [], isSigned: false)
            }
            return try queue.enter(
                [(ordinal, outcome)], in: part, isLast: isLast, leaseSeconds: 60, books.request())
        }

        /// Brings a job that has its one part in hand or not into a state.
        func bring(to state: JobState) throws {
            switch state {
            case .pending: break
            case .processing: _ = try claim()
            case .paused: _ = try board.pause(id, books.request())
            case .cancelled: _ = try board.cancel(id, books.request())
            case .completed, .completedWithErrors, .failed:
                let part = try #require(try claim())
                _ = try enter(0, in: part, succeeds: state != .failed)
                _ = try enter(1, in: part, succeeds: state == .completed)
            }
            #expect(try job.state == state)
        }
    }

    @Test("every step of a user is taken exactly where the table allows it", arguments: JobState.allCases)
    func everyStep(from: JobState) throws {
        let steps: [(String, JobState, (Desk) throws -> JobRecord, Set<JobState>)] = [
            ("cancel", .cancelled, { try $0.board.cancel($0.id, $0.books.request()) }, [.cancelled]),
            ("pause", .paused, { try $0.board.pause($0.id, $0.books.request()) }, [.paused]),
            ("resume", .pending, { try $0.board.resume($0.id, $0.books.request()) }, [.pending, .processing]),
            ("retry", .pending, { try $0.board.retry($0.id, $0.books.request()) }, []),
        ]
        for (name, next, step, unchanged) in steps {
            let desk = try Desk(.sqlite, items: 2)
            try desk.bring(to: from)
            let isLegal =
                switch name {
                case "retry": [.failed, .completedWithErrors].contains(from)
                case "resume": [.paused, .pending, .processing].contains(from)
                default: unchanged.contains(from) || from.followers.contains(next)
                }
            let failure = code { _ = try step(desk) }
            #expect(failure == (isLegal ? nil : "state.transition"), "\(from) \(name)")
            let after = try desk.job
            if !isLegal || unchanged.contains(from) {
                #expect(after.state == from, "\(from) \(name)")
            } else if name == "cancel", from == .processing {
                #expect(after.state == .processing && after.isToCancel)
            } else {
                #expect(after.state == next, "\(from) \(name)")
            }
            // The same once more is no other step.
            if isLegal, name != "retry" { #expect(code { _ = try step(desk) } == nil, "\(from) \(name) again") }
        }
    }

    @Test("counters are right whatever happens, and the end follows from them", arguments: Books.engines)
    func random(engine: StoreEngine) throws {
        var chance = SystemRandomNumberGenerator()
        let desk = try Desk(engine, items: 70)
        var parts: [JobQueue.Job] = []
        for step in 0..<400 {
            switch Int.random(in: 0..<(step < 300 ? 12 : 8), using: &chance) {
            case 0..<3: if let part = try desk.claim() { parts.append(part) }
            case 3..<8:
                guard let part = parts.randomElement() else { continue }
                guard let open = try desk.queue.open(part, desk.books.request()) else { continue }
                guard let item = open.items.first else {
                    try desk.queue.close(part, desk.books.request())
                    continue
                }
                let next = try desk.queue.enter(
                    [(item.ordinal, .failed(problem: Array("[]".utf8), document: nil))], in: part,
                    isLast: open.items.count == 1, leaseSeconds: 60, desk.books.request())
                if next != .goOn { parts.removeAll { $0 == part } }
            case 8: _ = try? desk.board.pause(desk.id, desk.books.request())
            case 9: _ = try? desk.board.resume(desk.id, desk.books.request())
            case 10: _ = try? desk.board.retry(desk.id, desk.books.request())
            default:
                guard let part = parts.popLast() else { continue }
                _ = try desk.queue.giveBack(part, at: desk.now)
            }
            let counts = try desk.job.counts
            var found: [JobItemState: Int] = [:]
            for item in try desk.board.items(of: desk.id, issuer: Books.issuer) { found[item.state, default: 0] += 1 }
            #expect(counts.failed == found[.failed, default: 0] && counts.processed <= counts.total)
            let isFinal = try desk.job.state.isFinal
            #expect((counts.processed == counts.total) == isFinal)
        }
        _ = try? desk.board.cancel(desk.id, desk.books.request())
        for part in parts { _ = try desk.queue.open(part, desk.books.request()) }
        let job = try desk.job
        #expect(job.state.isFinal && job.counts.processed == 70)
    }

    @Test(
        "a batch that is called off keeps what has its number, and files of it are made later", arguments: Books.engines
    )
    func calledOff(engine: StoreEngine) throws {
        let desk = try Desk(engine, items: 30)
        let part = try #require(try desk.claim())
        #expect(try desk.enter(0, in: part) == .goOn)
        // A worker issued the second one and died before it could tell.
        let issued = try desk.books.ledger.issue(desk.books.order(key: "job:\(desk.id):1"))
        #expect(try desk.board.cancel(desk.id, desk.books.request()).state == .processing)
        #expect(try desk.queue.open(part, desk.books.request()) == nil)
        let job = try desk.job
        #expect(job.state == .cancelled)
        #expect(job.counts == JobCounts(total: 30, successful: 2, failed: 0, cancelled: 28))
        let items = try desk.board.items(of: desk.id, issuer: Books.issuer, in: .successful)
        #expect(items.map(\.number).contains(issued.number))
        var filter = JobBoard.Filter()
        filter.kind = JobKind.files
        #expect(try desk.board.jobs(of: Books.issuer, filter).map(\.subject) == [issued.id])
        #expect(try desk.books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test("progress has the names, the rate and the time that is left")
    func progress() throws {
        let desk = try Desk(.sqlite, items: 40)
        let part = try #require(try desk.claim())
        for ordinal in 0..<10 { _ = try desk.enter(ordinal, in: part) }
        let progress = try desk.job.progress(at: desk.now.adding(seconds: 5))
        #expect(progress.permille == 250 && progress.current == 10 && progress.total == 40)
        #expect(progress.milliRate == 2000 && progress.etaSeconds == 15 && progress.status == .processing)
        #expect(progress.message == "10 of 40")
    }

    @Test("a job that ended is forgotten with its items; one that has not is kept")
    func forgetting() throws {
        let desk = try Desk(.sqlite, items: 2)
        #expect(code { try desk.board.forget(desk.id, desk.books.request()) } == "state.transition")
        try desk.bring(to: .failed)
        #expect(try desk.board.flush(desk.books.request()) == 1)
        #expect(code { _ = try desk.job } == "job.unknown")
        #expect(try desk.board.items(of: desk.id, issuer: Books.issuer).isEmpty)
    }
}
