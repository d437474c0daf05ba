import Diagnostics
import Glibc

extension ToolkitError.Code {
    /// A file cannot be read.
    static let fileUnreadable = Self("file.unreadable", .unreadable)
    /// A file is larger than its kind may be.
    static let fileTooLarge = Self("file.tooLarge", .unreadable)
    /// A file cannot be written.
    static let fileUnwritable = Self("file.unwritable", .inputOutput)
}

/// Whole files as bytes.
enum FileBytes {
    /// Reads a file, or standard input for `-`.
    ///
    /// - Parameters:
    ///   - name: The path, or `-`.
    ///   - limit: The most bytes that are accepted.
    /// - Returns: The whole content.
    /// - Throws: `file.unreadable` with the system's reason; `file.tooLarge`.
    static func read(_ name: String, atMost limit: Int) throws(ToolkitError) -> [UInt8] {
        if name == "-" { return try read(descriptor: STDIN_FILENO, named: "standard input", atMost: limit) }
        let descriptor = unsafe open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(name) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, named: name, atMost: limit)
    }

    /// Reads what is left of an open file.
    static func read(descriptor: CInt, named name: String, atMost limit: Int) throws(ToolkitError) -> [UInt8] {
        var bytes: [UInt8] = []
        var status = stat()
        if unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            bytes.reserveCapacity(min(Int(status.st_size), limit) + 1)
        }
        var failure: CInt = 0
        while bytes.count <= limit {
            let wanted = min(max(bytes.capacity - bytes.count, 65_536), 1 << 20)
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                let got = retrying { unsafe Glibc.read(descriptor, buffer.baseAddress, wanted) }
                if got < 0 { failure = errno }
                count = max(got, 0)
            }
            guard failure == 0 else { throw unreadable(name, failure) }
            if chunk.isEmpty { return bytes }
            bytes.append(contentsOf: chunk)
        }
        throw ToolkitError(
            .fileTooLarge, "\(name) is larger than \(limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB").",
            fix: "Give a smaller file or split it.")
    }

    /// The names of what is in a folder, but for those that begin with a point, in byte order.
    ///
    /// - Throws: `file.unreadable`.
    static func names(in folder: String) throws(ToolkitError) -> [String] {
        guard let directory = unsafe opendir(folder) else { throw unreadable(folder) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether a path is that of a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Writes all bytes to an open file.
    static func write(_ bytes: [UInt8], to descriptor: CInt, named name: String) throws(ToolkitError) {
        var written = 0
        while written < bytes.count {
            let got = unsafe bytes.withUnsafeBytes { raw in
                retrying {
                    unsafe Glibc.write(descriptor, raw.baseAddress.map { unsafe $0 + written }, raw.count - written)
                }
            }
            guard got > 0 else { throw unwritable(name) }
            written += got
        }
    }

    /// The error for a file that cannot be opened or read, with the system's reason.
    static func unreadable(_ name: String, _ code: CInt = errno) -> ToolkitError {
        ToolkitError(
            .fileUnreadable, "\(name) cannot be read: \(reason(code)).",
            fix: name.unicodeScalars.contains("\u{FFFD}")
                ? "The name is not UTF-8: rename the file, or give its content on standard input." : "")
    }

    /// The error for a file that cannot be written, with the system's reason.
    static func unwritable(_ name: String, _ code: CInt = errno) -> ToolkitError {
        ToolkitError(
            .fileUnwritable, "\(name) cannot be written: \(reason(code)).",
            fix: code == ENOSPC ? "Free some space on the disk." : "")
    }

    private static func reason(_ code: CInt) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0).lowercasedFirst } ?? "error \(code)"
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}

extension String {
    /// The text with its first letter in lower case, to stand inside a sentence.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
