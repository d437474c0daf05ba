import Diagnostics
import Glibc

extension World {
    /// Writes a whole file or nothing.
    ///
    /// `-` is standard output. A symbolic link stays, and the file that it leads to is replaced. Into what is no
    /// regular file, such as a pipe or `/dev/null`, the bytes are written as they come; it is never replaced.
    ///
    /// - Throws: `file.unwritable`.
    func write(_ bytes: [UInt8], to name: String) throws(ToolkitError) {
        if ["-", "/dev/stdout", "/dev/fd/1"].contains(name) { return try write(bytes) }
        var status = stat()
        guard unsafe stat(name, &status) == 0 else { return try OutputFile(bytes, beside: name).replace(name) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            let target = Self.target(of: name)
            try OutputFile(bytes, beside: target).replace(target)
        case S_IFDIR: throw FileBytes.unwritable(name, EISDIR)
        default:
            let descriptor = unsafe open(name, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw FileBytes.unwritable(name) }
            defer { close(descriptor) }
            try FileBytes.write(bytes, to: descriptor, named: name)
        }
    }

    /// Writes a whole file as it comes into being, or nothing.
    ///
    /// As `write(_:to:)`; what is no regular file gets its bytes once all are there.
    ///
    /// - Parameters:
    ///   - name: Where the file goes.
    ///   - body: Hands out the content piece by piece, and says whether the file is to appear.
    /// - Returns: Whether it appeared.
    /// - Throws: `file.unwritable`; what the body throws.
    func write(
        to name: String,
        _ body: (@escaping (_ piece: [UInt8]) throws(ToolkitError) -> Void) throws(ToolkitError) -> Bool
    ) throws(ToolkitError) -> Bool {
        var status = stat()
        let exists = unsafe stat(name, &status) == 0
        let growing = Growing()
        guard name != "-", !exists || status.st_mode & S_IFMT == S_IFREG else {
            guard try body({ growing.pieces.append($0) }) else { return false }
            try write(Array(growing.pieces.joined()), to: name)
            return true
        }
        let target = exists ? Self.target(of: name) : name
        let isWanted = try body { piece throws(ToolkitError) in
            // Opened with the first piece: a document that is rejected before leaves no trace.
            let file = if let file = growing.file { file } else { try OutputFile(beside: target) }
            growing.file = file
            try file.write(piece)
        }
        guard isWanted, let file = growing.file else { return false }
        try file.flush()
        try file.replace(target)
        return true
    }

    /// What there is of a file that comes into being.
    private final class Growing {
        var pieces: [[UInt8]] = []
        var file: OutputFile?
    }

    /// Where a chain of symbolic links ends; the name itself when it is none.
    private static func target(of name: String) -> String {
        guard let path = unsafe realpath(name, nil) else { return name }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
