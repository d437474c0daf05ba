import Diagnostics
import JSONCore
import Testing

@Suite("Values, pointers and writing")
struct JSONValueTests {
    static let text = #"""
        {
          "foo": ["bar", "Ѓ\u0416\ud834\udd1e\/"],
          "": 0, "a/b": 1, "m~n": 2, " ": -1.50e+2,
          "nested": {"list": [{"x": true}, {"x": null}]}
        }
        """#

    let document: JSONDocument

    init() throws { document = try JSONDocument(parsing: Array(Self.text.utf8)) }

    @Test("strings are decoded, numbers keep their digits")
    func scalars() {
        let root = document.root
        #expect(root["foo"]?[1]?.string == "ЃЖ𝄞/")
        #expect(root[" "]?.numberText.map { String(decoding: $0, as: UTF8.self) } == "-1.50e+2")
        #expect(root[" "]?.isInteger == false)
        #expect(root["m~n"]?.integer == 2)
        #expect(root["nested"]?["list"]?[0]?["x"]?.bool == true)
        #expect(root["nested"]?["list"]?[1]?["x"]?.isNull == true)
        #expect(root["absent"] == nil && root["foo"]?[2] == nil)
        #expect(root.count == 6 && root.members.map { $0.key.string } == ["foo", "", "a/b", "m~n", " ", "nested"])
    }

    @Test(
        "RFC 6901: a pointer leads to a value and back",
        arguments: ["", "/foo", "/foo/0", "/foo/1", "/", "/a~1b", "/m~0n", "/ ", "/nested/list/1/x"])
    func pointers(pointer: String) throws {
        let value = try #require(document.value(at: pointer))
        #expect(value.pointer == pointer)
    }

    @Test(
        "RFC 6901: other pointers lead nowhere",
        arguments: ["foo", "/foo/2", "/foo/-", "/foo/01", "/foo/-1", "/m~n", "/m~2n", "/foo/0/x", "/nested/list/x"])
    func noPointers(pointer: String) {
        #expect(document.value(at: pointer) == nil)
    }

    @Test("places are found in one pass; what is missing gets the place of its holder")
    func places() {
        let places = document.places(ofPointers: ["/nested/list/1/x", "/foo/1", "/nested/absent", "Invoice[1]"])
        #expect(places.map(\.line) == [4, 2, 4, 1])
        #expect(places[1].column == 18)
    }

    @Test("the writer escapes what must be escaped and nothing else")
    func writing() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("а\"\\", "\u{0}\u{1F}\n\r\t/€𝄞\u{7F}")
        writer.member("absent", nil)
        writer.key("list")
        writer.beginArray()
        writer.integer(-5)
        writer.number("1.50")
        writer.bool(false)
        writer.null()
        writer.beginArray()
        writer.endArray()
        writer.endArray()
        writer.endObject()
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == "{\"а\\\"\\\\\":\"\\u0000\\u001f\\n\\r\\t/€𝄞\u{7F}\",\"list\":[-5,1.50,false,null,[]]}")
        _ = try JSONDocument(parsing: writer.bytes)
    }

    @Test("the indented style puts one value a line")
    func indented() throws {
        var writer = JSONWriter(.indented(2))
        writer.value(try JSONDocument(parsing: Array(#"{"a":[1,{}],"b":{"c":"d"}}"#.utf8)).root)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"d\"\n  }\n}")
    }

    @Test(
        "a key table proposes the nearest key",
        arguments: [
            ("vta", "vat"), ("Price", "price"), ("pricebase", "priceBase"), ("quantiy", "quantity"), ("zzzz", nil),
        ])
    func nearest(wrong: String, right: String?) {
        let table = JSONKeyTable(["id", "item", "quantity", "unit", "price", "vat", "priceBase"])
        #expect(table.nearest(to: wrong) == right)
    }
}
