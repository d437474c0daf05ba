import Foundation
import Issuing
import TestSupport
import Testing

@Suite("PDF/A-3a and PDF/UA-1 in one file")
struct PDFConformanceTests {
    /// The folder of the judge.
    private static let judges = "\(PackageFolder.root)/Tests/Judges"

    /// Lends a folder with all documents as files, and their paths in order.
    private func withFiles<Result>(_ body: ([DrawnDocument], [String]) throws -> Result) throws -> Result {
        let documents = try DrawnDocument.all()
        return try Tool.withTemporaryFolder { folder in
            let paths = documents.map { "\(folder)/\($0.name).pdf" }
            for (document, path) in zip(documents, paths) {
                try Data(document.pdf).write(to: URL(fileURLWithPath: path))
            }
            return try body(documents, paths)
        }
    }

    @Test("documents of all kinds break no clause", .needsPython("pikepdf", "fontTools", "lxml"))
    func clauses() throws {
        try withFiles { documents, paths in
            #expect(documents.count >= (Conformance.isWhole ? 106 : 40))
            let verdict = try Tool.run("python3", ["\(Self.judges)/judge-pdf.py"] + paths)
            let found =
                try JSONSerialization.jsonObject(with: Data(verdict.output.utf8)) as? [String: [[String: String]]]
            let violations = try #require(found)
            #expect(violations.count == documents.count)
            for (path, broken) in violations.sorted(by: { $0.key < $1.key }) where !broken.isEmpty {
                Issue.record("\(path.split(separator: "/").last ?? ""): \(broken.prefix(4))")
            }
            #expect(verdict.status == 0, "\(verdict.errors)")
        }
    }

    @Test("the judge finds every clause that is broken on purpose", .needsPython("pikepdf", "fontTools", "lxml"))
    func mutations() throws {
        let document = try #require(try DrawnDocument.all().first { $0.name == "classic-services" })
        let verdict = try Tool.run(
            "python3", ["\(Self.judges)/mutate-pdf.py", "{}", "--every", "\(Conformance.stride)"], file: document.pdf)
        #expect(verdict.status == 0, "\(verdict.output)\(verdict.errors)")
    }

    @Test("QPDF finds no error", .needsTool("qpdf"))
    func qpdf() throws {
        try withFiles { documents, paths in
            for (document, path) in zip(documents, paths) {
                let verdict = try Tool.run("qpdf", ["--check", path])
                #expect(verdict.status == 0 && verdict.errors.isEmpty, "\(document.name): \(verdict.output)")
            }
        }
    }

    @Test("poppler finds all fonts embedded, cut down and with Unicode", .needsTool("pdffonts"))
    func fonts() throws {
        try withFiles { documents, paths in
            for (document, path) in zip(documents, paths) {
                let verdict = try Tool.run("pdffonts", [path])
                let rows = verdict.output.split(separator: "\n").dropFirst(2)
                #expect(!rows.isEmpty && rows.allSatisfy { $0.contains(" yes yes yes ") }, "\(document.name): \(rows)")
                #expect(verdict.errors.isEmpty, "\(document.name): \(verdict.errors)")
            }
        }
    }

    @Test("poppler gives back the e-invoice byte for byte", .needsTool("pdfdetach"))
    func attachment() throws {
        try withFiles { documents, paths in
            for (document, path) in zip(documents, paths) {
                guard let xml = document.xml else { continue }  // prints that are no invoice: MarkedPrintTests
                _ = try Tool.run("pdfdetach", ["-save", "1", "-o", "\(path).xml", path])
                #expect(try Tool.bytes(of: "\(path).xml") == xml, "\(document.name)")
            }
        }
    }

    /// The words that a reader of the structure hears.
    private static func spokenWords(_ tree: String) -> [String] {
        let lines = tree.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let texts = lines.filter { $0.count > 1 && $0.hasPrefix("\"") && $0.hasSuffix("\"") }.map {
            $0.dropFirst().dropLast()
        }
        return texts.flatMap(words)
    }

    private static func words(_ text: some StringProtocol) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map { String($0) }
    }

    @Test("the structure tells parties, then all lines in their order", .needsTool("pdfinfo"))
    func readingOrder() throws {
        try withFiles { documents, paths in
            for (document, path) in zip(documents, paths)
            where !document.name.hasPrefix("random") && document.name != "odd" {
                let invoice = try #require(
                    try JSONSerialization.jsonObject(with: Data(document.json)) as? [String: Any])
                let lines = try #require(invoice["lines"] as? [[String: Any]])
                let names = lines.compactMap { ($0["item"] as? [String: Any])?["name"] as? String }
                #expect(names.count == lines.count)
                // Poppler takes half a minute to tell 500 lines.
                guard Conformance.isWhole || lines.count < 100 else { continue }
                let spoken = Self.spokenWords(try Tool.run("pdfinfo", ["-struct-text", path]).output)
                var place = 0
                for name in names.map(Self.words) {
                    let found = spoken.indices.dropFirst(place).first { spoken[$0...].starts(with: name) }
                    guard let found else {
                        Issue.record("\(document.name): \(name.joined(separator: " ")) is not told in its place")
                        break
                    }
                    place = found + name.count
                }
                for party in ["seller", "buyer"] {
                    let name = try #require((invoice[party] as? [String: Any])?["name"] as? String)
                    let isTold = spoken.indices.contains { spoken[$0...].starts(with: Self.words(name)) }
                    #expect(isTold, "\(document.name): \(party)")
                }
            }
        }
    }

    @Test("the same input gives the same bytes, on whatever thread")
    func deterministic() async throws {
        let documents = try DrawnDocument.all()
        let toolkit = DrawnDocument.toolkit()
        let differing = try await withThrowingTaskGroup(of: [String].self) { group in
            for part in 0..<2 {
                group.addTask {
                    let bench = Workbench(toolkit)
                    var differing: [String] = []
                    // The other way round, so that other documents have gone before.
                    for document in documents.reversed() where document.name.utf8.count % 2 == part {
                        let again: [UInt8]? =
                            switch try bench.build(document.json, document.options) {
                            case .built(let built): built.pdf
                            case .rejected: nil
                            }
                        if document.options.mark == nil, again != document.pdf { differing.append(document.name) }
                    }
                    return differing
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(differing.isEmpty)
    }
}
