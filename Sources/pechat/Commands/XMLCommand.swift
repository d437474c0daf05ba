import Diagnostics
import Issuing

/// `pechat xml FILE.json -o OUT.xml`: the unsigned e-invoice.
struct XMLCommand: Command {
    static let output = OptionDescription(
        "--output", value: "FILE", "the XML to write (-o); standard output by default")
    static let description = CommandDescription(
        "xml", summary: "write the unsigned e-invoice XML of one document", operands: "FILE.json", operandCount: 1...1,
        options: [output, .profile, .check, .json, .quiet],
        details: "UBL 2.1 Invoice or CreditNote with the terms of EN 16931, checked against the OASIS schemas.",
        examples: [
            ("pechat xml invoice.json -o invoice.xml", "one XML file"),
            ("pechat xml invoice.json --profile peppol-bis3", "after another specification, to standard output"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        try world.make(to: "-", arguments, output: Self.output) { workbench, json, options throws(ToolkitError) in
            try workbench.xml(json, options)
        }
    }
}
