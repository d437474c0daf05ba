import Foundation
import TestSupport
import Testing

@Suite("pechat serve does jobs", .needsTool("curl"))
struct ServeJobsTests {
    /// A configuration for a service on a Unix socket in a folder.
    private static func configure(_ folder: String, workers: Int, onServer: Bool = false) throws {
        let ledger = onServer ? try TestPostgres.shared().newAddress() : "\(folder)/books.db"
        try Data(
            """
            {"listen": ["unix:\(folder)/s"], "ledger": "\(ledger)", "files": "\(folder)/files", "jobWorkers": \(workers)}
            """.utf8
        ).write(to: URL(fileURLWithPath: "\(folder)/config.json"))
    }

    private static func curl(_ folder: String, _ arguments: [String]) throws -> String {
        try Tool.run("curl", ["-s", "--max-time", "30", "--unix-socket", "\(folder)/s"] + arguments).output
    }

    private static func start(_ folder: String) throws -> Process {
        let process = try Program.start(["serve", "--config", "\(folder)/config.json"], output: "\(folder)/out")
        #expect(
            Program.wait { (try? curl(folder, ["http://x/health/ready"]).contains("ready")) ?? false }, "it is ready")
        return process
    }

    private static func submit(_ count: Int, in folder: String) throws -> String {
        let file = "\(folder)/batch.ndjson"
        try Data(BookedService.batch(count)).write(to: URL(fileURLWithPath: file))
        let answer = try curl(
            folder,
            [
                "-H", "Content-Type: application/x-ndjson", "-H", "Idempotency-Key: \(count)", "--data-binary",
                "@\(file)", "http://x/v1/jobs",
            ])
        let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
        return try #require(object?["id"] as? String, "\(answer)")
    }

    @Test(
        "its workers do a batch while events tell how it goes, and the stream ends with the job, on both stores",
        arguments: TestPostgres.isInstalled ? [false, true] : [false])
    func events(onServer: Bool) throws {
        try Tool.withTemporaryFolder { folder in
            try Self.configure(folder, workers: 2, onServer: onServer)
            let process = try Self.start(folder)
            defer { process.terminate() }
            let id = try Self.submit(20, in: folder)
            let events = try Self.curl(folder, ["-N", "http://x/v1/jobs/\(id)/events"])
            let lines = events.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0 == "event: end" }.count == 1 && lines.contains("event: progress"))
            let ids = lines.filter { $0.hasPrefix("id: ") }
            #expect(Set(ids).count == ids.count && ids.last?.contains("completed-20-0-0") == true, "\(ids)")
            let last = String(try #require(ids.last).dropFirst(4))
            let again = ["-o", "\(folder)/none", "-w", "%{http_code}", "-H", "Last-Event-ID: \(last)"]
            #expect(try Self.curl(folder, again + ["http://x/v1/jobs/\(id)/events"]) == "204")
        }
    }

    @Test(
        "SIGTERM lets the documents in hand be finished, ends streams, and the next one goes on without doing any twice"
    )
    func drains() throws {
        try Tool.withTemporaryFolder { folder in
            try Self.configure(folder, workers: 2)
            let first = try Self.start(folder)
            let id = try Self.submit(40, in: folder)
            func job() throws -> [String: Any] {
                let answer = try Self.curl(folder, ["http://x/v1/jobs/\(id)"])
                return try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any] ?? [:]
            }
            #expect(Program.wait { ((try? job()["successful"] as? Int) ?? 0) > 2 })
            first.terminate()
            first.waitUntilExit()
            #expect(first.terminationStatus == 0 && first.terminationReason == .exit)
            let second = try Self.start(folder)
            defer { second.terminate() }
            #expect(Program.wait { (try? job()["state"] as? String) == "completed" })
            let done = try job()
            #expect(done["successful"] as? Int == 40 && done["total"] as? Int == 40)
            let documents = try Self.curl(folder, ["http://x/v1/issuers/\(BookedService.issuer)/documents?limit=1000"])
            let numbers = documents.components(separatedBy: "\"number\":\"FAK-2026-").count - 1
            #expect(numbers == 40, "each once")
        }
    }
}

@Suite(
    "The page in a real browser", .needsTool("chromium"), .needsPython("playwright", "axe_core_python"))
struct PageBrowserTests {
    @Test("is signed in at, uploads, watches, cancels, shows and downloads, and axe finds nothing")
    func drive() throws {
        let script = "\(PackageFolder.root)/scripts/judge-page"
        let outcome = try Tool.run("timeout", ["100", "python3", script, "--sample", Program.path])
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors.suffix(2000))")
    }
}
