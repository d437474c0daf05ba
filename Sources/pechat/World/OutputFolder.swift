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

    /// Whether there is something of that name in the folder.
    func holds(_ name: String) -> Bool {
        var status = stat()
        return unsafe lstat("\(path)/\(name)", &status) == 0
    }

    /// Gives the files of one document their names.
    ///
    /// An earlier run of the same document is replaced; a different document that has the name already keeps it,
    /// and this one gets `-2`, `-3` and so on. Other processes that place files in the folder wait meanwhile.
    ///
    /// - Parameters:
    ///   - files: The files to name.
    ///   - stem: The name that the number gives, without an extension.
    ///   - xml: The XML of this document, to tell it from the one that has the name.
    ///   - report: Makes the report, once the stem is known; nil where the caller reports in another way.
    /// - Returns: The stem that was used.
    /// - Throws: `file.unwritable`; what the report throws.
    mutating func place(
        _ files: Files, stem: String, xml: [UInt8], report: ((String) throws(ToolkitError) -> [UInt8])? = nil
    ) throws(ToolkitError) -> String {
        let lock = FolderLock(path)
        defer { lock.release() }
        var attempt = (given[stem] ?? 0) + 1
        while true {
            let candidate = attempt == 1 ? stem : "\(stem)-\(attempt)"
            if given[candidate] == nil, belongs(candidate, to: xml) {
                let reportFile = try report.map { make throws(ToolkitError) in try write(make(candidate)) }
                let base = file(candidate)
                try files.xml.replace("\(base).xml")
                try files.pdf.replace("\(base).pdf")
                try reportFile?.replace("\(base).report.json")
                given[stem] = attempt
                if candidate != stem { given[candidate] = 1 }
                return candidate
            }
            attempt += 1
        }
    }

    /// Whether the stem was handed out before in this run.
    func hasGiven(_ stem: String) -> Bool { given[stem] != nil }

    /// Whether nobody has the stem, or an earlier version of the same document.
    private func belongs(_ stem: String, to xml: [UInt8]) -> Bool {
        if ["pdf", "xml", "report.json"].allSatisfy({ !holds("\(stem).\($0)") }) { return true }
        guard let existing = try? FileBytes.read(file("\(stem).xml"), atMost: 64 << 20) else { return false }
        return DocumentIdentity(ofXML: existing) == DocumentIdentity(ofXML: xml)
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

/// Keeps other processes from giving names in a folder at the same time.
///
/// Without it two batches could take one name for two documents, or mix the PDF of one run with the XML of another.
/// A file system without locks gives none, and the batches have to be run one after the other there.
private struct FolderLock {
    private let descriptor: CInt

    init(_ folder: String) {
        descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor >= 0 { while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {} }
    }

    func release() { if descriptor >= 0 { close(descriptor) } }
}
