import Foundation
import TestSupport
import Testing

@Suite("pechat ledger: looking changes nothing, copies are whole, versions are told apart")
struct LedgerUpkeepTests {
    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    /// Makes the tables those of version 1, as an earlier pechat left them.
    private func age(_ ledger: String) throws {
        let statements = """
            DROP TRIGGER deduction_update_guard; DROP TRIGGER movement_update_guard;
            DROP TABLE deduction_tax; DROP TABLE deduction; DROP TABLE webhook_delivery; DROP TABLE webhook; ALTER TABLE movement DROP COLUMN announced;
            UPDATE ledger_schema SET version = 1;
            """
        let guards = try Tool.run(
            "sqlite3", [ledger, "SELECT name FROM sqlite_master WHERE name LIKE '%_insert_guard'"])
        let drops = guards.output.split(separator: "\n").map { "DROP INDEX \($0);" }.joined()
        // A trigger of version 1, which is replaced by one of version 2.
        let old = """
            CREATE TRIGGER movement_update_guard BEFORE UPDATE ON movement FOR EACH ROW WHEN NEW.day <> OLD.day
            BEGIN SELECT RAISE(ABORT, 'amounts of movements are final'); END;
            """
        let aged = try Tool.run("sqlite3", [ledger, drops + statements + old])
        #expect(aged.status == 0, "\(aged.errors)")
    }

    /// What a hand does to the file, and how the audit calls it although every row of the books is there.
    static let hands = [
        (
            """
            PRAGMA writable_schema = ON; UPDATE sqlite_master
            SET sql = replace(sql, 'WHERE outstanding <> 0', 'WHERE outstanding = 0') WHERE name = 'document_outstanding'
            """, "audit.file"
        ),
        ("DROP INDEX series_insert_guard", "audit.guard"), ("DROP TRIGGER document_update_guard", "audit.guard"),
    ]

    @Test(
        "an index that disagrees with its table and a missing guard are found", .needsTool("sqlite3"), arguments: hands)
    func damage(hand: String, rule: String) throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            #expect(try desk.plain("ledger", "audit").status == 0)
            let damaged = try Tool.run("sqlite3", [desk.ledger, hand])
            #expect(damaged.status == 0, "\(damaged.errors)")
            let audit = try desk.plain("ledger", "audit")
            #expect(audit.status == 1 && audit.errors.contains("[\(rule)]"), "\(audit.errors)")
            let copy = try desk.plain("ledger", "backup", "--out", "\(desk.folder)/copy")
            #expect(copy.status == 1 && copy.errors.contains("[\(rule)]"), "\(copy.errors)")
        }
    }

    @Test("a page that cannot be read is found, and the books that can be read are audited", .needsTool("sqlite3"))
    func brokenPage() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let question = "SELECT rootpage FROM sqlite_master WHERE name = 'job_due'"
            let root = try Tool.run("sqlite3", [desk.ledger, question])
            let page = try #require(UInt64(root.output.filter(\.isNumber)))
            let file = try #require(FileHandle(forWritingAtPath: desk.ledger))
            try file.seek(toOffset: (page - 1) * 4096)
            try file.write(contentsOf: Data(count: 64))
            try file.close()
            let audit = try desk.plain("ledger", "audit")
            #expect(audit.status == 1 && audit.errors.contains("[audit.file]"), "\(audit.errors)")
            #expect(audit.output.contains("1 documents in 1 series"), "\(audit.output)")
        }
    }

    @Test("an earlier version is refused, backed up as it is, restored up to date, and migrated", .needsTool("sqlite3"))
    func versions() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            try age(desk.ledger)
            let before = try bytes(desk.ledger)
            for command in [["ledger", "audit"], ["list"], ["issue", try desk.invoice()]] {
                let refused = try Program.run(command + ["--ledger", desk.ledger])
                #expect(
                    refused.status == 7 && refused.errors.contains("[ledger.outdated]"), "\(command) \(refused.errors)")
            }
            let copy = try desk.plain("ledger", "backup", "--out", "\(desk.folder)/copy/")
            #expect(copy.status == 0 && copy.errors.contains("not audited"), "\(copy.errors)")
            #expect(try names("\(desk.folder)/copy") == ["ledger.db", "ledger.db.files"])
            let copied = try bytes("\(desk.folder)/copy/ledger.db")
            let restored = try Program.run(["ledger", "restore", "\(desk.folder)/copy", "--out", "\(desk.folder)/new"])
            #expect(restored.status == 0, "\(restored.errors)")
            #expect(try bytes("\(desk.folder)/copy/ledger.db") == copied)
            #expect(try Program.run(["ledger", "audit", "--ledger", "\(desk.folder)/new/ledger.db"]).status == 0)
            #expect(
                try desk.plain("ledger", "migrate", "--dry-run").output == "from version 1 to 2 (nothing was changed)\n"
            )
            #expect(try bytes(desk.ledger) == before)
            #expect(try desk.plain("ledger", "migrate").output == "from version 1 to 2\n")
            #expect(try desk.plain("ledger", "migrate").output == "up to date: version 2\n")
            #expect(try desk.plain("ledger", "audit").status == 0)
            #expect(try desk.run("issue", desk.invoice()).output.hasPrefix("FAK-2026-0002"))
            #expect(try Tool.run("sqlite3", [desk.ledger, "UPDATE ledger_schema SET version = 99"]).status == 0)
            for command in [
                ["ledger", "audit"], ["ledger", "migrate"], ["ledger", "backup", "--out", "\(desk.folder)/b"],
            ] {
                let refused = try Program.run(command + ["--ledger", desk.ledger])
                #expect(refused.status == 7 && refused.errors.contains("[ledger.tooNew]"), "\(refused.errors)")
            }
        }
    }

    @Test("a trial on an empty file or on none leaves it so")
    func emptyFile() throws {
        try LedgerDesk.with { desk in
            let invoice = try desk.invoice()
            let before = try names(desk.folder)
            let none = try desk.run("issue", invoice, "--dry-run")
            #expect(none.output.hasPrefix("FAK-2026-0001 (not taken)"), "\(none.errors)")
            #expect(try names(desk.folder) == before)
            try Data().write(to: URL(fileURLWithPath: desk.ledger))
            let there = try names(desk.folder)
            #expect(try desk.run("issue", invoice, "--dry-run").output.hasPrefix("FAK-2026-0001 (not taken)"))
            let begun = try desk.run("series", "begin", "FAK-{seq}", "--after", "7", "--issuer", "1", "--dry-run")
            #expect(begun.output == "next: FAK-8 (nothing was changed)\n", "\(begun.errors)")
            #expect(try desk.plain("ledger", "audit").errors.contains("[ledger.empty]"))
            #expect(try names(desk.folder) == there && bytes(desk.ledger).isEmpty)
        }
    }

    @Test("a copy that fails leaves nothing behind")
    func failedCopy() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            try FileManager.default.removeItem(atPath: "\(desk.ledger).files")
            let before = try names(desk.folder)
            let failed = try desk.plain("ledger", "backup", "--out", "\(desk.folder)/copy")
            #expect(failed.status == 3, "\(failed.errors)")
            #expect(try names(desk.folder).filter { $0.hasPrefix("copy") }.isEmpty, "\(before)")
        }
    }

    @Test("a ledger on media that cannot be written is audited and listed", .needsMounts)
    func readOnlyMedia() throws {
        try LedgerDesk.with { desk in
            let folder = "\(desk.folder)/media %#?"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let ledger = "\(folder)/books.db"
            let issued = try Program.run(
                ["issue", try desk.invoice(), "--ledger", ledger, "--now", "2026-11-20T12:00:00Z"])
            #expect(issued.status == 0, "\(issued.errors)")
            let script = """
                mount --bind "$2" "$2" && mount -o remount,ro,bind "$2" || exit 7
                touch "$2/x" 2>/dev/null && exit 9
                "$1" ledger audit --ledger "$2/books.db" && "$1" list --ledger "$2/books.db" && exit 0
                exit 8
                """
            let outcome = try Tool.run("unshare", ["-m", "sh", "-c", script, "sh", Program.path, folder])
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
            #expect(outcome.output.contains(": ok; 1 documents") && outcome.output.contains("FAK-2026-0001"))
            #expect(try names(folder) == ["books.db", "books.db.files"])
        }
    }

    @Test("the files of a linked ledger lie beside the ledger itself")
    func linkedLedger() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let link = "\(desk.folder)/elsewhere"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: desk.ledger)
            let shown = try Program.run(["show", "FAK-2026-0001", "--file", "xml", "--ledger", link])
            #expect(shown.output.contains("<cbc:ID>FAK-2026-0001</cbc:ID>"), "\(shown.errors)")
            let second = try Program.run(
                ["issue", desk.invoice(), "--ledger", link, "--now", "2026-11-20T12:00:00Z"])
            #expect(second.status == 0, "\(second.errors)")
            #expect(try desk.plain("ledger", "audit").status == 0)
            #expect(try !names(desk.folder).contains("elsewhere.files"))
        }
    }

    @Test("a damaged file in the archive is replaced when its bytes come again, and audit --quiet says nothing else")
    func archive() throws {
        try LedgerDesk.with { desk in
            #expect(try desk.run("issue", desk.invoice()).status == 0)
            let quiet = try desk.plain("ledger", "audit", "--quiet")
            #expect(quiet.status == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
            // A second ledger with the same document shares the folder, whose files are empty.
            let files = "\(desk.ledger).files"
            let all = try #require(FileManager.default.enumerator(atPath: files)).compactMap { $0 as? String }
            for name in all.filter({ $0.count > 60 }) { try Data().write(to: URL(fileURLWithPath: "\(files)/\(name)")) }
            let damaged = try desk.plain("ledger", "audit", "--quiet")
            #expect(damaged.status == 1 && damaged.errors.contains("[file.damaged]"))
            let copy = "\(desk.folder)/second.db"
            let second = try Program.run(
                [
                    "issue",
                    try #require(try names(desk.folder).first { $0.hasSuffix(".json") }.map { "\(desk.folder)/\($0)" }),
                    "--ledger", copy, "--files", files, "--now", "2026-11-20T12:00:00Z",
                ])
            #expect(second.status == 0, "\(second.errors)")
            #expect(try desk.plain("ledger", "audit").status == 0)
        }
    }
}
