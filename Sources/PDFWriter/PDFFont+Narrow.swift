/// The characters of one-byte codes, the same for all fonts of all documents.
public struct PDFAlphabet: Sendable {
    /// The CMap from codes to text, whole.
    let unicodeMap: [UInt8]

    /// Takes the characters; make it once, because the map is compressed once for each.
    ///
    /// - Parameter scalars: The character of each code from 0, at most 256; 0 for none.
    public init(_ scalars: [UInt32]) { unicodeMap = PDFFont.narrowUnicodeMap(scalars) }
}

extension PDFFont {
    static let narrowCodeMapName = "Pechat-Bytes"

    /// The CMap from one-byte codes to CIDs, which are the same numbers.
    static let narrowCodeMap = CharacterMap.codes("Pechat-Bytes", size: 1) { map in
        map.raw("1 begincidrange\n<00><FF>0\nendcidrange\n")
    }

    /// The CMap from one-byte codes to text, with a range for each run of neighbours (ISO 32000-1, 9.10.3).
    ///
    /// - Parameter scalars: The character of each code; 0 for none.
    /// - Returns: The CMap, whole.
    static func narrowUnicodeMap(_ scalars: [UInt32]) -> [UInt8] {
        var ranges: [(first: Int, last: Int)] = []
        for code in scalars.indices where scalars[code] != 0 {
            if let range = ranges.last, range.last + 1 == code, scalars[code] == scalars[range.last] + 1 {
                ranges[ranges.count - 1].last = code
            } else {
                ranges.append((code, code))
            }
        }
        return CharacterMap.unicode(size: 1) { map in
            for start in stride(from: 0, to: ranges.count, by: 100) {
                let block = ranges[start..<min(start + 100, ranges.count)]
                map.integer(block.count)
                map.raw(" beginbfrange\n")
                for range in block {
                    map.byte(0x3C)
                    map.hexDigits(UInt8(truncatingIfNeeded: range.first))
                    map.raw("><")
                    map.hexDigits(UInt8(truncatingIfNeeded: range.last))
                    map.raw("><")
                    map.hexDigits(UInt16(truncatingIfNeeded: scalars[range.first]))
                    map.raw(">\n")
                }
                map.raw("endbfrange\n")
            }
        }
    }
}
