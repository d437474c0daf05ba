import Foundation
import Synchronization
public import Testing

/// A throw-away PostgreSQL server on a Unix socket in a temporary folder; it ends with the test process.
///
/// Use: `let server = try TestPostgres.shared()` in tests that say `.needsPostgres`, and `server.newAddress()` for an empty
/// schema of its own.
public final class TestPostgres: Sendable {
    /// Where the data and the socket lie.
    public let folder: String
    private let durable: Bool
    /// Closing it ends the server.
    private let lifeline = Mutex<FileHandle?>(nil)
    private let schemas = Atomic(0)

    private static let started = Result { try TestPostgres(isDurable: false) }

    /// The server of this process, started at the first call; it takes about two seconds.
    public static func shared() throws -> TestPostgres { try started.get() }

    /// The folder of the newest server programs, such as `/usr/lib/postgresql/15/bin`; nil where none is installed.
    static let programs: String? = {
        let base = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []).compactMap(Int.init)
        let folders = versions.filter { $0 >= 15 }.sorted(by: >).map { "\(base)/\($0)/bin" }
        return folders.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
    }()

    /// Whether a server can be started here.
    public static let isInstalled = programs != nil && (getuid() != 0 || Tool.path(of: "setpriv") != nil)

    /// Makes a cluster and starts its server.
    ///
    /// - Parameter isDurable: Whether commits wait for the disk; only needed where the server is killed.
    /// - Throws: What keeps the server from starting.
    public init(isDurable: Bool) throws {
        folder = "/tmp/pechat-pg-\(UUID().uuidString.prefix(8))"
        durable = isDurable
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if getuid() == 0 { _ = try Tool.run("chown", ["postgres", folder]) }
        let made = try Self.asServer([
            "\(Self.programs ?? "")/initdb", "-D", "\(folder)/data", "-U", "pechat", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        ])
        guard made.status == 0 else { throw CocoaError(.featureUnsupported) }
        try start()
        let created = try psql(
            "SELECT format('CREATE SCHEMA t%s', i) FROM generate_series(1, 400) AS i \\gexec")
        guard created.status == 0 else { throw CocoaError(.featureUnsupported) }
    }

    /// Starts the server, and waits until it answers.
    public func start() throws {
        let process = Process()
        let input = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The server goes when nobody holds the other end of the input any more, be it by a crash of the tests.
        let script = """
            "$@" >>\(folder)/log 2>&1 & server=$!
            cat >/dev/null
            kill -QUIT $server 2>/dev/null; wait $server 2>/dev/null
            [ -e \(folder)/keep ] || rm -rf \(folder)
            """
        process.arguments =
            ["-c", script, "sh"]
            + Self.command([
                "\(Self.programs ?? "")/postgres", "-D", "\(folder)/data", "-k", folder, "-c", "listen_addresses=",
                "-c", "fsync=\(durable ? "on" : "off")", "-c", "max_connections=200", "-c", "shared_buffers=32MB",
                "-c", "log_min_messages=fatal", "-c", "autovacuum=off",
            ])
        process.standardInput = input
        try process.run()
        lifeline.withLock { $0 = input.fileHandleForWriting }
        guard Program.wait(until: { (try? psql("SELECT 1"))?.status == 0 }) else {
            throw CocoaError(.featureUnsupported)
        }
    }

    /// The process id of the postmaster.
    public var postmaster: Int32? {
        let text = try? String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
        return text?.split(separator: "\n").first.flatMap { Int32($0) }
    }

    /// Runs SQL with psql.
    @discardableResult
    public func psql(_ sql: String) throws -> Tool.Outcome {
        try Tool.run(
            "psql", ["-X", "-q", "-A", "-t", "-h", folder, "-U", "pechat", "-d", "postgres"], input: Array(sql.utf8))
    }

    /// The address of an empty schema.
    ///
    /// - Parameter folder: Another folder with a socket that leads to the server; nil for the server's own.
    /// - Returns: A `postgres://` URL.
    public func newAddress(through folder: String? = nil) -> String {
        address(schema: schemas.add(1, ordering: .relaxed).newValue, through: folder)
    }

    /// The address of the schema with a number.
    public func address(schema: Int, through folder: String? = nil) -> String {
        "postgres://pechat@/postgres?host=\(folder ?? self.folder)&options=-csearch_path%3Dt\(schema)"
    }

    /// A server refuses to run as root.
    private static func command(_ words: [String]) -> [String] {
        getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + words : words
    }

    private static func asServer(_ words: [String]) throws -> Tool.Outcome {
        let words = command(words)
        return words[0].hasPrefix("/")
            ? try Tool.run(at: words[0], Array(words.dropFirst()))
            : try Tool.run(words[0], Array(words.dropFirst()))
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, visibly, where no PostgreSQL server of version 15 or later is installed.
    public static var needsPostgres: Self {
        .enabled(if: TestPostgres.isInstalled, "SKIPPED: PostgreSQL 15 or later is not installed")
    }
}
