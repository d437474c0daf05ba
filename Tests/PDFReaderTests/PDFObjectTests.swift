import PDFReader
import Testing

@Suite("ISO 32000-1, 7.3: objects")
struct PDFObjectTests {
    private static func object(_ syntax: String) throws -> PDFObject {
        var file = PDFBuilder.page("")
        file.object(9, syntax)
        file.end()
        return try PDFDocument(parsing: file.bytes).object(PDFObjectID(number: 9))
    }

    static let numbers: [(String, Double)] = [
        ("12", 12), ("-7", -7), ("+3.5", 3.5), (".25", 0.25), ("-.5", -0.5), ("4.", 4), ("0001", 1),
        ("100000000000000000000", 1e20), ("--5", -5),
    ]

    @Test("numbers", arguments: numbers)
    func number(syntax: String, value: Double) throws {
        #expect(try Self.object(syntax).number == value)
    }

    static let strings: [(String, String)] = [
        ("(plain)", "plain"), ("(a (nested) b)", "a (nested) b"), (#"(\(\)\\)"#, #"()\"#), (#"(\101\60\0613)"#, "A013"),
        ("(one\\\ntwo)", "onetwo"), ("(a\r\nb)", "a\nb"), ("<48 65 6C6c6F>", "Hello"), ("<4>", "@"), ("()", ""),
        ("<FEFF0424001B656E001B0430>", "Фа"), ("<EFBBBFD0A4>", "Ф"), ("<80A0>", "•€"),
    ]

    @Test("strings", arguments: strings)
    func string(syntax: String, value: String) throws {
        #expect(try Self.object(syntax).text == value)
    }

    @Test("names keep their bytes")
    func names() throws {
        #expect(try Self.object("/A#20B#2F").name == "A B/")
        #expect(try Self.object("/ % empty").name == "")
        let odd = try #require(try Self.object("/#FF#FE").name)
        #expect(PDFObject.nameBytes(odd) == [0xFF, 0xFE])
        #expect(PDFObject.nameBytes("Ф") == Array("Ф".utf8))
    }

    @Test("arrays, dictionaries and references")
    func containers() throws {
        let array = try #require(try Self.object("[1 2 R 3 0 R 1 0 true null(x)]%c\n").array)
        #expect(array.count == 7)
        #expect(array[0].reference == PDFObjectID(number: 1, generation: 2))
        let dictionary = try #require(try Self.object("<</A 1/B<</C[/D]>>/A 2>>").dictionary)
        #expect(dictionary["A"].integer == 2)
        #expect(dictionary["B"].dictionary?["C"].array?.first?.name == "D")
        #expect(dictionary["Z"].isNull)
        let many = try #require(
            try Self.object("<<" + (0..<100).map { "/K\($0) \($0)" }.joined() + ">>").dictionary)
        #expect(many["K77"].integer == 77)
        #expect(many.entries.count == 100)
    }

    static let filters: [(String, String)] = [
        ("/ASCIIHexDecode", "48656C6C6F>"), ("/ASCII85Decode", "87cURDZ~>"), ("/RunLengthDecode", "\u{4}Hello"),
        ("[/ASCIIHexDecode/ASCII85Decode]", "3837635552445A7E3E>"), ("[/AHx/LZWDecode]", "80 12 0C A6 C3 61 BE 02>"),
        // Made by zlib: python3 -c "zlib.compress(b'Hello')"; then the same with a wrong check sum.
        ("[/AHx/FlateDecode]", "789CF348CDC9C907000058CB01F5>"), ("[/AHx/Fl]", "789CF348CDC9C9070000000000>"),
    ]

    @Test("filters", arguments: filters)
    func filter(name: String, content: String) throws {
        var file = PDFBuilder.page("")
        file.stream(9, content, entries: "/Filter\(name)")
        file.end()
        let document = try PDFDocument(parsing: file.bytes)
        let stream = try #require(try document.object(PDFObjectID(number: 9)).stream)
        #expect(String(decoding: try document.content(of: stream), as: UTF8.self).prefix(5) == "Hello")
    }

    static let predictors: [(String, String, [UInt8])] = [
        ("/Predictor 12/Columns 3", "02 01 02 03 02 01 01 01>", [1, 2, 3, 2, 3, 4]),
        ("/Predictor 15/Columns 3", "01 01 01 01 03 02 02 02 04 00 01 00>", [1, 2, 3, 2, 4, 5, 2, 5, 5]),
        ("/Predictor 2/Columns 3", "01 01 01 05 FF 01>", [1, 2, 3, 5, 4, 5]),
        ("/Predictor 2/Columns 2/BitsPerComponent 16", "00FF 0001>", [0, 0xFF, 1, 0]),
        ("/Predictor 2/Columns 4/BitsPerComponent 4", "1111>", [0x12, 0x34]),
    ]

    /// Predictors belong to Flate and LZW; here LZW with nothing but literals, nine bits each.
    @Test("predictors", arguments: predictors)
    func predictor(settings: String, content: String, value: [UInt8]) throws {
        let digits = content.filter(\.isHexDigit)
        var bits = "100000000"
        for index in stride(from: 0, to: digits.count, by: 2) {
            let byte = digits.dropFirst(index).prefix(2)
            let binary = String(UInt8(byte, radix: 16) ?? 0, radix: 2)
            bits += String(repeating: "0", count: 9 - binary.count) + binary
        }
        bits += "100000001"
        while bits.count % 8 != 0 { bits += "0" }
        var encoded = ""
        for index in stride(from: 0, to: bits.count, by: 8) {
            let byte = String(UInt8(bits.dropFirst(index).prefix(8), radix: 2) ?? 0, radix: 16)
            encoded += byte.count == 1 ? "0\(byte)" : byte
        }
        var file = PDFBuilder.page("")
        file.stream(9, encoded + ">", entries: "/Filter[/AHx/LZW]/DecodeParms[null<<\(settings)>>]")
        file.end()
        let document = try PDFDocument(parsing: file.bytes)
        let stream = try #require(try document.object(PDFObjectID(number: 9)).stream)
        #expect(try document.content(of: stream) == value)
    }
}
