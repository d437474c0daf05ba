import Diagnostics
import Foundation
import InvoiceModel
import TestSupport
import Testing
import UBL
import XMLCore

@Suite("UBLValidator")
struct UBLValidatorTests {
    static let validator = UBLValidator { try? PackageFolder.bytes($0) }

    @Test("what the writer writes is valid, in every kind and profile")
    func everything() throws {
        for kind in DocumentKind.allCases {
            for profile in ProfileName.allCases {
                var invoice = try Documents.everything(kind)
                invoice.profile = profile
                let report = try Self.validator.report(on: Documents.ubl(invoice))
                #expect(report.findings.isEmpty, "\(kind) \(profile) \(report.findings)")
            }
        }
    }

    @Test("a known kind gives the same verdict, and another root than that of the kind is an error")
    func knownKind() throws {
        let invoice = try Documents.ubl(Documents.everything(.invoice))
        let credit = try Documents.ubl(Documents.everything(.creditNote))
        #expect(try Self.validator.report(on: invoice, of: .invoice).findings.isEmpty)
        #expect(try Self.validator.report(on: credit, of: .creditNote).findings.isEmpty)
        #expect(try Self.validator.report(on: invoice, of: .creditNote).findings.map(\.rule) == ["cvc-elt.1"])
        let broken = Array(Documents.text(invoice).replacing("cbc:IssueDate", with: "cbc:IsueDate").utf8)
        let report = try Self.validator.report(on: broken, of: .invoice)
        let other = try Self.validator.report(on: broken)
        #expect(!report.isAcceptable && report == other)
    }

    @Test("xmllint finds the samples valid too", .needsSharedFolder, arguments: Documents.samples)
    func xmllint(name: String) throws {
        let bytes = try Documents.ubl(Documents.sample(name))
        #expect(try Self.validator.report(on: bytes).findings.isEmpty)
        try Tool.withTemporaryFolder { folder in
            try Data(bytes).write(to: URL(filePath: "\(folder)/document.xml"))
            let kind = try XMLDocument(parsing: bytes).root.name
            let schema = "\(PackageFolder.root)/schemas/ubl-2.1/maindoc/UBL-\(kind)-2.1.xsd"
            let judge = try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema, "\(folder)/document.xml"])
            #expect(judge.status == 0, "\(judge.errors)")
        }
    }

    @Test("a wrong document gets findings with path, line and remedy")
    func findings() throws {
        let text = try Documents.text(Documents.ubl(Documents.everything(.invoice)))
        let wrong = text.replacing("<cbc:IssueDate>2026-11-20<", with: "<cbc:IssueDate>20.11.2026<")
            .replacing("        <cbc:Name>Извоз</cbc:Name>\n", with: "")
            .replacing("cac:OrderReference", with: "cac:Reference")
        let findings = try Self.validator.report(on: Array(wrong.utf8)).findings
        #expect(findings.map(\.rule) == ["cvc-datatype-valid.1", "cvc-complex-type.2.4"])
        #expect(findings.first?.pointer == "/Invoice/cbc:IssueDate" && findings.first?.place?.line == 5)
        #expect(findings.last?.pointer == "/Invoice/cac:Reference")
        #expect(findings.allSatisfy { $0.severity == .error && !$0.fix.isEmpty })
    }

    @Test("another root is a finding, unreadable XML an error")
    func roots() throws {
        for text in [
            "<Invoice/>", "<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>",
            "<CreditNote xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>",
        ] {
            let report = try Self.validator.report(on: Array(text.utf8))
            #expect(report.findings.map(\.rule) == ["ubl.root"] && !report.isAcceptable)
        }
        #expect(throws: ToolkitError.self) { try Self.validator.report(on: Array("<Invoice>".utf8)) }
    }

    @Test("missing schemas are an error, never a valid document")
    func missingSchemas() throws {
        let bytes = try Documents.ubl(Documents.everything(.invoice))
        let error = #expect(throws: ToolkitError.self) { try UBLValidator { _ in nil }.report(on: bytes) }
        #expect(error?.code.name == "xml.schemaFileMissing")
    }

    @Test("a document in another encoding is validated as what it says")
    func encodings() throws {
        let text = try Documents.text(Documents.ubl(Documents.sample("reverse-charge.json")))
        let declared = text.replacing("encoding=\"UTF-8\"", with: "encoding=\"windows-1251\"")
        let bytes = declared.unicodeScalars.map { scalar -> UInt8 in
            switch scalar.value {
            case 0x410...0x44F: UInt8(scalar.value - 0x410 + 0xC0)
            case ..<0x80: UInt8(scalar.value)
            default: UInt8(ascii: "?")
            }
        }
        #expect(try Self.validator.report(on: bytes).findings.isEmpty)
    }

    @Test("many threads share one validator")
    func threads() async throws {
        let good = try Documents.ubl(Documents.everything(.invoice))
        let bad = Array(
            Documents.text(good).replacing("380<", with: "380</cbc:InvoiceTypeCode><cbc:InvoiceTypeCode>380<").utf8)
        let credit = try Documents.ubl(Documents.everything(.creditNote))
        let validator = UBLValidator { try? PackageFolder.bytes($0) }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    (0..<30).count { round in
                        let pick = (worker + round) % 3
                        let report = try? validator.report(on: [good, bad, credit][pick])
                        return report?.isAcceptable != (pick != 1)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
