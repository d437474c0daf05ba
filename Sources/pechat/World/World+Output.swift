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

    /// Where a chain of symbolic links ends; the name itself when it is none.
    private static func target(of name: String) -> String {
        guard let path = unsafe realpath(name, nil) else { return name }
        defer { unsafe free(path) }
        return unsafe String(cString: path)
    }
}
