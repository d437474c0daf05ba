import Foundation
import TestSupport
import Testing

@Suite("Queued drafts: a worker issues them when their invoice is paid")
struct DraftJobTests {
    /// Queues so many internal drafts after one invoice.
    private func queue(_ count: Int, at desk: LedgerDesk) throws {
        #expect(try desk.run("issue", desk.invoice()).status == 0)
        for _ in 0..<count {
            let draft = try desk.run(
                "draft", "create", desk.invoice(), "--internal", "--after-payment-of", "FAK-2026-0001", "--quiet")
            #expect(draft.status == 0, "\(draft.errors)")
            let id = draft.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let queued = try desk.run("draft", "queue", id, "--journal", "7")
            #expect(queued.status == 0, "\(queued.errors)")
        }
    }

    @Test("nothing happens before the payment; then each gets its number, today's date and files, once")
    func issued() throws {
        try LedgerDesk.with { desk in
            try queue(6, at: desk)
            // What leaves the queue is not issued.
            let drafts = try desk.plain("draft", "list").output.split(separator: "\n").dropFirst()
            let last = try #require(drafts.last?.split(separator: " ").first.map(String.init))
            #expect(try desk.run("draft", "unqueue", last).status == 0)
            let early = try desk.run("jobs", "run", "--quiet", now: "2026-11-21T12:00:00Z")
            #expect(early.status == 0, "\(early.errors)")
            #expect(!(try desk.plain("list").output.contains("FAK-2026-0002")))
            #expect(try desk.run("pay", "FAK-2026-0001").status == 0)
            let done = try desk.run("jobs", "run", now: "2026-11-22T12:00:00Z")
            #expect(done.status == 0 && done.output.contains("FAK-2026-0006"), "\(done.errors)")
            #expect(!done.output.contains("FAK-2026-0007"))
            #expect(
                try desk.plain("show", "FAK-2026-0003", "--file", "xml").output.contains("2026-11-22</cbc:IssueDate>"))
            #expect(try desk.run("jobs", "run", now: "2026-11-23T12:00:00Z").output.isEmpty)
            #expect(try desk.plain("draft", "list").output.contains(last))
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }

    @Test("what cannot be issued fails with its reason, and is issued once that is mended")
    func rejected() throws {
        try LedgerDesk.with { desk in
            try queue(1, at: desk)
            #expect(try desk.run("pay", "FAK-2026-0001").status == 0)
            // A document that is dated later holds its series up for a worker whose clock is behind.
            let dated = try desk.invoice("services", ["issueDate": "2026-11-25"])
            let later = try desk.run("issue", dated, now: "2026-11-25T12:00:00Z")
            #expect(later.status == 0, "\(later.errors)")
            let held = try desk.run("jobs", "run", now: "2026-11-22T12:00:00Z")
            #expect(held.status == 6, "\(held.errors)")
            #expect(try desk.plain("jobs", "list").output.contains("draft.issue"))
            let done = try desk.run("jobs", "run", now: "2026-11-26T12:00:00Z")
            #expect(done.status == 0 && done.output.contains("FAK-2026-0003"), "\(done.errors) \(done.output)")
        }
    }
}
