import BundledFiles
import Diagnostics

/// `pechat schema print [NAME]`: the JSON Schema of the input, for editors and checks.
struct SchemaPrintCommand: Command {
    static let description = CommandDescription(
        "schema print", summary: "print the JSON Schema of the invoice JSON", operands: "[NAME]", operandCount: 0...1,
        details: "Without NAME it prints the invoice schema. `pechat schema print list` names all that there are.",
        examples: [
            ("pechat schema print > invoice.schema.json", "for an editor that completes and checks"),
            ("pechat schema print list", "the names of all schemas"),
        ])

    private static let folder = "schemas/pechat/"
    private let name: String

    init(_ arguments: Arguments) throws(ToolkitError) { name = arguments.operands.first ?? "invoice-1" }

    func run(in world: World) throws(ToolkitError) -> Exit {
        // The parts of the rule files, in folders of their own, are no schemas.
        let names = BundledFiles.paths(beginningWith: Self.folder).map { String($0.dropFirst(Self.folder.count)) }
            .filter { !$0.contains("/") }
        if name == "list" {
            for name in names { try world.print(name) }
            return .done
        }
        let endings = ["", ".schema.json", "-1.schema.json", ".xsd", "-1.xsd"]
        guard let bytes = endings.lazy.compactMap({ BundledFiles.contents(of: Self.folder + name + $0) }).first else {
            throw ToolkitError(
                .usage, "There is no schema of that name.", fix: "One of: \(names.joined(separator: ", ")).")
        }
        try world.write(bytes)
        return .done
    }
}
