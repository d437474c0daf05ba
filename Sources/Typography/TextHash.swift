/// The hash of a text in a font, and what decides where hashes are equal.
enum TextHash {
    /// Whether two texts have the same bytes.
    static func isEqual(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }

    /// The hash of a text; eight bytes at a time, never 0.
    static func of(_ text: Span<UInt8>, font: UInt64) -> UInt64 {
        var hash = font &* 0x9E37_79B9_7F4A_7C15
        let bytes = unsafe text.bytes
        let whole = text.count & ~7
        var start = 0
        while start < whole {
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)  // inside of the text
            hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
            start += 8
        }
        var word: UInt64 = 0
        for index in whole..<text.count { word = word << 8 | UInt64(text[index]) }
        hash = (hash ^ word ^ UInt64(text.count) << 56) &* 0x94D0_49BB_1331_11EB
        return (hash ^ hash >> 32) | 1  // never 0, which marks an empty slot
    }
}
