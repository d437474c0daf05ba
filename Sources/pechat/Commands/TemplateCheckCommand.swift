import Diagnostics
import Issuing
import JSONCore

/// `pechat template check FILE|DIR...`: everything that is wrong with templates, themes and label catalogues.
struct TemplateCheckCommand: Command {
    static let description = CommandDescription(
        "template check", summary: "find the faults of templates, themes and label catalogues",
        operands: "FILE|DIR|NAME...", operandCount: 1...1000, options: [.json, .quiet],
        details: """
            A folder is a template with its parts; so is the template.xml in it, and a bundled name. A single file is a
            theme or a label catalogue. Every finding has file, line, column and a fix. Faults are errors; what the law
            wants on an invoice and the template never prints is a warning, and so is a colour that can hardly be read.
            With --json: {"files": [{"file", "errors": [...]}]}.
            """,
        examples: [
            ("pechat template check templates/ours", "a template of your own"),
            ("pechat template check theme.xml --json", "a theme, for an editor"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        var reports: [(name: String, report: Report)] = []
        for name in arguments.operands { reports.append((name, try report(on: name, in: world))) }
        let isSound = reports.allSatisfy(\.report.isAcceptable)
        if arguments.has(.json) {
            try writeJSON(reports, in: world)
        } else {
            for (name, report) in reports {
                for finding in report.findings { world.note(Complaint.text(of: finding)) }
                if report.findings.isEmpty, !arguments.has(.quiet) { try world.print("\(name): no faults".printable) }
            }
        }
        return isSound ? .done : .rejected
    }

    private func report(on name: String, in world: World) throws(ToolkitError) -> Report {
        if name.hasSuffix(".xml"), !name.hasSuffix("/\(DocumentTemplate.mainName)"), name != DocumentTemplate.mainName {
            let file = DocumentTemplate.File(path: name, bytes: try world.read(name, atMost: 1 << 20))
            if let report = file.check() { return report }
            throw ToolkitError(
                .usage, "\(name) is neither a theme nor a label catalogue.",
                fix: "A part is checked with its template: give the folder.")
        }
        if let own = try world.ownTemplate(name) { return own.check() }
        return try world.toolkit.template(name).check()
    }

    private func writeJSON(_ reports: [(name: String, report: Report)], in world: World) throws(ToolkitError) {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("files")
        writer.beginArray()
        for (name, report) in reports {
            // A template is many files: each is told with its own findings.
            let paths = report.findings.map { $0.place?.file ?? name }
            for path in paths.enumerated().filter({ !paths[..<$0.offset].contains($0.element) }).map(\.element)
                + (paths.isEmpty ? [name] : [])
            {
                writer.beginObject()
                writer.member("file", path)
                writer.key("errors")
                writer.findings(zip(paths, report.findings).filter { $0.0 == path }.map(\.1))
                writer.endObject()
            }
        }
        writer.endArray()
        writer.endObject()
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}
