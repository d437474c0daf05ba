import Foundation

/// A server of Tests/Judges in Python: it prints its port on 127.0.0.1, and ends when its standard input does.
public final class PythonServer: Sendable {
    /// The port on 127.0.0.1.
    public let port: Int
    /// Closing it ends the server.
    private let lifeline: FileHandle

    /// Starts a script such as `loopback-pki.py`, in UTF-8 and in UTC.
    public init(_ script: String, _ arguments: [String]) throws {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: Tool.path(of: "python3") ?? "/usr/bin/python3")
        process.arguments = ["\(PackageFolder.root)/Tests/Judges/\(script)"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["LC_ALL": "C.UTF-8", "TZ": "UTC"], uniquingKeysWith: { $1 })
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        lifeline = input.fileHandleForWriting
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CocoaError(.featureUnsupported)
        }
        self.port = port
    }

    deinit { try? lifeline.close() }
}
