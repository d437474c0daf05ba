import Diagnostics
import Foundation
import PageLayout
import TestSupport
import Testing

@Suite("The examples of docs/templates.md")
struct TemplateReferenceTests {
    /// An example and the picture that is drawn from it.
    private struct Example {
        let text: String
        let picture: String
    }

    private func file(_ path: String) throws -> String {
        String(decoding: try PackageFolder.bytes(path), as: UTF8.self)
    }

    private func examples() throws -> [Example] {
        let pattern = /```xml[^\n]*\n((?:(?!```)[\s\S])*)```\n!\[[^\]]*\]\(([^)]*)\)/
        return try file("docs/templates.md").matches(of: pattern).map {
            Example(text: String($0.1), picture: String($0.2))
        }
    }

    /// An example as a whole template, as scripts/template-pictures makes it: what begins at the margin and belongs
    /// before the body goes there.
    private func template(_ example: String) throws -> String {
        if example.hasPrefix("<template") { return example }
        let script = try file("scripts/template-pictures")
        let styles = try #require(
            script.components(separatedBy: "STYLES = \"\"\"").last?.components(separatedBy: "\"\"\"").first)
        let heads = ["<page", "<style", "<first-header", "<header", "<footer", "<mark"]
        let lines = example.split(separator: "\n").map(String.init)
        let head = lines.filter { line in heads.contains { line.hasPrefix($0) } }
        let body = lines.filter { line in
            !heads.contains { line.hasPrefix($0) } && line != "<body>" && line != "</body>"
        }
        return "<template xmlns=\"urn:pechat:template:1\" name=\"t\">" + styles + head.joined(separator: "\n")
            + "<body>"
            + body.joined(separator: "\n") + "</body></template>"
    }

    @Test("shows examples that compile, and a picture of each")
    func examplesCompile() throws {
        let examples = try examples()
        #expect(examples.count >= 16)
        for example in examples {
            let source = Template.Source(file: example.picture, bytes: Array(try template(example.text).utf8))
            let report = Template.check(source)
            #expect(report.findings.isEmpty, "\(report.findings.map(\.message))")
            let picture = "\(PackageFolder.root)/docs/\(example.picture)"
            let size = try FileManager.default.attributesOfItem(atPath: picture)[.size] as? Int ?? .max
            #expect(size < 32_768, "\(example.picture) has \(size) bytes")
        }
    }

    @Test("names every element and attribute of the schema")
    func complete() throws {
        let text = try file("docs/templates.md")
        let schema = try file("schemas/pechat/template-1.xsd")
        let names = schema.matches(of: /<xs:(element|attribute) name="([^"]+)"/).map {
            (kind: $0.1, name: String($0.2))
        }
        #expect(names.count > 60)
        for (kind, name) in names {
            // In prose and tables in code marks, alone or with a value, or as an element.
            let isNamed =
                ["`\(name)`", "`\(name)=", "`<\(name)", "### \(name)", ", \(name)\n", ", \(name), "].contains {
                    text.contains($0)
                }
            #expect(isNamed, "\(kind) \(name)")
        }
    }
}
