import Certificates
import Diagnostics
import Glibc
import Issuing
import JSONCore

/// `pechat sign FILE… --out DIR`: many files with one key that is opened once, on several threads.
extension SignCommand {
    static let out = OptionDescription(
        "--out", value: "DIR", "sign many files into this folder; the key is opened once")
    static let manyOptions: [OptionDescription] = [out, BatchCommand.workers, ValidateCommand.stdinPaths]

    /// What became of one file.
    private struct Signed: Sendable {
        let file: String
        let result: Result<OutputFile, ToolkitError>
    }

    /// Signs every file of the command line and of standard input.
    func runMany(into folder: String, in world: World) throws(ToolkitError) -> Exit {
        guard let key else { throw .usage("`sign` needs --key KEY.", in: Self.description) }
        let output = try OutputFolder(folder)
        let signer = try world.signer(key, passwordFile: arguments.value(.passwordFile), at: world.now(arguments))
        let feed = PathFeed(arguments.operands, readsInput: arguments.has(ValidateCommand.stdinPaths))
        let count =
            try arguments.number(BatchCommand.workers, in: 1...256) ?? max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
        let arguments = arguments
        world.interruption.listen()
        var failures = 0
        var failure: ToolkitError?
        var given: Set<String> = []
        OrderedPool(workers: count).run(
            next: { world.interruption.exit == nil ? feed.next() : nil }, makeTools: {},
            work: { _, file in
                Signed(
                    file: file,
                    result: Self.result { () throws(ToolkitError) in
                        try output.write(Self.sign(file, by: signer, arguments, in: world))
                    })
            }, isCancelled: { world.interruption.exit != nil }
        ) { signed in
            let name = Self.name(of: signed.file, arguments)
            let placed = Self.result { () throws(ToolkitError) in
                let file = try signed.result.get()
                guard given.insert(name).inserted else {
                    throw ToolkitError(
                        .fileExists, "Another file of this run has the name \(name).",
                        fix: "Sign it into another folder.")
                }
                try file.replace(output.file(name))
            }
            if case .failure = placed { failures += 1 }
            do throws(ToolkitError) {
                try Self.report(signed.file, as: output.file(name), placed, arguments, in: world)
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        if let exit = world.interruption.exit { return exit }
        return failures == 0 ? .done : .batchFailures
    }

    private static func result<Value>(_ body: () throws(ToolkitError) -> Value) -> Result<Value, ToolkitError> {
        do throws(ToolkitError) { return .success(try body()) } catch { return .failure(error) }
    }

    /// The name of a signed file: that of the file, for JSON with the ending of its signature.
    private static func name(of file: String, _ arguments: Arguments) -> String {
        let name = World.lastName(of: file)
        return isJSON(file, arguments) ? World.name(of: name, withExtension: "jws") : name
    }

    private static func report(
        _ file: String, as name: String, _ result: Result<Void, ToolkitError>, _ arguments: Arguments, in world: World
    ) throws(ToolkitError) {
        if arguments.has(.json) {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("file", file)
            switch result {
            case .success: writer.member("output", name)
            case .failure(let error):
                writer.key("errors")
                writer.findings([Complaint.finding(for: error)])
            }
            writer.endObject()
            return try world.write(writer.bytes + [UInt8(ascii: "\n")])
        }
        switch result {
        case .success: if !arguments.has(.quiet) { try world.print(name.printable) }
        case .failure(let error):
            world.note("\(file.printable): \(Complaint.text(of: Complaint.finding(for: error)))")
        }
    }
}

/// File names: those of the command line, then the lines of standard input.
///
/// `@unchecked Sendable`: only the one thread that feeds the pool ever calls `next`.
private final class PathFeed: @unchecked Sendable {
    private var names: ArraySlice<String>
    private let readsInput: Bool

    init(_ names: [String], readsInput: Bool) {
        self.names = names[...]
        self.readsInput = readsInput
    }

    func next() -> String? {
        if let name = names.popFirst() { return name }
        while readsInput, let line = readLine(strippingNewline: true) { if !line.isEmpty { return line } }
        return nil
    }
}
