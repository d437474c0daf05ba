import Diagnostics
import Foundation
import PDFReader
import TestSupport
import Testing

@testable import Signing

@Suite("The place of a visible signature")
struct SignaturePlacerTests {
    /// One page whose content is given, shown turned by so many degrees.
    static func page(_ content: String, rotation: Int = 0, box: String = "0 0 595 842") -> [UInt8] {
        Array(
            String(decoding: PDFFixtures.plain(page: "/Rotate \(rotation)"), as: UTF8.self)
                .replacing("0 0 595 842", with: box)
                .replacing("/Length 43", with: "/Length \(content.utf8.count)")
                .replacing("BT /F1 24 Tf 72 700 Td (Total 118.00) Tj ET", with: content).utf8)
    }

    static let line = "BT /F1 24 Tf 72 700 Td (Total 118.00) Tj ET"

    @Test("is under all of the text, at its right edge or the margin", arguments: [0, 90, 180, 270])
    func free(rotation: Int) throws {
        let placer = try SignaturePlacer(Self.page(Self.line, rotation: rotation), page: -1)
        let place = try #require(placer.place(width: 190, height: 48))
        #expect(!placer.covers(place))
        #expect(place.left >= 28 && place.bottom >= 28)
        #expect(abs(place.width - 190) < 0.001 && abs(place.height - 48) < 0.001)
        #expect(place.right <= (rotation % 180 == 0 ? 595 : 842) - 8)
    }

    @Test(
        "is not where text, a picture, a line or a filled area is",
        arguments: [
            ("BT /F1 24 Tf 72 60 Td (Total) Tj ET", true),
            ("q 500 0 0 500 40 40 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q", true),
            ("40 60 m 560 60 l S", false), ("0 0 1 rg 40 40 500 60 re f", false),
        ])
    func occupied(content: String, isCovering: Bool) throws {
        let placer = try SignaturePlacer(Self.page(content), page: 0)
        #expect(placer.covers(PageRectangle(left: 60, bottom: 50, right: 250, top: 98)) == isCovering)
        let place = try #require(placer.place(width: 190, height: 48))
        let taken = PageRectangle(left: 40, bottom: 40, right: 541, top: isCovering ? 66 : 100)
        #expect(place.intersection(taken) == nil || place.bottom > 60, "\(place)")
    }

    @Test("what is clipped away, and the background of a page, take no room")
    func background() throws {
        let white = "1 1 1 rg 0 0 595 842 re f q 400 700 100 100 re W n 0 0 1 rg 0 0 300 300 re f 0 0 595 842 re f Q "
        let placer = try SignaturePlacer(Self.page(white + Self.line), page: 0)
        let plain = try SignaturePlacer(Self.page(Self.line), page: 0)
        #expect(placer.place(width: 190, height: 48) == plain.place(width: 190, height: 48))
    }

    @Test("a page that is full has none, and a smaller box may find one")
    func full() throws {
        let rows = (0..<40).map {
            "BT /F1 12 Tf 10 \($0 * 20 + 20) Td (\(String(repeating: "Total ", count: 17))) Tj ET"
        }
        let placer = try SignaturePlacer(Self.page(rows.joined(separator: "\n")), page: 0)
        #expect(placer.place(width: 100, height: 30) == nil)
        var fewer = rows
        fewer.removeSubrange(10..<13)
        let gap = try SignaturePlacer(Self.page(fewer.joined(separator: "\n")), page: 0)
        let place = try #require(gap.place(width: 100, height: 30))
        #expect(place.bottom > 200 && place.top < 280)
    }

    @Test("the blank is above the line with the label, as wide as it")
    func blank() throws {
        let text =
            "60 120 m 260 120 l S BT /F1 8 Tf 130 108 Td (Issued by) Tj ET BT /F1 8 Tf 70 170 Td (Notes) Tj ET"
        let placer = try SignaturePlacer(Self.page(text), page: 0)
        let blank = try #require(placer.blank(over: ["", "Izdao", "Issued by"]))
        #expect(blank.left == 60 && blank.right == 260 && blank.bottom == 123)
        #expect(blank.top < 168 && blank.top > 155)
        #expect(placer.blank(over: ["Received by"]) == nil)
    }

    @Test(
        "by hand it is refused where it would cover text, unless that is wanted", .needsTool("openssl"),
        .needsTool("python3"))
    func refusal() throws {
        let keys = try LevelShop()
        let drawing = Self.page("0 0 10 10 re f", box: "0 0 120 40")
        func sign(_ place: SignatureAppearance.Place, mayCover: Bool = false) throws -> [UInt8] {
            var options = PDFSignatureOptions()
            options.appearance = SignatureAppearance(
                drawing: drawing, text: "x", page: 0, place: place, mayCover: mayCover)
            return try keys.pades().sign(Self.page(Self.line), options: options, at: LevelShop.moment).bytes
        }
        let error = #expect(throws: ToolkitError.self) { try sign(.point(left: 100, bottom: 690)) }
        #expect(error?.code == .pdfAppearanceCovers && error?.fix.contains(" is free") == true)
        #expect(try !sign(.point(left: 100, bottom: 690), mayCover: true).isEmpty)
        #expect(try !sign(.point(left: 100, bottom: 630)).isEmpty)
    }

    @Test("on a page that is shown turned, the box stands upright", arguments: [90, 180, 270])
    func turned(rotation: Int) throws {
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.appearance = SignatureAppearance(
            drawing: Self.page("0 0 10 10 re f", box: "0 0 120 40"), text: "x", page: 0,
            place: .corner(.bottomLeft, margin: 30))
        let signed = try keys.pades().sign(
            Self.page(Self.line, rotation: rotation), options: options, at: LevelShop.moment
        ).bytes
        let text = String(decoding: signed, as: UTF8.self)
        let rectangle = [90: "[525 30 565 150]", 180: "[445 772 565 812]", 270: "[30 692 70 812]"][rotation] ?? ""
        #expect(text.contains("/Rect\(rectangle)"), "\(text.firstMatch(of: /Rect\[[^\]]*/)?.output ?? "")")
        #expect(text.contains("/Matrix["))
    }
}
