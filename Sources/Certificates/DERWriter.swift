/// ASN.1 values as DER bytes, built from the inside out.
///
/// Source: ITU-T X.690 §10.
enum DERWriter {
    /// A value with its identifier octet and length.
    static func value(_ tag: UInt8, _ content: some Collection<UInt8>) -> [UInt8] {
        var bytes = [tag]
        if content.count < 0x80 {
            bytes.append(UInt8(content.count))
        } else {
            let length = (0..<8).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) }
                .drop { $0 == 0 }
            bytes.append(0x80 | UInt8(length.count))
            bytes += length
        }
        return bytes + content
    }

    /// A sequence of values.
    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(DERTag.sequence, parts.flatMap(\.self)) }

    /// A number that is not negative, from big-endian bytes.
    static func unsigned(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var number = Array(bytes.drop { $0 == 0 })
        if (number.first ?? 0x80) >= 0x80 { number.insert(0, at: 0) }
        return value(DERTag.integer, number)
    }

    /// An object identifier from its dotted form; nil where that is none.
    static func objectIdentifier(_ dotted: String) -> [UInt8]? {
        let arcs = dotted.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard arcs.count >= 2, arcs.count <= 32, let first = arcs[0], let second = arcs[1], (0...2).contains(first),
            second >= 0, first == 2 || second < 40, second < 1 << 48
        else { return nil }
        var content: [UInt8] = []
        for arc in [first * 40 + second] + arcs[2...].map({ $0 ?? -1 }) {
            guard arc >= 0, arc < 1 << 56 else { return nil }
            var groups = [UInt8(arc & 0x7F)]
            var rest = arc >> 7
            while rest > 0 {
                groups.append(0x80 | UInt8(rest & 0x7F))
                rest >>= 7
            }
            content += groups.reversed()
        }
        return value(DERTag.objectIdentifier, content)
    }

    /// An `AlgorithmIdentifier` of a digest, with the NULL that most programs expect.
    ///
    /// Source: RFC 5754 §2: parsers accept both forms.
    static func algorithm(_ digest: DigestAlgorithm) -> [UInt8] {
        sequence(objectIdentifier(digest.objectIdentifier) ?? [], value(DERTag.null, []))
    }
}
