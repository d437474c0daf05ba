import Diagnostics
import JSONCore
import Testing

@Suite("Long JSON texts, whose list elements are folded")
struct FoldingTests {
    /// More than a mebibyte of list elements, between members before and behind.
    static func text(_ count: Int = 12_000, last: String = #"{"z":0}"#) -> String {
        let lines = (0..<count).map {
            #"{"id":"\#($0)","item":{"name":"Ставка \#($0) \u0416 „€“😀 \" \\\\","tags":["a",{"b":[\#($0),2]}]},"gone":null,"yes":true}"#
        }
        return #"{"before":[1,[2,3]],"lines":[\#(lines.joined(separator: ",\n")),7,[],\#(last)],"after":{"x":["y"]}}"#
    }

    /// What a value says, in one line.
    static func dump(_ value: JSONValue) -> String {
        switch value.kind {
        case .object:
            "{" + value.members.map { "\($0.key.string ?? "?"):\(dump($0.value))" }.joined(separator: ",") + "}"
        case .array: "[" + value.elements.map(dump).joined(separator: ",") + "]"
        case .string: "\"\(value.string ?? "?")\""
        case .number: value.numberText.map { String(decoding: $0, as: UTF8.self) } ?? "?"
        case .bool: "\(value.bool ?? false)"
        case .null: "null"
        }
    }

    @Test("say the same as each element alone, at the same place")
    func same() throws {
        let text = Self.text()
        let long = try JSONDocument(parsing: Array(text.utf8))
        #expect(long.bytes.count > 1 << 20)
        let lines = try #require(long.root["lines"])
        #expect(lines.count == 12_003)
        for (number, element) in lines.elements.enumerated() where number % 997 == 0 {
            let alone = Array(long.bytes[element.offset..<element.endOffset])
            #expect(Self.dump(element) == Self.dump(try JSONDocument(parsing: alone).root))
            #expect(element.count == 4 && element["item"]?["tags"]?[1]?["b"]?[0]?.integer == number)
            let name = try #require(element["item"]?["name"])
            #expect(name.pointer == "/lines/\(number)/item/name")
            #expect(long.bytes[name.offset] == UInt8(ascii: "\"") && name.place == long.place(of: name.offset))
        }
        #expect(Self.dump(try #require(long.root["after"])) == #"{x:["y"]}"#)
        #expect(long.value(at: "/lines/11999/item/tags/1/b/1")?.integer == 2)
        #expect(long.value(at: "/lines/11999/item/tags/1/b/2") == nil && long.value(at: "/lines/12001")?.count == 0)
        #expect(
            long.places(ofPointers: ["/lines/3/item/name", "/lines/3/item/none"]).map(\.line) == [4, 4])
        var fields = JSONFields(try #require(lines[5]), JSONKeyTable(["id", "item"]))
        #expect(fields[0]?.string == "5" && fields.unknown.map { $0.key.string } == ["gone", "yes"])
        fields = JSONFields(try #require(lines[12_002]), JSONKeyTable(["z"]))
        #expect(fields[0]?.integer == 0)
    }

    @Test(
        "are checked as closely as short ones",
        arguments: [
            (#"{"a":1,"a":2}"#, "json.duplicateKey"), (#"{"a":{"b":1,"b":1}}"#, "json.duplicateKey"),
            (#"{"a":tru}"#, "json.malformed"), (#"{"a":[1,]}"#, "json.malformed"),
            (#"{"a":"\ud800"}"#, "json.encoding"),
        ])
    func faults(last: String, code: String) {
        let error = #expect(throws: ToolkitError.self) {
            try JSONDocument(parsing: Array(Self.text(last: last).utf8))
        }
        #expect(error?.code.name == code)
    }
}
