import Certificates
import Diagnostics
import Foundation
import Issuing
import Signing
import TestSupport
import Testing

/// Documents, and ways to make their pages or their XML say something else.
enum Paper {
    static let now = Timestamp(secondsSince1970: 1_795_000_000)

    /// The bundled files with some replaced.
    static func toolkit(_ changes: [String: (from: String, to: String)]) -> Toolkit {
        Toolkit(
            file: { path in
                let bytes = (try? PackageFolder.bytes(path)) ?? nil
                guard let change = changes[path], let bytes else { return bytes }
                let text = String(decoding: bytes, as: UTF8.self)
                let changed = text.replacing(change.from, with: change.to)
                if changed == text { Issue.record("\(path) has no \(change.from)") }
                return Array(changed.utf8)
            },
            paths: { prefix in
                let folder = "\(PackageFolder.root)/\(prefix)"
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                return names.sorted().map { prefix + $0 }
            })
    }

    /// The PDF of a shared sample.
    static func pdf(_ sample: String, _ bench: Workbench, _ options: DocumentOptions = .init()) throws -> [UInt8] {
        let json = try SharedFolder.bytes("samples/\(sample).json")
        guard case .made(let pdf, _) = try bench.render(json, options) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return pdf
    }

    static func verify(
        _ pdf: [UInt8], _ bench: Workbench, _ verifier: XMLSignatureVerifier = .init()
    ) throws -> PDFVerification {
        try bench.verify(pdf: pdf, by: verifier, at: now)
    }

    /// `rule term` of each disagreement.
    static func rules(_ verification: PDFVerification) -> Set<String> {
        Set((verification.paper?.disagreements ?? []).map { "\($0.finding.rule) \($0.finding.term ?? "-")" })
    }

    /// The same PDF with another XML inside, for each of several edits; pikepdf does it.
    static func edited(_ pdf: [UInt8], _ edits: [(from: String, to: String)]) throws -> [[UInt8]] {
        try rewritten(
            pdf, edits.map { "\($0.from)\u{1}\($0.to)" },
            """
            old, new = argument.split('\\x01')
            for spec in pdf.attachments.values():
                data = spec.get_file().read_bytes().decode()
                assert old in data, old
                stream = spec.obj.EF.F
                stream.write(data.replace(old, new, 1).encode())
            """)
    }

    /// The same PDF without its structure tree.
    static func untagged(_ pdf: [UInt8]) throws -> [UInt8] {
        try rewritten(pdf, ["-"], "del pdf.Root.StructTreeRoot")[0]
    }

    static func rewritten(_ pdf: [UInt8], _ arguments: [String], _ body: String) throws -> [[UInt8]] {
        try Tool.withTemporaryFolder { folder in
            try Data(pdf).write(to: URL(fileURLWithPath: "\(folder)/in.pdf"))
            let indented = body.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
            let script = """
                import sys, pikepdf
                folder = sys.argv[1]
                for index, argument in enumerate(sys.argv[2:]):
                    with pikepdf.open(folder + '/in.pdf') as pdf:
                \(indented)
                        pdf.save(f'{folder}/{index}.pdf')
                """
            let outcome = try Tool.run("python3", ["-c", script, folder] + arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try arguments.indices.map {
                [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).pdf")))
            }
        }
    }
}
