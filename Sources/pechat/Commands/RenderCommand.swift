import Diagnostics
import Issuing

/// `pechat render FILE.json -o OUT.pdf`: the page alone.
struct RenderCommand: Command {
    static let output = OptionDescription(
        "--output", value: "FILE", "the PDF to write (-o); the input's name with .pdf by default")
    static let description = CommandDescription(
        "render", summary: "draw the PDF of one document", operands: "FILE.json", operandCount: 1...1,
        options: [output, .template, .language, .profile, .json, .quiet],
        details: "The PDF carries the unsigned e-invoice XML as an attachment. The same input gives the same bytes.",
        examples: [
            ("pechat render invoice.json -o invoice.pdf", "one PDF"),
            ("pechat render invoice.json -o - --language en | lpr", "in English, straight to the printer"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        try world.make(to: World.name(of: arguments.operands[0], withExtension: "pdf"), arguments, output: Self.output)
        { workbench, json, options throws(ToolkitError) in
            try workbench.render(json, options)
        }
    }
}
