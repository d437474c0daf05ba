import Foundation
import TestSupport
import Testing

@Suite("pechat under clumsy and hostile use")
struct HostileTests {
    private static let sample = "\(PackageFolder.root)/samples/services/invoice.json"

    /// A document with an amendment, on one line.
    private static func line(_ replacements: [(String, String)] = []) throws -> String {
        var text = try String(contentsOfFile: sample, encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined()
        for (old, new) in replacements {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return text
    }

    /// Runs a line of shell in which `$P` is the program.
    private static func shell(_ script: String, in folder: String) throws -> Tool.Outcome {
        try Tool.run("timeout", ["60", "sh", "-c", "cd '\(folder)'; P='\(Program.path)'; \(script)"])
    }

    private static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    @Test(
        "closed standard streams never put messages into a document", arguments: ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
    func closedStreams(redirection: String) throws {
        try Tool.withTemporaryFolder { folder in
            let input = try Self.line([("\"2026/077\"", "\"N-1 é\""), ("4020006543214", "4020006543211")])
            try Data(input.utf8).write(to: URL(fileURLWithPath: "\(folder)/in.json"))
            #expect(try Self.shell("$P build in.json --out a", in: folder).errors.contains("edb.checkDigit"))
            _ = try Self.shell("$P build in.json --out b \(redirection)", in: folder)
            for ending in ["pdf", "xml", "report.json"] {
                #expect(try Self.bytes("\(folder)/a/N-1 é.\(ending)") == Self.bytes("\(folder)/b/N-1 é.\(ending)"))
            }
        }
    }

    @Test("standard output that is closed or full is an error of the disk", arguments: [">&-", "> /dev/full"])
    func noOutput(redirection: String) throws {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Self.shell("$P xml '\(Self.sample)' \(redirection)", in: folder)
            #expect(outcome.status == 74)
            #expect(outcome.errors.contains("standard output cannot be written"))
        }
    }

    @Test("an output that is no regular file is written into, never replaced")
    func specialOutput() throws {
        try Tool.withTemporaryFolder { folder in
            let piped = try Self.shell(
                "mkfifo f; cat f > got & $P xml '\(Self.sample)' -o f && wait && test -p f", in: folder)
            #expect(piped.status == 0, "\(piped.errors)")
            #expect(try Self.bytes("\(folder)/got").count > 1000)
            #expect(try Self.shell("$P xml '\(Self.sample)' -o /dev/stdout", in: folder).output.hasPrefix("<?xml"))
            let linked = try Self.shell(
                "echo old > t; ln -s t l; $P xml '\(Self.sample)' -o l && test -L l && grep -q '</Invoice>' t",
                in: folder)
            #expect(linked.status == 0, "a symbolic link stays, its target is replaced")
        }
    }

    @Test(
        "a batch reads pipes that have a name",
        arguments: ["mkfifo f; cat in > f & $P batch f", "cat in | $P batch /dev/stdin"])
    func pipes(command: String) throws {
        try Tool.withTemporaryFolder { folder in
            try Data((Self.line() + "\n" + Self.line()).utf8).write(to: URL(fileURLWithPath: "\(folder)/in"))
            let outcome = try Self.shell("\(command) --out out", in: folder)
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").count == 2)
        }
    }

    @Test("an over-long last line without an end is reported")
    func longLine() throws {
        try Tool.withTemporaryFolder { folder in
            let script =
                "{ head -c 20000000 /dev/zero | tr '\\0' a; printf '\\n\\n'; head -c 17039361 /dev/zero | tr '\\0' a; } | $P batch - --out out"
            let outcome = try Self.shell(script, in: folder)
            #expect(outcome.status == 6)
            #expect(
                outcome.output.split(separator: "\n").map { $0.prefix(16) } == [
                    "{\"id\":\"line 1\",\"", "{\"id\":\"line 3\",\"",
                ])
            #expect(outcome.output.contains("file.tooLarge"))
        }
    }

    @Test("names and keys cannot steer the terminal or fake a line")
    func terminal() throws {
        let name = "no\u{1B}[2J\nok.json: valid"
        for arguments in [["build", name], ["validate", name], ["verify", name]] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 3)
            #expect(!(outcome.output + outcome.errors).contains("\u{1B}"))
            #expect(!(outcome.output + outcome.errors).contains("\nok.json"))
            #expect((outcome.output + outcome.errors).contains("no\\u{1B}[2J\\u{A}ok.json"))
        }
        let key = try Program.run(["build", "-"], input: Array("{\"a\\u001B[31m\\nerror: x\": 1}".utf8))
        #expect(key.status == 1)
        #expect(!key.errors.contains("\u{1B}") && !key.errors.contains("\nerror: x"))
    }

    @Test("the report names the files that were written")
    func reportNames() throws {
        try Tool.withTemporaryFolder { folder in
            for number in ["2026/077", "2026-077"] {
                let input = try Self.line([("\"2026/077\"", "\"\(number)\"")])
                let built = try Program.run(["build", "-", "--out", folder, "--json"], input: Array(input.utf8))
                #expect(built.status == 0)
                let name = number == "2026/077" ? "2026-077" : "2026-077-2"
                #expect(built.output.contains("\"name\": \"\(name).pdf\""))
                #expect(try Self.bytes("\(folder)/\(name).report.json") == Data(built.output.utf8))
            }
        }
    }

    @Test(
        "what lies in the folder under a document's name is left alone",
        arguments: ["mkfifo N.xml", "mkdir N.pdf", "ln -s /etc/hostname N.xml"])
    func obstacles(command: String) throws {
        try Tool.withTemporaryFolder { folder in
            try Data(Self.line([("\"2026/077\"", "\"N\"")]).utf8).write(to: URL(fileURLWithPath: "\(folder)/in.json"))
            let outcome = try Self.shell("\(command); timeout 20 $P build in.json", in: folder)
            #expect(outcome.status == 0)
            #expect(outcome.output == "N-2.pdf\nN-2.xml\nN-2.report.json\n")
        }
    }

    @Test("two batches into one folder at once leave one version of each document")
    func concurrent() throws {
        try Tool.withTemporaryFolder { folder in
            let lines = try (1...60).map { try Self.line([("\"2026/077\"", "\"N-\($0)\"")]) }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/in"))
            let outcome = try Self.shell(
                "for i in 1 2 3; do $P batch in --out out --quiet > r$i & done; wait; cmp r1 r2 && cmp r1 r3",
                in: folder)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out").count == 120)
        }
    }

    @Test("few open files and many workers fit together")
    func fewFiles() throws {
        try Tool.withTemporaryFolder { folder in
            let lines = try (1...40).map { try Self.line([("\"2026/077\"", "\"N-\($0)\"")]) }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/in"))
            let outcome = try Self.shell("ulimit -n 40; $P batch in --out out --workers 64", in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test("a file that outgrows its limit is an error of the disk and leaves nothing")
    func fileSize() throws {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Self.shell("ulimit -f 8; $P build '\(Self.sample)' --out out", in: folder)
            #expect(outcome.status == 74)
            #expect(outcome.errors.contains("cannot be written"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out").isEmpty)
        }
    }

    @Test("a folder that holds one of the names keeps make-test from writing any")
    func makeTest() throws {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Self.shell("touch password.txt; $P cert make-test --out .", in: folder)
            #expect(outcome.status == 7)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["password.txt"])
        }
    }

    @Test("standard input is read once only")
    func inputTwice() throws {
        let key = ["--key", "a.p12", "--password-file", "-"]
        for arguments in [["build", "-"] + key, ["validate", "-", "-"], ["sign", "-"] + key] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains("only once"))
        }
    }

    @Test(
        "a password file may begin with a byte order mark and end as on any system",
        arguments: ["", "\n", "\r\n", "\r\nrest"])
    func password(end: String) throws {
        try Tool.withTemporaryFolder { folder in
            #expect(try Program.run(["cert", "make-test", "--out", folder, "--ec", "--quiet"]).status == 0)
            let password = try String(contentsOfFile: "\(folder)/password.txt", encoding: .utf8)
                .trimmingCharacters(in: .newlines)
            for mark in ["", "\u{FEFF}"] {
                try Data((mark + password + end).utf8).write(to: URL(fileURLWithPath: "\(folder)/pw"))
                let outcome = try Program.run([
                    "cert", "check", "\(folder)/signer.p12", "--password-file", "\(folder)/pw",
                ])
                #expect(outcome.status == 0, "\(outcome.output)")
            }
        }
    }

    @Test("the shapes of JSON results have all their keys")
    func shapes() throws {
        func object(_ arguments: [String], _ input: String = "") throws -> [String: Any] {
            let output = try Program.run(arguments, input: Array(input.utf8)).output
            return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
        let errors = try #require(try object(["build", "/no/such", "--json"])["errors"] as? [[String: Any]])
        #expect(Set(errors[0].keys).isSuperset(of: ["pointer", "line", "column", "code", "term", "message", "fix"]))
        let verdict = try object(["verify", "-", "--json"], "<a/>")
        #expect(
            Set(verdict.keys).isSuperset(of: [
                "status", "subIndication", "integrity", "valid", "code", "level", "format", "signer", "covered",
                "modifications",
            ]))
        let line = try object(["validate", "/no/such", "--jsonl"])
        #expect(Set(line.keys) == ["file", "verdict", "failed", "error"])
        let usage = try object(["batch", "/no/such", "--out", "/tmp", "--json"])
        #expect(usage["errors"] != nil)
    }

    @Test("XML where JSON belongs is called by its name")
    func wrongKind() throws {
        let outcome = try Program.run(["build", "-"], input: Array("\u{FEFF}\n<Invoice/>".utf8))
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("This is XML"))
    }
}
