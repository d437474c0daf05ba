public import Foundation

/// The program under test, run as a user runs it.
public enum Program: Sendable {
    /// The folder of what is built with the tests.
    public static let folder: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: tests).deletingLastPathComponent().path
    }()

    /// The one that `PECHAT_PROGRAM` names, such as the program as users get it, else the one that is built with the tests.
    public static let path = ProcessInfo.processInfo.environment["PECHAT_PROGRAM"] ?? "\(folder)/pechat"

    /// Runs the program to its end.
    public static func run(_ arguments: [String], input: [UInt8] = []) throws -> Tool.Outcome {
        try Tool.run("timeout", ["--kill-after=5", "120", path] + arguments, input: input)
    }

    /// Waits until something has come true, 30 seconds at most.
    ///
    /// - Returns: Whether it has.
    public static func wait(until isTrue: () -> Bool) -> Bool {
        for _ in 0..<3000 {
            if isTrue() { return true }
            usleep(10_000)
        }
        return isTrue()
    }

    /// Starts the program; its output goes to a file, and its errors to another one or nowhere.
    public static func start(
        _ arguments: [String], input: FileHandle? = nil, output: String, errors: String? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = input ?? FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = FileHandle.nullDevice
        if let errors {
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        }
        try process.run()
        return process
    }
}
