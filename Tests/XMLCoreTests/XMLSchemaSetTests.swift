import Diagnostics
import Foundation
import TestSupport
import Testing
import XMLCore

@Suite("XMLSchemaSet")
struct XMLSchemaSetTests {
    static func file(_ path: String) -> [UInt8]? { try? PackageFolder.bytes(path) }
    static let invoice = try? XMLSchemaSet(entry: "schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd", file: file)
    static let small = """
        <schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
        <include schemaLocation="../types/./list.xsd"/>
        <element name="r" type="t:r"/>
        </schema>
        """
    static let types = """
        <schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
        <complexType name="r"><sequence>
          <element name="day" type="date"/>
          <element name="n" maxOccurs="unbounded"><simpleType><restriction base="int"><maxInclusive value="9"/></restriction></simpleType></element>
          <element name="e" minOccurs="0"><complexType/></element>
        </sequence><attribute name="id" use="required"/></complexType>
        </schema>
        """
    static func smallFile(_ path: String) -> [UInt8]? {
        ["a/b/main.xsd": Array(small.utf8), "a/types/list.xsd": Array(types.utf8)][path]
    }

    static let cases: [(body: String, rules: [String], pointers: [String])] = [
        ("<r xmlns='urn:t' id='1'><day>2026-11-20</day><n>1</n></r>", [], []),
        ("<x:r xmlns:x='urn:t' id='1'><x:day>2026-11-20</x:day><x:n>1</x:n><x:e/></x:r>", [], []),
        ("<other/>", ["cvc-elt.1"], ["/other"]),
        ("<r xmlns='urn:t'><day>2026-11-20</day><n>1</n></r>", ["cvc-complex-type.4"], ["/r"]),
        ("<r xmlns='urn:t' id='1' z='2'><day>2026-11-20</day><n>1</n></r>", ["cvc-complex-type.3.2"], ["/r"]),
        ("<r xmlns='urn:t' id='1'><day>20.11.2026</day><n>1</n></r>", ["cvc-datatype-valid.1"], ["/r/day"]),
        ("<r xmlns='urn:t' id='1'><n>1</n></r>", ["cvc-complex-type.2.4"], ["/r/n"]),
        ("<r xmlns='urn:t' id='1'><day>2026-11-20</day></r>", ["cvc-complex-type.2.4"], ["/r"]),
        ("<r xmlns='urn:t' id='1'>x<day>2026-11-20</day><n>1</n></r>", ["cvc-complex-type.2.3"], ["/r"]),
        (
            "<r xmlns='urn:t' id='1'><day>x</day><n>1</n><n>10</n><n>secret</n></r>",
            ["cvc-datatype-valid.1", "cvc-maxInclusive-valid", "cvc-datatype-valid.1"],
            ["/r/day", "/r/n[2]", "/r/n[3]"]
        ),
        ("<r xmlns='urn:t' id='1'><day>2026-11-20</day><n>1</n><e>x</e></r>", ["cvc-complex-type.2.1"], ["/r/e"]),
        ("<r xmlns='urn:t' id='1'><day><n/></day><n>1</n></r>", ["cvc-complex-type.2.2"], ["/r/day"]),
        ("<r xmlns='urn:t' id='1'><day a='1'>2026-11-20</day><n>1</n></r>", ["cvc-type.3.1.1"], ["/r/day"]),
    ]

    @Test("all errors are reported with rule and path, and without content", arguments: cases)
    func findings(body: String, rules: [String], pointers: [String]) throws {
        let schema = try XMLSchemaSet(entry: "a/b/main.xsd", file: Self.smallFile)
        let findings = try schema.findings(in: Array(body.utf8))
        #expect(findings.map(\.rule) == rules)
        #expect(findings.map(\.pointer) == pointers)
        for finding in findings {
            #expect(!finding.message.contains("secret") && !finding.message.contains("{"))
            #expect(!finding.fix.contains("{"))
            #expect(finding.place?.line == 1)
        }
    }

    @Test("a finding says what was expected")
    func expected() throws {
        let schema = try XMLSchemaSet(entry: "a/b/main.xsd", file: Self.smallFile)
        #expect(
            try schema.findings(in: Array("<r xmlns='urn:t' id='1'><n>1</n></r>".utf8)).first?.fix
                == "Expected here: day.")
        let late =
            "<r xmlns='urn:t' id='1'><day>2026-11-20</day>" + String(repeating: "\n", count: 70_000) + "<n>x</n></r>"
        #expect(try schema.findings(in: Array(late.utf8)).first?.place?.line == 70_001)
        #expect(
            try schema.findings(in: Array("<r xmlns='urn:t' id='1'><day>x</day><n>1</n></r>".utf8)).first?.message
                == "The value is not of the type `xs:date`.")
    }

    @Test("thousands of errors are cut off, in time")
    func manyErrors() throws {
        let schema = try XMLSchemaSet(entry: "a/b/main.xsd", file: Self.smallFile)
        let body =
            "<r xmlns='urn:t' id='1'><day>2026-11-20</day>" + String(repeating: "<n>1</n>", count: 100_000)
            + String(repeating: "<n>x</n>", count: 100_000) + "</r>"
        let took = try processorTime {
            let findings = try schema.findings(in: Array(body.utf8))
            #expect(findings.count == XMLSchemaSet.findingLimit + 1)
            #expect(findings.last?.rule == "xsd.more")
            #expect(findings[5].pointer == "/r/n[100006]")
        }
        #expect(took < .seconds(10), "\(took)")
    }

    @Test("a schema needs all its files, and they must be schemas")
    func brokenSets() {
        let missing = #expect(throws: ToolkitError.self) {
            try XMLSchemaSet(entry: "a/b/main.xsd") { $0 == "a/b/main.xsd" ? Array(Self.small.utf8) : nil }
        }
        #expect(missing?.code.name == "xml.schemaFileMissing" && missing?.facts["path"] == "a/types/list.xsd")
        let malformed = #expect(throws: ToolkitError.self) {
            try XMLSchemaSet(entry: "x") { _ in Array("<schema>".utf8) }
        }
        #expect(malformed?.code.name == "xml.malformed")
        let invalid = #expect(throws: ToolkitError.self) {
            try XMLSchemaSet(entry: "x") { _ in Array(Self.types.replacing("\"date\"", with: "\"t:none\"").utf8) }
        }
        #expect(invalid?.code.name == "xml.schemaInvalid")
        // A file on this machine is not read although it exists.
        let outside = Self.small.replacing("../types/./list.xsd", with: "file:///etc/hostname")
        let refused = #expect(throws: ToolkitError.self) {
            try XMLSchemaSet(entry: "x") { $0 == "x" ? Array(outside.utf8) : nil }
        }
        #expect(refused?.code.name == "xml.schemaFileMissing")
    }

    @Test(
        "xmllint finds the same official examples valid, and a wrong date is found", .needsSharedFolder,
        .needsTool("xmllint"), arguments: Examples.official)
    func officialExamples(name: String) throws {
        let schema = try #require(Self.invoice)
        let bytes = try SharedFolder.bytes(name)
        guard try XMLDocument(parsing: bytes).root.name == "Invoice" else { return }
        let path = "\(PackageFolder.root)/schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
        let judge = try Tool.run("xmllint", ["--noout", "--nonet", "--schema", path, SharedFolder.path(name)])
        #expect(try schema.findings(in: bytes).isEmpty == (judge.status == 0))
        let text = String(decoding: bytes, as: UTF8.self)
        let broken = text.replacing("IssueDate>20", with: "IssueDate>xx")
        if broken != text { #expect(try !schema.findings(in: Array(broken.utf8)).isEmpty) }
    }

    @Test("threads share one schema and never get each other's verdict")
    func threads() async throws {
        let schema = try XMLSchemaSet(entry: "a/b/main.xsd", file: Self.smallFile)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<200 {
                        let value = (worker + round) % 3 == 0 ? "x\(round)" : "\(round % 9)"
                        let body = "<r xmlns='urn:t' id='1'><day>2026-11-20</day><n>\(value)</n></r>"
                        let findings = try? schema.findings(in: Array(body.utf8))
                        if findings?.isEmpty != !value.hasPrefix("x") { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("schemas compile on many threads at once")
    func threadsCompile() async throws {
        let good = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (try? XMLSchemaSet(entry: "a/b/main.xsd", file: Self.smallFile)) != nil }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(good)
    }
}

@Suite("schemas/: vendored files")
struct VendoredSchemaTests {
    @Test(
        "every file has the SHA-256 of its SOURCE.md, and none is missing or extra",
        arguments: ["ubl-2.1", "xmldsig", "xades"])
    func checksums(folder: String) throws {
        let root = "\(PackageFolder.root)/schemas/\(folder)"
        let source = try String(decoding: PackageFolder.bytes("schemas/\(folder)/SOURCE.md"), as: UTF8.self)
        let listed = source.split(separator: "\n").compactMap { line -> (sum: String, path: String)? in
            let words = line.split(separator: " ")
            return words.count == 2 && words[0].count == 64 ? (String(words[0]), String(words[1])) : nil
        }
        #expect(!listed.isEmpty)
        for entry in listed {
            let output = try Tool.run("sha256sum", ["\(root)/\(entry.path)"]).output
            #expect(output.prefix(64) == entry.sum, "\(entry.path)")
        }
        let present = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
            .filter { $0.hasSuffix(".xsd") }
        #expect(Set(present ?? []) == Set(listed.map(\.path)))
    }

    @Test(
        "the schemas of signatures compile",
        arguments: [
            "schemas/xmldsig/xmldsig1-schema.xsd", "schemas/xades/XAdES01903v132-201601.xsd",
            "schemas/xades/XAdES01903v141-201601.xsd",
        ])
    func signatures(entry: String) throws {
        _ = try XMLSchemaSet(entry: entry) { path in
            XMLSchemaSetTests.file(
                path == "schemas/xmldsig-core-schema.xsd" ? "schemas/xmldsig/xmldsig-core-schema.xsd" : path)
        }
    }
}
