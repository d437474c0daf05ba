import Foundation

/// Programs of other people that judge our output.
public enum Tool: Sendable {
    /// What a program did.
    public struct Outcome: Sendable {
        /// The exit code.
        public let status: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
    }

    /// Where a program is installed; nil where it is not.
    public static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end; its input comes from a file so that no pipe can fill up.
    public static func run(_ name: String, _ arguments: [String], input: [UInt8] = []) throws -> Outcome {
        guard let path = path(of: name) else { throw CocoaError(.executableNotLoadable) }
        return try run(at: path, arguments, input: input)
    }

    /// Runs a program on bytes that it wants as a file; `{}` among the arguments stands for the file.
    public static func run(_ name: String, _ arguments: [String], file: [UInt8]) throws -> Outcome {
        try withTemporaryFolder { folder in
            try Data(file).write(to: URL(fileURLWithPath: "\(folder)/file"))
            return try run(name, arguments.map { $0 == "{}" ? "\(folder)/file" : $0 })
        }
    }

    /// Runs a script with the first `python3` of the PATH; tests that need packages say `.needsPython("lxml")`.
    public static func python(_ script: String, _ arguments: [String] = []) throws -> Outcome {
        try run("python3", ["-c", script] + arguments)
    }

    /// Whether `python3` is there with these packages.
    static func hasPython(_ packages: [String]) -> Bool {
        (try? python(packages.map { "import \($0)" }.joined(separator: "\n")))?.status == 0
    }

    /// What programs see: our environment, but always the same language and time zone.
    private static let environment = ProcessInfo.processInfo.environment.merging(
        ["LC_ALL": "C.UTF-8", "TZ": "UTC"], uniquingKeysWith: { $1 })

    /// Runs the program at a path to its end.
    public static func run(at path: String, _ arguments: [String], input: [UInt8] = []) throws -> Outcome {
        try withTemporaryFolder { folder in
            let names = ["input", "output", "errors"].map { "\(folder)/\($0)" }
            for name in names { try Data(name.hasSuffix("/input") ? input : []).write(to: URL(fileURLWithPath: name)) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = arguments
            process.environment = environment
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: names[0]))
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
            try process.run()
            process.waitUntilExit()
            let texts = try names.dropFirst().map {
                String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self)
            }
            return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
        }
    }

    /// The bytes of a file that a program made.
    public static func bytes(of path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Lends an empty folder that is removed afterwards.
    public static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pechat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }
}
