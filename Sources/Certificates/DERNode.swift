/// The identifier octets of ASN.1 values that are met here.
///
/// Source: ITU-T X.690 §8.1.2.
enum DERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let null: UInt8 = 0x05
    static let objectIdentifier: UInt8 = 0x06
    static let enumerated: UInt8 = 0x0A
    static let utf8String: UInt8 = 0x0C
    static let printableString: UInt8 = 0x13
    static let ia5String: UInt8 = 0x16
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31

    /// A context-specific tag such as `[0]`; constructed unless it wraps bare bytes.
    static func context(_ number: UInt8, constructed: Bool = true) -> UInt8 {
        0x80 | (constructed ? 0x20 : 0) | number
    }
}

/// One value of DER bytes, which are read where they lie: nothing is copied and nothing is decoded ahead of need.
///
/// Lengths are definite and minimal, tag numbers below 31: what X.509, CMS and their kin use. Source: ITU-T X.690 §10.
struct DERNode {
    /// The identifier octet.
    let tag: UInt8
    /// Identifier, length and content.
    let bytes: ArraySlice<UInt8>
    /// The content alone.
    let content: ArraySlice<UInt8>

    /// Reads one value that fills all of the bytes.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let node = DERNode(startOf: bytes), node.bytes.endIndex == bytes.endIndex else { return nil }
        self = node
    }

    /// Reads the value with which the bytes begin.
    init?(startOf bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 2, bytes[bytes.startIndex] & 0x1F != 0x1F else { return nil }
        let first = bytes[bytes.startIndex + 1]
        var length = Int(first)
        var start = bytes.startIndex + 2
        if first & 0x80 != 0 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), bytes.endIndex - start >= count, bytes[start] != 0 else { return nil }
            length = bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
            guard length >= 0x80 else { return nil }
            start += count
        }
        guard length <= bytes.endIndex - start else { return nil }
        tag = bytes[bytes.startIndex]
        self.bytes = bytes[bytes.startIndex..<start + length]
        content = bytes[start..<start + length]
    }

    /// The values inside; nil where the content is not a row of values.
    var children: [DERNode]? {
        guard tag & 0x20 != 0 else { return nil }
        var found: [DERNode] = []
        var rest = content
        while !rest.isEmpty {
            guard let node = DERNode(startOf: rest) else { return nil }
            found.append(node)
            rest = rest[node.bytes.endIndex...]
        }
        return found
    }

    /// The one value inside, as explicit tags have it.
    var only: DERNode? {
        guard tag & 0x20 != 0 else { return nil }
        return DERNode(content)
    }

    /// A number that is not negative, without leading zeros; nil for anything else.
    var unsigned: ArraySlice<UInt8>? {
        guard tag == DERTag.integer || tag == DERTag.enumerated, let first = content.first, first < 0x80 else {
            return nil
        }
        if first == 0, content.count > 1 {
            guard content[content.startIndex + 1] >= 0x80 else { return nil }
            return content.dropFirst()
        }
        return content
    }

    /// A number that fits an `Int` and is not negative.
    var integer: Int? {
        guard let unsigned, unsigned.count <= 7 else { return nil }
        return unsigned.reduce(0) { $0 << 8 | Int($1) }
    }

    /// A truth value.
    var boolean: Bool? {
        guard tag == DERTag.boolean, content.count == 1, let byte = content.first else { return nil }
        return byte != 0
    }

    /// An object identifier in dotted form; nil where one of its numbers needs more than 56 bits.
    var objectIdentifier: String? {
        guard tag == DERTag.objectIdentifier, content.count <= 64, let last = content.last, last < 0x80 else {
            return nil
        }
        var arcs: [Int] = []
        var value = 0
        for byte in content {
            guard value < 1 << 49 else { return nil }
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 {
                if arcs.isEmpty {
                    let root = min(value / 40, 2)
                    arcs = [root, value - root * 40]
                } else {
                    arcs.append(value)
                }
                value = 0
            }
        }
        return arcs.map(String.init).joined(separator: ".")
    }

    /// Text in UTF-8 or ASCII; nil for other kinds of text.
    var text: String? {
        guard [DERTag.utf8String, DERTag.printableString, DERTag.ia5String].contains(tag) else { return nil }
        return String(validating: content, as: UTF8.self)
    }

    /// The flags of a bit string by number: bit 0 is the first; nil where there are more than 64.
    var flags: UInt64? {
        guard tag == DERTag.bitString, let unused = content.first, unused < 8, content.count <= 9 else { return nil }
        var flags: UInt64 = 0
        for (index, byte) in content.dropFirst().enumerated() {
            for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 { flags |= 1 << UInt64(index * 8 + bit) }
        }
        return flags
    }

    /// A moment in UTC; fractions of a second are dropped.
    ///
    /// Source: RFC 5280 §4.1.2.5, RFC 3161 §2.4.2.
    var time: Timestamp? {
        var digits = Array(content)
        guard digits.last == UInt8(ascii: "Z") else { return nil }
        digits.removeLast()
        if tag == DERTag.generalizedTime, let point = digits.firstIndex(of: UInt8(ascii: ".")) {
            guard digits[(point + 1)...].allSatisfy({ (0x30...0x39).contains($0) }), point + 1 < digits.count else {
                return nil
            }
            digits.removeSubrange(point...)
        }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let parts = digits.map { Int($0 - 0x30) }
        func pair(_ index: Int) -> Int { parts[index] * 10 + parts[index + 1] }
        let year: Int
        switch (tag, parts.count) {
        case (DERTag.utcTime, 12): year = pair(0) + (pair(0) < 50 ? 2000 : 1900)
        case (DERTag.generalizedTime, 14): year = pair(0) * 100 + pair(2)
        default: return nil
        }
        let rest = parts.count - 10
        return Timestamp.seconds(
            year: year, month: pair(rest), day: pair(rest + 2), hour: pair(rest + 4), minute: pair(rest + 6),
            second: pair(rest + 8)
        ).map(Timestamp.init(secondsSince1970:))
    }
}
