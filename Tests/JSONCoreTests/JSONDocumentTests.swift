import Diagnostics
import JSONCore
import TestSupport
import Testing

@Suite("RFC 8259: what is JSON")
struct JSONDocumentTests {
    static let accepted = [
        "{}", "[]", " [] ", "\t[\r\n]", "\"\"", "0", "-0", "true", "false", "null", "[null, 1, \"1\", {}]", "[1,2]",
        "{\"\":0}", "{\"a\":{\"a\":[]}}", "[0e1]", "[0E+1]", "[1e-2]", "[-0.0]", "[123.456e78]", "[1E22]",
        "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\\u0000\"]",
        "[\"\\u0000\"]", "[\"\\uFFFF\"]", "[\"\u{7F}\"]", "[\"€𝄞\"]", "[\"\u{2028}\u{2029}\"]", "{\"a\":1,\"A\":1}",
        "[\"new\\u000Aline\"]", "\u{FEFF}[]", "[2.5]", "[123123123123123123123123123123]", "\"\\u005C\"",
    ]

    static let refused = [
        "[1,]", "[,1]", "[1 true]", "[1", "[", "]", "{", "}", "{]", "[}", "[\"a\"", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "{\"a\"::1}", "{1:1}", "{\"a\":1 \"b\":2}", "[1]x", "[][]",
        "{}}",
        "nul", "truth", "True", "NaN", "Infinity", "-Infinity", "[-]", "[+1]", "[01]", "[-01]", "[-012]", "[00]",
        "[1.]", "[.1]", "[-.1]", "[1.e1]", "[1e]", "[1e+]", "[1eE2]", "[0x1]", "[1_000]", "[１]", "['a']", "[\"a]",
        "[\"\\x\"]", "[\"\\u\"]", "[\"\\u12\"]", "[\"\\uZZZZ\"]", "[\"\\", "[\"\\u00", "[\"\n\"]", "[\"\t\"]",
        "[\"\u{0}\"]",
        "[\u{C}]", "[\u{A0}]", "[1]/* */", "// a\n[]", "#", "\u{FEFF}", "\u{FEFF}\u{FEFF}[]", "&", "<a/>",
        "{\"a\":1,,}",
    ]

    @Test("is accepted, whole", arguments: accepted)
    func accepts(text: String) throws {
        _ = try JSONDocument(parsing: Array(text.utf8))
    }

    @Test("is refused with a place and a fix", arguments: refused)
    func refuses(text: String) throws {
        let error = try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: Array(text.utf8)) }
        #expect(error.code.kind == .unreadable && error.place != nil && !error.fix.isEmpty)
    }

    /// Overlong forms, surrogates, too large, cut off, lone continuation, UTF-16.
    static let notUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0x80], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0xAF],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC3], [0xE2, 0x28, 0xA1],
        [0xF0, 0x9D, 0x84],
    ]

    @Test("needs UTF-8", arguments: notUTF8)
    func encoding(bytes: [UInt8]) throws {
        let error = try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: [0x22] + bytes + [0x22]) }
        #expect(error.code == .jsonEncoding)
    }

    @Test(
        "needs whole surrogate pairs",
        arguments: ["\\ud800", "\\udc00", "\\ud800\\ud800", "\\ud800x", "\\udc00\\ud800", "\\ud800\\n"])
    func surrogates(text: String) throws {
        let error = try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: Array("\"\(text)\"".utf8)) }
        #expect(error.code == .jsonEncoding)
    }

    @Test("tells an empty input from a broken one")
    func empty() throws {
        for text in ["", " \n\t", "\u{FEFF}"] {
            let error = try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: Array(text.utf8)) }
            #expect(error.code == .jsonEmpty)
        }
    }

    @Test("is refused when a key comes twice, however it is escaped and however many keys there are")
    func duplicates() throws {
        let many = (0..<5000).map { "\"k\($0)\":0" }.joined(separator: ",")
        _ = try JSONDocument(parsing: Array("{\(many)}".utf8))
        for text in [
            "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":1,\"\\u0061\":2}", "{\(many),\"\\u006b77\":1}", "[{\"\":{},\"\":[]}]",
        ] {
            let error = try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: Array(text.utf8)) }
            #expect(error.code == .jsonDuplicateKey)
        }
    }

    @Test("is limited in depth and length")
    func limits() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONDocument(parsing: nested(64))
        #expect(
            try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: nested(65)) }.code == .jsonTooDeep)
        let long = [UInt8](repeating: 0x20, count: JSONDocument.maximumBytes + 1)
        #expect(try #require(throws: ToolkitError.self) { _ = try JSONDocument(parsing: long) }.code == .jsonTooLarge)
    }

    @Test("a byte order mark takes no column, for mistakes and for values")
    func byteOrderMark() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let error = try #require(throws: ToolkitError.self) { try JSONDocument(parsing: mark + Array("[x]".utf8)) }
        #expect(error.place == SourcePlace(line: 1, column: 2))
        let document = try JSONDocument(parsing: mark + Array("[1,2]".utf8))
        #expect(document.places(ofPointers: ["/1"]) == [SourcePlace(line: 1, column: 4)])
        #expect(document.root[1]?.place == SourcePlace(line: 1, column: 4))
        #expect(SourcePlace(of: 0, in: mark) == SourcePlace(line: 1, column: 1))
    }

    @Test("names the place of a mistake in characters, not bytes")
    func place() throws {
        let error = try #require(throws: ToolkitError.self) {
            _ = try JSONDocument(parsing: Array("{\n \"име\": \"Ѓорѓи\" 1}".utf8))
        }
        #expect(error.place == SourcePlace(line: 2, column: 17))
    }

    @Test("never crashes on mutated input, and what is accepted is written and read the same")
    func mutations() throws {
        let seed = Array(
            #"{"а":[1,-2.5e3,"\u0416\uD834\uDD1E\n",{"b":null,"c":[true,false]}],"d":"„текст“","e":{"f":{"g":[]}}}"#
                .utf8)
        var random = SplitMix(seed: 7)
        let letters = Array("{}[]\",:\\u0123456789eE+-.tfn \n\u{0}\u{7F}Жd8".utf8) + [0x80, 0xC3, 0xE2, 0xF0, 0xFF]
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] = letters[Int.random(in: 0..<letters.count, using: &random)]
                case 1: bytes.insert(letters[Int.random(in: 0..<letters.count, using: &random)], at: position)
                case 2: bytes.remove(at: position)
                default: bytes.removeSubrange(position...)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            guard let document = try? JSONDocument(parsing: bytes) else { continue }
            var writer = JSONWriter()
            writer.value(document.root)
            var again = JSONWriter()
            again.value(try JSONDocument(parsing: writer.bytes).root)
            #expect(again.bytes == writer.bytes)
        }
    }
}
