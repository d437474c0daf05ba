import Diagnostics
import Issuing
import JSONCore

/// `pechat build FILE.json`: PDF, XML and report of one document.
struct BuildCommand: Command {
    static let out = OptionDescription("--out", value: "DIR", "the folder for the files; the current one by default")
    static let description = CommandDescription(
        "build", summary: "make PDF, e-invoice XML and report of one document", operands: "FILE.json",
        operandCount: 1...1,
        options: [
            out, .key, .passwordFile, .sealed, .template, .theme, .fonts, .language, .profile, .check, .now, .json,
            .quiet,
        ],
        details: """
            Writes <number>.pdf, <number>.xml and <number>.report.json into DIR. The PDF carries the same XML as an
            attachment. With a key both are signed (XAdES and, out of sight, PAdES; --sign chooses): the signed XML is
            what the PDF carries. The files appear whole or not at all.
            """,
        examples: [
            ("pechat build invoice.json --out out", "PDF, XML and report into the folder out"),
            (
                "pechat build invoice.json --key signer.p12 --password-file password.txt --out out",
                "the same, XML and PDF signed"
            ),
            ("cat invoice.json | pechat build - --json", "from standard input, the report on standard output"),
        ], exits: [.rejected, .unreadable, .key])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let options = try DocumentOptions(arguments, in: world)
        let toolkit = try world.toolkit(arguments)
        let outcome = try world.inFile(file) { bytes throws(ToolkitError) in
            try Workbench(toolkit).build(bytes, options)
        }
        switch outcome {
        case .rejected(let findings):
            Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: world)
            return .rejected
        case .built(let document):
            try deliver(document, from: file, in: world)
            return .done
        }
    }

    private func deliver(_ document: BuiltDocument, from file: String, in world: World) throws(ToolkitError) {
        var folder = try OutputFolder(arguments.value(Self.out) ?? ".")
        let files = OutputFolder.Files(pdf: try folder.write(document.pdf), xml: try folder.write(document.xml))
        let stem = try folder.place(files, stem: document.stem, xml: document.xml) { name throws(ToolkitError) in
            try document.report(filesNamed: name)
        }
        world.noteAll(document.findings, of: file, unless: arguments.has(.quiet))
        if arguments.has(.json) {
            try world.write(document.report(filesNamed: stem))
        } else if !arguments.has(.quiet) {
            for name in ["\(stem).pdf", "\(stem).xml", "\(stem).report.json"] { try world.print(folder.file(name)) }
        }
    }
}
