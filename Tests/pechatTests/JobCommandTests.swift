import Foundation
import TestSupport
import Testing

@Suite("pechat jobs and worker: batches that outlive their workers")
struct JobCommandTests {
    private struct Desk {
        let folder: String
        let ledger: String

        func run(_ words: String...) throws -> Tool.Outcome {
            let touchesFiles = ["jobs submit", "jobs run", "ledger audit"].contains(
                words.prefix(2).joined(separator: " "))
            return try Program.run(words + (touchesFiles || words[0] == "show" ? place : ["--ledger", ledger]))
        }

        var place: [String] { ["--ledger", ledger, "--files", "\(folder)/files"] }

        /// A batch of so many documents after a sample; each fifth one is wrong where `hasFaults` says so.
        func batch(_ count: Int, hasFaults: Bool = false) throws -> String {
            let path = "\(PackageFolder.root)/samples/services/invoice.json"
            let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            var object = try #require(read as? [String: Any])
            object["number"] = nil
            var lines = Data()
            for index in 0..<count {
                object["notes"] = ["document \(index)"]
                object["internalNotes"] = "t0psecret"
                object["currency"] = hasFaults && index % 5 == 4 ? "NONE" : "MKD"
                lines += try JSONSerialization.data(withJSONObject: object) + Data([0x0A])
            }
            let name = "\(folder)/batch.ndjson"
            try lines.write(to: URL(fileURLWithPath: name))
            return name
        }

        func job(_ id: String) throws -> [String: Any] {
            let shown = try run("jobs", "show", id, "--items", "all", "--json")
            let read = try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
            return try #require(read as? [String: Any])
        }

        func progress(_ id: String) -> Int {
            let shown = try? run("jobs", "show", id, "--json")
            let read = shown.flatMap { try? JSONSerialization.jsonObject(with: Data($0.output.utf8)) }
            let job = (read as? [String: Any])?["job"] as? [String: Any]
            return job?["processed"] as? Int ?? 0
        }
    }

    private static func atDesk(server: Bool = false, _ body: (Desk) throws -> Void) throws {
        try Tool.withTemporaryFolder { folder in
            let ledger = server ? try TestPostgres.shared().newAddress() : "\(folder)/books.db"
            try FileManager.default.createDirectory(atPath: "\(folder)/files", withIntermediateDirectories: true)
            try body(Desk(folder: folder, ledger: ledger))
        }
    }

    @Test("a batch is issued, what is wrong is told with pointers, and nothing is done twice")
    func batch() throws {
        try Self.atDesk { desk in
            let input = try desk.batch(10, hasFaults: true)
            let first = try desk.run("jobs", "submit", input, "--idempotency-key", "k")
            let again = try desk.run("jobs", "submit", input, "--idempotency-key", "k")
            #expect(first.status == 0 && first.output == again.output, "\(first.errors)")
            let id = first.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let done = try desk.run("jobs", "run", "--out", "\(desk.folder)/out")
            #expect(done.status == 6, "\(done.errors)")
            #expect(FileManager.default.fileExists(atPath: "\(desk.folder)/out/FAK-2026-0008.pdf"))
            let shown = try desk.job(id)
            let job = try #require(shown["job"] as? [String: Any])
            #expect(job["state"] as? String == "completed_with_errors")
            #expect(job["successful"] as? Int == 8 && job["failed"] as? Int == 2)
            let items = try #require(shown["items"] as? [[String: Any]])
            let errors = items[4]["errors"] as? [[String: Any]]
            #expect(errors?.first?["pointer"] as? String == "/currency", "\(items[4])")
            #expect(try desk.run("jobs", "retry", id).status == 0)
            #expect(try desk.run("jobs", "run").status == 6)
            #expect(try desk.run("list", "--json").output.components(separatedBy: "\"number\"").count == 9)
            #expect(try desk.run("jobs", "forget", id).status == 0)
            let audit = try desk.run("ledger", "audit")
            #expect(audit.status == 0, "\(audit.errors)")
        }
    }

    /// Every document of a batch has one number and files, and the books are in order.
    private func expectWhole(_ id: String, _ count: Int, at desk: Desk) throws {
        let shown = try desk.job(id)
        let job = try #require(shown["job"] as? [String: Any])
        #expect(job["state"] as? String == "completed" && job["successful"] as? Int == count, "\(job)")
        let numbers = try #require(shown["items"] as? [[String: Any]]).compactMap { $0["number"] as? String }
        let wanted = (1...count).map { "FAK-2026-" + String(String($0 + 10_000).dropFirst()) }
        #expect(numbers.sorted() == wanted)
        let audit = try desk.run("ledger", "audit")
        #expect(audit.status == 0, "\(audit.errors) \(audit.output)")
        for number in [wanted[0], wanted[count - 1]] {
            #expect(try desk.run("show", number, "--file", "xml").output.contains("<cbc:ID>\(number)</cbc:ID>"))
        }
    }

    private func crash(server: Bool) throws {
        try Self.atDesk(server: server) { desk in
            let count = 150
            let submitted = try desk.run("jobs", "submit", desk.batch(count))
            let id = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(submitted.status == 0, "\(submitted.errors)")
            for round in 1...2 {
                let workers = try (0..<2).map { index in
                    try Program.start(
                        ["worker", "--quiet", "--workers", "1"] + desk.place,
                        output: "\(desk.folder)/worker-\(round)-\(index)")
                }
                try #require(Program.wait(until: { desk.progress(id) >= round * 40 - 25 }), "round \(round)")
                for worker in workers { kill(worker.processIdentifier, SIGKILL) }
                for worker in workers { worker.waitUntilExit() }
                try freeLeases(desk, server)
            }
            #expect(desk.progress(id) < count)
            // The last one is asked to stop in between, and gives back what it has.
            let graceful = try Program.start(
                ["worker", "--quiet", "--workers", "2"] + desk.place, output: "\(desk.folder)/graceful")
            #expect(Program.wait(until: { desk.progress(id) >= 90 }))
            kill(graceful.processIdentifier, SIGTERM)
            graceful.waitUntilExit()
            #expect(graceful.terminationStatus == 0)
            #expect(try desk.run("jobs", "run", "--quiet").status == 0)
            try expectWhole(id, count, at: desk)
        }
    }

    /// Lets the minute pass that a killed worker's lease lasts.
    private func freeLeases(_ desk: Desk, _ server: Bool) throws {
        let sql = "UPDATE job SET lease_until = 1, attempts = 0 WHERE state = 'processing' AND parent IS NOT NULL"
        if server {
            let schema = desk.ledger.components(separatedBy: "search_path%3D").last ?? ""
            #expect(try TestPostgres.shared().psql("SET search_path TO \(schema); \(sql)").status == 0)
        } else {
            let script = """
                import sqlite3, sys
                with sqlite3.connect(sys.argv[1], timeout=10) as books: books.execute(sys.argv[2])
                """
            #expect(try Tool.python(script, [desk.ledger, sql]).status == 0)
        }
    }

    @Test("SQLite: workers that are killed lose and double nothing; SIGTERM drains", .needsTool("python3"))
    func killedOnSQLite() throws { try crash(server: false) }

    @Test("PostgreSQL: nodes share a batch; killed ones lose and double nothing; SIGTERM drains", .needsPostgres)
    func killedOnPostgres() throws { try crash(server: true) }
}
