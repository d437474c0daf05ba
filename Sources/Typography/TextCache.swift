/// Something that was made from a text.
protocol MadeFromText: AnyObject {
    /// The text in UTF-8.
    var text: [UInt8] { get }
}

extension ShapedText: MadeFromText {}

/// Shaped texts by font and text, bounded: when one half is full it becomes the old half, and words that are asked
/// for again move over, so that what an invoice repeats stays and what was seen once goes.
///
/// The type itself asks nothing of what it holds: the runtime would look through all conformances of the program.
struct TextCache<Made: AnyObject> {
    /// The hash stands beside what it leads to, so that a search mostly touches one place of the table.
    fileprivate struct Slot {
        /// 0 where the slot is empty.
        var hash: UInt64
        var font: UInt64
        var made: Made?
    }

    /// Open addressing; the size is a power of two, at most half of it in use.
    fileprivate struct Half {
        var slots: [Slot]
        var count = 0

        init(capacity: Int) { slots = Array(repeating: Slot(hash: 0, font: 0, made: nil), count: capacity) }

        mutating func insert(_ slot: Slot) {
            let mask = slots.count - 1
            var index = Int(truncatingIfNeeded: slot.hash >> 1) & mask
            while slots[index].hash != 0 { index = (index + 1) & mask }
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

    mutating func find(_ hash: UInt64, _ font: UInt64, _ text: Span<UInt8>) -> Made? where Made: MadeFromText {
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
            for slot in young.slots where slot.hash != 0 { larger.insert(slot) }
            young = larger
        }
        young.insert(Slot(hash: hash, font: font, made: made))
    }
}

extension TextCache.Half where Made: MadeFromText {
    fileprivate func find(_ hash: UInt64, _ font: UInt64, _ text: Span<UInt8>) -> Made? {
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: hash >> 1) & mask
        while slots[index].hash != 0 {
            if slots[index].hash == hash, slots[index].font == font, let made = slots[index].made,
                TextHash.isEqual(made.text, text)
            {
                return made
            }
            index = (index + 1) & mask
        }
        return nil
    }
}
