import Testing
@testable import Typography

@Suite("Shaping")
struct ShaperTests {
    /// Face, language, and `glyph=cluster+advance` of the letters whose form the language decides.
    static let formCases = [
        ("Regular", "mk", "458=0+599 460=2+403 461=4+581 491=6+433 472=8+624 475=10+476"),
        ("Regular", "sr", "458=0+599 460=2+403 461=4+581 491=6+433 472=8+624 475=10+476"),
        ("Regular", "bg", "458=0+599 460=2+403 461=4+581 491=6+433 472=8+624 475=10+476"),
        ("Regular", "ru", "458=0+599 460=2+403 461=4+581 491=6+433 472=8+624 475=10+476"),
        ("Italic", "mk", "2411=0+556 2412=2+258 2413=4+579 2410=6+258 2414=8+579 2415=10+875"),
        ("Italic", "sr", "2411=0+556 2412=2+258 2413=4+579 2410=6+258 2414=8+579 2415=10+875"),
        ("Italic", "sr-Cyrl-RS", "2411=0+556 2412=2+258 2413=4+579 2410=6+258 2414=8+579 2415=10+875"),
        ("Italic", "bg", "455=0+545 457=2+459 458=4+566 488=6+459 469=8+579 472=10+875"),
        ("Italic", "ru", "455=0+545 457=2+459 458=4+566 488=6+459 469=8+579 472=10+875"),
    ]

    @Test("gives Macedonian and Serbian their own italics and the plain upright letters", arguments: formCases)
    func localForms(style: String, language: String, dump: String) throws {
        let font = TextFont(face: try Faces.face(style), language: language)
        #expect(Faces.dump(Shaper().unbroken("бгдѓпт", font: font)) == dump)
    }

    @Test("leaves the letter forms to the font, or to nobody, when asked to")
    func localFormsRule() throws {
        let upright = try Faces.face("Regular")
        let always = TextFont(face: upright, language: "mk", localForms: .always)
        let automatic = TextFont(face: upright, language: "mk")
        #expect(
            Faces.dump(Shaper().unbroken("б", font: always)) != Faces.dump(Shaper().unbroken("б", font: automatic)))
        let never = TextFont(face: try Faces.face("Italic"), language: "mk", localForms: .never)
        let russian = TextFont(face: try Faces.face("Italic"), language: "ru")
        #expect(
            Faces.dump(Shaper().unbroken("бгдпт", font: never)) == Faces.dump(Shaper().unbroken("бгдпт", font: russian))
        )
    }

    /// Kerning, a ligature, tabular figures, look-alikes of two scripts, marks that stack.
    static let dumps = [
        ("AV To fi", "36=0+599 57=1+600 3=2+260 55=3+486 82=4+605 3=5+260 1967=6+602"),
        ("1.234,56", "20=0+572 17=1+268 21=2+572 22=3+572 23=4+572 15=5+268 24=6+572 25=7+572"),
        ("JЈSЅ", "45=0+273 418=1+273 54=3+549 415=4+549"),
        ("Љ\u{301}", "419=0+936 2995=2+0@-196,178"),
        ("е\u{301}\u{325}", "462=0+564 3028=2+0@-265,0 2995=4+0@-7,0"),
    ]

    @Test("kerns, joins and places marks", arguments: dumps)
    func shapes(text: String, dump: String) throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk", figures: .tabular)
        #expect(Faces.dump(Shaper().unbroken(text, font: font)) == dump)
    }

    @Test("makes all digits equally wide", arguments: ["Regular", "Bold", "Italic", "BoldItalic"])
    func tabularFigures(style: String) throws {
        let font = TextFont(face: try Faces.face(style), language: "mk", figures: .tabular)
        let widths = Set("0123456789".map { Shaper().unbroken(String($0), font: font).advance })
        #expect(widths.count == 1)
    }

    @Test("lists each character that the face lacks, once")
    func missing() throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        #expect(Shaper().unbroken("x→✓→", font: font).missing == ["\u{2192}", "\u{2713}"])
        #expect(Shaper().unbroken("Ѓорѓи № 5 €", font: font).missing.isEmpty)
        #expect(try Faces.face("Regular").glyph(for: "\u{2192}") == nil)
        #expect(try Faces.face("Regular").glyph(for: "A") == 36)
    }

    @Test("a word that is cached is the same object, and a full cache changes nothing but that")
    func cache() throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let shaper = Shaper()
        #expect(shaper.unbroken("денари", font: font) === shaper.unbroken("денари", font: font))
        let text = (0..<300).map { "збор\($0) " }.joined() + "збор7"
        let tiny = Shaper(cachedWords: 3)
        for _ in 0..<2 {
            #expect(
                tiny.words(of: text, font: font).map { Faces.dump($0.shaped) }
                    == shaper.words(of: text, font: font).map { Faces.dump($0.shaped) })
        }
        let bold = TextFont(face: try Faces.face("Bold"), language: "mk")
        #expect(shaper.unbroken("денари", font: bold) !== shaper.unbroken("денари", font: font))
    }

    @Test("words add up to the line that HarfBuzz shapes as a whole")
    func wordsAddUp() throws {
        let lines = [
            "Услуги за одржување на софтвер, месец април 2026 година", "To: AVA Tours Ltd. Tel. +389 2 123 4567",
            "„Илинденска“ бр. 5/2, 1000 Скопје (Центар) – МК4030000000000", "T. V. A. P. 1 . 2 , 3",
        ]
        for style in ["Regular", "Bold", "Italic", "BoldItalic"] {
            let font = TextFont(face: try Faces.face(style), language: "mk")
            for line in lines {
                let words = Shaper().words(of: line, font: font)
                #expect(words.reduce(0) { $0 + $1.shaped.advance } == Shaper().unbroken(line, font: font).advance)
            }
        }
    }

    @Test("widths round to the nearest thousandth of a point")
    func widths() throws {
        let face = try Faces.face("Regular")
        #expect(face.length(of: 1000, at: .points(9)) == .points(9))
        #expect(face.length(of: 1, at: Length(millipoints: 499)) == .zero)
        #expect(face.length(of: 1, at: Length(millipoints: 500)).millipoints == 1)
        #expect(face.length(of: -1, at: Length(millipoints: 500)) == .zero)
        #expect(face.length(of: -1, at: Length(millipoints: 501)).millipoints == -1)
        let word = Shaper().unbroken("ab  ", font: TextFont(face: face, language: "mk"))
        #expect(word.width(at: .points(10)) - word.visibleWidth(at: .points(10)) == Length(millipoints: 5200))
    }

    @Test("threads share faces and get the same glyphs")
    func threads() async throws {
        let font = TextFont(face: try Faces.face("Italic"), language: "mk")
        let text = (0..<200).map { "бројка \($0 * 37) ден., " }.joined()
        let expected = Shaper().words(of: text, font: font).map { Faces.dump($0.shaped) }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { Shaper().words(of: text, font: font).map { Faces.dump($0.shaped) } == expected }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test("amounts that are put together from single glyphs are as HarfBuzz shapes them")
    func figures() throws {
        var random = Generator(state: 3)
        let symbols = Array("0123456789.,- \u{A0}")
        for style in ["Regular", "Bold", "Italic", "BoldItalic"] {
            for figures in [TextFont.Figures.normal, .tabular] {
                let font = TextFont(face: try Faces.face(style), language: "mk", figures: figures)
                let warm = Shaper()
                for _ in 0..<520 { _ = warm.unbroken("1.234", font: font) }
                for _ in 0..<200 {
                    let text = String((0..<12).map { _ in symbols[Int(random.next() % 15)] })
                    let ours = warm.unbroken(text, font: font)
                    let theirs = Shaper().unbroken(text, font: font)
                    #expect(Faces.dump(ours) == Faces.dump(theirs) && ours.text == theirs.text)
                    #expect(ours.advance == theirs.advance)
                    #expect(ours.trailingBlankAdvance == theirs.trailingBlankAdvance)
                }
            }
        }
    }

    /// A lead with its script, one that digits are kerned after, one of two scripts, one with a sign that is not drawn.
    @Test(
        "words of a lead and figures that are put together are as HarfBuzz shapes them",
        arguments: ["АРТ-", "FAK-", "НАР-2026/", "T", "r.", "№", "EUR\u{A0}", "ИД-A", "А\u{AD}", "f"])
    func leads(lead: String) throws {
        var random = Generator(state: 5)
        let symbols = Array("0123456789.,- \u{A0}")
        for style in ["Regular", "Bold", "Italic"] {
            let font = TextFont(face: try Faces.face(style), language: "mk")
            let warm = Shaper()
            for number in 1000..<1720 { _ = warm.unbroken("\(lead)\(number)", font: font) }
            for _ in 0..<60 {
                let figures = (0..<5).map { _ in symbols[Int(random.next() % 15)] }
                let text = "\(lead)\(random.next() % 10)\(String(figures))"
                let ours = warm.unbroken(text, font: font)
                let theirs = Shaper().unbroken(text, font: font)
                #expect(ours.looksLike(theirs) && ours.advance == theirs.advance)
                #expect(ours.trailingBlankAdvance == theirs.trailingBlankAdvance)
            }
        }
    }

    @Test("a proven lead is not shaped again, and one that digits change is never proven")
    func leadProof() throws {
        let font = TextFont(face: try Faces.face("Regular"), language: "mk")
        let script = font.neutralScript
        var buffer = ShapingBuffer()
        let table = try #require(FigureTable(font, script, &buffer))
        func isLead(_ text: String) -> Bool {
            let lead = FigureLead(text: Array(text.utf8))
            let words = (0..<200).map { _ in lead.word("10".utf8Span.span, font, table, &buffer) }
            return words.last.flatMap { $0 } != nil
        }
        #expect(isLead("АРТ-"))
        #expect(!isLead("А\u{AD}"))
        #expect(!isLead("1\u{2044}"))  // a fraction: frac is off, but the slash has no code
        #expect(!isLead("\u{2212}"))  // it has a code, but these faces have no glyph: another face must be asked
    }
}
