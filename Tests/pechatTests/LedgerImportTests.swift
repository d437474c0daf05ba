import Foundation
import TestSupport
import Testing

@Suite("pechat ledger import, series, draft and signed statements")
struct LedgerImportTests {
    /// Writes documents of the sample, one a line, with some members changed.
    private func lines(_ desk: LedgerDesk, _ changes: [[String: Any?]]) throws -> String {
        var text = Data()
        for change in changes {
            text += try Data(contentsOf: URL(fileURLWithPath: desk.invoice("services", change))) + Data("\n".utf8)
        }
        let name = "\(desk.folder)/import-\(UInt64.random(in: 0 ... .max)).ndjson"
        try text.write(to: URL(fileURLWithPath: name))
        return name
    }

    @Test("a series goes on where another system ended, and its documents come in by import")
    func importing() throws {
        try LedgerDesk.with { desk in
            let begin = ["series", "begin", "FAK-{yyyy}-{seq:4}", "--day", "2026-11-01", "--issuer", "4030995135699"]
            func begun(_ last: String) throws -> Tool.Outcome {
                try Program.run(begin + ["--after", last, "--ledger", desk.ledger, "--now", "2026-11-20T12:00:00Z"])
            }
            let seller =
                try JSONSerialization.jsonObject(
                    with: Data(contentsOf: URL(fileURLWithPath: desk.invoice()))) as? [String: Any]
            let party = try #require(seller?["seller"] as? [String: Any])
            let issuer = try #require(party["taxNumber"] as? String)
            func own(_ words: [String]) -> [String] { words.map { $0 == "4030995135699" ? issuer : $0 } }
            let first = try Program.run(
                own(begin) + ["--after", "1234", "--ledger", desk.ledger, "--now", "2026-11-20T12:00:00Z"])
            #expect(first.output == "next: FAK-2026-1235\n", "\(first.errors)")
            let again = try Program.run(
                own(begin) + ["--after", "9", "--ledger", desk.ledger, "--now", "2026-11-20T12:00:00Z"])
            #expect(again.status == 7 && again.errors.contains("[series.started]"), "\(again.errors)")
            let numbers = ["FAK-2026-1235", "X/17", "FAK-2026-1236"]
            let file = try lines(desk, numbers.map { ["number": $0, "issueDate": "2026-11-20"] })
            let trial = try desk.run("ledger", "import", file, "--dry-run")
            #expect(trial.output == "3 entered, 0 known (nothing was changed)\n", "\(trial.errors)")
            #expect(try desk.run("ledger", "import", file).output == "3 entered, 0 known\n")
            #expect(try desk.run("ledger", "import", file).output == "0 entered, 3 known\n")
            #expect(try desk.run("issue", desk.invoice()).output.hasPrefix("FAK-2026-1237"))
            let gap = try desk.run(
                "ledger", "import",
                lines(
                    desk,
                    [
                        ["number": "FAK-2026-1238"], ["number": "FAK-2026-1240"], ["number": "FAK-2026-1241"],
                    ]))
            #expect(
                gap.status == 7 && gap.output.hasPrefix("1 entered") && gap.errors.contains("[series.gap]"),
                "\(gap.errors)")
            #expect(gap.errors.contains("line 2"), "\(gap.errors)")
            let other = try desk.run("ledger", "import", lines(desk, [["number": "X/17", "notes": ["друго"]]]))
            #expect(other.status == 7 && other.errors.contains("[number.taken]"), "\(other.errors)")
            let bare = try desk.run("ledger", "import", lines(desk, [["notes": ["без број"]]]))
            #expect(bare.status == 1 && bare.errors.contains("[number.missing]"), "\(bare.errors)")
            let year = try desk.run("ledger", "import", lines(desk, [["number": "FAK-2025-1239"]]))
            #expect(year.status == 7 && year.errors.contains("[series.mismatch]"), "\(year.errors)")
            let listed = try desk.plain("series", "list")
            #expect(listed.output.contains("1235") && listed.output.contains("1239"), "\(listed.output)")
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }

    @Test("a hand that lets a series begin above 1 is found", .needsTool("sqlite3"))
    func hiddenStart() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let hand = """
                DROP INDEX series_insert_guard;
                INSERT INTO series SELECT issuer, 'B-{seq}', '', 500, 500, last_date FROM series
                """
            #expect(try Tool.run("sqlite3", [desk.ledger, hand]).status == 0)
            let audit = try desk.plain("ledger", "audit")
            #expect(audit.status == 1 && audit.errors.contains("[series.start]"), "\(audit.errors)")
        }
    }

    @Test("a signed statement verifies, says what the audit found, and fails when it is changed")
    func statement() throws {
        try LedgerDesk.with { desk in
            let now = Date().formatted(.iso8601)
            let issued = try desk.run("issue", desk.invoice(), "--date", "today", now: now)
            #expect(issued.status == 0, "\(issued.errors)")
            #expect(try Program.run(["cert", "make-test", "--out", "\(desk.folder)/key"]).status == 0)
            let file = "\(desk.folder)/audit.jws"
            let audit = try desk.run(
                "ledger", "audit", "--statement", file, "--key", "\(desk.folder)/key/signer.p12", "--password-file",
                "\(desk.folder)/key/password.txt", now: now)
            #expect(audit.status == 0, "\(audit.errors)")
            let verify = ["verify", file, "--trust", "\(desk.folder)/key/ca.pem", "--json"]
            let verified = try Program.run(verify)
            #expect(
                verified.status == 0 && verified.output.replacing(" ", with: "").contains("\"status\":\"passed\""),
                "\(verified.output)")
            let signed = try String(contentsOfFile: file, encoding: .utf8)
            let parts = signed.split(separator: ".").map(String.init)
            var payload = parts[1].replacing("-", with: "+").replacing("_", with: "/")
            payload += String(repeating: "=", count: (4 - payload.count % 4) % 4)
            let json = try #require(Data(base64Encoded: payload))
            let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            let books = try #require((object["issuers"] as? [[String: Any]])?.first)
            #expect(object["statement"] as? String == "ledger-audit" && books["passed"] as? Bool == true)
            #expect(try desk.plain("ledger", "audit").output.contains(try #require(books["head"] as? String)))
            let ends = try #require(books["seriesEnds"] as? [[String: Any]])
            #expect(ends.first?["next"] as? Int == 2)
            let other = String(decoding: json, as: UTF8.self).replacing("\"passed\":true", with: "\"passed\":false")
            let changed = Data(other.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            try "\(parts[0]).\(changed).\(parts[2])".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(try Program.run(verify).status != 0)
            #expect(try desk.plain("ledger", "audit", "--statement", file).status == 2)
        }
    }

    @Test("a draft is kept, changed, refused in an old version, issued under its id, and thrown away")
    func drafts() throws {
        try LedgerDesk.with { desk in
            let unfinished = try desk.invoice("services", ["lines": nil])
            let created = try desk.run("draft", "create", unfinished, "--quiet")
            let id = created.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(created.status == 0 && !id.isEmpty, "\(created.errors)")
            #expect(try desk.plain("draft", "list").output.contains(id))
            let early = try desk.run("draft", "issue", id)
            #expect(early.status == 1 && early.errors.contains("BG-25"), "\(early.errors)")
            let trial = try desk.run("draft", "delete", id, "--dry-run")
            #expect(trial.status == 0, "\(trial.errors)")
            let invoice = try desk.invoice()
            #expect(try desk.run("draft", "change", id, invoice, "--version", "1").output.contains("version 2"))
            let stale = try desk.run("draft", "change", id, invoice, "--version", "1")
            #expect(stale.status == 7 && stale.errors.contains("[draft.stale]"), "\(stale.errors)")
            #expect(
                try Data(desk.plain("draft", "show", id).output.utf8) == Data(contentsOf: URL(fileURLWithPath: invoice))
            )
            #expect(try desk.run("draft", "issue", id, "--dry-run").output.hasPrefix("FAK-2026-0001 (not taken)"))
            for _ in 0..<2 {
                let issued = try desk.run("draft", "issue", id, "--idempotency-key", "d")
                #expect(issued.status == 0 && issued.output.hasPrefix("FAK-2026-0001"), "\(issued.errors)")
            }
            #expect(try desk.run("draft", "issue", id).status == 7)
            #expect(try desk.plain("draft", "show", id).errors.contains("[draft.unknown]"))
            let second = try desk.run("draft", "create", invoice, "--quiet").output
                .trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try desk.run("draft", "delete", second).status == 0)
            #expect(try desk.plain("draft", "list").output.contains(second) == false)
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }

    @Test("an internal draft waits until its invoice is paid")
    func queued() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let created = try desk.run(
                "draft", "create", desk.invoice(), "--internal", "--after-payment-of", "FAK-2026-0001", "--quiet")
            let id = created.output.trimmingCharacters(in: .whitespacesAndNewlines)
            let refused = try desk.run("draft", "queue", id)
            #expect(refused.status == 1 && refused.errors.contains("[queue.rule-7]"), "\(refused.errors)")
            #expect(try desk.run("draft", "queue", id, "--journal", "14").status == 0)
            #expect(try desk.run("draft", "change", id, desk.invoice()).errors.contains("[draft.queued]"))
            #expect(try desk.run("draft", "issue").output.isEmpty)
            #expect(try desk.run("draft", "issue", id).errors.contains("[draft.waiting]"))
            #expect(try desk.run("pay", "FAK-2026-0001").status == 0)
            #expect(try desk.plain("draft", "list", "--ready").output.contains(id))
            let issued = try desk.run("draft", "issue")
            #expect(issued.status == 0 && issued.output.hasPrefix("FAK-2026-0002"), "\(issued.errors)")
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }
}
