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
        let file = arguments.operands[0]
        let options = try DocumentOptions(arguments, in: world)
        let outcome = try world.inFile(file) { bytes throws(ToolkitError) in
            try Workbench(world.toolkit).render(bytes, options)
        }
        switch outcome {
        case .rejected(let findings):
            Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: world)
            return .rejected
        case .made(let pdf, let findings):
            try world.write(pdf, to: arguments.value(Self.output) ?? World.name(of: file, withExtension: "pdf"))
            world.noteAll(findings, of: file, unless: arguments.has(.quiet))
            return .done
        }
    }
}
