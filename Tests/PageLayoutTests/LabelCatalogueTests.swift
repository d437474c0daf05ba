import Diagnostics
import InvoiceModel
import PageLayout
import TestSupport
import Testing

@Suite("Label catalogues")
struct LabelCatalogueTests {
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

    @Test("the terms are the official ones")
    func official() throws {
        let macedonian = try Fixtures.catalogue(.macedonian)
        #expect(macedonian[.creditNote] == "Книжно одобрение")
        #expect(macedonian[.debitNote] == "Книжно задолжение")
        #expect(macedonian[.account] == "Трансакциска сметка")
        let serbian = try Fixtures.catalogue(.serbianCyrillic)
        #expect(serbian[.creditNote] == "Књижно одобрење")
        #expect(try Fixtures.catalogue(.serbianLatin)[.creditNote] == "Knjižno odobrenje")
    }

    @Test("Serbian in Latin letters has no Cyrillic, and the other way round")
    func scripts() throws {
        let latin = try Fixtures.catalogue(.serbianLatin)
        let isCyrillic: (Unicode.Scalar) -> Bool = { (0x400...0x52F).contains($0.value) }
        for label in Label.allCases { #expect(!latin[label].unicodeScalars.contains(where: isCyrillic)) }
        let kept: Set<Label> = [.iban, .bic]
        for language in [DocumentLanguage.macedonian, .serbianCyrillic] {
            let catalogue = try Fixtures.catalogue(language)
            for label in Label.allCases where !kept.contains(label) {
                #expect(
                    !catalogue[label].unicodeScalars.contains { $0.isASCII && $0.properties.isAlphabetic },
                    "\(language.rawValue) \(label.rawValue): look-alike letters")
            }
        }
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
