import Diagnostics
import Issuing
import JSONCore

/// `pechat validate FILE…`: whether it is a document that others accept.
struct ValidateCommand: Command {
    static let rules = OptionDescription(
        "--rules", value: "FILE.sch", repeatable: true, "judge by this Schematron file instead of the bundled rules")
    static let repeatedContexts = OptionDescription(
        "--repeated-contexts", value: "HOW", choices: RuleFile.RepeatedContexts.allCases.map(\.rawValue),
        "how rules are read that can never fire since an earlier one of their pattern has the same context; "
            + "repaired by default")
    static let jsonLines = OptionDescription("--jsonl", "print one line of JSON for each file")
    static let svrl = OptionDescription(
        "--svrl", value: "FILE", "write what the rules say of the one document as SVRL; - for standard output")
    static let language = OptionDescription(
        "--language", value: "LANG", choices: ["en", "mk", "sr", "sr-Latn", "sr-Cyrl"],
        "the language of names and advice; English by default")
    static let stdinPaths = OptionDescription(
        "--stdin-paths", "read further file names from standard input, one a line")
    static let description = CommandDescription(
        "validate", summary: "check e-invoice XML, or invoice JSON, and explain what is wrong", operands: "FILE…",
        operandCount: 0...Int.max,
        options: [rules, repeatedContexts, jsonLines, .json, svrl, language, stdinPaths, .quiet],
        details: """
            XML is checked for well-formedness, against the OASIS UBL 2.1 schemas, by the rules of EN 16931 and of the
            specification that the document names (Peppol BIS Billing 3, Serbia's SEF, Croatia's eRačun), and its sums
            are computed again. JSON is decoded and computed, and its XML checked the same way; failures then point to
            the field of the JSON. With --rules the named files take the place of the bundled rules and of the sums; any
            ISO Schematron file with the query binding xslt2 goes, as its authors publish it, with what it includes from
            its own folder.
            A verdict is valid, invalid or undecided. Undecided is a file that cannot be read, and a document of which a
            rule could not be decided; it is never valid, and exits with 3. Warnings leave a document valid. Of several
            files the highest exit code counts.
            With --jsonl, and in an array with --json: {"file", "verdict", "failed": [{"id", "flag", "location", "line",
            "message", ...}], "error"}; the flag of a rule that could not be decided is "error".
            """,
        examples: [
            ("pechat validate invoice.xml", "one file"),
            ("pechat validate invoice.xml --language mk", "with advice in Macedonian"),
            ("pechat validate invoice.json", "input in JSON, before anything is made of it"),
            ("pechat validate invoice.xml --rules EN16931-UBL-validation.sch", "by CEN's own rule file"),
            ("pechat validate invoice.xml --svrl - --quiet > report.svrl", "the report of the rules as XML"),
            ("find inbox -name '*.xml' | pechat validate --stdin-paths --jsonl", "many files in one process"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) {
        let readsPaths = arguments.has(Self.stdinPaths)
        guard !arguments.operands.isEmpty || readsPaths else {
            throw .usage("`validate` needs FILE… or --stdin-paths.", in: Self.description)
        }
        if let target = arguments.value(Self.svrl) {
            guard arguments.operands.count == 1, !readsPaths else {
                throw .usage("--svrl is the report of one document.", in: Self.description)
            }
            guard target != "-" || !(arguments.has(.json) || arguments.has(Self.jsonLines)) else {
                throw .usage("Standard output takes SVRL or JSON, not both.", in: Self.description)
            }
        }
        guard !arguments.has(Self.repeatedContexts) || arguments.has(Self.rules) else {
            throw .usage("--repeated-contexts is for the files of --rules.", in: Self.description)
        }
        self.arguments = arguments
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let options = try options(in: world)
        let workbench = Workbench(world.toolkit)
        var worst = Exit.done
        var array = JSONWriter()
        array.beginArray()
        try forEachFile { file throws(ToolkitError) in
            let verdict = FileVerdict(file, options, in: world, by: workbench)
            worst = verdict.exit.rawValue > worst.rawValue ? verdict.exit : worst
            if let target = arguments.value(Self.svrl), let report = verdict.validation?.svrl {
                try world.write(report, to: target)
            }
            if arguments.has(Self.jsonLines) {
                var line = JSONWriter()
                verdict.write(to: &line)
                try world.write(line.bytes + [UInt8(ascii: "\n")])
            } else if arguments.has(.json) {
                verdict.write(to: &array)
            } else if !arguments.has(.quiet) {
                if arguments.value(Self.svrl) == "-" { world.note(verdict.text) } else { try world.print(verdict.text) }
            }
        }
        if arguments.has(.json) && !arguments.has(Self.jsonLines) {
            array.endArray()
            try world.write(array.bytes + [UInt8(ascii: "\n")])
        }
        return worst
    }

    private func options(in world: World) throws(ToolkitError) -> ValidationOptions {
        let repeated = arguments.value(Self.repeatedContexts).flatMap(RuleFile.RepeatedContexts.init(rawValue:))
        var files: [RuleFile] = []
        for name in arguments.all(Self.rules) { files.append(try world.ruleFile(name, repeated)) }
        return ValidationOptions(
            rules: files, language: arguments.value(Self.language).flatMap(ExplanationLanguage.init(tag:)) ?? .english)
    }

    private func forEachFile(_ body: (String) throws(ToolkitError) -> Void) throws(ToolkitError) {
        for file in arguments.operands { try body(file) }
        guard arguments.has(Self.stdinPaths) else { return }
        while let file = readLine(strippingNewline: true) {
            if !file.isEmpty { try body(file) }
        }
    }
}
