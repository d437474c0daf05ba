import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

/// Signed files of other people: samples of the European Commission's library and of pyHanko.
@Suite("signed PDF files of others", .needsSharedFolder)
struct PDFVectorTests {
    /// What became of one file.
    struct Outcome {
        let name: String
        /// Whether the file is said to be intact in all of its signatures; nil without a verdict.
        let isIntact: Bool?
        /// The code and the sentence of the worst of them.
        let code: String
        let message: String
    }

    static func outcome(of name: String) throws -> Outcome {
        let bytes = try Tool.bytes(of: SharedFolder.path("vectors/signing/\(name)"))
        do throws(ToolkitError) {
            guard let report = try PDFSignatureVerifier().verify(bytes, at: LevelShop.moment) else {
                return Outcome(name: name, isIntact: nil, code: "unsigned", message: "")
            }
            let all = [report] + report.others
            let isIntact = all.allSatisfy { $0.integrity == .passed && $0.status != .failed }
            return Outcome(name: name, isIntact: isIntact, code: report.code, message: report.message)
        } catch {
            return Outcome(name: name, isIntact: nil, code: error.code.name, message: error.message)
        }
    }

    static var files: [String] {
        let root = SharedFolder.path("vectors/signing")
        return ["dss-pades", "pyhanko-pdf"].flatMap { folder -> [String] in
            (FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? [])
                .filter { $0.hasSuffix(".pdf") }.map { "\(folder)/\($0)" }
        }.sorted()
    }

    @Test("no reject is accepted, nothing crashes, and what is not accepted has its reason")
    func manifest() throws {
        let text = try String(
            contentsOfFile: SharedFolder.path("vectors/signing/manifest.tsv"), encoding: .utf8)
        var wanted: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t")
            if fields.count == 2 { wanted[String(fields[0])] = String(fields[1]) }
        }
        var found: [String: String] = [:]
        for name in Self.files {
            let outcome = try Self.outcome(of: name)
            if wanted[name] == "reject" { #expect(outcome.isIntact != true, "\(name)") }
            if outcome.isIntact != true { found[name] = "\(outcome.code)\t\(outcome.message)" }
        }
        if let path = ProcessInfo.processInfo.environment["PECHAT_LIST_GAPS"] {
            let lines = found.sorted { $0.key < $1.key }.map { "\($0.key)\t\(wanted[$0.key] ?? "-")\t\($0.value)" }
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
        }
        let document = try String(
            contentsOfFile: "\(PackageFolder.root)/docs/conformance/pades.md", encoding: .utf8)
        for (name, reason) in found where wanted[name] == "accept" {
            #expect(document.contains("`\(name)`"), "\(name): \(reason)")
        }
    }
}
