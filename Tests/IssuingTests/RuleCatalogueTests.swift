import BundledFiles
import Diagnostics
import Issuing
import TestSupport
import Testing

@Suite("Every rule of EN 16931 is explained in plain words")
struct RuleCatalogueTests {
    let catalogue = RuleCatalogue.bundled()

    /// The rules of a Schematron file: ids and messages.
    static func rules(in text: String) -> [(id: String, message: String)] {
        text.matches(of: /\bid="((?:BR|UBL)-[A-Z0-9-]+)"[\S\s]*?>([^<>]*)<\/(?:sch:)?assert>/).map {
            (String($0.1), $0.2.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
    }

    static func official() throws -> [(id: String, message: String)] {
        let path = "vectors/rules/cen/preprocessed/EN16931-UBL-validation-preprocessed.sch"
        return rules(in: String(decoding: try SharedFolder.bytes(path), as: UTF8.self))
    }

    /// The words that carry a meaning, without the name of a category.
    static func words(_ text: String) -> Set<Substring> {
        let plain = text.replacing(/\([^)]*\)/, with: "")
        return Set(plain.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 3 })
    }

    /// Each rule has terms with names, a fix in every language, and the fix is no echo of the message.
    func check(_ rules: [(id: String, message: String)]) throws {
        for language in ExplanationLanguage.allCases {
            for (id, message) in rules {
                let explanation = try catalogue.explanation(
                    of: id, message: message, element: "cbc:Name", language: language)
                let found = try #require(explanation, "\(id) has no entry")
                #expect(!found.fix.isEmpty && !found.fix.contains("{"), "\(id) in \(language)")
                if !id.hasPrefix("UBL-CR") && !id.hasPrefix("UBL-DT") {
                    #expect(!found.terms.isEmpty, "\(id) names no term")
                }
                #expect(found.terms.allSatisfy { !$0.name.isEmpty && $0.name != $0.id })
                let (fix, said) = (Self.words(found.fix), Self.words(message))
                let shared = fix.intersection(said).count
                #expect(shared * 2 <= fix.count, "\(id) repeats its message: \(found.fix)")
            }
        }
    }

    @Test("of the rule files of our own")
    func own() throws {
        let files = BundledFiles.paths(beginningWith: "schemas/pechat/").filter { $0.hasSuffix(".sch") }
        let rules = files.compactMap { BundledFiles.contents(of: $0) }.flatMap {
            Self.rules(in: String(decoding: $0, as: UTF8.self))
        }
        #expect(rules.count > 900)
        try check(rules)
    }

    @Test("of CEN's file", .needsSharedFolder)
    func cen() throws {
        let rules = try Self.official()
        #expect(rules.count > 900)
        try check(rules)
    }

    @Test("and the catalogue has no entry without a rule", .needsSharedFolder)
    func surplus() throws {
        let known = Set(try Self.official().map(\.id))
        let surplus = try catalogue.ids().filter { $0.contains("BR-") || $0.contains("-SR-") }.filter {
            !known.contains($0)
        }
        #expect(surplus == [])
    }

    @Test("all languages name all terms, each in words of its own")
    func languages() throws {
        let terms = (1...165).filter { $0 != 4 }.map { "BT-\($0)" } + (1...32).map { "BG-\($0)" }
        func names(_ language: ExplanationLanguage) throws -> [String] {
            let message = terms.joined(separator: " ")
            return try #require(
                try catalogue.explanation(of: "X-1", message: message, language: language)
            ).terms.map(\.name)
        }
        let english = try names(.english)
        #expect(english.count == terms.count)
        for language in ExplanationLanguage.allCases where language != .english {
            let others = try names(language)
            #expect(others.count == terms.count)
            #expect(zip(english, others).allSatisfy { $0 != $1 })
        }
    }

    @Test("a category is called by its name")
    func category() throws {
        let english = try #require(try catalogue.explanation(of: "BR-IC-08", language: .english))
        #expect(english.fix.contains("K (supply within the EU)"))
        #expect(english.terms.first?.name == "VAT category taxable amount")
        let macedonian = try #require(try catalogue.explanation(of: "BR-IC-08", language: .macedonian))
        #expect(macedonian.fix.contains("K (испорака во ЕУ)"))
    }

    @Test("a wrong total is explained with the right figure")
    func computed() throws {
        for language in ExplanationLanguage.allCases {
            let found = try #require(
                try catalogue.explanation(of: "totals.payable", computed: "362.27", language: language))
            #expect(found.fix.contains("362.27") && found.terms.first?.id == "BT-115")
        }
    }

    @Test("what a rule forbids is named from its test, else from its place")
    func element() {
        let test = "not(cac:OrderReference/cbc:IssueTime)"
        #expect(RuleCatalogue.element(of: test, at: "/Invoice") == "cac:OrderReference/cbc:IssueTime")
        #expect(RuleCatalogue.element(of: "not(//@schemeName)", at: "/Invoice") == "@schemeName")
        #expect(RuleCatalogue.element(of: "false()", at: "/Invoice/cac:Party[2]/cbc:Note[3]") == "cbc:Note")
    }

    @Test("a rule of somebody else is explained by the terms of its message, or not at all")
    func foreign() throws {
        let found = try catalogue.explanation(
            of: "PEPPOL-EN16931-R003", message: "A buyer reference (BT-10) or order reference (BT-13-1) is missing.",
            language: .serbianLatin)
        #expect(found?.terms.map(\.id) == ["BT-10", "BT-13"])
        #expect(found?.terms.first?.name == "Referenca kupca")
        #expect(found?.fix == "")
        #expect(try catalogue.explanation(of: "PEPPOL-X", message: "No term.", language: .english) == nil)
    }

    @Test("sr means Latin letters; a language without words is none")
    func tags() {
        #expect(ExplanationLanguage(tag: "sr") == .serbianLatin)
        #expect(ExplanationLanguage(tag: "sr-Cyrl") == .serbianCyrillic)
        #expect(ExplanationLanguage(tag: "de") == nil)
    }

    @Test("damaged data are an error, not silence")
    func damaged() {
        let empty = RuleCatalogue { _ in nil }
        #expect(throws: ToolkitError.self) { try empty.explanation(of: "BR-01", language: .english) }
    }
}
