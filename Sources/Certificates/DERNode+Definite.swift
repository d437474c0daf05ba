extension DERNode {
    /// BER bytes with open lengths written anew with lengths that are given; what is behind the value stays.
    ///
    /// Source: ITU-T X.690 §8.1.3.6.
    ///
    /// - Returns: The bytes; nil where they are no BER, or lie too deep in each other.
    static func definite(_ bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        guard let value = definite(&rest, depth: 0) else { return nil }
        return value + rest
    }

    private static func definite(_ rest: inout ArraySlice<UInt8>, depth: Int) -> [UInt8]? {
        guard depth < 32, rest.count >= 2, let tag = rest.first, tag & 0x1F != 0x1F else { return nil }
        let first = rest[rest.startIndex + 1]
        guard first == 0x80 else {
            // A value of known length stays as it is unless something in it is open.
            guard let header = header(of: rest) else { return nil }
            let whole = rest[rest.startIndex..<header.end]
            var content = rest[header.start..<header.end]
            rest = rest[header.end...]
            guard tag & 0x20 != 0 else { return DERWriter.value(tag, content) }
            var inner: [UInt8] = []
            while !content.isEmpty {
                guard let value = definite(&content, depth: depth + 1) else { return Array(whole) }
                inner += value
            }
            return DERWriter.value(tag, inner)
        }
        guard tag & 0x20 != 0 else { return nil }
        rest = rest.dropFirst(2)
        var inner: [UInt8] = []
        while !rest.starts(with: [0, 0]) {
            guard let value = definite(&rest, depth: depth + 1) else { return nil }
            inner += value
        }
        rest = rest.dropFirst(2)
        return DERWriter.value(tag, inner)
    }

    /// Where the content of a value with a given length begins and ends.
    private static func header(of bytes: ArraySlice<UInt8>) -> (start: Int, end: Int)? {
        let first = bytes[bytes.startIndex + 1]
        var start = bytes.startIndex + 2
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), bytes.endIndex - start >= count else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard length <= bytes.endIndex - start else { return nil }
        return (start, start + length)
    }
}
