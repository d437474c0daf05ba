import Testing

@testable import Typography

@Suite("UAX #14: words")
struct LineBreakTests {
    /// Text, and its words: `|` a line may break, `!` it must, `~` a soft hyphen ended the word.
    static let cases = [
        ("", ""),
        ("Влез бр. 12 (ред) ", "Влез |бр. |12 |(ред) "),
        ("„Илинденска“ 5/2, Скопје", "„Илинденска“ |5/2, |Скопје"),
        ("Zakon o PDV-u, TVSH-së. член 32-а од", "Zakon |o |PDV-u, |TVSH-së. |член |32-а |од"),
        ("Веб-страница бело-црно а-б", "Веб-|страница |бело-|црно |а-б"),
        ("1.234.567,89\u{A0}ден. без", "1.234.567,89\u{A0}ден. |без"),
        ("прв\nвтор\r\nтрет\u{2028}", "прв!втор!трет!"),
        ("\n\n", "!!"),
        ("со\u{AD}работка", "со~|работка"),
        ("онлајн-продавница", "онлајн-|продавница"),
        ("a\tb", "a |b"),
        ("МК4030000000000, IBAN", "МК4030000000000, |IBAN"),
        ("е\u{301}и\u{306}", "е\u{301}й"),
        ("износ \u{202E}054\u{202C} ден\u{200B}.\u{FEFF}", "износ |054 |ден|."),
    ]

    @Test("cuts where a line may end, and drops what is not drawn", arguments: cases)
    func words(text: String, dump: String) throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let words = Shaper().words(of: text, font: font)
        #expect(Faces.dump(words) == dump)
        let drawn = text.unicodeScalars.contains("\u{AD}") || words.allSatisfy { $0.shaped.missing.isEmpty }
        #expect(drawn)
    }

    @Test("the short cut for plain text cuts exactly where libunibreak does")
    func plainText() {
        var random = Generator(state: 7)
        let letters = ["a", "Z", "ж", "š", "É", "0", "7", ".", ",", ":", ";", "-", "/", " ", " ", "\u{A0}", "ѓ"]
        var seen = 0
        for _ in 0..<8000 {
            let length = Int(random.next() % 16)
            let text = (0..<length).map { _ in letters[Int(random.next() % UInt64(letters.count))] }.joined()
            let span = text.utf8Span.span
            let survey = LineBreaks.survey(span)
            guard survey.isPlain else { continue }
            if text.contains("-") { seen += 1 }
            #expect(Self.cuts(span, isPlain: true) == Self.cuts(span, isPlain: false), "\(text.debugDescription)")
        }
        #expect(seen > 20)
        #expect(LineBreaks.survey("АРТ-1042 од 3/12: 5".utf8Span.span).isPlain)
        #expect(!LineBreaks.survey("АРТ-а".utf8Span.span).isPlain)
    }

    @Test("text that passes for normal is in NFC")
    func normalText() {
        for value in (0x20...0x30FF as ClosedRange<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = "a\(scalar)\u{430}"
            guard LineBreaks.survey(text.utf8Span.span).isNormal else { continue }
            #expect(Normalization.composed(text.utf8Span.span) == Array(text.utf8), "U+\(String(value, radix: 16))")
        }
    }

    static func cuts(_ text: Span<UInt8>, isPlain: Bool) -> [Int] {
        var breaks = LineBreaks()
        var cuts: [Int] = []
        breaks.forEachWord(in: text, isPlain: isPlain, language: "mk") { range, _ in cuts.append(range.upperBound) }
        return cuts
    }
}

/// Numbers that are the same in every run.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
