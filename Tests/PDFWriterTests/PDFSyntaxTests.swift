import PDFWriter
import Testing

@Suite("PDF syntax")
struct PDFSyntaxTests {
    static func written(_ body: (inout PDFSyntax) -> Void) -> String {
        var syntax = PDFSyntax()
        body(&syntax)
        return String(decoding: syntax.bytes, as: UTF8.self)
    }

    /// Thousandths and what is written for them.
    static let numbers = [
        (0, "0"), (1000, "1"), (12_500, "12.5"), (-12_500, "-12.5"), (1, ".001"), (-10, "-.01"), (841_890, "841.89"),
        (999, ".999"), (1_000_001, "1000.001"), (100, ".1"), (-1000, "-1"), (20_030, "20.03"),
    ]

    @Test("writes fixed-point numbers exactly and short", arguments: numbers)
    func thousandths(value: Int, text: String) {
        #expect(Self.written { $0.thousandths(value) } == text)
    }

    @Test("writes whole numbers up to the ends of Int", arguments: [0, 9, 10, -1, 1234567890, Int.max, Int.min])
    func integers(value: Int) {
        #expect(Self.written { $0.integer(value) } == String(value))
    }

    @Test("escapes names: ISO 32000-1, 7.3.5")
    func names() {
        #expect(Self.written { $0.name("text/xml") } == "/text#2Fxml")
        #expect(Self.written { $0.name("A B#(Ж)") } == "/A#20B#23#28#D0#96#29")
    }

    @Test("escapes strings, and writes other than ASCII in UTF-16: ISO 32000-1, 7.9.2.2")
    func strings() {
        #expect(Self.written { $0.text("a(b)\\") } == "(a\\(b\\)\\\\)")
        var syntax = PDFSyntax()
        syntax.text("Ж😀")
        #expect(syntax.bytes == [0x28, 0xFE, 0xFF, 0x04, 0x16, 0xD8, 0x3D, 0xDE, 0x00, 0x29])
        #expect(Self.written { $0.string([0x0D, 0x0A]) } == "(\\r\n)")
        #expect(Self.written { $0.hexString([0x00, 0xAF]) } == "<00AF>")
    }
}
