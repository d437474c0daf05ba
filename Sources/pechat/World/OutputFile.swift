import Diagnostics
import Glibc

/// A file that is complete on the disk but has no name yet, so that it appears whole or not at all.
///
/// The bytes are written to an unnamed file of the target's folder (`O_TMPFILE`): when the process is killed, the
/// system frees it. Where a file system has no unnamed files, a hidden temporary name stands in.
final class OutputFile: Sendable {
    /// `O_TMPFILE` of Linux, which the C library's module does not show: 020000000 | O_DIRECTORY.
    private static let unnamed = CInt(0o20_000_000) | O_DIRECTORY
    private let descriptor: CInt
    private let folder: String
    /// The temporary name where unnamed files are not to be had; empty otherwise.
    private let temporaryName: String

    /// Writes the bytes and flushes them to the disk, without giving them a name.
    ///
    /// - Parameters:
    ///   - bytes: The whole content.
    ///   - path: A path in the folder where the file will appear.
    ///   - isSecret: Whether only the user may read it.
    /// - Throws: `file.unwritable`.
    init(_ bytes: [UInt8], beside path: String, isSecret: Bool = false) throws(ToolkitError) {
        let mode: mode_t = isSecret ? 0o600 : 0o644
        let folder = Self.folder(of: path)
        let path = path.hasSuffix("/.") ? folder : path
        var name = ""
        var descriptor = unsafe open(folder, Self.unnamed | O_WRONLY | O_CLOEXEC, mode)
        if descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) {
            name = "\(folder)/.pechat-\(getpid())-\(UInt64.random(in: 0 ... .max))"
            descriptor = unsafe open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
        }
        guard descriptor >= 0 else { throw FileBytes.unwritable(path) }
        self.descriptor = descriptor
        self.folder = folder
        self.temporaryName = name
        try FileBytes.write(bytes, to: descriptor, named: path)
        guard fdatasync(descriptor) == 0 else { throw FileBytes.unwritable(path) }
    }

    /// Adds bytes before the file has its name; `flush` comes after the last ones.
    ///
    /// - Throws: `file.unwritable`.
    func append(_ bytes: [UInt8]) throws(ToolkitError) {
        try FileBytes.write(bytes, to: descriptor, named: folder)
    }

    /// Puts what was added on the disk.
    ///
    /// - Throws: `file.unwritable`.
    func flush() throws(ToolkitError) {
        guard fdatasync(descriptor) == 0 else { throw FileBytes.unwritable(folder) }
    }

    deinit {
        close(descriptor)
        if !temporaryName.isEmpty { unsafe unlink(temporaryName) }
    }

    /// Gives the file its name unless that name is taken.
    ///
    /// - Returns: False when a file of that name exists; it is not touched.
    /// - Throws: `file.unwritable`.
    func link(as path: String) throws(ToolkitError) -> Bool {
        let source = temporaryName.isEmpty ? "/proc/self/fd/\(descriptor)" : temporaryName
        if unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, temporaryName.isEmpty ? AT_SYMLINK_FOLLOW : 0) == 0 {
            return true
        }
        guard errno == EEXIST else { throw FileBytes.unwritable(path) }
        return false
    }

    /// Gives the file its name in place of whatever has it; readers see the old or the new file, never a mixture.
    ///
    /// - Throws: `file.unwritable`.
    func replace(_ path: String) throws(ToolkitError) {
        if try link(as: path) { return }
        let passing = "\(folder)/.pechat-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        guard try link(as: passing) else { throw FileBytes.unwritable(path) }
        guard unsafe rename(passing, path) == 0 else {
            let code = errno
            unsafe unlink(passing)
            throw FileBytes.unwritable(path, code)
        }
    }

    /// The folder of a path; `.` for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
