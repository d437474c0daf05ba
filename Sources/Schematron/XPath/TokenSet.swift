/// The words of a literal such as `' EUR MKD RSD '`, to find one without reading them all.
///
/// Code lists are tested by `contains(' A B C ', concat(' ', x, ' '))`, once for each amount and line; the longest have
/// two thousand words.
struct TokenSet: Sendable {
    private var slots: [(start: UInt32, end: UInt32)]
    private let bytes: [UInt8]

    /// - Returns: Nil unless the literal begins and ends with a space and has no other white space.
    init?(_ literal: [UInt8]) {
        guard literal.count > 2, literal.first == 32, literal.last == 32 else { return nil }
        bytes = literal
        var words: [(start: UInt32, end: UInt32)] = []
        var start = 1
        for index in 1..<literal.count where literal[index] == 32 {
            if index > start { words.append((UInt32(start), UInt32(index))) }
            start = index + 1
        }
        var size = 16
        while size < words.count * 2 { size *= 2 }
        slots = .init(repeating: (0, 0), count: size)
        for word in words {
            var place = Self.hash(bytes.span.extracting(Int(word.start)..<Int(word.end))) & (size - 1)
            while slots[place].end != 0 { place = (place + 1) & (size - 1) }
            slots[place] = word
        }
    }

    private static func hash(_ word: Span<UInt8>) -> Int {
        var hash: UInt32 = 2_166_136_261
        for index in word.indices { hash = (hash ^ UInt32(word[index])) &* 16_777_619 }
        return Int(hash ^ hash >> 15)
    }

    /// Whether the word, which has no space in it and is not empty, is one of the set.
    func contains(_ word: Span<UInt8>) -> Bool {
        var place = Self.hash(word) & (slots.count - 1)
        while slots[place].end != 0 {
            let slot = slots[place]
            if Int(slot.end - slot.start) == word.count {
                var index = 0
                while index < word.count, bytes[Int(slot.start) + index] == word[index] { index += 1 }
                if index == word.count { return true }
            }
            place = (place + 1) & (slots.count - 1)
        }
        return false
    }
}
