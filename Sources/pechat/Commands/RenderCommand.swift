import Diagnostics
import Issuing

/// `pechat render FILE -o OUT.pdf`: the pages alone, of invoice JSON or of any UBL document.
struct RenderCommand: Command {
    static let output = OptionDescription(
        "--output", value: "FILE", "the file to write (-o); the input's name with .pdf or .png by default")
    static let format = OptionDescription(
        "--format", value: "FORMAT", choices: ["pdf", "png"], "what to make; png where the output's name ends so")
    static let dotsPerInch = OptionDescription(
        "--dpi", value: "N",
        "dots per inch of a PNG, \(resolutions.lowerBound) to \(resolutions.upperBound); 110 by default")
    static let page = OptionDescription("--page", value: "N", "only this page as a PNG, from 1")
    static let description = CommandDescription(
        "render", summary: "draw the pages of one document, as PDF or PNG", operands: "FILE", operandCount: 1...1,
        options: [
            output, format, dotsPerInch, page, .template, .theme, .fonts, .language, .profile, .mark, .json, .quiet,
        ],
        details: """
            FILE is invoice JSON, or a UBL 2.1 Invoice or CreditNote in XML, whoever made it; its first character tells.
            The PDF carries the e-invoice XML as an attachment: unsigned for JSON, the very bytes of FILE for XML. Of XML
            every sum stands as it is given, every term is shown, and the language is that of the seller's country; its
            profile stays its own. The same input gives the same bytes.
            A PNG is one page: of several pages OUT.png becomes OUT-1.png, OUT-2.png and so on.
            """,
        examples: [
            ("pechat render invoice.json -o invoice.pdf", "one PDF"),
            ("pechat render received.xml -o received.pdf", "what a supplier sent, on paper"),
            ("pechat render invoice.json -o - --language en | lpr", "in English, straight to the printer"),
            ("pechat render invoice.json -o page.png --dpi 150", "a picture of every page"),
            ("pechat render invoice.json --format png --page 1 -o - > first.png", "the first page to standard output"),
        ], exits: [.rejected, .unreadable])

    private static let resolutions = Workbench.resolutions
    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    private var makesPictures: Bool {
        switch arguments.value(Self.format) {
        case "png": true
        case nil: arguments.value(Self.output)?.hasSuffix(".png") ?? false
        default: false
        }
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        if makesPictures { return try drawPictures(in: world) }
        for option in [Self.dotsPerInch, Self.page] where arguments.has(option) {
            throw ToolkitError(.usage, "\(option.name) is for pictures.", fix: "Add --format png.")
        }
        return try drawPDF(in: world)
    }

    /// The file grows as the pages are laid out, and appears when it is complete.
    private func drawPDF(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let options = try DocumentOptions(arguments, in: world)
        let target = arguments.value(Self.output) ?? World.name(of: file, withExtension: "pdf")
        let toolkit = try world.toolkit(arguments)
        let outcome = try world.inFile(file) { bytes throws(ToolkitError) in
            var outcome = WriteOutcome.rejected([])
            var input = Optional(bytes)
            _ = try world.write(to: target) { sink throws(ToolkitError) in
                guard let bytes = input.take() else { return false }
                outcome = try Workbench(toolkit).render(bytes, options, to: sink)
                if case .written = outcome { return true }
                return false
            }
            return outcome
        }
        switch outcome {
        case .rejected(let findings):
            Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: world)
            return .rejected
        case .written(let findings):
            world.noteAll(findings, of: file, unless: arguments.has(.quiet))
            return .done
        }
    }

    private func drawPictures(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let options = try DocumentOptions(arguments, in: world)
        let dotsPerInch = try arguments.number(Self.dotsPerInch, in: Self.resolutions) ?? 110
        let page = try arguments.number(Self.page, in: 1...1_000_000)
        let target = arguments.value(Self.output) ?? World.name(of: file, withExtension: "png")
        let toolkit = try world.toolkit(arguments)
        let outcome = try world.inFile(file) { bytes throws(ToolkitError) in
            try Workbench(toolkit).pictures(of: bytes, options, dotsPerInch: dotsPerInch, page: page) {
                number, count, png throws(ToolkitError) in
                let isOnly = count == 1 || page != nil
                guard isOnly || target != "-" else {
                    throw ToolkitError(
                        .usage, "The document has \(count) pages, and standard output takes one picture.",
                        fix: "Choose one with --page, or give a file name with -o.")
                }
                try world.write(png, to: isOnly ? target : Self.name(target, of: number))
            }
        }
        switch outcome {
        case .rejected(let findings):
            Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: world)
            return .rejected
        case .drawn(_, let findings):
            world.noteAll(findings, of: file, unless: arguments.has(.quiet))
            return .done
        }
    }

    /// `OUT-3.png` for the third page of `OUT.png`.
    private static func name(_ target: String, of number: Int) -> String {
        target.hasSuffix(".png") ? "\(target.dropLast(4))-\(number).png" : "\(target)-\(number)"
    }
}
