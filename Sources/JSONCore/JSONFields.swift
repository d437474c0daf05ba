/// The keys that an object may have, numbered by their place in the list.
public struct JSONKeyTable: Sendable {
    /// The most keys of one table.
    public static let maximumCount = 32
    /// The keys in order.
    public let names: [String]
    private let bytes: [[UInt8]]

    /// Numbers the keys; at most `maximumCount`.
    public init(_ names: [String]) {
        precondition(names.count <= Self.maximumCount, "one table has at most 32 keys")
        self.names = names
        bytes = names.map { Array($0.utf8) }
    }

    /// The number of a key, looked for from `start` on and then from the beginning: documents keep an order mostly.
    func position(of key: Span<UInt8>, from start: Int) -> Int? {
        var candidate = start
        for _ in 0..<bytes.count {
            if candidate >= bytes.count { candidate = 0 }
            if Self.equal(bytes[candidate], key) { return candidate }
            candidate += 1
        }
        return nil
    }

    private static func equal(_ name: [UInt8], _ key: Span<UInt8>) -> Bool {
        guard name.count == key.count else { return false }
        for index in 0..<name.count where name[index] != key[index] { return false }
        return true
    }

    /// The key that is nearest to a misspelt one: at most two letters wrong, missing, surplus or swapped.
    public func nearest(to key: String) -> String? {
        guard key.utf8.count <= 64 else { return nil }
        let wanted = Array(key.utf8).map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        var best: (name: String, distance: Int)?
        for (index, name) in bytes.enumerated() {
            let distance = Self.distance(wanted, name.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 })
            if distance <= min(2, max(1, name.count / 2)), distance < (best?.distance ?? .max) {
                best = (names[index], distance)
            }
        }
        return best?.name
    }

    /// Insertions, deletions, substitutions and swaps of neighbours that lead from one word to the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var twoBefore: [Int] = []
        var before = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(before[column + 1] + 1, current[column] + 1)
                cost = min(cost, before[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, twoBefore[column - 1] + 1)
                }
                current.append(cost)
            }
            twoBefore = before
            before = current
        }
        return before[right.count]
    }
}

/// An object whose members are found by the numbers of their keys, after one pass over it.
public struct JSONFields: Sendable {
    /// The object.
    public let object: JSONValue
    /// The members whose key is not in the table.
    public private(set) var unknown: [JSONValue.Member] = []
    /// Tape indexes by key number; 0 means absent, because the tape's first node is never a member.
    private var slots = InlineArray<32, UInt32>(repeating: 0)

    /// Sorts the members of an object by a table; another kind of value has none.
    public init(_ object: JSONValue, _ table: JSONKeyTable) {
        let object = object.unfolded
        self.object = object
        let document = object.document
        let bytes = document.bytes
        guard object.node.kind == .object else { return }
        var key = object.index + 1
        let end = Int(object.node.next)
        var expected = 0
        while key < end {
            let node = document.nodes[key]
            let position: Int?
            if node.isEscaped {
                let text = document.text(of: node)
                position = table.position(of: text.span, from: expected)
            } else {
                position = table.position(
                    of: bytes.span.extracting((Int(node.start) + 1)..<(Int(node.end) - 1)), from: expected)
            }
            if let position {
                slots[position] = UInt32(key + 1)
                expected = position + 1
            } else {
                unknown.append(
                    JSONValue.Member(
                        key: JSONValue(document: document, index: key),
                        value: JSONValue(document: document, index: key + 1)))
            }
            key = Int(document.nodes[key + 1].next)
        }
    }

    /// The value of the key with this number; nil where the object does not have it.
    public subscript(_ position: Int) -> JSONValue? {
        let index = slots[position]
        return index == 0 ? nil : JSONValue(document: object.document, index: Int(index))
    }
}
