import Certificates
import Diagnostics
import Ledger
import Testing

@Suite("Jobs: each is held by one worker at a time")
struct JobQueueTests {
    private static func at(_ time: String) throws -> Timestamp { try Timestamp("2026-11-20T\(time)Z") }

    @Test("workers that take jobs at the same time never get the same one", arguments: Books.engines)
    func claims(engine: StoreEngine) throws {
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
        #expect(try queue.finish(first, .done) == false)
        #expect(try queue.renew(first, at: Self.at("10:02:02"), leaseSeconds: 60) == false)
        #expect(try queue.finish(second, .again(at: Self.at("11:00:00"), problem: "no key")))
        #expect(try queue.claim(9, at: Self.at("10:59:59"), leaseSeconds: 60).isEmpty)
        let third = try #require(try queue.claim(9, at: Self.at("11:00:00"), leaseSeconds: 60).first)
        #expect(try queue.finish(third, .done))
        #expect(try queue.claim(9, at: Self.at("23:00:00"), leaseSeconds: 60).isEmpty)
    }
}
