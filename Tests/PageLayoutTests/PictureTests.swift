import Diagnostics
import Foundation
import InvoiceModel
import PageLayout
import Raster
import Tax
import TestSupport
import Testing
import Typography

@Suite("<image> and <qr>")
struct PictureTests {
    /// A plain picture of so many pixels.
    static func picture(_ width: Int, _ height: Int) throws -> RasterImage {
        var writer = try PNGWriter(width: width, height: height, isGray: true, dotsPerInch: 72)
        try writer.add([UInt8](repeating: 99, count: width * height)[...])
        return try RasterImage(file: writer.finish())
    }

    static func pages(
        _ priced: PricedInvoice, _ body: String, head: String = "", logo: RasterImage? = nil
    ) throws -> CollectedPages {
        var theme = Theme.standard
        theme.logo = logo
        let composer = PageComposer(
            template: try Fixtures.template(body, head: head),
            catalogue: try Fixtures.catalogue(priced.invoice.language), fonts: Fixtures.fonts, theme: theme)
        var sink = CollectedPages()
        sink.report = try composer.compose(priced, shaper: Shaper(), into: &sink)
        return sink
    }

    /// Width and height of the file, of the box in the template (0 for none), and of what is drawn, in points.
    static let boxes: [(file: (Int, Int), box: (Int, Int), drawn: (Int, Int))] = [
        ((200, 100), (100, 100), (100, 50)), ((100, 200), (100, 100), (50, 100)), ((200, 100), (100, 0), (100, 50)),
        ((200, 100), (0, 40), (80, 40)), ((10, 10), (100, 60), (60, 60)), ((4000, 100), (0, 200), (493, 12)),
    ]

    @Test("the logo fits into its box and keeps its proportions", arguments: boxes)
    func fitting(file: (Int, Int), box: (Int, Int), drawn: (Int, Int)) throws {
        let size = (box.0 > 0 ? "width=\"\(box.0)pt\" " : "") + (box.1 > 0 ? "height=\"\(box.1)pt\"" : "")
        let pages = try Self.pages(
            Fixtures.invoice(), "<image src=\"logo\" \(size)/><text>{number}</text>",
            logo: Self.picture(file.0, file.1))
        let image = try #require(pages.pages[0].images.first)
        #expect(image.size.width.millipoints / 1000 == drawn.0 && image.size.height.millipoints / 1000 == drawn.1)
        // What follows begins below it.
        let run = try #require(pages.pages[0].runs.first)
        #expect(run.origin.y > image.origin.y + image.size.height)
    }

    @Test("without a logo nothing is drawn and no room is taken")
    func none() throws {
        let without = try Self.pages(Fixtures.invoice(), "<text>{number}</text>")
        let body = """
            <image src="logo" width="40mm" height="20mm"/><text if="theme.logo">{seller.name}</text><text>{number}</text>
            """
        #expect(try Self.pages(Fixtures.invoice(), body).dump == without.dump)
        #expect(try Self.pages(Fixtures.invoice(), body, logo: Self.picture(2, 1)).text.contains("Продавач"))
    }

    @Test("it stands left, in the middle or right", arguments: [("left", 0), ("center", 1), ("right", 2)])
    func align(side: String, half: Int) throws {
        let pages = try Self.pages(
            Fixtures.invoice(), "<image src=\"logo\" width=\"93.228pt\" align=\"\(side)\"/>", logo: Self.picture(1, 1))
        let image = try #require(pages.pages[0].images.first)
        #expect(image.origin.x.millipoints == 51_024 + half * 200_000)
    }

    @Test("a figure has words: the seller's name, or what the template says")
    func alternative() throws {
        for (attribute, words) in [
            ("", "Продавач"), ("alt=\"{number} x\"", "A-1 x"), ("alt=\"{buyer.taxNumber}\"", "Продавач"),
        ] {
            let page = try Self.pages(
                Fixtures.invoice(), "<image src=\"logo\" width=\"9mm\" \(attribute)/>", logo: Self.picture(1, 1)
            ).pages[0]
            let node = page.nodes[Int(try #require(page.images.first).owner.number)]
            #expect(node.kind == .figure && node.details?.alternative == words)
        }
    }

    @Test("a logo in a header is a figure on the first page and decoration on the others")
    func header() throws {
        let priced = try Fixtures.invoice { $0["lines"] = (0..<80).map { Fixtures.line("Ставка \($0)") } }
        let pages = try Self.pages(
            priced, "<table each=\"line in lines\"><column>{line.item.name}</column></table>",
            head: "<header><image src=\"logo\" height=\"12mm\"/></header>", logo: Self.picture(3, 1))
        #expect(pages.pages.count > 1 && pages.pages.allSatisfy { $0.images.count == 1 })
        #expect(pages.pages[0].images[0].owner != .artifact)
        #expect(pages.pages.dropFirst().allSatisfy { $0.images[0].owner == .artifact })
    }

    @Test("a page break does not go through a picture")
    func whole() throws {
        let text = String(repeating: "<text>{number}</text>", count: 55)
        let pages = try Self.pages(
            Fixtures.invoice(), "\(text)<image src=\"logo\" width=\"60mm\"/>\(text)", logo: Self.picture(1, 1))
        #expect(pages.pages.count == 3 && pages.pages.map(\.images.count) == [0, 1, 0])
        for page in pages.pages {
            for image in page.images {
                #expect(image.origin.y + image.size.height <= page.size.height - .points(51))
            }
        }
    }

    /// A body with a fault, and a word of its fix.
    static let faults = [
        ("<image width=\"9mm\"/>", "src"), ("<image src=\"logo\"/>", "width"),
        ("<image src=\"me.png\" width=\"9mm\"/>", "logo"),
        ("<image src=\"logo\" width=\"9mm\">x</image>", "<image …/>"), ("<qr alt=\"x\"/>", "value"),
        ("<qr value=\"payment\"/>", "alt"), ("<qr value=\"payment\" alt=\"x\" size=\"15mm\"/>", "28mm"),
        ("<qr value=\"payment\" alt=\"{nonsense}\"/>", "docs/templates.md"),
        ("<qr value=\"{number}\" alt=\"x\"/>", "payment"),
    ]

    @Test("faults in a template have a place and a fix", arguments: faults)
    func faulty(body: String, fix: String) {
        let text = Fixtures.text(body)
        let report = Template.check(Template.Source(file: "t.xml", bytes: Array(text.utf8)))
        #expect(report.findings.count == 1 && report.findings[0].place?.line == 4)
        #expect(report.findings.first?.fix.contains(fix) == true, "\(report.findings)")
    }
}

@Suite("The payment symbol")
struct PaymentSymbolTests {
    static let body = """
        <row if="payment.qr"><column width="28mm"><qr value="payment" size="28mm" alt="{label:payment-details}"/></column>
        <column><text>{label:payment-details}</text></column></row>
        """

    static func invoice(
        _ currency: String, _ account: [String: String], _ change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> PricedInvoice {
        try Fixtures.invoice {
            $0["currency"] = currency
            var seller = $0["seller"] as? [String: Any] ?? [:]
            seller["accounts"] = [account]
            if account["account"] != nil {
                seller["address"] = ["country": "RS"]
                seller["taxNumber"] = "101134702"
            }
            $0["seller"] = seller
            change(&$0)
        }
    }

    static let serbian = ["account": "840-955845-10"]
    static let euro = ["iban": "DE33100205000001194700"]

    @Test(
        "follows from currency and account",
        arguments: [
            ("RSD", serbian, true), ("EUR", euro, true), ("RSD", euro, false), ("EUR", serbian, false),
            ("MKD", serbian, false), ("USD", euro, false),
        ])
    func choice(currency: String, account: [String: String], isThere: Bool) throws {
        let pages = try PictureTests.pages(Self.invoice(currency, account), Self.body)
        #expect(pages.pages[0].grids.count == (isThere ? 1 : 0) && pages.text.isEmpty != isThere)
        #expect(pages.report.findings.isEmpty)
    }

    @Test("has its quiet zone, white paper below, and words")
    func shape() throws {
        let page = try PictureTests.pages(Self.invoice("EUR", Self.euro), Self.body).pages[0]
        let grid = try #require(page.grids.first)
        let paper = try #require(page.boxes.first)
        let side = Length(millipoints: grid.module.millipoints * grid.side)
        let quiet = Length(millipoints: grid.module.millipoints * 4)
        #expect(paper.color == Color(red: 255, green: 255, blue: 255) && paper.size.width == .millimetres(28))
        #expect(grid.origin.x - paper.origin.x >= quiet && grid.origin.y - paper.origin.y >= quiet)
        #expect(paper.origin.x + paper.size.width - grid.origin.x - side >= quiet)
        #expect(page.nodes[Int(grid.owner.number)].details?.alternative == "Податоци за плаќање")
    }

    @Test("is for what is due by transfer in one sum, unless it is asked for")
    func wish() throws {
        func count(_ payment: [String: Any], currency: String = "EUR", kind: String = "invoice") throws -> Int {
            try PictureTests.pages(
                Self.invoice(currency, currency == "EUR" ? Self.euro : Self.serbian) {
                    $0["payment"] = payment
                    $0["kind"] = kind
                    if kind == "credit-note" { $0["references"] = ["invoices": [["number": "1"]]] }
                }, Self.body
            ).pages[0].grids.count
        }
        #expect(try count(["means": "30"]) == 1 && count(["means": "58"]) == 1 && count(["means": "10"]) == 0)
        #expect(try count(["means": "10", "qr": "epc"]) == 1 && count(["qr": "none"]) == 0)
        #expect(try count(["means": "48", "qr": "ips"], currency: "RSD") == 1)
        #expect(try count(["means": "30"], kind: "credit-note") == 0)
        let parts = [["percent": "50", "days": 10], ["percent": "50", "days": 20]]
        #expect(try count(["means": "30", "terms": parts]) == 0 && count(["qr": "epc", "terms": parts]) == 1)
    }

    @Test("what stands in the way of a symbol that was asked for is told")
    func told() throws {
        let asked = try Self.invoice("RSD", Self.euro) { $0["payment"] = ["qr": "ips"] }
        let pages = try PictureTests.pages(asked, Self.body)
        #expect(pages.pages[0].grids.isEmpty)
        #expect(pages.report.findings.map(\.rule) == ["payment.qrAccount"] && pages.report.isAcceptable)
        // A template without the symbol says nothing of it.
        #expect(try PictureTests.pages(asked, "<text>{number}</text>").report.findings.isEmpty)
        let reference = try Self.invoice("RSD", Self.serbian) { $0["payment"] = ["reference": "FAK-7"] }
        #expect(try PictureTests.pages(reference, Self.body).report.findings.map(\.rule) == ["payment.qrReference"])
    }
}

extension Page {
    fileprivate var images: [PlacedImage] {
        elements.compactMap { if case .image(let image) = $0 { image } else { nil } }
    }
    fileprivate var grids: [ModuleGrid] {
        elements.compactMap { if case .modules(let grid) = $0 { grid } else { nil } }
    }
}
