import Diagnostics
import Issuing

/// `pechat template new NAME --from classic --out DIR`: a bundled template as a starting point.
struct TemplateNewCommand: Command {
    static let from = OptionDescription(
        "--from", value: "NAME|DIR", "the template to begin with; classic by default")
    static let out = OptionDescription("--out", value: "DIR", "where the folder NAME is made; here by default")
    static let description = CommandDescription(
        "template new", summary: "copy a template to a folder of your own", operands: "NAME", operandCount: 1...1,
        options: [from, out, .quiet],
        details: """
            Writes DIR/NAME/ with template.xml and its parts, each with a comment that says what it draws. Existing files are
            not touched. For other colours, fonts, sizes or a logo no template is needed: see --theme.
            """,
        examples: [
            ("pechat template new ours", "a copy of the classic template in the folder ours"),
            ("pechat template new ours --from modern --out templates", "of another, in templates/ours"),
        ], exits: [.unreadable, .state])

    private let arguments: Arguments
    private let name: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        self.arguments = arguments
        name = arguments.operands[0]
        let letters = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard letters, !name.hasPrefix("-"), name.utf8.count <= 40, !name.isEmpty else {
            throw ToolkitError(
                .usage, "A template's name has small Latin letters, digits and hyphens, at most 40.",
                fix: "Choose such as our-invoice.")
        }
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let source = arguments.value(Self.from)
        let own = try source.map { name throws(ToolkitError) in try world.ownTemplate(name) } ?? nil
        let files: [DocumentTemplate.File]
        if let own { files = try own.renamed(name) } else { files = try world.toolkit.template(source).renamed(name) }
        let folder = arguments.value(Self.out).map { "\($0)/\(name)" } ?? name
        let output = try OutputFolder(folder)
        for file in files where output.holds(file.name) {
            throw ToolkitError(
                .fileExists, "\(output.file(file.name)) exists already.", fix: "Choose another name or folder.")
        }
        for file in files {
            let made = try OutputFile(file.bytes, beside: output.file(file.name))
            guard try made.link(as: output.file(file.name)) else {
                throw ToolkitError(
                    .fileExists, "\(output.file(file.name)) exists already.", fix: "Choose another name or folder.")
            }
            if !arguments.has(.quiet) { try world.print(output.file(file.name)) }
        }
        if !arguments.has(.quiet) {
            world.note("Check it with `pechat template check \(folder)`,".printable)
            world.note("draw with it by `pechat render invoice.json --template \(folder)`.".printable)
        }
        return .done
    }
}
