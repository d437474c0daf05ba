internal import CFileSync
import Certificates
import Diagnostics
import Glibc
import Issuing
import Ledger

/// A folder that keeps files under the names of their SHA-256 digests: `ab/abcdef…`.
///
/// A file is complete on the disk, and so is its name, before the ledger points to it. The same bytes are kept once; what
/// a loss of power left incomplete is replaced when the bytes come again.
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
        let file = try name(bytes, as: role, flushes: true)
        let folder = "\(path)/\(Digest.hexadecimal([file.digest[0]]))"
        for level in [folder, path, OutputFile.folder(of: path)] { try Self.flush(level) }
        return file
    }

    /// Keeps many files, and brings them to the disk at once instead of one by one.
    ///
    /// - Returns: What the ledger enters, in the same order.
    /// - Throws: `file.unwritable`.
    func keep(_ files: [(bytes: [UInt8], role: String)]) throws(ToolkitError) -> [DocumentFile] {
        var kept: [DocumentFile] = []
        guard files.count > Self.few else {
            for file in files { kept.append(try keep(file.bytes, as: file.role)) }
            return kept
        }
        for file in files { kept.append(try name(file.bytes, as: file.role, flushes: false)) }
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileBytes.unwritable(path) }
        defer { close(descriptor) }
        guard syncfs(descriptor) == 0 else { throw FileBytes.unwritable(path) }
        return kept
    }

    /// So many files are brought to the disk one by one: the whole file system may have more to write than they are.
    private static let few = 8

    /// Gives bytes their name; without `flushes` they may not be on the disk yet.
    private func name(_ bytes: [UInt8], as role: String, flushes: Bool) throws(ToolkitError) -> DocumentFile {
        let digest = try Digest.sha256(bytes)
        let name = Digest.hexadecimal(digest)
        let folder = "\(path)/\(name.prefix(2))"
        try prepare()
        guard unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw FileBytes.unwritable(folder) }
        let file = try OutputFile(beside: "\(folder)/.")
        try file.write(bytes)
        if flushes { try file.flush() }
        if try !file.link(as: "\(folder)/\(name)") {
            // What has the name already may be damaged; these bytes are what belongs there.
            let known = try? FileBytes.read("\(folder)/\(name)", atMost: bytes.count)
            if known != bytes { try file.replace("\(folder)/\(name)") }
        }
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
