import Diagnostics
import Testing
import Typography

@Suite("Font files")
struct FontFaceTests {
    @Test("tell their measures and names")
    func metrics() throws {
        let regular = try Faces.face("Regular")
        #expect(regular.metrics.unitsPerEm == 1000)
        #expect(regular.metrics.ascender == 1069 && regular.metrics.descender == -293)
        #expect(regular.metrics.capHeight == 714 && regular.metrics.xHeight == 536)
        #expect(regular.metrics.weight == 400 && !regular.metrics.isItalic)
        #expect(regular.postScriptName == "NotoSans-Regular" && regular.family == "Noto Sans")
        let oblique = try Faces.face("BoldItalic")
        #expect(oblique.metrics.weight == 700 && oblique.metrics.isItalic)
        #expect(oblique.metrics.italicAngleMillidegrees == -12_000)
    }

    /// What is no TrueType font.
    static let others: [(String, [UInt8])] = [
        ("nothing", []), ("text", Array("This is not a font at all, only text.".utf8)),
        ("CFF outlines", Array("OTTO".utf8) + [UInt8](repeating: 0, count: 60)),
        ("a collection", Array("ttcf".utf8) + [UInt8](repeating: 0, count: 60)),
        ("a web font", Array("wOF2".utf8) + [UInt8](repeating: 0, count: 60)),
        ("no tables", [0, 1, 0, 0] + [UInt8](repeating: 0, count: 60)),
        ("more tables than bytes", [0, 1, 0, 0, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 60)),
    ]

    @Test("that are none are refused with a fix", arguments: others)
    func unreadable(name: String, bytes: [UInt8]) {
        let error = #expect(throws: ToolkitError.self) { try FontFace(bytes: bytes) }
        #expect(error?.code == .fontUnreadable)
        #expect(error?.fix.isEmpty == false)
    }

    @Test("that may not be embedded are refused: fsType", arguments: [0x0002, 0x0100, 0x0200])
    func forbidden(permission: Int) throws {
        var bytes = try Faces.bytes("Regular")
        let start = try #require(Mutation.table("OS/2", of: bytes)).lowerBound
        bytes[start + 8] = UInt8(permission >> 8)
        bytes[start + 9] = UInt8(permission & 0xFF)
        let error = #expect(throws: ToolkitError.self) { try FontFace(bytes: bytes) }
        #expect(error?.code == .fontEmbeddingForbidden)
    }

    @Test("that end too early are refused, wherever they end")
    func truncated() throws {
        let bytes = try Faces.bytes("Regular")
        for table in Mutation.tables(of: bytes) {
            for end in [table.lowerBound, (table.lowerBound + table.upperBound) / 2, table.upperBound - 1] {
                guard end < bytes.count - 3 else { continue }
                let error = #expect(throws: ToolkitError.self) { try FontFace(bytes: Array(bytes[..<end])) }
                #expect(error?.code == .fontUnreadable)
            }
        }
    }
}

@Suite("Damaged font files")
struct HostileFontTests {
    /// Each case is a seed for 250 fonts with a few wrong bytes, most of them in the small tables and the directory.
    @Test("end in an error or in glyphs, never in a crash", arguments: 0..<12)
    func mutations(seed: Int) throws {
        var random = Generator(state: UInt64(seed) + 1)
        let original = try Faces.bytes(seed % 2 == 0 ? "Regular" : "Italic")
        let tables = Mutation.tables(of: original)
        var opened = 0
        var subsets = 0
        var bytes = original
        for _ in 0..<250 {
            var changed: [Int] = []
            for _ in 0...Int(random.next() % 4) {
                let table = tables[Int(random.next() % UInt64(tables.count))]
                let reach = random.next() % 3 == 0 ? table.count : min(table.count, 256)
                let offset =
                    random.next() % 8 == 0
                    ? Int(random.next() % 300) : table.lowerBound + Int(random.next() % UInt64(max(reach, 1)))
                guard offset < bytes.count else { continue }
                changed.append(offset)
                bytes[offset] =
                    random.next() % 2 == 0
                    ? UInt8(random.next() & 0xFF) : [0, 0xFF, 0x7F, 0x80][Int(random.next() % 4)]
            }
            defer { for offset in changed { bytes[offset] = original[offset] } }
            guard let face = try? FontFace(bytes: bytes) else { continue }
            opened += 1
            let shaped = Shaper().words(
                of: "Ѓорѓи AV fi 1.234,56 е\u{301} ½", font: TextFont(face: face, language: "mk"))
            let glyphs = Set(shaped.flatMap { $0.shaped.glyphs.map(\.id) })
            guard let subset = try? FontSubsetter(face: face).subset(glyphs.sorted()) else { continue }
            subsets += subset.bytes.isEmpty ? 0 : 1
        }
        #expect(opened > 50 && subsets > 50)
    }
}

/// Where to damage a font.
enum Mutation {
    static func tables(of bytes: [UInt8]) -> [Range<Int>] {
        let count = Int(bytes[4]) << 8 | Int(bytes[5])
        return (0..<count).map { index in
            func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
            let start = number(12 + 16 * index + 8)
            return start..<start + number(12 + 16 * index + 12)
        }
    }

    static func table(_ name: String, of bytes: [UInt8]) -> Range<Int>? {
        tables(of: bytes).enumerated().first { index, _ in
            Array(bytes[(12 + 16 * index)..<(16 + 16 * index)]) == Array(name.utf8)
        }?.element
    }
}

@Suite("Length")
struct LengthTests {
    @Test("millimetres are rounded to the nearest thousandth of a point, on both sides of zero")
    func millimetres() {
        // 1 mm is 2834.6457 thousandths of a point.
        #expect(Length.millimetres(1).millipoints == 2835 && Length.millimetres(-1).millipoints == -2835)
        #expect(Length.millimetres(127) == .points(360) && Length.millimetres(-127) == .points(-360))
    }
}
