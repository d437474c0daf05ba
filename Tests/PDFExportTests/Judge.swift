import Foundation

/// Other people's programs that judge our files.
enum Judge {
    /// Writes a file into a folder of its own.
    static func save(_ bytes: [UInt8]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("document.pdf")
        try Data(bytes).write(to: file)
        return file
    }

    /// Removes the file and its folder.
    static func remove(_ file: URL) { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }

    /// Runs a program and returns what it printed; nil, said aloud, when it is not installed.
    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String)? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["LC_ALL=C.UTF-8", "TZ=UTC", program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus != 127 else {
            print("SKIPPED: \(program), or something that it needs, is not installed")
            return nil
        }
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
