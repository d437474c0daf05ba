import Diagnostics

/// Copies glyphs out of a TrueType font into small ones, without their hints.
///
/// A PDF names glyphs by number and has widths and texts of its own, so only the outlines and what they hang on are
/// needed: `glyf`, `loca`, `head`, `hhea`, `hmtx`, `maxp` (ISO 32000-1, 9.9). Glyphs stand in the order of the request,
/// behind glyph 0. A glyph is parsed and checked when it is first asked for; what is left of it without its
/// instructions is kept, and every further document only copies it. Source: OpenType 1.9, `glyf`, `loca`, `maxp`.
struct OutlineCopier {
    /// What is known of a glyph.
    private struct Outline {
        /// Where it lies in `store`; -1 until it is asked for.
        var start: Int32 = -1
        /// Its bytes there, a multiple of four; 0 for a blank.
        var length: Int32 = 0
        /// How many levels of components are below it; 0 for a glyph without components.
        var depth: Int8 = 0

        /// Marks a glyph whose components are being looked at.
        static let open = Outline(start: -2)
        /// Nothing to draw.
        static let blank = Outline(start: 0)
    }

    /// One part of a composite glyph.
    private struct Component {
        let glyph: UInt16
        let isLast: Bool
        /// The bytes of its record.
        let length: Int
    }

    /// Fonts of the trade nest once or twice.
    private static let depthLimit: Int8 = 12
    private static let tags: [StaticString] = ["glyf", "head", "hhea", "hmtx", "loca", "maxp"]
    private static let headerSize = 12 + 16 * tags.count

    private let program: FontProgram
    private let glyphCount: Int
    private let measuredCount: Int
    private let hasLongOffsets: Bool
    private let glyf: Range<Int>
    private let loca: Range<Int>
    private let hmtx: Range<Int>
    private let head: [UInt8]
    private let hhea: [UInt8]
    private let maxp: [UInt8]

    private var outlines: [Outline]
    private var store: [UInt8] = []
    /// The place of each glyph in the current subset, 0 for those outside of it.
    private var places: [UInt16]
    /// The glyphs of the current subset in their places.
    private var order: [UInt16] = []

    /// Reads the tables.
    ///
    /// - Returns: nil when the face has no TrueType outlines or lacks a table that they need.
    init?(_ face: FontFace) {
        let tables = face.tables
        guard face.outlines == .trueType, let measured = tables.unsigned("hhea", 34),
            tables.unsigned("maxp", 0, size: 4) == 0x0001_0000, tables.length(of: "maxp") >= 32,
            tables.length(of: "head") >= 54, tables.length(of: "hhea") >= 36,
            tables.length(of: "loca") > 0
        else { return nil }
        program = face.program
        glyphCount = face.metrics.glyphCount
        measuredCount = min(measured, glyphCount)
        hasLongOffsets = tables.unsigned("head", 50) != 0
        glyf = tables.range(of: "glyf")
        loca = tables.range(of: "loca")
        hmtx = tables.range(of: "hmtx")
        let program = program
        func copy(_ table: StaticString, _ count: Int) -> [UInt8] {
            let start = tables.range(of: table).lowerBound
            return (start..<start + count).map { program[$0] }
        }
        head = copy("head", 54)
        hhea = copy("hhea", 36)
        // Without instructions there is no twilight zone, no stack, no storage.
        maxp = copy("maxp", 32).enumerated().map { index, byte in
            switch index {
            case 14..<28: index == 15 ? 1 : 0
            default: byte
            }
        }
        outlines = Array(repeating: Outline(), count: glyphCount)
        places = Array(repeating: 0, count: glyphCount)
    }

    /// Makes a font of some glyphs.
    ///
    /// - Parameter glyphs: The glyph of each place from 1 on; one that is named twice is there twice, and
    ///   `FontSubsetter.blank` leaves the place empty.
    /// - Returns: A TrueType file; the parts of composite glyphs stand behind the places that were asked for.
    /// - Throws: `font.subsetFailed` when the outline of a glyph is damaged, or the glyphs are too many.
    mutating func subset(_ glyphs: [UInt16]) throws(ToolkitError) -> [UInt8] {
        defer {
            for glyph in order where Int(glyph) < glyphCount { places[Int(glyph)] = 0 }
            order.removeAll(keepingCapacity: true)
        }
        order.append(0)
        order.append(contentsOf: glyphs)
        for (index, glyph) in glyphs.enumerated() {
            guard Int(glyph) < glyphCount || glyph == FontSubsetter.blank, index < 0xFFFE else {
                throw .fontSubsetFailed
            }
            guard glyph != 0, glyph != FontSubsetter.blank, places[Int(glyph)] == 0 else { continue }
            places[Int(glyph)] = UInt16(index + 1)
        }
        var outlineSize = 0
        var index = 0
        while index < order.count {
            let outline = order[index] == FontSubsetter.blank ? .blank : try prepared(order[index], depth: 0)
            outlineSize += Int(outline.length)
            if outline.depth > 0 { try addComponents(of: outline) }
            index += 1
        }
        return written(outlineSize: outlineSize)
    }

    private mutating func addComponents(of outline: Outline) throws(ToolkitError) {
        var offset = Int(outline.start) + 10
        while true {
            guard let component = Self.component(store.span, offset) else { throw .fontSubsetFailed }
            if component.glyph != 0, places[Int(component.glyph)] == 0 {
                guard order.count < 0xFFFF else { throw .fontSubsetFailed }
                places[Int(component.glyph)] = UInt16(order.count)
                order.append(component.glyph)
            }
            if component.isLast { return }
            offset += component.length
        }
    }
}

// MARK: - Reading

extension OutlineCopier {
    /// A glyph as it is copied, from the store or else from the font.
    private mutating func prepared(_ glyph: UInt16, depth: Int8) throws(ToolkitError) -> Outline {
        let known = outlines[Int(glyph)]
        if known.start >= 0 { return known }
        // A glyph that is part of itself would have no end.
        guard known.start == -1, depth < Self.depthLimit else { throw .fontSubsetFailed }
        outlines[Int(glyph)] = .open
        do {
            let outline = try read(glyph, depth: depth)
            outlines[Int(glyph)] = outline
            return outline
        } catch {
            outlines[Int(glyph)] = Outline()
            throw error
        }
    }

    private mutating func read(_ glyph: UInt16, depth: Int8) throws(ToolkitError) -> Outline {
        let start = offset(of: Int(glyph))
        let end = offset(of: Int(glyph) + 1)
        guard start <= end, end <= glyf.count else { throw .fontSubsetFailed }
        if start == end { return .blank }
        let range = glyf.lowerBound + start..<glyf.lowerBound + end
        let kept = program.withBytes { Self.withoutHints($0.extracting(range)) }
        guard let kept else { throw .fontSubsetFailed }
        if kept.bytes.isEmpty { return .blank }
        var below: Int8 = 0
        if kept.isComposite {
            var offset = 10
            while true {
                guard let component = Self.component(kept.bytes.span, offset), Int(component.glyph) < glyphCount else {
                    throw .fontSubsetFailed
                }
                below = max(below, try prepared(component.glyph, depth: depth + 1).depth + 1)
                if component.isLast { break }
                offset += component.length
            }
            guard depth + below <= Self.depthLimit else { throw .fontSubsetFailed }
        }
        guard let place = Int32(exactly: store.count), let length = Int32(exactly: (kept.bytes.count + 3) & ~3) else {
            throw .fontSubsetFailed
        }
        store += kept.bytes
        while store.count % 4 != 0 { store.append(0) }
        return Outline(start: place, length: length, depth: below)
    }

    /// Where the outline of a glyph begins in `glyf`; opening the face proved that `loca` is long enough.
    private func offset(of glyph: Int) -> Int {
        if hasLongOffsets { return Self.number(program, loca.lowerBound + 4 * glyph, 4) }
        return 2 * Self.number(program, loca.lowerBound + 2 * glyph, 2)
    }

    private static func number(_ bytes: FontProgram, _ offset: Int, _ size: Int) -> Int {
        var value = 0
        for index in offset..<offset + size { value = value << 8 | Int(bytes[index]) }
        return value
    }

    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> Int {
        Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }

    /// The outline without instructions and without what lies behind it.
    ///
    /// - Returns: nil when it is damaged; nothing in it for a glyph without contours.
    private static func withoutHints(_ glyph: Span<UInt8>) -> (bytes: [UInt8], isComposite: Bool)? {
        guard glyph.count >= 10 else { return nil }
        let contours = Int(Int16(truncatingIfNeeded: word(glyph, 0)))
        if contours == 0 { return ([], false) }
        guard contours > 0 else { return composite(glyph).map { ($0, true) } }
        let ends = 10 + 2 * contours
        guard glyph.count >= ends + 2 else { return nil }
        var last = -1
        for contour in 0..<contours {
            let end = word(glyph, 10 + 2 * contour)
            guard end >= last else { return nil }
            last = end
        }
        let flags = ends + 2 + word(glyph, ends)
        guard let end = endOfPoints(glyph, from: flags, count: last + 1) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(ends + 2 + end - flags)
        for index in 0..<ends { bytes.append(glyph[index]) }
        bytes.append(0)
        bytes.append(0)
        for index in flags..<end { bytes.append(glyph[index]) }
        return (bytes, false)
    }

    /// Where the coordinates of a simple glyph end; nil beyond its bytes.
    private static func endOfPoints(_ glyph: Span<UInt8>, from start: Int, count: Int) -> Int? {
        var offset = start
        var left = count
        var coordinates = 0
        while left > 0 {
            guard offset < glyph.count else { return nil }
            let flag = glyph[offset]
            offset += 1
            var repeats = 1
            if flag & 0x08 != 0 {
                guard offset < glyph.count else { return nil }
                repeats += Int(glyph[offset])
                offset += 1
            }
            guard repeats <= left else { return nil }
            left -= repeats
            // Short: one byte. Else two, or none where it is the same as before.
            let x = flag & 0x02 != 0 ? 1 : flag & 0x10 != 0 ? 0 : 2
            let y = flag & 0x04 != 0 ? 1 : flag & 0x20 != 0 ? 0 : 2
            coordinates += repeats * (x + y)
        }
        return offset + coordinates <= glyph.count ? offset + coordinates : nil
    }

    /// The records of a composite glyph, none of which announces instructions.
    private static func composite(_ glyph: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for index in 0..<10 { bytes.append(glyph[index]) }
        var offset = 10
        while true {
            guard let component = component(glyph, offset) else { return nil }
            bytes.append(glyph[offset] & ~0x01)  // WE_HAVE_INSTRUCTIONS
            for index in offset + 1..<offset + component.length { bytes.append(glyph[index]) }
            if component.isLast { return bytes }
            offset += component.length
        }
    }

    /// The record at an offset; nil when it does not end within the bytes.
    private static func component(_ glyph: Span<UInt8>, _ offset: Int) -> Component? {
        guard glyph.count - offset >= 6 else { return nil }
        let flags = word(glyph, offset)
        var length = flags & 0x0001 != 0 ? 8 : 6  // ARG_1_AND_2_ARE_WORDS
        if flags & 0x0008 != 0 {
            length += 2  // WE_HAVE_A_SCALE
        } else if flags & 0x0040 != 0 {
            length += 4  // WE_HAVE_AN_X_AND_Y_SCALE
        } else if flags & 0x0080 != 0 {
            length += 8  // WE_HAVE_A_TWO_BY_TWO
        }
        guard glyph.count - offset >= length else { return nil }
        return Component(
            glyph: UInt16(word(glyph, offset + 2)), isLast: flags & 0x0020 == 0, length: length)
    }
}

// MARK: - Writing

extension OutlineCopier {
    /// The file with the glyphs of `order`, all of which are in the store.
    private func written(outlineSize: Int) -> [UInt8] {
        let count = order.count
        let isLong = outlineSize > 0x1FFFC
        let sizes = [outlineSize, 54, 36, 4 * count, (isLong ? 4 : 2) * (count + 1), 32]
        var starts: [Int] = []
        var end = Self.headerSize
        for size in sizes {
            starts.append(end)
            end += (size + 3) & ~3
        }
        var font = FontWriter(size: end)
        writeOutlines(to: &font, at: starts[0], offsetsAt: starts[4], isLong: isLong)
        font.copy(head.span, to: starts[1])
        font.write(0, size: 4, at: starts[1] + 8)
        font.write(isLong ? 1 : 0, size: 2, at: starts[1] + 50)
        font.copy(hhea.span, to: starts[2])
        font.write(count, size: 2, at: starts[2] + 34)
        writeMetrics(to: &font, at: starts[3])
        font.copy(maxp.span, to: starts[5])
        font.write(count, size: 2, at: starts[5] + 4)
        font.writeDirectory(Self.tags, starts: starts, sizes: sizes)
        font.write(0xB1B0_AFBA &- font.sum(0..<end), at: starts[1] + 8)
        return font.bytes
    }

    private func writeOutlines(to font: inout FontWriter, at start: Int, offsetsAt loca: Int, isLong: Bool) {
        var offset = 0
        let store = store.span
        for (index, glyph) in order.enumerated() {
            let outline = glyph == FontSubsetter.blank ? .blank : outlines[Int(glyph)]
            if isLong {
                font.write(offset, size: 4, at: loca + 4 * index)
            } else {
                font.write(offset / 2, size: 2, at: loca + 2 * index)
            }
            if outline.length == 0 { continue }
            let range = Int(outline.start)..<Int(outline.start + outline.length)
            font.copy(store.extracting(range), to: start + offset)
            if outline.depth > 0 { renumber(range, in: &font, at: start + offset) }
            offset += range.count
        }
        if isLong {
            font.write(offset, size: 4, at: loca + 4 * order.count)
        } else {
            font.write(offset / 2, size: 2, at: loca + 2 * order.count)
        }
    }

    /// Gives the components of a composite glyph their new numbers.
    private func renumber(_ range: Range<Int>, in font: inout FontWriter, at start: Int) {
        var offset = range.lowerBound + 10
        while let component = Self.component(store.span, offset) {
            font.write(Int(places[Int(component.glyph)]), size: 2, at: start + offset - range.lowerBound + 2)
            if component.isLast { return }
            offset += component.length
        }
    }

    private func writeMetrics(to font: inout FontWriter, at start: Int) {
        program.withBytes { bytes in
            let metrics = bytes.extracting(hmtx)
            for (index, glyph) in order.enumerated() {
                guard glyph != FontSubsetter.blank else { continue }
                let glyph = Int(glyph)
                let advance = Self.word(metrics, 4 * min(glyph, measuredCount - 1))
                let bearing = Self.word(
                    metrics, glyph < measuredCount ? 4 * glyph + 2 : 4 * measuredCount + 2 * (glyph - measuredCount))
                font.write(advance << 16 | bearing, size: 4, at: start + 4 * index)
            }
        }
    }
}
