import Testing
import Typography

@Suite("Shaping")
struct ShaperTests {
    @Test("smoke")
    func smoke() throws {
        for style in ["Regular", "Italic", "Bold", "BoldItalic"] {
            let face = try Faces.face(style)
            print(face.postScriptName, face.family, face.metrics)
            let shaper = Shaper()
            for language in ["mk", "sr", "bg", "ru"] {
                let font = TextFont(face: face, language: language)
                print(style, language, Faces.dump(shaper.unbroken("бгдѓпт", font: font)))
            }
            let font = TextFont(face: face, language: "mk", figures: .tabular)
            for text in ["AV To fi 1.234,56", "Љ\u{301} е\u{301}\u{325}", "J\u{408}S\u{405}", "x→✓"] {
                let shaped = shaper.unbroken(text, font: font)
                print(text, Faces.dump(shaped), shaped.missing, shaped.advance)
            }
            print(Faces.dump(shaper.words(of: "Влез бр. 12 (ред) „Илинденска“ 5/2, co\u{AD}op\n\nA\u{A0}b e\u{301} ", font: font)))
        }
    }
}
