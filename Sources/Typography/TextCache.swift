/// Something that was made from a text.
protocol MadeFromText: AnyObject {
    /// The text in UTF-8.
    var text: [UInt8] { get }
}

extension ShapedText: MadeFromText {}

/// Shaped texts by font and text, bounded: when one half is full it becomes the old half, and words that are asked
/// for again move over, so that what an invoice repeats stays and what was seen once goes.
struct TextCache<Made: MadeFromText> {
    private struct Slot {
        var font: UInt64
        var made: Made
    }

    /// Open addressing; the size is a power of two, at most half of it in use.
    private struct Half {
        /// The hash of each slot, 0 where it is empty: most of a search looks only here.
        var hashes: [UInt64]
        var slots: [Slot?]
        var count = 0

        init(capacity: Int) {
            hashes = Array(repeating: 0, count: capacity)
            slots = Array(repeating: nil, count: capacity)
        }

        func find(_ hash: UInt64, _ font: UInt64, _ text: Span<UInt8>) -> Made? {
            let mask = hashes.count - 1
            var index = Int(truncatingIfNeeded: hash >> 1) & mask
            while hashes[index] != 0 {
                if hashes[index] == hash, let slot = slots[index], slot.font == font,
                    TextCache.equal(slot.made.text, text)
                {
                    return slot.made
                }
                index = (index + 1) & mask
            }
            return nil
        }

        mutating func insert(_ hash: UInt64, _ slot: Slot) {
            let mask = hashes.count - 1
            var index = Int(truncatingIfNeeded: hash >> 1) & mask
            while hashes[index] != 0 { index = (index + 1) & mask }
            hashes[index] = hash
            slots[index] = slot
            count += 1
        }
    }

    private let limit: Int
    private var young: Half
    private var old: Half?

    /// - Parameter limit: How many texts a half holds.
    init(limit: Int) {
        self.limit = max(limit, 1)
        young = Half(capacity: 64)
    }

    mutating func find(_ hash: UInt64, _ font: UInt64, _ text: Span<UInt8>) -> Made? {
        if let found = young.find(hash, font, text) { return found }
        guard let found = old?.find(hash, font, text) else { return nil }
        insert(hash, font, found)
        return found
    }

    /// Keeps a text that `find` did not find.
    mutating func insert(_ hash: UInt64, _ font: UInt64, _ made: Made) {
        if young.count >= limit {
            old = young
            young = Half(capacity: young.slots.count)
        } else if 2 * young.count >= young.slots.count {
            var larger = Half(capacity: 2 * young.slots.count)
            for (hash, slot) in zip(young.hashes, young.slots) {
                if let slot { larger.insert(hash, slot) }
            }
            young = larger
        }
        young.insert(hash, Slot(font: font, made: made))
    }

    private static func equal(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left[index] != right[index] { return false }
        return true
    }
}

/// The hash of a text in a font.
enum TextHash {
    static func of(_ text: Span<UInt8>, font: UInt64) -> UInt64 {
        var hash = font &* 0x9E37_79B9_7F4A_7C15
        var word: UInt64 = 0
        for index in 0..<text.count {
            word = word << 8 | UInt64(text[index])
            if index & 7 == 7 {
                hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
                hash ^= hash >> 29
                word = 0
            }
        }
        hash = (hash ^ word ^ UInt64(text.count) << 56) &* 0x94D0_49BB_1331_11EB
        return (hash ^ hash >> 32) | 1  // never 0, which marks an empty slot
    }
}
