import Diagnostics
import Issuing

extension World {
    /// The input's name with another extension, in the current folder's terms; `-` stays `-`.
    static func name(of file: String, withExtension ending: String) -> String {
        guard file != "-" else { return "-" }
        let slash = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        guard let dot = file[slash...].lastIndex(of: "."), dot > slash else { return "\(file).\(ending)" }
        return "\(file[..<dot]).\(ending)"
    }

    /// Prints the findings of an accepted document as messages.
    func noteAll(_ findings: [Finding], of file: String, unless isQuiet: Bool) {
        guard !isQuiet, !findings.isEmpty else { return }
        Complaint(findings, file: file).print(asJSON: false, in: self)
    }
}

extension World {
    /// Works on the bytes of a file; errors that know a line learn the file's name.
    func inFile<Result>(
        _ file: String, atMost limit: Int? = nil, _ body: (consuming [UInt8]) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        let bytes = if let limit { try read(file, atMost: limit) } else { try readDocument(file) }
        do throws(ToolkitError) { return try body(consume bytes) } catch {
            var error = error
            if error.place?.file == nil { error.place?.file = file }
            throw error
        }
    }
}

extension World {
    /// What the commands that make one file of one document have in common.
    ///
    /// - Parameters:
    ///   - standard: Where the file goes when the command line does not say.
    ///   - arguments: The command line; its operand is the invoice JSON.
    ///   - output: The option that says where the file goes.
    ///   - make: Makes the file.
    /// - Returns: How the command ended.
    /// - Throws: What reading, making and writing throw.
    func make(
        to standard: String, _ arguments: Arguments, output: OptionDescription,
        _ make: (Workbench, [UInt8], DocumentOptions) throws(ToolkitError) -> MakeOutcome
    ) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let options = try DocumentOptions(arguments, in: self)
        let toolkit = try toolkit(arguments)
        let outcome = try inFile(file) { bytes throws(ToolkitError) in
            try make(Workbench(toolkit), bytes, options)
        }
        switch outcome {
        case .rejected(let findings):
            Complaint(findings, file: file).print(asJSON: arguments.has(.json), in: self)
            return .rejected
        case .made(let bytes, let findings):
            try write(bytes, to: arguments.value(output) ?? standard)
            noteAll(findings, of: file, unless: arguments.has(.quiet))
            return .done
        }
    }
}
