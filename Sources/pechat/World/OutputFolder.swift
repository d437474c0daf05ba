import Diagnostics
import Glibc
import Issuing

/// A folder that documents are written to, three files each; no document ever takes the place of another.
struct OutputFolder {
    private let path: String
    /// How often each stem was handed out in this run.
    private var given: [String: Int] = [:]

    /// The files of one document, complete on the disk but still without names.
    struct Files: Sendable {
        let pdf: OutputFile
        let xml: OutputFile
        /// nil where the caller reports in another way.
        let report: OutputFile?
    }

    /// Opens a folder, making it and those above it when they do not exist.
    ///
    /// - Throws: `file.unwritable`.
    init(_ path: String) throws(ToolkitError) {
        self.path = path.isEmpty ? "." : path
        try Self.make(self.path)
    }

    /// Writes a file's bytes into the folder without a name.
    func write(_ bytes: [UInt8]) throws(ToolkitError) -> OutputFile { try OutputFile(bytes, beside: "\(path)/.") }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path == "." ? name : "\(path)/\(name)" }

    /// Gives the files of one document their names.
    ///
    /// An earlier run of the same document is replaced; a different document that has the name already keeps it,
    /// and this one gets `-2`, `-3` and so on.
    ///
    /// - Parameters:
    ///   - files: The files to name.
    ///   - stem: The name that the number gives, without an extension.
    ///   - xml: The XML of this document, to tell it from the one that has the name.
    /// - Returns: The stem that was used.
    mutating func place(_ files: Files, stem: String, xml: [UInt8]) throws(ToolkitError) -> String {
        var attempt = (given[stem] ?? 0) + 1
        while true {
            let candidate = attempt == 1 ? stem : "\(stem)-\(attempt)"
            if attempt == 1 || given[candidate] == nil, try take(candidate, for: files, xml: xml) {
                given[stem] = attempt
                if candidate != stem { given[candidate] = 1 }
                return candidate
            }
            attempt += 1
        }
    }

    /// Whether the stem was handed out before in this run.
    func hasGiven(_ stem: String) -> Bool { given[stem] != nil }

    private func take(_ stem: String, for files: Files, xml: [UInt8]) throws(ToolkitError) -> Bool {
        let base = file(stem)
        let isFree = ["pdf", "xml", "report.json"].allSatisfy { unsafe access("\(base).\($0)", F_OK) != 0 }
        if isFree {
            guard try files.xml.link(as: "\(base).xml") else { return false }
            try files.pdf.replace("\(base).pdf")
            try files.report?.replace("\(base).report.json")
            return true
        }
        guard let existing = try? FileBytes.read("\(base).xml", atMost: 64 << 20),
            DocumentIdentity(ofXML: existing) == DocumentIdentity(ofXML: xml)
        else { return false }
        try files.xml.replace("\(base).xml")
        try files.pdf.replace("\(base).pdf")
        try files.report?.replace("\(base).report.json")
        return true
    }

    private static func make(_ path: String) throws(ToolkitError) {
        if unsafe mkdir(path, 0o755) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw FileBytes.unwritable(path, ENOTDIR)
            }
        case ENOENT where path.contains("/"):
            try make(OutputFile.folder(of: path))
            guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileBytes.unwritable(path) }
        default: throw FileBytes.unwritable(path)
        }
    }
}
