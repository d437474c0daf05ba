import Certificates
import Diagnostics
import Glibc
import Issuing

/// What a command may touch: the streams, the clock, the files and the toolkit.
struct World: Sendable {
    /// The parts, prepared once for the process.
    let toolkit: Toolkit
    /// The working state that a signal changes.
    let interruption = Interruption.shared

    /// The clock, unless the command line fixes the time with `--now` or `--at`.
    func now(_ arguments: Arguments) throws(ToolkitError) -> Timestamp {
        if let text = arguments.value(.now) ?? arguments.value(.at) { return try Timestamp(text) }
        return Timestamp(secondsSince1970: time(nil))
    }

    /// Writes a result to standard output.
    func print(_ text: String) throws(ToolkitError) { try write(Array(text.utf8) + [UInt8(ascii: "\n")]) }

    /// Writes result bytes to standard output as they are.
    func write(_ bytes: [UInt8]) throws(ToolkitError) {
        try FileBytes.write(bytes, to: STDOUT_FILENO, named: "standard output")
    }

    /// Writes a message to standard error; a closed standard error is no reason to stop.
    func note(_ text: String) {
        try? FileBytes.write(Array("\(text)\n".utf8), to: STDERR_FILENO, named: "standard error")
    }

    /// Whether a person watches standard error.
    var watchesErrors: Bool { isatty(STDERR_FILENO) == 1 }
}

/// A name on the command line for the bytes of a document.
extension World {
    /// Reads a file, or standard input for `-`, up to a limit.
    ///
    /// - Throws: `file.unreadable`, `file.tooLarge`; both name the file.
    func read(_ name: String, atMost limit: Int = 64 << 20) throws(ToolkitError) -> [UInt8] {
        try FileBytes.read(name, atMost: limit)
    }
}
