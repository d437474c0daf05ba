import Diagnostics
import TestSupport
import Testing
import Typography

@testable import PageLayout

@Suite("Lines with right-to-left text", .needsFile(FontLibraryTests.dejaVu))
struct BidiLineTests {
    /// What is written, and the same in the order of the page: words from left to right, turned ones as they are read.
    static let cases = [
        ("Фирма שלום עולם крај", ["Фирма ", "עולם", " ", "שלום", " крај"]),
        ("שלום 12 עולם", ["עולם", " ", "12", " ", "שלום"]),
        ("абв שלום", ["абв ", "שלום"]),
    ]

    @Test("stand as they are read", arguments: cases)
    func order(name: String, visual: [String]) throws {
        let pages = try FallbackTests.pages(name, [FontLibraryTests.dejaVu])
        #expect(pages.report.findings.isEmpty)
        let runs = pages.pages.flatMap(\.runs)
        var pieces: [(x: Int, text: String, width: Int)] = []
        for run in runs {
            for piece in run.pieces {
                pieces.append(
                    (
                        (run.origin.x + piece.x).millipoints, String(decoding: piece.shaped.text, as: UTF8.self),
                        piece.shaped.width(at: run.size).millipoints
                    ))
            }
        }
        // The text of the page comes in the order of reading.
        #expect(pieces.map(\.text).joined() == name)
        let sorted = pieces.sorted { $0.x < $1.x }
        #expect(sorted.map(\.text).joined().filter { $0 != " " } == visual.joined().filter { $0 != " " })
        for (left, right) in zip(sorted, sorted.dropFirst()) { #expect(abs(left.x + left.width - right.x) < 20) }
    }

    @Test("a turned word that is wider than the line is divided where it is read")
    func split() throws {
        let word = String(repeating: "שלומ", count: 60)
        let pages = try FallbackTests.pages(word, [FontLibraryTests.dejaVu])
        let runs = pages.pages.flatMap(\.runs)
        #expect(runs.count > 1 && runs.map(\.text).joined() == word)
        for run in runs {
            let width = run.pieces.reduce(Length.zero) { $0 + $1.shaped.width(at: run.size) }
            #expect(run.origin.x + width <= pages.pages[0].size.width)
        }
    }
}
