import Foundation
import TestSupport
import Testing

/// The moment at which a test runs, for keys that were made in it.
private enum Timestamp {
    static var now: String { Date().formatted(.iso8601) }
}

@Suite("pechat issue, list, show and ledger: numbers and books")
struct LedgerCommandTests {
    private typealias Desk = LedgerDesk

    private static func atDesk(_ body: (Desk) throws -> Void) throws { try Desk.with(body) }

    @Test("issue gives dense numbers, keeps the files, and the audit passes")
    func issue() throws {
        try Self.atDesk { desk in
            let invoice = try desk.invoice()
            let dry = try desk.run("issue", invoice, "--dry-run")
            #expect(dry.status == 0 && dry.output.hasPrefix("FAK-2026-0001 (not taken)"), "\(dry.errors)")
            for number in ["FAK-2026-0001", "FAK-2026-0002"] {
                let issued = try desk.run("issue", invoice, "--out", "\(desk.folder)/out")
                #expect(issued.status == 0 && issued.output.hasPrefix("\(number)\n"), "\(issued.errors)")
                let text = try Tool.run("pdftotext", ["\(desk.folder)/out/\(number).pdf", "-"]).output
                #expect(text.contains(number))
                let kept = try desk.run("show", number, "--file", "xml")
                #expect(kept.output.contains("<cbc:ID>\(number)</cbc:ID>"))
            }
            let listed = try desk.run("list", "--limit", "1")
            #expect(listed.output.contains("FAK-2026-0002") && listed.errors.contains("--cursor"))
            let audit = try desk.plain("ledger", "audit", "--json")
            #expect(audit.status == 0 && audit.output.contains("\"passed\": true"), "\(audit.output)")
        }
    }

    @Test("what is wrong with a document costs no number")
    func rejected() throws {
        try Self.atDesk { desk in
            let faults: [(String, String)] = [
                (try desk.invoice("services", ["number": "X-1"]), "number.notAllowed"),
                (try desk.invoice("services", ["issueDate": "2026-11-21", "dueDate": nil, "payment": nil]), "DATE-02"),
                (try desk.invoice("services", ["lines": [Any]()]), "BG-25"),
            ]
            for (file, rule) in faults {
                let refused = try desk.run("issue", file)
                #expect(refused.status == 1 && refused.errors.contains(rule), "\(refused.errors)")
            }
            #expect(try desk.run("issue", desk.invoice()).output.hasPrefix("FAK-2026-0001"))
        }
    }

    @Test("a key makes repetition safe, and another document under the key is refused")
    func idempotency() throws {
        try Self.atDesk { desk in
            let invoice = try desk.invoice()
            let first = try desk.run("issue", invoice, "--idempotency-key", "k", "--json")
            let second = try desk.run("issue", invoice, "--idempotency-key", "k", "--json")
            #expect(first.status == 0 && first.output == second.output)
            let other = try desk.run("issue", desk.invoice("services", ["notes": ["x"]]), "--idempotency-key", "k")
            #expect(other.status == 7 && other.errors.contains("idempotency.reused"), "\(other.errors)")
        }
    }

    @Test("the year of a number is that of the day where the seller is, not of the clock in UTC")
    func yearInTheSellersZone() throws {
        try Self.atDesk { desk in
            let invoice = try desk.invoice("services", ["dueDate": nil, "payment": nil])
            let midnight = "2026-12-31T23:30:00Z"
            #expect(try desk.run("issue", invoice, "--date", "today", now: midnight).output.hasPrefix("FAK-2027-0001"))
            let late = try desk.run("issue", invoice, "--date", "today", now: "2026-12-31T22:30:00Z")
            #expect(late.output.hasPrefix("FAK-2026-0001"), "\(late.errors)")
        }
    }

    @Test("files that could not be made leave the number taken and are made later, signed where they were to be")
    func pendingFiles() throws {
        try Self.atDesk { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            #expect(try Program.run(["cert", "make-test", "--out", "\(desk.folder)/key"]).status == 0)
            let key = ["--key", "\(desk.folder)/key/signer.p12", "--password-file", "\(desk.folder)/key/password.txt"]
            // A file where each of the folders of the archive should be.
            let archive = "\(desk.ledger).files"
            try FileManager.default.removeItem(atPath: archive)
            try FileManager.default.createDirectory(atPath: archive, withIntermediateDirectories: true)
            for first in 0..<256 {
                let name = String(first + 256, radix: 16).dropFirst()
                try Data().write(to: URL(fileURLWithPath: "\(archive)/\(name)"))
            }
            let now = Timestamp.now
            let issued = try Program.run(
                ["issue", desk.invoice(), "--ledger", desk.ledger, "--now", now, "--date", "today"] + key)
            #expect(issued.status == 75 && issued.output.hasPrefix("FAK-2026-0002"), "\(issued.errors)")
            #expect(try desk.plain("jobs", "list").output.contains("FAK-2026-0002"))
            try FileManager.default.removeItem(atPath: archive)
            #expect(try Program.run(["jobs", "run", "--ledger", desk.ledger, "--now", now]).status == 6)
            let made = try Program.run(["jobs", "run", "--ledger", desk.ledger, "--now", now] + key)
            #expect(made.status == 0 && made.output.hasPrefix("FAK-2026-0002"), "\(made.errors)")
            #expect(try desk.plain("show", "FAK-2026-0002", "--file", "xml").output.contains("SignedInfo"))
            #expect(try !desk.plain("jobs", "list").output.contains("FAK-2026-0002"))
            let audit = try desk.plain("ledger", "audit")
            #expect(audit.status == 1 && audit.errors.contains("[file.damaged]"), "the first document's files are lost")
        }
    }

    @Test("a backup is a ledger, restores to one, and never overwrites")
    func backup() throws {
        try Self.atDesk { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let copied = try desk.plain("ledger", "backup", "--out", "\(desk.folder)/copy")
            #expect(copied.status == 0, "\(copied.errors)")
            #expect(try desk.plain("ledger", "backup", "--out", "\(desk.folder)/copy").status == 74)
            let restored = try Program.run(["ledger", "restore", "\(desk.folder)/copy", "--out", "\(desk.folder)/new"])
            #expect(restored.status == 0, "\(restored.errors)")
            let shown = try Program.run(["show", "FAK-2026-0001", "--ledger", "\(desk.folder)/new/ledger.db"])
            #expect(shown.status == 0 && shown.output.contains("FAK-2026-0001"))
        }
    }

    @Test("credit takes back a whole invoice once, dated today where the seller is")
    func credit() throws {
        try Self.atDesk { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let out = "\(desk.folder)/out"
            let credit = try desk.run(
                "credit", "FAK-2026-0001", "--reason", "Вратена стока", "--out", out, now: "2026-11-24T23:30:00Z")
            #expect(credit.status == 0 && credit.output.hasPrefix("CN-2026-0001\n"), "\(credit.errors)")
            let text = try Tool.run("pdftotext", ["\(out)/CN-2026-0001.pdf", "-"]).output
            for words in ["Книжно одобрение", "FAK-2026-0001", "25.11.2026", "Вратена стока"] {
                #expect(text.contains(words), "\(words)")
            }
            let again = try desk.run("credit", "FAK-2026-0001", now: "2026-11-25T12:00:00Z")
            #expect(again.status == 7 && again.errors.contains("credit.exceedsInvoice"))
            #expect(try desk.run("credit", "FAK-2026-0009").errors.contains("document.unknown"))
            #expect(try desk.run("debit", desk.invoice()).errors.contains("correction.kind"))
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }

    @Test("a repetition answers as the first time, whatever has happened since")
    func repetition() throws {
        try Self.atDesk { desk in
            let invoice = try desk.invoice("services", ["dueDate": nil, "payment": nil])
            func issue(_ now: String, _ more: String...) throws -> Tool.Outcome {
                try Program.run(
                    [
                        "issue", invoice, "--date", "today", "--idempotency-key", "k", "--ledger", desk.ledger, "--now",
                        now,
                    ]
                        + more)
            }
            #expect(try issue("2026-11-20T12:00:00Z").output == "FAK-2026-0001\n")
            #expect(try desk.run("issue", invoice, "--date", "today", now: "2026-11-25T12:00:00Z").status == 0)
            let again = try issue("2026-11-22T12:00:00Z", "--out", "\(desk.folder)/out")
            #expect(again.status == 0 && again.output.hasPrefix("FAK-2026-0001\n"), "\(again.errors)")
            let text = try Tool.run("pdftotext", ["\(desk.folder)/out/FAK-2026-0001.pdf", "-"]).output
            #expect(text.contains("20.11.2026") && !text.contains("22.11.2026"))
            for now in ["2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z"] {
                let paid = try desk.run("pay", "FAK-2026-0001", "--idempotency-key", "p", now: now)
                #expect(paid.status == 0 && paid.output.contains("outstanding 0.00"), "\(paid.errors)")
            }
            for now in ["2026-11-26T12:00:00Z", "2026-11-27T12:00:00Z"] {
                let credited = try desk.run("credit", "FAK-2026-0002", "--idempotency-key", "c", now: now)
                #expect(credited.status == 0 && credited.output.hasPrefix("CN-2026-0001\n"), "\(credited.errors)")
            }
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }

    @Test("a trial finds what the books forbid, and leaves no trace")
    func trial() throws {
        try Self.atDesk { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            #expect(try desk.run("credit", "FAK-2026-0001", "--dry-run").output.hasPrefix("CN-2026-0001"))
            #expect(try desk.run("credit", "FAK-2026-0001").status == 0)
            #expect(try desk.run("credit", "FAK-2026-0001", "--dry-run").status == 7)
            #expect(try desk.run("pay", "FAK-2026-0001", "1.00", "--dry-run").status == 0)
            #expect(try desk.run("show", "FAK-2026-0001").output.contains("unpaid") == false)
            #expect(try desk.run("pay", "FAK-2026-0001", "--day", "2027-01-01").status == 2)
            let left = try FileManager.default.contentsOfDirectory(atPath: desk.folder).filter { $0.hasPrefix("books") }
            #expect(left.sorted() == ["books.db", "books.db.files"], "the log is in the file when nobody works on it")
        }
    }

    @Test("another program's database is left as it is", .needsTool("sqlite3"))
    func foreignDatabase() throws {
        try Self.atDesk { desk in
            #expect(try Tool.run("sqlite3", [desk.ledger, "CREATE TABLE t (a); INSERT INTO t VALUES (1)"]).status == 0)
            let before = try Data(contentsOf: URL(fileURLWithPath: desk.ledger))
            let refused = try desk.run("issue", desk.invoice())
            #expect(refused.status == 3 && refused.errors.contains("ledger.foreign"), "\(refused.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: desk.ledger)) == before)
        }
    }

    @Test("tables that were never released are told, before anything is asked of them", .needsTool("sqlite3"))
    func unreleasedTables() throws {
        try Self.atDesk { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            #expect(try Tool.run("sqlite3", [desk.ledger, "CREATE TABLE document_state (a)"]).status == 0)
            for refused in try [desk.run("issue", desk.invoice()), desk.run("list")] {
                #expect(refused.status == 3 && refused.errors.contains("never released"), "\(refused.errors)")
            }
        }
    }

    @Test("a negative amount is no invoice, and a folder that cannot be written costs no number")
    func refusedBeforeTheNumber() throws {
        try Self.atDesk { desk in
            let prepaid = try desk.invoice("services", ["prepaid": [["amount": "99999999.00"]]])
            let negative = try desk.run("issue", prepaid)
            #expect(negative.status == 1 && negative.errors.contains("payable.negative"), "\(negative.errors)")
            try Data().write(to: URL(fileURLWithPath: "\(desk.folder)/file"))
            let unwritable = try desk.run("issue", desk.invoice(), "--out", "\(desk.folder)/file")
            #expect(unwritable.status == 74 && unwritable.output.isEmpty)
            #expect(try desk.run("issue", desk.invoice()).output.hasPrefix("FAK-2026-0001"))
        }
    }

    @Test("the exported audit chain is verified by a few lines of Python", .needsTool("python3"))
    func export() throws {
        try Self.atDesk { desk in
            for _ in 0..<3 { #expect(try desk.run("issue", desk.invoice()).status == 0) }
            #expect(try desk.plain("ledger", "export", "-o", "\(desk.folder)/books.ndjson").status == 0)
            let program = """
                import hashlib, json, sys
                lines = [json.loads(line) for line in open(sys.argv[1])]
                last = "00" * 32
                for line in (line for line in lines if line["type"] == "audit"):
                    assert json.loads(line["entry"])["previous"] == last
                    last = hashlib.sha256(line["entry"].encode()).hexdigest()
                    assert last == line["hash"]
                assert lines[0]["audit_hash"] == last
                print(sum(line["type"] == "document" for line in lines))
                """
            let checked = try Tool.run("python3", ["-c", program, "\(desk.folder)/books.ndjson"])
            #expect(checked.output == "3\n", "\(checked.errors)")
        }
    }
}
