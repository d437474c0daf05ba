/// Where the objects of a file are: eight bytes each, in blocks that are never moved to make room.
struct ObjectPlaces {
    /// Where an object is.
    enum Place {
        case reserved
        case offset(Int)
        case packed(stream: Int, index: Int)
    }

    private static let perBlock = 8192
    private var blocks: [[UInt64]] = []
    private(set) var count = 0

    /// Adds an object that is written later.
    mutating func reserve() {
        if count % Self.perBlock == 0 {
            // A short document has some hundreds; only a long one has a second block, which it fills.
            var block: [UInt64] = []
            block.reserveCapacity(count == 0 ? 1024 : Self.perBlock)
            blocks.append(block)
        }
        blocks[blocks.count - 1].append(0)
        count += 1
    }

    subscript(number: Int) -> Place {
        get {
            let word = blocks[number / Self.perBlock][number % Self.perBlock]
            switch word >> 62 {
            case 0: return .reserved
            case 1: return .offset(Int(word & 0x3FFF_FFFF_FFFF_FFFF))
            default: return .packed(stream: Int(word & 0x3FFF_FFFF_FFFF_FFFF) >> 16, index: Int(word & 0xFFFF))
            }
        }
        set {
            let word: UInt64 =
                switch newValue {
                case .reserved: 0
                case .offset(let offset): 1 << 62 | UInt64(offset)
                case .packed(let stream, let index): 2 << 62 | UInt64(stream) << 16 | UInt64(index)
                }
            blocks[number / Self.perBlock][number % Self.perBlock] = word
        }
    }

    /// The rows of the cross-reference stream (7.5.8.3); a number that was reserved and never used is free.
    ///
    /// Each row holds the differences to the one above it, as the filter "Up" of PNG wants them (7.4.4.4): objects that
    /// share a stream then differ by 1, and the table compresses to a tenth.
    ///
    /// - Parameters:
    ///   - range: Which objects.
    ///   - offsetSize: How many bytes an offset takes.
    /// - Returns: One row behind the other, each behind the number of its filter.
    func rows(_ range: Range<Int>, offsetSize: Int) -> [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(range.count * (offsetSize + 4))
        var above = range.lowerBound == 0 ? (kind: 0, value: 0, last: 0) : Self.row(self[range.lowerBound - 1])
        for number in range {
            let row = Self.row(self[number])
            rows.append(addingCapacity: offsetSize + 4) { output in
                output.append(2)
                output.append(row.kind &- above.kind)
                for shift in stride(from: 8 * (offsetSize - 1), through: 0, by: -8) {
                    output.append(
                        UInt8(truncatingIfNeeded: row.value >> shift) &- UInt8(truncatingIfNeeded: above.value >> shift)
                    )
                }
                output.append(UInt8(truncatingIfNeeded: row.last >> 8) &- UInt8(truncatingIfNeeded: above.last >> 8))
                output.append(UInt8(truncatingIfNeeded: row.last) &- UInt8(truncatingIfNeeded: above.last))
            }
            above = row
        }
        return rows
    }

    private static func row(_ place: Place) -> (kind: UInt8, value: Int, last: Int) {
        switch place {
        case .reserved: (0, 0, 0xFFFF)
        case .offset(let offset): (1, offset, 0)
        case .packed(let stream, let index): (2, stream, index)
        }
    }
}
