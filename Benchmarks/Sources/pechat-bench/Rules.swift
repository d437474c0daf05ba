import Glibc
import Issuing
import Schematron
import XMLCore

/// `pechat-bench rules`: invoices judged by a Schematron file on one core, from bytes to verdict.
struct Rules {
    private let options: Options

    init(_ words: ArraySlice<String>) throws { options = try Options(words) }

    func run() throws {
        Measuring.stayOnOneCore()
        let lines = Int(try options.number("--lines", 20))
        let path = options.text("--rules", "")
        guard !path.isEmpty else { throw Failure("--rules FILE.sch is needed") }
        let (folder, entry) = Self.split(path)
        let read = { (name: String) in try? Self.bytes("\(folder)/\(name)") }
        let loading = try Measuring.run(count: 1, seconds: 1) { _ in _ = try RuleSet(entry: entry, read: read) }
        let rules = try RuleSet(entry: entry, read: read)
        let documents = Documents(lines: lines)
        let bench = Workbench(Toolkit.bundled())
        let inputs = try (0..<max(2, min(50, 2000 / lines))).map { try bench.eInvoice(documents.json($0)) }
        if case let file = options.text("--write", ""), !file.isEmpty { try Self.write(inputs[0], to: file) }
        var failures = 0
        var fired = 0
        let seconds = try options.number("--seconds", 3)
        let parsing = try Measuring.run(count: inputs.count, seconds: seconds / 4) { index in
            _ = try XMLDocument(parsing: inputs[index])
        }
        let result = try Measuring.run(count: inputs.count, seconds: seconds) { index in
            let report = rules.verdict(on: try XMLDocument(parsing: inputs[index]))
            failures = report.outcomes.count
            fired = report.firedRules
        }
        print(
            """
            {"lines": \(lines), "bytes": \(inputs[0].count), "load_ms": \(thousandths(loading.medianMilliseconds)), \
            "parse_ms": \(thousandths(parsing.medianMilliseconds)), "p50_ms": \(thousandths(result.medianMilliseconds)), \
            "fired": \(fired), "outcomes": \(failures), "peak_kb": \(Measuring.peakKilobytes)}
            """)
    }

    private static func split(_ path: String) -> (folder: String, entry: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Failure("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "wb") else { throw Failure("\(path) cannot be written") }
        defer { fclose(file) }
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw Failure("\(path) cannot be written") }
    }
}
