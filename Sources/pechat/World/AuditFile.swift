import Diagnostics
import Glibc
import Synchronization

/// The file of the audit of signatures, which only grows.
final class AuditFile: Sendable {
    private let descriptor: CInt
    /// Whether something is in the file that could neither be written whole nor taken back.
    private let isTorn = Mutex(false)

    /// Opens a file, or makes it.
    ///
    /// - Throws: `file.unwritable`.
    init(_ name: String) throws(ToolkitError) {
        descriptor = unsafe open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileBytes.unwritable(name) }
    }

    deinit { close(descriptor) }

    /// Writes lines durably, all or none: what is left of a write that failed would be a break in the chain for ever.
    ///
    /// - Returns: Whether they are on the disk.
    func append(_ lines: [[UInt8]]) -> Bool {
        isTorn.withLock { isTorn in
            let before = lseek(descriptor, 0, SEEK_END)
            guard !isTorn, before >= 0 else { return false }
            let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
            let isWritten = (try? FileBytes.write(bytes, to: descriptor, named: "the audit")) != nil
            if isWritten && fdatasync(descriptor) == 0 { return true }
            isTorn = ftruncate(descriptor, before) != 0
            return false
        }
    }
}
