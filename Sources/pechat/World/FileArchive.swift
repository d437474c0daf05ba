import Certificates
import Diagnostics
import Glibc
import Issuing
import Ledger

/// A folder that keeps files under the names of their SHA-256 digests: `ab/abcdef…`.
///
/// A file is complete on the disk before it has its name, and its name is on the disk before the ledger points to it. The
/// same bytes are kept once.
struct FileArchive: DocumentArchive {
    /// The folder.
    let path: String

    init(_ path: String) { self.path = path }

    /// Makes the folder where it is not there yet.
    ///
    /// - Throws: `file.unwritable`.
    func prepare() throws(ToolkitError) {
        guard unsafe mkdir(path, 0o755) == 0 || (errno == EEXIST && FileBytes.isFolder(path)) else {
            throw FileBytes.unwritable(path)
        }
    }

    /// Keeps bytes.
    ///
    /// - Returns: What the ledger enters.
    /// - Throws: `file.unwritable`.
    func keep(_ bytes: [UInt8], as role: String) throws(ToolkitError) -> DocumentFile {
        let digest = try Digest.sha256(bytes)
        let name = Digest.hexadecimal(digest)
        let folder = "\(path)/\(name.prefix(2))"
        try prepare()
        guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw FileBytes.unwritable(folder) }
        let file = try OutputFile(bytes, beside: "\(folder)/.")
        if try !file.link(as: "\(folder)/\(name)") {
            // What has the name already may be damaged; these bytes are what belongs there.
            let known = try? FileBytes.read("\(folder)/\(name)", atMost: bytes.count)
            if known != bytes { try file.replace("\(folder)/\(name)") }
        }
        for level in [folder, path, OutputFile.folder(of: path)] { try Self.flush(level) }
        return DocumentFile(role: role, digest: digest, size: bytes.count)
    }

    /// Reads what is kept under a digest, and makes sure that it still is what was kept.
    ///
    /// - Throws: `file.unreadable`; `ledger.damaged` where the bytes are others.
    func bytes(of file: DocumentFile) throws(ToolkitError) -> [UInt8] {
        let name = Digest.hexadecimal(file.digest)
        let bytes = try FileBytes.read("\(path)/\(name.prefix(2))/\(name)", atMost: 256 << 20)
        guard try Digest.sha256(bytes) == file.digest else {
            throw ToolkitError(
                .ledgerDamaged, "A file of the ledger is not the one that was kept.",
                fix: "Restore it from a backup.", facts: ["digest": name])
        }
        return bytes
    }

    /// Makes the names in a folder outlive a loss of power.
    static func flush(_ folder: String) throws(ToolkitError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileBytes.unwritable(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileBytes.unwritable(folder) }
    }
}
