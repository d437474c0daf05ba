import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import Tax
import TestSupport
import Testing
import Typography

/// What every test of pages needs: the bundled template, labels and faces, and documents.
enum Fixtures {
    static let languages = DocumentLanguage.allCases

    static let fonts: FontLibrary = {
        func face(_ name: String) -> FontFace? {
            (try? PackageFolder.bytes("fonts/noto-sans/NotoSans-\(name).ttf")).flatMap { try? FontFace(bytes: $0) }
        }
        guard let regular = face("Regular"), let bold = face("Bold"), let italic = face("Italic"),
            let boldItalic = face("BoldItalic")
        else { preconditionFailure("the fonts of the project are missing") }
        return FontLibrary(sans: .init(regular: regular, bold: bold, italic: italic, boldItalic: boldItalic))
    }()

    /// The templates that are compiled into the program.
    static let families = ["classic", "modern", "compact"]

    static func classic() throws -> Template { try bundled("classic") }

    static func bundled(_ family: String, scale: TemplateScale = .none) throws -> Template {
        let folder = "templates/\(family)"
        let source = { (name: String) throws -> Template.Source in
            Template.Source(file: "\(family)/\(name)", bytes: try PackageFolder.bytes("\(folder)/\(name)"))
        }
        let parts = try FileManager.default.contentsOfDirectory(atPath: "\(PackageFolder.root)/\(folder)")
            .filter { $0.hasSuffix(".xml") && $0 != "template.xml" }.sorted().map(source)
        return try Template(source("template.xml"), parts: parts, scale: scale)
    }

    static func catalogue(_ language: DocumentLanguage) throws -> LabelCatalogue {
        let file = "templates/labels/\(language.rawValue).xml"
        return try LabelCatalogue(parsing: PackageFolder.bytes(file), file: file)
    }

    /// A template with this body.
    static func template(_ body: String, head: String = "") throws -> Template {
        try Template(Template.Source(file: "t.xml", bytes: Array(text(body, head: head).utf8)))
    }

    static func text(_ body: String, head: String = "") -> String {
        "<template xmlns=\"urn:pechat:template:1\" name=\"t\">\n\(head)\n<body>\n\(body)\n</body></template>"
    }

    /// The smallest invoice, with changes to its JSON.
    static func invoice(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> PricedInvoice {
        var json: [String: Any] = [
            "kind": "invoice", "number": "A-1", "issueDate": "2026-11-20", "currency": "MKD", "language": "mk",
            "seller": ["name": "Продавач", "taxNumber": "4030995135699", "address": ["country": "MK"]],
            "buyer": ["name": "Купувач", "address": ["country": "MK"]], "lines": [line()],
        ]
        change(&json)
        return try priced([UInt8](try JSONSerialization.data(withJSONObject: json)))
    }

    /// The smallest invoice, changed beyond what the JSON allows.
    static func changed(_ change: (inout Invoice) -> Void) throws -> PricedInvoice {
        var invoice = try invoice { $0["lines"] = [line("Прва"), line("Втора"), line("Трета")] }.invoice
        change(&invoice)
        return try #require(Pricing(of: invoice).priced)
    }

    static func line(_ name: String = "Ставка", quantity: String = "1", price: String = "100.00") -> [String: Any] {
        [
            "item": ["name": name], "quantity": quantity, "unit": "H87", "price": price,
            "vat": ["category": "S", "rate": "18"],
        ]
    }

    static func sample(_ name: String, _ change: (inout [String: Any]) -> Void = { _ in }) throws -> PricedInvoice {
        let bytes = try SharedFolder.bytes("samples/\(name).json")
        guard var json = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw CocoaError(.fileReadCorruptFile)
        }
        change(&json)
        return try priced([UInt8](try JSONSerialization.data(withJSONObject: json)))
    }

    private static func priced(_ bytes: [UInt8]) throws -> PricedInvoice {
        let decoded = try InvoiceDecoder.decode(bytes)
        let invoice = try #require(decoded.invoice, "\(decoded.report)")
        let pricing = Pricing(of: invoice)
        return try #require(pricing.priced, "\(pricing.report)")
    }

    static func pages(_ priced: PricedInvoice, template: Template? = nil) throws -> CollectedPages {
        let composer = PageComposer(
            template: try template ?? classic(), catalogue: try catalogue(priced.invoice.language), fonts: fonts)
        var sink = CollectedPages()
        sink.report = try composer.compose(priced, shaper: Shaper(), into: &sink)
        return sink
    }
}

/// Keeps the pages.
struct CollectedPages: PageSink {
    var pages: [Page] = []
    var report = Report()
    var overlays = 0

    mutating func append(_ page: Page) { pages.append(page) }
    mutating func overlay(_ elements: [PageElement], onPage index: Int) {
        overlays += 1
        pages[index].elements += elements
    }

    var dump: String { pages.map(\.dump).joined() }
    /// The characters of every page, runs parted by line ends.
    var text: String { pages.map(\.plainText).joined(separator: "\n") }
}

extension Page {
    var runs: [TextRun] { elements.compactMap { if case .text(let run) = $0 { run } else { nil } } }
    var boxes: [Box] { elements.compactMap { if case .box(let box) = $0 { box } else { nil } } }
    var plainText: String { runs.map { $0.text.replacingOccurrences(of: "\u{A0}", with: " ") }.joined(separator: "\n") }
}
