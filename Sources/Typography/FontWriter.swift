/// A TrueType file that is being written: big-endian numbers, tables and their checksums.
struct FontWriter {
    /// What there is so far.
    private(set) var bytes: [UInt8]

    /// Starts a file of zeros, a multiple of four bytes long.
    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    /// Writes the low `size` bytes of a number.
    mutating func write(_ value: Int, size: Int, at offset: Int) {
        for index in 0..<size {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - index)))
        }
    }

    /// Writes four bytes.
    mutating func write(_ value: UInt32, at offset: Int) { write(Int(value), size: 4, at: offset) }

    /// Copies bytes to a place.
    mutating func copy(_ source: Span<UInt8>, to offset: Int) {
        precondition(offset >= 0 && source.count <= bytes.count - offset, "a table beyond the font")
        unsafe source.withUnsafeBytes { source in
            unsafe bytes.withUnsafeMutableBytes { target in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + source.count])
                    .copyMemory(from: source)
            }
        }
    }

    /// The sum of the big-endian 32-bit numbers in a range; both its ends are multiples of four.
    func sum(_ range: Range<Int>) -> UInt32 {
        unsafe bytes.span.extracting(range).withUnsafeBytes { raw in
            var sum: UInt32 = 0
            for offset in stride(from: 0, to: raw.count & ~3, by: 4) {
                sum &+= UInt32(bigEndian: unsafe raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            return sum
        }
    }

    /// Writes the head of the file and the table directory, for tables in the order of their tags.
    ///
    /// Source: OpenType 1.9, "Organization of an OpenType Font".
    mutating func writeDirectory(_ tags: [StaticString], starts: [Int], sizes: [Int]) {
        write(0x0001_0000, at: 0)
        write(tags.count, size: 2, at: 4)
        var power = 1
        var exponent = 0
        while 2 * power <= tags.count {
            power *= 2
            exponent += 1
        }
        write(16 * power, size: 2, at: 6)
        write(exponent, size: 2, at: 8)
        write(16 * (tags.count - power), size: 2, at: 10)
        for (index, tag) in tags.enumerated() {
            let record = 12 + 16 * index
            tag.withUTF8Buffer { name in
                for position in 0..<min(name.count, 4) { bytes[record + position] = unsafe name[position] }
            }
            write(sum(starts[index]..<(starts[index] + sizes[index] + 3) & ~3), at: record + 4)
            write(starts[index], size: 4, at: record + 8)
            write(sizes[index], size: 4, at: record + 12)
        }
    }
}
