import Diagnostics
import Issuing
import JSONCore

/// `pechat validate FILE…`: whether it is a document that others accept.
struct ValidateCommand: Command {
    static let jsonLines = OptionDescription("--jsonl", "print one line of JSON for each file")
    static let stdinPaths = OptionDescription(
        "--stdin-paths", "read further file names from standard input, one a line")
    static let description = CommandDescription(
        "validate", summary: "check e-invoice XML, or invoice JSON, and explain what is wrong", operands: "FILE…",
        operandCount: 0...Int.max, options: [jsonLines, stdinPaths, .json, .quiet],
        details: """
            XML is checked for well-formedness and against the OASIS UBL 2.1 schemas; JSON is decoded, computed and its
            XML checked the same way. A file that cannot be judged is "undecided", never "valid".
            """,
        examples: [
            ("pechat validate invoice.xml", "one file"),
            ("find inbox -name '*.xml' | pechat validate --stdin-paths --jsonl", "many files in one process"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard !arguments.operands.isEmpty || arguments.has(Self.stdinPaths) else {
            throw .usage("`validate` needs FILE… or --stdin-paths.", in: Self.description)
        }
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let workbench = Workbench(world.toolkit)
        var worst = Exit.done
        var array = JSONWriter()
        array.beginArray()
        try forEachFile { file throws(ToolkitError) in
            let verdict = FileVerdict(file, in: world, by: workbench)
            worst = verdict.exit.rawValue > worst.rawValue ? verdict.exit : worst
            if arguments.has(Self.jsonLines) {
                var line = JSONWriter()
                verdict.write(to: &line)
                try world.write(line.bytes + [UInt8(ascii: "\n")])
            } else if arguments.has(.json) {
                verdict.write(to: &array)
            } else if !arguments.has(.quiet) {
                try world.print(verdict.text)
            }
        }
        if arguments.has(.json) && !arguments.has(Self.jsonLines) {
            array.endArray()
            try world.write(array.bytes + [UInt8(ascii: "\n")])
        }
        return worst
    }

    private func forEachFile(_ body: (String) throws(ToolkitError) -> Void) throws(ToolkitError) {
        for file in arguments.operands { try body(file) }
        guard arguments.has(Self.stdinPaths) else { return }
        while let file = readLine(strippingNewline: true) {
            if !file.isEmpty { try body(file) }
        }
    }
}

/// What is said about one file.
private struct FileVerdict {
    let file: String
    let findings: [Finding]
    let error: ToolkitError?

    init(_ file: String, in world: World, by workbench: Workbench) {
        self.file = file
        do {
            findings = try world.inFile(file) { bytes throws(ToolkitError) in try workbench.validate(bytes) }
            error = nil
        } catch {
            findings = []
            self.error = error
        }
    }

    var verdict: String {
        if error != nil { return "undecided" }
        return Report(findings: findings).isAcceptable ? "valid" : "invalid"
    }

    var exit: Exit {
        switch verdict {
        case "valid": .done
        case "invalid": .rejected
        default: error.map { Exit($0.code.kind) } ?? .unreadable
        }
    }

    var text: String {
        var lines = ["\(file.printable): \(verdict)"]
        if let error { lines.append(Complaint.text(of: Complaint.finding(for: error))) }
        lines += findings.map { Complaint.text(of: $0) }
        return lines.joined(separator: "\n")
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("verdict", verdict)
        writer.key("failed")
        writer.beginArray()
        for finding in findings {
            writer.beginObject()
            writer.member("id", finding.rule)
            writer.member("flag", finding.severity.rawValue)
            writer.member("location", finding.pointer)
            writer.member("line", orNull: finding.place?.line)
            writer.member("term", finding.term)
            writer.member("message", finding.message)
            writer.member("fix", finding.fix)
            writer.endObject()
        }
        writer.endArray()
        writer.key("error")
        if let error { writer.string(error.message) } else { writer.null() }
        writer.endObject()
    }
}
