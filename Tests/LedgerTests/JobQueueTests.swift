import Certificates
import Diagnostics
import Ledger
import Testing

@Suite("Jobs: each is held by one worker at a time")
struct JobQueueTests {
    private static func at(_ time: String) throws -> Timestamp { try Timestamp("2026-11-20T\(time)Z") }

    @Test("workers that take jobs at the same time never get the same one", arguments: Books.engines)
    func threads(engine: StoreEngine) throws {
        let books = try Books(engine)
        for _ in 0..<40 { _ = try books.ledger.issue(books.order()) }
        let queue = JobQueue(books.ledger.store)
        let now = try Self.at("10:00:00")
        let taken = Gathered<JobQueue.Job>()
        Threads.together(8) { _ in
            while let jobs = try? queue.claim(3, at: now, leaseSeconds: 60), !jobs.isEmpty {
                for job in jobs { taken.add(job) }
            }
        }
        let jobs = taken.all
        #expect(jobs.count == 40 && Set(jobs.map(\.id)).count == 40)
    }

    @Test("after the lease another worker gets the job; a late report is refused", arguments: Books.engines)
    func leases(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order())
        let queue = JobQueue(books.ledger.store)
        let first = try #require(try queue.claim(9, at: Self.at("10:00:00"), leaseSeconds: 60).first)
        #expect(try queue.claim(9, at: Self.at("10:00:59"), leaseSeconds: 60).isEmpty)
        #expect(try queue.renew(first, at: Self.at("10:00:59"), leaseSeconds: 60))
        #expect(try queue.claim(9, at: Self.at("10:01:30"), leaseSeconds: 60).isEmpty)
        let second = try #require(try queue.claim(9, at: Self.at("10:02:01"), leaseSeconds: 60).first)
        #expect(second.id == first.id && second.fence == 2 && second.attempts == 2)
        #expect(try queue.finish(first, .done, books.request()) == false)
        #expect(try queue.renew(first, at: Self.at("10:02:02"), leaseSeconds: 60) == false)
        #expect(try queue.giveBack(first, at: Self.at("10:02:02")) == false)
        #expect(try queue.finish(second, .done, books.request(at: "2026-11-20T10:02:10Z")))
        #expect(try queue.claim(9, at: Self.at("23:00:00"), leaseSeconds: 60).isEmpty)
    }

    @Test("a job is tried three times with pauses of 30 s and 120 s, then it failed, is told and can be tried again")
    func tries() throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order())
        let queue = JobQueue(books.ledger.store)
        let board = JobBoard(books.ledger)
        for (time, due) in [("10:00:00", "10:00:30"), ("10:00:30", "10:02:30"), ("10:02:30", nil)] {
            let job = try #require(try queue.claim(1, at: Self.at(time), leaseSeconds: 60).first)
            let ending = JobQueue.Ending.failed(problem: "file.unwritable", isHopeless: false)
            #expect(try queue.finish(job, ending, books.request(at: "2026-11-20T\(time)Z")))
            let record = try board.job(job.id, issuer: Books.issuer)
            #expect(record.problem == "file.unwritable")
            if let due {
                let moment = try Self.at(due)
                #expect(record.state == .pending && record.times.due == moment)
                #expect(try queue.claim(1, at: Self.at(due).adding(seconds: -1), leaseSeconds: 60).isEmpty)
            } else {
                #expect(record.state == .failed && record.attempts == 3)
            }
        }
        let topics = try books.ledger.store.read { transaction throws(ToolkitError) in
            try transaction.rows("SELECT topic FROM audit WHERE topic LIKE 'job.%'")
        }
        #expect(topics == [SQLRow([.text("job.failed")])])
        #expect(try queue.claim(1, at: Self.at("23:00:00"), leaseSeconds: 60).isEmpty)
        let id = try #require(try board.jobs(of: Books.issuer).first?.id)
        #expect(try board.retry(id, books.request(at: "2026-11-20T23:00:00Z")).attempts == 0)
        let job = try #require(try queue.claim(1, at: Self.at("23:00:00"), leaseSeconds: 60).first)
        #expect(try queue.finish(job, .done, books.request()))
        #expect(try books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test(
        "a worker that goes silent three times costs the job its tries, and the sweep gives it up",
        arguments: Books.engines)
    func silent(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order())
        let queue = JobQueue(books.ledger.store)
        for minute in 0..<3 {
            #expect(try queue.claim(1, at: Self.at("10:0\(minute):01"), leaseSeconds: 30).count == 1)
        }
        #expect(try queue.claim(1, at: Self.at("11:00:00"), leaseSeconds: 30).isEmpty)
        let request = try books.request(at: "2026-11-20T11:00:00Z")
        #expect(try queue.sweep(at: Self.at("11:00:00")) { _ in request } == 1)
        let job = try #require(try JobBoard(books.ledger).jobs(of: Books.issuer).first)
        #expect(job.state == .failed && job.problem == "job.leaseOver")
    }

    @Test("the more urgent goes first, and what waited longer than its rank goes before what came just now")
    func priorities() throws {
        let books = try Books()
        let board = JobBoard(books.ledger)
        func submit(_ priority: JobPriority, _ time: String) throws -> String {
            let item = BatchOrder.Item(label: "x", content: [])
            return try board.submit(
                BatchOrder(items: [item], priority: priority), books.request(at: "2026-11-20T\(time)Z")
            ).id
        }
        let low = try submit(.low, "10:00:00")
        let usual = try submit(.default, "10:00:01")
        let high = try submit(.high, "10:00:02")
        // Two levels lower is 600 s: what comes after that time goes behind.
        let late = try submit(.high, "10:10:01")
        let early = try submit(.high, "10:09:59")
        let queue = JobQueue(books.ledger.store)
        var order: [String] = []
        while let job = try queue.claim(1, at: Self.at("10:10:02"), leaseSeconds: 60).first {
            order.append(job.parent ?? "")
        }
        #expect(order == [high, usual, early, low, late])
    }

    @Test("a job that is given back is no try, and goes to the next worker at once")
    func givenBack() throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order())
        let queue = JobQueue(books.ledger.store)
        let first = try #require(try queue.claim(1, at: Self.at("10:00:00"), leaseSeconds: 60).first)
        #expect(try queue.giveBack(first, at: Self.at("10:00:01")))
        let second = try #require(try queue.claim(1, at: Self.at("10:00:01"), leaseSeconds: 60).first)
        #expect(second.attempts == 1 && second.fence == 2)
    }
}
