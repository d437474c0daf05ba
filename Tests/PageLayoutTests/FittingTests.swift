import Foundation
import PageLayout
import TestSupport
import Testing
import Typography

@Suite("Texts and columns that make room")
struct FittingTests {
    static let long = "ФАКТУРА-2026-ИЗВОЗ-000000123456789-000000987654321"

    private func runs(_ body: String, number: String = long) throws -> [TextRun] {
        let priced = try Fixtures.invoice { $0["number"] = number }
        return try Fixtures.pages(priced, template: Fixtures.template(body)).pages.flatMap(\.runs)
    }

    /// The number, the width of its column in millimetres, and how large it is set: it has room, it fits when it gets
    /// smaller, and it does not fit even at half its size.
    static let texts: [(String, Int, ClosedRange<Int>, Bool)] = [
        ("A-1", 62, 9_000...9_000, true), (long, 62, 5_000...8_999, true), (long, 20, 4_500...4_500, false),
    ]
    @Test("a fitted text gets smaller before it breaks, to half its size at most", arguments: texts)
    func fitted(number: String, width: Int, size: ClosedRange<Int>, isOneLine: Bool) throws {
        func runs(_ attribute: String) throws -> [TextRun] {
            try self.runs(
                "<row><column width=\"\(width)mm\"><text\(attribute)>{number}</text></column></row>", number: number)
        }
        let fitted = try runs(" fit=\"yes\"")
        #expect(Set(fitted.map(\.origin.y)).count == 1 ? isOneLine : !isOneLine)
        for run in fitted {
            #expect(size.contains(run.size.millipoints) && run.visibleWidth <= .millimetres(width))
        }
        #expect(try runs("").allSatisfy { $0.size.millipoints == 9_000 })
    }

    private func columns(_ attributes: String, gap: String = "") throws -> [TextRun] {
        try runs(
            "<table each=\"l in lines\" gap=\"4mm\"\(attributes)><column width=\"20mm\">{l.position}</column>"
                + "<column width=\"20mm\"\(gap)>{l.quantity}</column><column width=\"*\">{l.item.name}</column></table>"
        )
    }

    @Test("a column of a table may have a gap of its own")
    func columnGap() throws {
        let plain = try columns("").map(\.origin.x.millipoints)
        let own = try columns("", gap: " gap=\"1mm\"").map(\.origin.x.millipoints)
        let moved = Length.millimetres(4).millipoints - Length.millimetres(1).millipoints
        #expect(own[0] == plain[0] && own[1] == plain[1] - moved && own[2] == plain[2] - moved)
    }

    @Test("an inset holds text away from the edges, and not the colour behind it")
    func inset() throws {
        let body = { (inset: String) in
            "<table each=\"l in lines\" zebra=\"tint\" head-background=\"tint\"\(inset)>"
                + "<column label=\"a\" width=\"*\">{l.position}</column></table>"
        }
        let template = try Fixtures.template(body(" inset=\"3mm\""))
        let page = try #require(try Fixtures.pages(Fixtures.invoice(), template: template).pages.first)
        let box = try #require(page.boxes.first)
        for run in page.runs { #expect(run.origin.x == box.origin.x + .millimetres(3)) }
        let plain = try #require(
            try Fixtures.pages(Fixtures.invoice(), template: Fixtures.template(body(""))).pages.first)
        #expect(plain.boxes.first == box)
    }
}
