import Diagnostics
import Glibc
import Issuing
import JSONCore
import Synchronization

/// `pechat batch INPUT --out DIR`: the same as `build` for many documents at once.
struct BatchCommand: Command {
    static let out = OptionDescription("--out", value: "DIR", "the folder for the files")
    static let workers = OptionDescription(
        "--workers", value: "N", "how many documents at a time; the number of cores by default")
    static let description = CommandDescription(
        "batch", summary: "make PDF and XML of many documents", operands: "INPUT", operandCount: 1...1,
        options: [
            out, workers, .key, .passwordFile, .sealed, .template, .theme, .fonts, .language, .profile, .check, .now,
            .json,
            .quiet,
        ],
        details: """
            INPUT is a folder of .json files, a file with one JSON document on each line (NDJSON), or - for such lines
            on standard input. Each document gives <number>.pdf and <number>.xml in DIR and one line of JSON on standard
            output, in the order of the input: {"id", "ok", "number", "output", "payable", "findings"} or {"id", "ok",
            "errors"}. A bad document never stops the others; the exit code is 6 then. Ctrl-C stops after the documents
            at hand; each file is whole or not there.
            """,
        examples: [
            ("pechat batch invoices/ --out out", "every .json file of a folder"),
            (
                "pechat batch month.ndjson --out out --key signer.p12 --password-file pw > report.jsonl",
                "XML and PDF signed, with a report"
            ),
            ("generate | pechat batch - --out out --workers 8", "from a pipe, eight at a time"),
        ], exits: [.unreadable, .key, .batchFailures, .interrupted, .terminated])

    private let arguments: Arguments
    private let outFolder: String
    private let workerCount: Int

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let folder = arguments.value(Self.out) else {
            throw .usage("`batch` needs --out DIR.", in: Self.description)
        }
        self.arguments = arguments
        outFolder = folder
        workerCount =
            try arguments.number(Self.workers, in: 1...256) ?? max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let options = try DocumentOptions(arguments, in: world)
        let toolkit = try world.toolkit(arguments)
        let input = try BatchInput(arguments.operands[0])
        let delivery = BatchDelivery(
            folder: try OutputFolder(outFolder), world: world,
            bar: ProgressBar(total: input.total, isVisible: world.watchesErrors && !arguments.has(.quiet)))
        world.interruption.listen()
        let folder = delivery.folder
        // Each document on its way holds two files; eight for each worker, and some for the program itself.
        let workers = min(workerCount, max(1, (OpenFiles.highestLimit() - 16) / 8))
        OrderedPool(workers: workers).run(
            next: { world.interruption.exit == nil ? input.next() : nil },
            makeTools: { Workbench(toolkit) },
            work: { workbench, item in
                BatchDelivery.Result(item, options, workbench, folder)
            },
            isCancelled: { world.interruption.exit != nil }, deliver: { delivery.take($0) })
        return try delivery.finish(isQuiet: arguments.has(.quiet))
    }
}
