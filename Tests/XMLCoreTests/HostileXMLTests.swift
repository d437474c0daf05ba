import Diagnostics
import TestSupport
import Testing
import XMLCore

@Suite("XMLDocument: what is refused")
struct HostileXMLTests {
    static func code(_ bytes: [UInt8], limits: XMLLimits = .standard) -> String {
        do {
            _ = try XMLDocument(parsing: bytes, limits: limits)
            return "accepted"
        } catch {
            return error.code.name
        }
    }

    static let malformed: [(text: String, line: Int, column: Int)] = [
        ("", 1, 1), ("   ", 1, 4), ("text", 1, 1), ("<a>", 1, 4), ("<a></b>", 1, 8), ("<a/><b/>", 1, 5),
        ("<a>\n <b></a>", 2, 9), ("<a b='1' b='2'/>", 1, 15), ("<a>&undefined;</a>", 1, 14), ("<p:a/>", 1, 5),
        ("<a p:b='1'/>", 1, 11), ("<a b='<'/>", 1, 7), ("<a>\u{1}</a>", 1, 4), ("<a>&#1;</a>", 1, 8),
        ("<a>&#0;</a>", 1, 8),
        ("<a>]]></a>", 1, 4), ("<a><!-- -- --></a>", 1, 10), ("<a b=1/>", 1, 6), ("<a>a & b</a>", 1, 7),
        ("<a>\u{FFFE}</a>", 1, 4), ("<a><![CDATA[x</a>", 1, 18), ("<a xmlns:p=''/>", 1, 14),
        ("<a xmlns:xmlns='u'/>", 1, 19),
        ("<?xml version='1.0'?><?xml version='1.0'?><a/>", 1, 27), ("<a", 1, 3), ("<", 1, 2),
        ("<!ELEMENT a ANY><a/>", 1, 1),
    ]

    @Test("malformed text is refused with its place", arguments: malformed)
    func refusal(text: String, line: Int, column: Int) throws {
        let error = #expect(throws: ToolkitError.self) { try XMLDocument(parsing: Array(text.utf8)) }
        #expect(error?.code.name == "xml.malformed")
        #expect(error?.place?.line == line)
        #expect(abs((error?.place?.column ?? -100) - column) <= 2, "\(String(describing: error?.place)) in \(text)")
        #expect(error?.message.isEmpty == false && error?.fix.isEmpty == false)
    }

    @Test("a document type is refused, whatever it holds")
    func documentTypes() {
        for text in [
            "<!DOCTYPE a><a/>", "<!-- x --><!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
            "<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'http://192.0.2.1/a.dtd'><a/>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>",
        ] { #expect(Self.code(Array(text.utf8)) == "xml.hasDTD") }
        #expect(
            Self.code(Array("<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]><?p <!DOCTYPE?></a>".utf8)) == "accepted")
    }

    @Test("bytes that are no UTF-8 are refused with their place")
    func encodings() throws {
        let cases: [[UInt8]] = [
            [0xC3, 0x28], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0],
        ]
        for bad in cases {
            let bytes = Array("<a>\nж".utf8) + bad + Array("</a>".utf8)
            let error = #expect(throws: ToolkitError.self) { try XMLDocument(parsing: bytes) }
            #expect(error?.code.name == "xml.encoding")
            #expect(error?.place == SourcePlace(line: 2, column: 2))
        }
        for name in ["UTF-7", "EBCDIC-CP-US", "UCS-4", "nonsense", "HTML"] {
            #expect(Self.code(Array("<?xml version='1.0' encoding='\(name)'?><a/>".utf8)) == "xml.encoding")
        }
        #expect(
            Self.code([0xEF, 0xBB, 0xBF] + Array("<?xml version='1.0' encoding='windows-1251'?><a/>".utf8))
                == "xml.encoding")
        #expect(Self.code([0xFF, 0xFE, 0x3C, 0x00, 0x61]) == "xml.encoding")
        #expect(Self.code([0xFE, 0xFF, 0xD8, 0x00, 0x00, 0x3C]) == "xml.encoding")
    }

    @Test("size, depth, attributes and namespaces are bounded, at once")
    func bounds() {
        let repeated = { (text: String, count: Int) in Array(String(repeating: text, count: count).utf8) }
        let took = processorTime {
            #expect(Self.code(repeated("<a>", 100_000)) == "xml.tooDeep")
            #expect(Self.code(repeated("<a>", 200) + repeated("</a>", 200)) == "accepted")
            #expect(Self.code(repeated("<a>", 201) + repeated("</a>", 201)) == "xml.tooDeep")
            #expect(Self.code(Array("<a/>".utf8), limits: XMLLimits(bytes: 3)) == "xml.tooLarge")
            #expect(Self.code([UInt8](repeating: 32, count: (16 << 20) + 1)) == "xml.tooLarge")
            let many = (0..<300_000).map { " a\($0)='x'" }.joined()
            #expect(Self.code(Array("<a\(many)/>".utf8)) == "xml.tooManyAttributes")
            // After an error libxml2 reads on; the attributes behind it must not cost anything either.
            #expect(Self.code(Array("<a>&<b c=<\(many)/></a>".utf8)) == "xml.malformed")
            let spaces = (0..<100).map { " xmlns:n\($0)='urn:\($0)'" }.joined()
            #expect(Self.code(repeated("<a\(spaces)>", 6)) == "xml.tooManyAttributes")
            #expect(Self.code(repeated("<a\(spaces)>", 5) + repeated("</a>", 5)) == "accepted")
        }
        #expect(took < .seconds(10), "\(took)")
    }

    @Test("many different names, prefixes and namespaces are read, and more are refused, in time")
    func manyNames() throws {
        func body(_ count: Int) -> [UInt8] {
            let elements = (0..<count).map { "<p\($0):n\($0) xmlns:p\($0)='urn:\($0)' a\($0)=''/>" }
            return Array("<r>\(elements.joined())</r>".utf8)
        }
        let some = body(20_000)
        let many = body(200_000)
        let took = try processorTime {
            let document = try XMLDocument(parsing: some)
            #expect(document.root.first("n19999", namespace: "urn:19999")?.prefix == "p19999")
            #expect(Self.code(many) == "xml.tooManyNames")
            let error = #expect(throws: ToolkitError.self) { try CanonicalXML.exclusive(many) }
            #expect(error?.code.name == "xml.tooManyNames")
        }
        #expect(took < .seconds(10), "\(took)")
    }

    @Test("a gigantic attribute is read or refused quickly")
    func giganticAttribute() {
        let took = processorTime {
            let value = String(repeating: "x", count: 9_000_000)
            #expect(Self.code(Array("<a b='\(value)'/>".utf8)) == "accepted")
            #expect(Self.code(Array("<a b='\(value)\(value.prefix(5_000_000))'/>".utf8)) == "xml.malformed")
        }
        #expect(took < .seconds(10), "\(took)")
    }

    static let publicFiles = ["signing/bad-xml", "signing/bad-xml/defusedxml"].flatMap { folder in
        SharedFolder.names(in: "vectors/\(folder)", suffix: ".xml").map { "vectors/\(folder)/\($0)" }
    }

    @Test(
        "the public hostile files are refused without a file, a connection or a wait", .needsSharedFolder,
        arguments: publicFiles)
    func publicFile(name: String) throws {
        let bytes = try SharedFolder.bytes(name)
        let took = processorTime {
            let isHarmless = !String(decoding: bytes, as: UTF8.self).contains("<!DOCTYPE")
            #expect(Self.code(bytes) == (isHarmless ? "accepted" : "xml.hasDTD"))
        }
        #expect(took < .seconds(1))
    }

    @Test("every truncation and every changed byte of a document ends in a verdict")
    func mutations() {
        let bytes = Array(XMLDocumentTests.sample.utf8)
        for length in bytes.indices { #expect(Self.code(Array(bytes[..<length])) != "accepted") }
        for index in bytes.indices {
            for byte: UInt8 in [
                0, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""), 0x80, 0xFF,
            ] {
                var changed = bytes
                changed[index] = byte
                _ = Self.code(changed)
            }
        }
    }
}
