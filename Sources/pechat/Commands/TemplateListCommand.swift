import Diagnostics
import InvoiceModel
import Issuing
import JSONCore

/// `pechat template list [DIR]`: which templates there are.
struct TemplateListCommand: Command {
    static let description = CommandDescription(
        "template list", summary: "list the templates and the documents that they are made for", operands: "[DIR]",
        operandCount: 0...1, options: [.json],
        details:
            "With DIR it also lists the templates in the folders of DIR; their names for --template are those folders.",
        examples: [
            ("pechat template list", "the bundled templates"),
            ("pechat template list templates --json", "those and your own, for a program"),
        ], exits: [.unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    /// What is told of one template.
    private struct Row {
        let name: String
        let kinds: [DocumentKind]
        /// `bundled`, or the folder.
        let source: String
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        var rows: [Row] = []
        for name in world.toolkit.templateNames {
            rows.append(Row(name: name, kinds: try world.toolkit.template(name).kinds, source: "bundled"))
        }
        if let folder = arguments.operands.first {
            for name in try FileBytes.names(in: folder) {
                let path = "\(folder)/\(name)"
                guard FileBytes.isFolder(path), let template = try? world.template(inFolder: path) else { continue }
                do throws(ToolkitError) {
                    rows.append(Row(name: try template.name, kinds: try template.kinds, source: path))
                } catch {
                    world.note("warning: \(path): \(error.message) `pechat template check` tells more.".printable)
                }
            }
        }
        if arguments.has(.json) { try writeJSON(rows, in: world) } else { try writeText(rows, in: world) }
        return .done
    }

    private func writeText(_ rows: [Row], in world: World) throws(ToolkitError) {
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            let kinds = row.kinds.map(\.rawValue).joined(separator: " ")
            try world.print("\(HelpText.padded(row.name, to: width))  \(row.source)  \(kinds)".printable)
        }
    }

    private func writeJSON(_ rows: [Row], in world: World) throws(ToolkitError) {
        var writer = JSONWriter(.indented(2))
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            writer.member("name", row.name)
            writer.key("kinds")
            writer.beginArray()
            for kind in row.kinds { writer.string(kind.rawValue) }
            writer.endArray()
            writer.member("source", row.source)
            writer.endObject()
        }
        writer.endArray()
        try world.write(writer.bytes + [UInt8(ascii: "\n")])
    }
}
