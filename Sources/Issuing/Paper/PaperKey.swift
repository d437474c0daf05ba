import InvoiceModel
import Typography

/// Text in a form in which paper and XML can be compared: where lines end, how letters are cased and which of several
/// like-looking characters stands there does not count.
enum PaperKey {
    /// Small letters in NFC without any blanks; ligatures are their letters, all hyphens are one.
    static func of(_ text: String) -> [UInt8] {
        var key: [UInt8] = []
        let bytes = Array(text.utf8)
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        let composed = isASCII ? text : String(decoding: Normalization.composed(bytes.span), as: UTF8.self)
        for scalar in composed.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: key.append(UInt8(scalar.value + 0x20))
            case 0x21...0x7E: key.append(UInt8(scalar.value))
            case ..<0x80, 0xA0, 0xAD, 0x200B...0x200F, 0x2060, 0xFEFF: continue
            case 0x2010...0x2015, 0x2212: key.append(0x2D)
            case 0xFB00...0xFB04: key += Array(["ff", "fi", "fl", "ffi", "ffl"][Int(scalar.value) - 0xFB00].utf8)
            default:
                if scalar.properties.isWhitespace { continue }
                key += Array(scalar.properties.lowercaseMapping.utf8)
            }
        }
        return key
    }

    /// The key of an identifier: Latin capitals and digits without blanks, points and hyphens.
    static func ofIdentifier(_ text: String) -> [UInt8] {
        of(Identifiers.latin(text)).filter { $0 != 0x2D && $0 != 0x2E }
    }
}

extension [UInt8] {
    /// Whether a key occurs.
    func holds(_ key: [UInt8]) -> Bool { place(of: key, isWhole: false) != nil }

    /// Whether an identifier occurs on its own: what stands before and behind it is no further digit or letter of it.
    func holdsWhole(_ key: [UInt8]) -> Bool { place(of: key, isWhole: true) != nil }

    /// Where a key occurs first; the work grows with the sum of both lengths, whatever the bytes are.
    ///
    /// Source: Knuth, Morris, Pratt, Fast Pattern Matching in Strings, 1977.
    private func place(of key: [UInt8], isWhole: Bool) -> Int? {
        guard let first = key.first, let last = key.last, key.count <= count, contains(first) else { return nil }
        var borders = [Int](repeating: 0, count: key.count)
        var length = 0
        for index in 1..<Swift.max(key.count, 1) {
            while length > 0, key[index] != key[length] { length = borders[length - 1] }
            if key[index] == key[length] { length += 1 }
            borders[index] = length
        }
        length = 0
        for index in indices {
            while length > 0, self[index] != key[length] { length = borders[length - 1] }
            if self[index] == key[length] { length += 1 }
            guard length == key.count else { continue }
            let (start, end) = (index + 1 - length, index + 1)
            if !isWhole
                || !(start > 0 && Self.joins(self[start - 1], first))
                    && !(end < count && Self.joins(last, self[end]))
            {
                return start
            }
            length = borders[length - 1]
        }
        return nil
    }

    /// Whether two neighbours would be parts of one number or of one word.
    private static func joins(_ left: UInt8, _ right: UInt8) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }
        return isDigit(left) && isDigit(right)
    }
}
