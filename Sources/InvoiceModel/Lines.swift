/// The lines of a document (BG-25): few as they are, many packed into a third of the room.
///
/// It is a collection like any other. A packed line is put together anew each time it is taken out, and the first change
/// unpacks all of them.
public struct Lines: Sendable {
    /// From so many lines on a document's lines are packed.
    public static let packingCount = 2000

    private var plain: [Line]
    private var packed: PackedLines?

    /// Takes lines as they are.
    public init(_ lines: [Line]) { plain = lines }

    /// Starts without a line.
    ///
    /// - Parameter expected: How many will be appended; many are packed as they come.
    public init(expected: Int) {
        plain = []
        if expected >= Self.packingCount {
            packed = PackedLines()
        } else {
            plain.reserveCapacity(expected)
        }
    }

    /// Whether the lines are packed.
    public var isPacked: Bool { packed != nil }

    /// Every line; of packed ones all are put together.
    public var array: [Line] { packed.map { packed in (0..<packed.count).map { packed[$0] } } ?? plain }

    /// The VAT categories that occur.
    public var categories: Set<VATCategory> {
        if let packed { return Set(packed.treatments.map(\.category)) }
        return Set(plain.indices.map { plain[$0].vat.category })
    }

    /// The id of a line (BT-126), without putting the line together.
    func id(_ position: Int) -> String { packed?.id(position) ?? plain[position].id }

    private mutating func unpack() {
        guard packed != nil else { return }
        plain = array
        packed = nil
    }
}

extension Lines: RandomAccessCollection, MutableCollection, RangeReplaceableCollection, ExpressibleByArrayLiteral {
    /// Starts without a line.
    public init() { plain = [] }

    /// Takes lines as they are.
    public init(arrayLiteral elements: Line...) { plain = elements }

    /// 0.
    public var startIndex: Int { 0 }
    /// How many lines there are.
    public var endIndex: Int { packed?.count ?? plain.count }

    /// The line at a place from 0.
    public subscript(position: Int) -> Line {
        get { packed?[position] ?? plain[position] }
        set {
            unpack()
            plain[position] = newValue
        }
    }

    /// Adds a line at the end.
    public mutating func append(_ line: Line) {
        if packed != nil { packed?.append(line) } else { plain.append(line) }
    }

    /// Puts lines in place of others.
    public mutating func replaceSubrange(_ range: Range<Int>, with lines: some Collection<Line>) {
        unpack()
        plain.replaceSubrange(range, with: lines)
    }
}

extension Lines: Hashable {
    /// Two lists are equal when their lines are, packed or not.
    public static func == (left: Lines, right: Lines) -> Bool {
        left.packed == nil && right.packed == nil ? left.plain == right.plain : left.elementsEqual(right)
    }

    /// Hashes every line.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for line in self { hasher.combine(line) }
    }
}

extension Lines {
    /// Reads lines one after the other, property by property.
    ///
    /// To take a line out of its list copies references to all its texts; to read `lines[index].price` copies the price.
    public struct Cursor: Sendable {
        /// All lines, or of packed ones that which was asked for last.
        public private(set) var lines: [Line]
        private let packed: PackedLines?

        /// Starts before the first line.
        public init(_ lines: Lines) {
            self.lines = lines.plain
            packed = lines.packed
        }

        /// Where in `lines` the line with a number is.
        ///
        /// - Parameter position: The place in the document from 0.
        /// - Returns: An index that is good until the next call.
        public mutating func index(of position: Int) -> Int {
            guard let packed else { return position }
            if lines.isEmpty { lines.append(packed[position]) } else { lines[0] = packed[position] }
            return 0
        }
    }
}
