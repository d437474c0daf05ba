import Foundation
import TestSupport
import Testing

@Suite("pechat validate")
struct ValidateTests {
    private static let sample = "\(PackageFolder.root)/samples/goods/invoice.ubl.xml"

    private static func text() throws -> String { try String(contentsOfFile: sample, encoding: .utf8) }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func lines(_ outcome: Tool.Outcome) throws -> [[String: Any]] {
        try outcome.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private static func failed(_ line: [String: Any]) -> [[String: Any]] { line["failed"] as? [[String: Any]] ?? [] }

    @Test("verdicts and exit codes: valid 0, invalid 1, undecided and unreadable 3; the highest of several counts")
    func exits() throws {
        try Tool.withTemporaryFolder { folder in
            let text = try Self.text()
            try Self.write(text, to: "\(folder)/0.xml")
            try Self.write(text.replacing(/(PayableAmount currencyID="MKD">)\d/) { "\($0.1)9" }, to: "\(folder)/1.xml")
            try Self.write(text.replacing(/(PayableAmount currencyID="MKD">)\d+/) { "\($0.1)x" }, to: "\(folder)/3.xml")
            for code in [0, 1, 3] {
                #expect(try Program.run(["validate", "\(folder)/\(code).xml", "--quiet"]).status == code)
            }
            let paths = ["0", "1", "3", "4"].map { "\(folder)/\($0).xml" }.joined(separator: "\n")
            let outcome = try Program.run(["validate", "--stdin-paths", "--jsonl"], input: Array(paths.utf8))
            #expect(outcome.status == 3)
            let lines = try Self.lines(outcome)
            #expect(lines.map { $0["verdict"] as? String } == ["valid", "invalid", "undecided", "undecided"])
            for line in lines { #expect(Set(line.keys) == ["file", "verdict", "failed", "error"]) }
            #expect(lines[0]["error"] is NSNull && lines[1]["error"] is NSNull)
            #expect(lines[2]["error"] is String && lines[3]["error"] is String)
            let failure = try #require(Self.failed(lines[1]).first)
            #expect(failure["id"] as? String == "BR-CO-16" && failure["flag"] as? String == "fatal")
            #expect(failure["line"] is Int && (failure["location"] as? String)?.hasPrefix("/Invoice") == true)
            #expect(Self.failed(lines[2]).contains { $0["flag"] as? String == "error" && $0["error"] is String })
        }
    }

    @Test("JSON points to its own fields, with advice in the language that is asked for")
    func pointers() throws {
        let source = try String(contentsOfFile: "\(PackageFolder.root)/samples/serbian/invoice.json", encoding: .utf8)
        let input = source.replacing(/,?\s*"postalCode": *"15300"/, with: "")
        #expect(input != source)
        let outcome = try Program.run(["validate", "-", "--jsonl", "--language", "mk"], input: Array(input.utf8))
        #expect(outcome.status == 1)
        let failure = try #require(try Self.lines(outcome).flatMap(Self.failed).first)
        #expect(failure["id"] as? String == "PECHAT-RS-25")
        #expect(failure["pointer"] as? String == "/buyer/address/postalCode")
        let term = (failure["terms"] as? [[String: String]])?.first
        #expect(term?["id"] == "BT-53" && term?["name"]?.contains("Поштенски") == true)
        let text = try Program.run(["validate", "-"], input: Array(input.utf8)).output
        #expect(text.contains("/buyer/address/postalCode") && text.contains("[PECHAT-RS-25]"))
        // Making it is possible; with --check what the portal will say is told as a warning.
        for (words, isTold) in [(["--check"], true), ([], false)] {
            let made = try Program.run(["xml", "-", "-o", "-"] + words, input: Array(input.utf8))
            #expect(made.status == 0 && made.errors.contains("[PECHAT-RS-25]") == isTold)
        }
    }

    @Test("rule files of the user are read with what they include; SVRL goes to a file or to standard output")
    func rules() throws {
        try Tool.withTemporaryFolder { folder in
            let space = "xmlns='http://purl.oclc.org/dsdl/schematron'"
            try FileManager.default.createDirectory(atPath: "\(folder)/r", withIntermediateDirectories: true)
            try Self.write(
                "<schema \(space) queryBinding='xslt2'><include href='r/p.sch'/></schema>", to: "\(folder)/m.sch")
            try Self.write(
                "<pattern \(space)><rule context='/*'><assert id='A' test='false()'>No.</assert></rule></pattern>",
                to: "\(folder)/r/p.sch")
            let rules = ["--rules", "\(folder)/m.sch"]
            let outcome = try Program.run(["validate", Self.sample, "--svrl", "-"] + rules)
            #expect(outcome.status == 1 && outcome.output.hasPrefix("<?xml") && outcome.errors.contains("[A]"))
            let file = try Program.run(["validate", Self.sample, "--svrl", "\(folder)/report", "--jsonl"] + rules)
            #expect(try String(contentsOfFile: "\(folder)/report", encoding: .utf8) == outcome.output)
            #expect(try Self.lines(file).flatMap(Self.failed).compactMap { $0["id"] as? String } == ["A"])
            let schema = "<schema \(space) queryBinding='xslt2'><include href='../r/p.sch'/></schema>"
            try Self.write(schema, to: "\(folder)/r/out.sch")
            let outside = try Program.run(["validate", Self.sample, "--rules", "\(folder)/r/out.sch"])
            #expect(outside.status == 3 && outside.errors.contains("leads out of the rule file's folder"))
            #expect(try Program.run(["validate", Self.sample, "--rules", "\(folder)/none.sch"]).status == 3)
        }
    }

    @Test(
        "a command line that cannot be meant is refused",
        arguments: [
            ["a", "b", "--svrl", "x"], ["a", "--svrl", "-", "--jsonl"], ["a", "--repeated-contexts", "repaired"],
            ["-", "--rules", "-"], ["a", "--language", "de"], [],
        ])
    func usage(words: [String]) throws {
        #expect(try Program.run(["validate"] + words).status == 2)
    }

    /// Documents and rules that were made to take a machine down.
    @Test("hostile input is refused or bounded in time and memory")
    func hostile() throws {
        try Tool.withTemporaryFolder { folder in
            let bomb = (1...9).map { level in
                "<!ENTITY e\(level) \"\(String(repeating: "&e\(level - 1);", count: 10))\">"
            }.joined()
            try Self.write("<!DOCTYPE a [<!ENTITY e0 \"x\">\(bomb)]><a>&e9;</a>", to: "\(folder)/bomb.xml")
            let deep = 100_000
            try Self.write(
                String(repeating: "<a>", count: deep) + String(repeating: "</a>", count: deep), to: "\(folder)/deep.xml"
            )
            let long =
                "{ printf '<a>'; head -c 104857600 /dev/zero | tr '\\0' x; printf '</a>'; } > '\(folder)/long.xml'"
            #expect(try Tool.run("sh", ["-c", long]).status == 0)
            let text = try Self.text()
            let note = "<cbc:Note>\(String(repeating: "a", count: 1 << 18))!</cbc:Note>"
            try Self.write(
                text.replacing("</cbc:InvoiceTypeCode>", with: "</cbc:InvoiceTypeCode>\(note)"),
                to: "\(folder)/note.xml")
            try Self.write(
                """
                <schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'>
                <ns prefix='cbc' uri='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'/>
                <pattern><rule context='cbc:Note'><assert id='A' test="matches(., '^(a+)+$') or matches(., '^(a|aa)*$')"/>
                </rule></pattern></schema>
                """, to: "\(folder)/r.sch")
            for (file, code) in [("bomb", "xml.hasDTD"), ("deep", "xml.tooDeep"), ("long", "TooLarge")] {
                let outcome = try Tool.run(
                    "timeout",
                    ["20", "sh", "-c", "ulimit -v 4000000; '\(Program.path)' validate \(folder)/\(file).xml"])
                #expect(outcome.status == 3, "\(file): \(outcome.errors)")
                #expect(outcome.output.lowercased().contains(code.lowercased()), "\(outcome.output)")
            }
            let started = Date()
            let outcome = try Program.run(["validate", "\(folder)/note.xml", "--rules", "\(folder)/r.sch", "--jsonl"])
            #expect(outcome.status == 1 && Date().timeIntervalSince(started) < 60)
            #expect(try Self.lines(outcome).flatMap(Self.failed).contains { $0["id"] as? String == "A" })
        }
    }

    @Test("by CEN's own file the official examples are valid, all in one process", .needsSharedFolder)
    func official() throws {
        let folder = "vectors/rules/cen-examples"
        let names = SharedFolder.names(in: folder).map { SharedFolder.path("\(folder)/\($0)") }
        let rules = SharedFolder.path("vectors/rules/cen/EN16931-UBL-validation.sch")
        for arguments in [["--rules", rules], []] {
            let outcome = try Program.run(["validate", "--jsonl"] + arguments + names)
            let verdicts = try Self.lines(outcome).map { $0["verdict"] as? String }
            #expect(verdicts == names.map { _ in "valid" })
        }
    }
}
