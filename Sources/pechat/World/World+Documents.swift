import Diagnostics

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
        _ file: String, _ body: ([UInt8]) throws(ToolkitError) -> Result
    ) throws(ToolkitError) -> Result {
        let bytes = try readDocument(file)
        do throws(ToolkitError) { return try body(bytes) } catch {
            var error = error
            error.place?.file = file
            throw error
        }
    }
}
