import CText

/// The embedding levels of a text by the Unicode bidirectional algorithm: even runs left to right, odd right to left.
///
/// Source: UAX #9, through FriBidi. The first strong letter of a paragraph decides its direction (P2, P3). Lines are
/// ordered by those who break them; see `BidiLevels.visualOrder`.
struct BidiLevels {
    /// The level of each byte.
    private let levels: [UInt8]

    /// A paragraph with more characters is set from left to right: nobody writes one, and FriBidi's time may grow with
    /// the square of what is nested.
    private static let paragraphLimit = 20_000

    /// Finds the levels; nil when all of the text runs from left to right, which most texts tell at a glance.
    ///
    /// - Parameter text: Valid UTF-8.
    init?(_ text: Span<UInt8>) {
        guard Self.mayTurn(text) else { return nil }
        let bytes = unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
        var levels = [UInt8](repeating: 0, count: bytes.count)
        var paragraph: [FriBidiChar] = []
        var starts: [Int] = []
        var offset = 0
        var isTurned = false
        func close() {
            defer {
                paragraph.removeAll(keepingCapacity: true)
                starts.removeAll(keepingCapacity: true)
            }
            guard paragraph.count <= Self.paragraphLimit, let found = Self.levels(of: paragraph) else { return }
            for (index, level) in found.enumerated() where level > 0 {
                isTurned = true
                let end = index + 1 < starts.count ? starts[index + 1] : offset
                for byte in starts[index]..<end { levels[byte] = level }
            }
        }
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            starts.append(offset)
            paragraph.append(scalar.value)
            offset += scalar.utf8.count
            if Self.endsParagraph(scalar) { close() }
        }
        close()
        guard isTurned, offset == bytes.count else { return nil }
        self.levels = levels
    }

    /// Whether a text holds a letter of a right-to-left script or a control that turns text.
    ///
    /// Those scripts are U+0590...U+08FF, U+FB1D...U+FDFF, U+FE70...U+FEFF, U+10800...U+10FFF and U+1E800...U+1EFFF;
    /// the controls U+200F, U+202A...U+202E and U+2066...U+2069.
    static func mayTurn(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where text[index] >= 0xD6 {
            let next = index + 1 < text.count ? text[index + 1] : 0
            let third = index + 2 < text.count ? text[index + 2] : 0
            switch text[index] {
            case 0xD6: if next >= 0x90 { return true }
            case 0xD7...0xDF: return true
            case 0xE0: if next < 0xA4 { return true }
            case 0xE2:
                if next == 0x80 && (third == 0x8F || third >= 0xAA && third <= 0xAE) { return true }
                if next == 0x81 && third >= 0xA6 && third <= 0xA9 { return true }
            case 0xEF: if next >= 0xAC { return true }
            case 0xF0: if next == 0x90 && third >= 0xA0 || next == 0x9E && third >= 0xA0 { return true }
            default: break
            }
        }
        return false
    }

    /// Bidi class B.
    private static func endsParagraph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x1C...0x1E, 0x85, 0x2029: true
        default: false
        }
    }

    /// The level of each character of one paragraph; nil when memory ran out.
    static func levels(of paragraph: [FriBidiChar]) -> [UInt8]? {
        guard !paragraph.isEmpty, let count = CInt(exactly: paragraph.count) else { return nil }
        var types = [FriBidiCharType](repeating: FRIBIDI_TYPE_LTR, count: paragraph.count)
        var brackets = [FriBidiBracketType](repeating: 0, count: paragraph.count)
        var levels = [FriBidiLevel](repeating: 0, count: paragraph.count)
        var base = FRIBIDI_PAR_WLTR
        unsafe fribidi_get_bidi_types(paragraph, count, &types)
        unsafe fribidi_get_bracket_types(paragraph, count, types, &brackets)
        guard unsafe fribidi_get_par_embedding_levels_ex(types, brackets, count, &base, &levels) > 0 else { return nil }
        return levels.map { UInt8(clamping: Int($0)) }
    }

    /// Cuts a stretch where the level changes; in turned text blanks stand alone, because those at the end of a line
    /// do not turn with it (L1).
    func parts(of range: Range<Int>, in text: Span<UInt8>) -> [(range: Range<Int>, level: UInt8)] {
        var parts: [(range: Range<Int>, level: UInt8)] = []
        var start = range.lowerBound
        for index in range.dropFirst() {
            let isBorder =
                levels[index] != levels[index - 1]
                || levels[index] > 0 && (text[index] == 0x20) != (text[index - 1] == 0x20)
            guard isBorder else { continue }
            parts.append((start..<index, levels[start]))
            start = index
        }
        parts.append((start..<range.upperBound, levels[start]))
        return parts
    }
}

/// The order of words on a line.
public enum VisualOrder: Sendable {
    /// Orders the words of one line from left to right, in a paragraph that runs from left to right.
    ///
    /// Source: UAX #9, L1 and L2.
    ///
    /// - Parameters:
    ///   - levels: The level of each word, in the order in which they are read.
    ///   - isBlank: Whether a word is only blanks.
    /// - Returns: The indices of the words in the order in which they stand.
    public static func indices(levels: [UInt8], isBlank: (Int) -> Bool) -> [Int] {
        var levels = levels
        var last = levels.count
        while last > 0, isBlank(last - 1) {
            last -= 1
            levels[last] = 0
        }
        var order = Array(levels.indices)
        guard let highest = levels.max(), let lowest = levels.filter({ $0 % 2 == 1 }).min() else { return order }
        for level in stride(from: highest, through: lowest, by: -1) {
            var start = 0
            while start < order.count {
                guard levels[order[start]] >= level else {
                    start += 1
                    continue
                }
                var end = start
                while end < order.count, levels[order[end]] >= level { end += 1 }
                order[start..<end].reverse()
                start = end
            }
        }
        return order
    }
}
