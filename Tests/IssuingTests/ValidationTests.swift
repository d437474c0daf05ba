import Diagnostics
import Foundation
import Issuing
import Schematron
import TestSupport
import Testing

@Suite("Validation: schema, rules by the specification, and sums")
struct ValidationTests {
    private let bench = Workbench(.bundled())

    private static func xml(_ name: String) throws -> String {
        String(decoding: try PackageFolder.bytes("samples/\(name)/invoice.ubl.xml"), as: UTF8.self)
    }

    private func validate(_ text: String, _ options: ValidationOptions = ValidationOptions()) throws -> Validation {
        try bench.validate(Array(text.utf8), options)
    }

    @Test("what was made is valid, and nothing at all is said about it", arguments: SampleTests.names)
    func samples(name: String) throws {
        for file in ["invoice.json", "invoice.ubl.xml"] {
            let validation = try bench.validate(try PackageFolder.bytes("samples/\(name)/\(file)"))
            #expect(validation.verdict == .valid)
            let said = validation.failures.filter { !$0.id.hasPrefix("edb.") && $0.flag != "information" }
            #expect(said.map(\.id) == [], "\(file)")
        }
    }

    @Test("a wrong sum has rule, place, term, advice and the computed figure")
    func sum() throws {
        let text = try Self.xml("goods")
        let wrong = text.replacing(/(PayableAmount currencyID="MKD">)\d/) { "\($0.1)9" }
        #expect(wrong != text)
        for language in ExplanationLanguage.allCases {
            let validation = try validate(wrong, ValidationOptions(language: language))
            #expect(validation.verdict == .invalid && validation.error == nil)
            #expect(validation.failures.map(\.id) == ["BR-CO-16", "totals.payable"])
            let rule = try #require(validation.failures.first)
            #expect(rule.flag == "fatal" && rule.terms.first?.id == "BT-115" && !rule.fix.isEmpty)
            #expect(rule.location.contains("LegalMonetaryTotal") || rule.location == "/Invoice")
            #expect(rule.place != nil && rule.pointer == nil)
        }
    }

    @Test("a broken schema is told with what the rules find, and rules that cannot decide leave it undecided")
    func schema() throws {
        let text = try Self.xml("goods")
        let broken = try validate(text.replacing("IssueDate>", with: "IsueDate>"))
        #expect(broken.verdict == .invalid)
        #expect(Set(broken.failures.map(\.id)).isSuperset(of: ["cvc-complex-type.2.4", "BR-03"]))
        let undecided = try validate(text.replacing(/(PayableAmount currencyID="MKD">)[\d.]+/) { "\($0.1)x" })
        #expect(undecided.verdict == .undecided)
        #expect(undecided.failures.contains { $0.flag == "error" && $0.error == "FORG0001" })
        #expect(try #require(undecided.error).contains("could not be decided"))
    }

    /// A document that names a specification meets the rules of that specification, and no other's.
    static let specifications = [
        ("urn:cen.eu:en16931:2017", "-"), ("urn:xeinkauf.de:kosit:xrechnung_3.0", "-"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "PECHAT-PEPPOL"),
        ("urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.rs:srbdt:2022", "PECHAT-RS"),
        ("urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.hr:cius-2025:1.0", "PECHAT-HR"),
    ]

    @Test("the specification chooses the rules", arguments: specifications)
    func choice(specification: String, prefix: String) throws {
        let text = try Self.xml("goods").replacing("urn:cen.eu:en16931:2017", with: specification)
        let validation = try validate(text)
        let own = Set(validation.failures.map(\.id).filter { $0.hasPrefix("PECHAT-") }.map { $0.dropLast(3) })
        #expect(own == (prefix == "-" ? [] : [Substring(prefix)]))
        #expect((validation.verdict == .valid) == (prefix == "-"))
    }

    @Test("another document than UBL is invalid, and what is no XML is an error")
    func others() throws {
        let validation = try validate("<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>")
        #expect(validation.verdict == .invalid && validation.failures.map(\.id) == ["ubl.root"])
        #expect(validation.svrl == nil)
        #expect(throws: ToolkitError.self) { try validate("<Invoice>") }
    }

    private static func file(_ content: String, _ how: RuleFile.RepeatedContexts? = nil) -> RuleFile {
        let text =
            "<schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'>\(content)</schema>"
        return RuleFile("a/b.sch", repeatedContexts: how) { $0 == "b.sch" ? Array(text.utf8) : nil }
    }

    @Test("rule files of the user take the place of the bundled rules and of the sums")
    func ownRules() throws {
        let wrong = try Self.xml("goods").replacing(/(PayableAmount currencyID="MKD">)\d/) { "\($0.1)9" }
        let files = [
            Self.file(
                "<pattern><rule context='/*'><assert id='A' flag='warning' test='false()'>a</assert></rule></pattern>"),
            Self.file(
                "<pattern><rule context='/*'><report id='B' role='information' test='true()'>b</report></rule></pattern>"
            ),
        ]
        let validation = try validate(wrong, ValidationOptions(rules: files))
        #expect(validation.verdict == .valid && validation.failures.map(\.id) == ["A", "B"])
        #expect(validation.failures.map(\.flag) == ["warning", "information"])
        let report = String(decoding: try #require(validation.svrl), as: UTF8.self)
        #expect(report.contains("failed-assert id=\"A\"") && report.contains("successful-report id=\"B\""))
    }

    @Test("a rule that an earlier one of its pattern shadows is judged, unless the file is to be taken as published")
    func repaired() throws {
        let content = """
            <pattern><rule context='/*'><assert id='A' test='true()'/></rule>
            <rule context='/*'><assert id='B' test='false()'/></rule></pattern>
            """
        for (how, ids) in [(nil, ["B"]), (.repaired, ["B"]), (.asPublished, [])]
            as [(RuleFile.RepeatedContexts?, [String])]
        {
            let options = ValidationOptions(rules: [Self.file(content, how)])
            #expect(try validate(Self.xml("goods"), options).failures.map(\.id) == ids)
        }
    }

    @Test("a rule file with a fault is an error with its place, never a valid document")
    func fault() throws {
        let file = Self.file("<pattern><rule context='/*'><assert test='unknown(1)'/></rule></pattern>")
        let error = #expect(throws: ToolkitError.self) {
            try validate(Self.xml("goods"), ValidationOptions(rules: [file]))
        }
        #expect(error?.code == .rulesInvalid && error?.place?.file == "a/b.sch")
    }
}
