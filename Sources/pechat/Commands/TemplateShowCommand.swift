import Diagnostics
import Issuing

/// `pechat template show NAME [FILE]`: the XML of a bundled template.
struct TemplateShowCommand: Command {
    static let description = CommandDescription(
        "template show", summary: "print a file of a bundled template", operands: "NAME [FILE]", operandCount: 1...2,
        details: "Without FILE it prints template.xml; the parts that it includes have names such as lines.xml.",
        examples: [
            ("pechat template show classic", "its pages, styles and order of parts"),
            ("pechat template show classic lines.xml", "the table of lines"),
        ])

    private let name: String
    private let file: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        name = arguments.operands[0]
        file = arguments.operands.count > 1 ? arguments.operands[1] : DocumentTemplate.mainName
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let files = try world.toolkit.template(name).files
        guard let found = files.first(where: { $0.name == file || $0.name == "\(file).xml" }) else {
            throw ToolkitError(
                .usage, "The template \(name) has no file \(file).",
                fix: "It has: \(files.map(\.name).joined(separator: ", ")).")
        }
        try world.write(found.bytes)
        return .done
    }
}
