import Foundation
import TestSupport
import Testing

@Suite("pechat batch: many documents, one report line each, whole files only")
struct BatchTests {
    /// Documents on one line each; every tenth is wrong.
    private static func lines(_ count: Int, wrongEvery: Int = 10) throws -> String {
        let sample = try String(
            contentsOfFile: "\(PackageFolder.root)/samples/services/invoice.json", encoding: .utf8)
        let line = sample.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined()
        return (1...count).map { index in
            let numbered = line.replacing("\"2026/077\"", with: "\"N-\(index)\"")
            return index % wrongEvery == 0 ? numbered.replacing("\"HUR\"", with: "\"час\"") : numbered
        }.joined(separator: "\n")
    }

    private struct ReportLine: Decodable {
        struct Problem: Decodable { let pointer: String }
        struct Output: Decodable { let pdf: String, xml: String }
        let id: String
        let ok: Bool
        let number: String?
        let output: Output?
        let errors: [Problem]?
    }

    private static func report(_ text: String) throws -> [ReportLine] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(ReportLine.self, from: Data($0.utf8)) }
    }

    @Test("reports in input order, goes on after bad documents and exits with 6", arguments: ["1", "4"])
    func order(workers: String) throws {
        try Tool.withTemporaryFolder { folder in
            let input = try Self.lines(40) + "\n{\"kind\": nonsense}\n\n"
            let outcome = try Program.run(
                ["batch", "-", "--out", folder, "--workers", workers], input: Array(input.utf8))
            #expect(outcome.status == 6)
            let report = try Self.report(outcome.output)
            #expect(report.map(\.id) == (1...41).map { "line \($0)" })
            #expect(report.filter(\.ok).count == 36)
            #expect(report[9].errors?.map(\.pointer) == ["/lines/1/unit"])
            #expect(report[40].ok == false)
            #expect(outcome.errors.contains("41 documents"))
            #expect(!outcome.errors.contains("\u{1B}"), "no animation without a terminal")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files == report.compactMap(\.output).flatMap { [$0.pdf, $0.xml] }.sorted())
        }
    }

    @Test("takes the JSON files of a folder by name and keeps documents of one number apart")
    func folder() throws {
        try Tool.withTemporaryFolder { folder in
            for (name, line) in zip(["b.json", "a.json", "c.txt"], try Self.lines(3).split(separator: "\n")) {
                let text = line.replacing("N-1", with: "X").replacing("N-2", with: "X")
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let outcome = try Program.run(["batch", folder, "--out", "\(folder)/out", "--quiet"])
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            let report = try Self.report(outcome.output)
            #expect(report.map(\.id) == ["a.json", "b.json"])
            #expect(report.compactMap(\.output?.pdf) == ["X.pdf", "X-2.pdf"])
            #expect(outcome.output.contains("batch.repeatedNumber"))
            let again = try Program.run(["batch", folder, "--out", "\(folder)/out", "--quiet"])
            #expect(again.output == outcome.output, "a second run replaces the same files")
        }
    }

    @Test("Ctrl-C ends it with whole files, even while it waits for input", arguments: [SIGINT, SIGTERM, SIGKILL])
    func interruption(signal: Int32) throws {
        try Tool.withTemporaryFolder { folder in
            let report = "\(folder)/report"
            let pipe = Pipe()
            let process = try Program.start(
                ["batch", "-", "--out", "\(folder)/out"], input: pipe.fileHandleForReading, output: report)
            try pipe.fileHandleForWriting.write(contentsOf: Data((Self.lines(30, wrongEvery: 99) + "\n").utf8))
            #expect(
                Program.wait(until: {
                    (try? String(contentsOfFile: report, encoding: .utf8).count { $0 == "\n" }) ?? 0 >= 5
                }))
            kill(process.processIdentifier, signal)
            #expect(Program.wait(until: { !process.isRunning }), "it ends soon")
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
            process.waitUntilExit()
            try pipe.fileHandleForWriting.close()
            #expect(process.terminationStatus == (signal == SIGKILL ? SIGKILL : 128 + signal))
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out")
            #expect(files.count >= 10 && files.count <= 60)
            #expect(files.allSatisfy { $0.hasSuffix(".pdf") || $0.hasSuffix(".xml") }, "no temporary files stay")
            for file in files {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/\(file)"))
                let end = String(decoding: bytes.suffix(20), as: UTF8.self)
                #expect(end.contains(file.hasSuffix(".pdf") ? "%%EOF" : "</Invoice>"), "\(file) is not whole")
            }
        }
    }

    @Test("a full disk for the report stops the batch with 74")
    func fullDisk() throws {
        try Tool.withTemporaryFolder { folder in
            let input = "\(folder)/in.ndjson"
            try Data(Self.lines(50).utf8).write(to: URL(fileURLWithPath: input))
            let outcome = try Tool.run(
                "sh", ["-c", "'\(Program.path)' batch '\(input)' --out '\(folder)/out' > /dev/full"])
            #expect(outcome.status == 74)
            #expect(outcome.errors.contains("standard output cannot be written"))
        }
    }
}
