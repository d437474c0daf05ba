import Diagnostics
import InvoiceModel
import TestSupport
import Testing

@testable import PageLayout

@Suite("Label catalogues")
struct LabelCatalogueTests {
    @Test("the index of a label is its place among the cases")
    func index() {
        #expect(Label.allCases.map(\.index) == Array(Label.allCases.indices))
    }

    @Test("every catalogue has every label, and the units and countries of all others", arguments: Fixtures.languages)
    func complete(language: DocumentLanguage) throws {
        let catalogue = try Fixtures.catalogue(language)
        #expect(catalogue.language == language)
        for label in Label.allCases { #expect(!catalogue[label].isEmpty, "\(label.rawValue)") }
        for code in ["H87", "HUR", "KGM", "MTR", "C62", "MON", "XPK", "XBX", "LTR", "MTK"] {
            #expect(catalogue.name(of: try #require(UnitCode(code: code))) != code, "\(code)")
        }
        for country in ["MK", "RS", "BG", "HR", "AL", "XK", "ME", "BA", "SI", "GR", "TR", "DE", "AT", "FR", "IE"] {
            #expect(catalogue.name(ofCountry: country) != country, "\(country)")
        }
    }

    @Test(
        "every country of ISO 3166 has a name in every language, and every catalogue has the same codes as the others")
    func codes() throws {
        let all = try Fixtures.languages.map { (language: $0, codes: try Fixtures.catalogue($0).codes) }
        let first = try #require(all.first)
        #expect(Set(CodeList.countries.codes).union(["XK"]) == first.codes.countries)
        #expect(first.codes.units.allSatisfy { UnitCode(code: $0) != nil } && first.codes.units.count > 150)
        for (language, codes) in all.dropFirst() {
            #expect(codes.countries == first.codes.countries, "\(language)")
            #expect(codes.units == first.codes.units, "\(language)")
            #expect(codes.currencies == first.codes.currencies, "\(language)")
        }
    }

    @Test("every catalogue knows the laws of the same countries")
    func laws() throws {
        for label in Label.allCases {
            let countries = try Set(Fixtures.languages.map { try Fixtures.catalogue($0).countries(of: label) })
            #expect(countries.count == 1, "\(label.rawValue)")
        }
        let macedonian = try Fixtures.catalogue(.macedonian)
        #expect(macedonian.countries(of: .reverseChargeText) == ["BG", "EU", "HR", "MK", "RS"])
        #expect(macedonian.countries(of: .notVATPayerText) == ["BG", "HR", "MK", "RS"])
        #expect(macedonian.countries(of: .buyer).isEmpty)
    }

    /// What is put into a catalogue, and a word of the message.
    static let faults = [
        ("<label name=\"buyer\">Buyer</label>", "there twice"),
        ("<label name=\"buyer\" country=\"MK\">B</label>", "same in every"),
        ("<label name=\"export-text\" country=\"XX\">B</label>", "ISO 3166"),
        ("<label name=\"export-text\" country=\"MK\">B</label>", "twice for MK"),
        ("<label name=\"export-text\" country=\"AL\"/>", "with a text"), ("<unit code=\"H87\"/>", "code and a text"),
        ("<month>Smarch</month>", "12 months"), ("<label name=\"x\">x</label>", "no label of this name"),
        ("<y/>", "does not belong"),
    ]
    @Test("a fault is told with its place", arguments: faults)
    func fault(entry: String, words: String) throws {
        let text = String(decoding: try PackageFolder.bytes("templates/labels/en.xml"), as: UTF8.self)
        let changed = text.replacing("</labels>", with: "\(entry)</labels>")
        let findings = LabelCatalogue.check(Array(changed.utf8), file: "en.xml").findings
        #expect(findings.count == 1 && findings.first?.rule == "labels.invalid", "\(findings)")
        let finding = try #require(findings.first)
        #expect((finding.message + finding.fix).contains(words), "\(finding.message)")
        #expect(finding.place?.file == "en.xml" && (finding.place?.line ?? 0) > 1)
        #expect(LabelCatalogue.check(Array(text.utf8), file: "en.xml").findings.isEmpty)
    }

    @Test("the terms are the official ones")
    func official() throws {
        let macedonian = try Fixtures.catalogue(.macedonian)
        #expect(macedonian[.creditNote] == "Книжно одобрение")
        #expect(macedonian[.debitNote] == "Книжно задолжение")
        #expect(macedonian[.proForma] == "Профактура" && macedonian[.advance] == "Авансна фактура")
        #expect(macedonian[.inWords] == "Со букви" && macedonian[.authorisedPerson] == "Овластено лице")
        #expect(macedonian[.account] == "Трансакциска сметка")
        let serbian = try Fixtures.catalogue(.serbianCyrillic)
        #expect(serbian[.creditNote] == "Књижно одобрење")
        #expect(serbian[.proForma] == "Предрачун" && serbian[.inWords] == "Словима")
        #expect(try Fixtures.catalogue(.serbianLatin)[.creditNote] == "Knjižno odobrenje")
        let bulgarian = try Fixtures.catalogue(.bulgarian)
        #expect(bulgarian[.creditNote] == "Кредитно известие" && bulgarian[.debitNote] == "Дебитно известие")
        let croatian = try Fixtures.catalogue(.croatian)
        #expect(croatian[.invoice] == "Račun" && croatian[.creditNote] == "Odobrenje" && croatian[.taxNumber] == "OIB")
        let albanian = try Fixtures.catalogue(.albanian)
        #expect(albanian[.invoice] == "Faturë" && albanian[.creditNote] == "Notë krediti")
        #expect(albanian[.vatRate] == "TVSH")
    }

    static let means: [(String, [String]?)] = [
        ("10", ["Во готово", "Готовина", "Gotovina", "Me para në dorë", "В брой", "Gotovina", "Cash"]),
        ("30", ["Преку банка", "Пренос на рачун", "Prenos na račun", "Transfertë bankare", "Банков превод"]),
        ("58", ["Преку банка"]), ("48", ["Платежна картичка"]), ("54", ["Платежна картичка"]),
        ("55", ["Платежна картичка"]), ("97", ["Компензација"]), ("42", nil), ("ZZZ", nil),
    ]
    @Test("a means of payment has a name for the codes that are used, and none is made up", arguments: means)
    func paymentMeans(code: String, names: [String]?) throws {
        let label = Label(paymentMeans: code)
        #expect((label == nil) == (names == nil))
        guard let label else { return }
        for (language, name) in zip(DocumentLanguage.allCases, names ?? []) {
            #expect(try Fixtures.catalogue(language)[label] == name)
        }
    }

    @Test("Serbian in Latin letters has no Cyrillic, and the other way round")
    func scripts() throws {
        let latin = try Fixtures.catalogue(.serbianLatin)
        let isCyrillic: (Unicode.Scalar) -> Bool = { (0x400...0x52F).contains($0.value) }
        for language in [DocumentLanguage.croatian, .albanian] {
            let catalogue = try Fixtures.catalogue(language)
            for label in Label.allCases { #expect(!catalogue[label].unicodeScalars.contains(where: isCyrillic)) }
        }
        for label in Label.allCases { #expect(!latin[label].unicodeScalars.contains(where: isCyrillic)) }
        let kept: Set<Label> = [.iban, .bic]
        for language in [DocumentLanguage.macedonian, .serbianCyrillic, .bulgarian] {
            let catalogue = try Fixtures.catalogue(language)
            for label in Label.allCases where !kept.contains(label) {
                #expect(
                    !catalogue[label].unicodeScalars.contains { $0.isASCII && $0.properties.isAlphabetic },
                    "\(language.rawValue) \(label.rawValue): look-alike letters")
            }
        }
    }

    @Test("every label, unit, country and month can be drawn with the bundled faces", arguments: Fixtures.languages)
    func drawable(language: DocumentLanguage) throws {
        let names = try PackageFolder.bytes("templates/labels/\(language.rawValue).xml")
        let everything = String(decoding: names, as: UTF8.self).filter { !$0.isWhitespace }
        let pages = try Fixtures.pages(
            Fixtures.changed {
                $0.terms = everything; $0.language = language
            })
        #expect(pages.report.findings.isEmpty, "\(pages.report.findings)")
    }

    @Test("only the prefix of a VAT number changes, and only where the language has its own")
    func vatNumber() throws {
        #expect(try Fixtures.catalogue(.macedonian).printed(vatNumber: "MK4030995135699") == "МК4030995135699")
        #expect(try Fixtures.catalogue(.macedonian).printed(vatNumber: "DE136695976") == "DE136695976")
        #expect(try Fixtures.catalogue(.english).printed(vatNumber: "MK4030995135699") == "MK4030995135699")
    }

    @Test("a missing label is refused, and so is an unknown one")
    func refused() throws {
        let bytes = try PackageFolder.bytes("templates/labels/en.xml")
        let text = String(decoding: bytes, as: UTF8.self)
        let without = text.replacing("<label name=\"buyer\">Buyer</label>", with: "")
        #expect { try LabelCatalogue(parsing: Array(without.utf8), file: "en.xml") } throws: { error in
            guard let error = error as? ToolkitError else { return false }
            return error.code == .labelsInvalid && error.message.contains("buyer") && error.place?.line == 2
        }
        let strange = text.replacing("name=\"buyer\"", with: "name=\"buyr\"")
        #expect(throws: ToolkitError.self) { try LabelCatalogue(parsing: Array(strange.utf8), file: "en.xml") }
    }
}

@Suite("docs/templates.md")
struct TemplateDocumentationTests {
    @Test("lists every label and every field")
    func complete() throws {
        let text = String(decoding: try PackageFolder.bytes("docs/templates.md"), as: UTF8.self)
        for label in Label.allCases { #expect(text.contains("`\(label.rawValue)`"), "\(label.rawValue)") }
        for name in Template.fieldNames { #expect(text.contains("`\(name)`"), "\(name)") }
        #expect(!Template.fieldNames.contains { $0.lowercased().contains("internal") })
    }
}
