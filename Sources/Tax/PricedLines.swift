import InvoiceModel

/// The lines of a priced document: as they are, or of a long document packed, beside their sums.
///
/// A collection like any other; a packed line is put together anew each time it is taken out.
public struct PricedLines: Sendable {
    private var plain: [PricedLine]
    private var packed: PackedPrices?

    /// Takes lines as they are.
    public init(_ lines: [PricedLine]) { plain = lines }

    /// Starts without a line; the lines that will be appended are these, priced.
    init(of lines: Lines) {
        plain = []
        if lines.isPacked { packed = PackedPrices(of: lines) } else { plain.reserveCapacity(lines.count) }
    }

    /// Whether the lines are packed.
    public var isPacked: Bool { packed != nil }

    /// BT-131 of a line, without putting the line together.
    func net(_ position: Int) -> Money { packed?.nets[position] ?? plain[position].net }

    mutating func append(_ line: PricedLine) {
        if packed != nil { packed?.append(line) } else { plain.append(line) }
    }
}

extension PricedLines: RandomAccessCollection, ExpressibleByArrayLiteral {
    /// Takes lines as they are.
    public init(arrayLiteral elements: PricedLine...) { plain = elements }

    /// 0.
    public var startIndex: Int { 0 }
    /// How many lines there are.
    public var endIndex: Int { packed?.nets.count ?? plain.count }

    /// The line at a place from 0.
    public subscript(position: Int) -> PricedLine { packed?[position] ?? plain[position] }
}

extension PricedLines: Hashable {
    /// Two lists are equal when their lines are, packed or not.
    public static func == (left: PricedLines, right: PricedLines) -> Bool {
        left.packed == nil && right.packed == nil ? left.plain == right.plain : left.elementsEqual(right)
    }

    /// Hashes every line.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        for line in self { hasher.combine(line) }
    }
}

extension PricedLines {
    /// Reads lines one after the other, property by property, as `Lines.Cursor`.
    public struct Cursor: Sendable {
        /// All lines, or of packed ones that which was asked for last.
        public private(set) var lines: [PricedLine]
        private let packed: PackedPrices?
        private var current = -1

        /// Starts before the first line.
        public init(_ lines: PricedLines) {
            self.lines = lines.plain
            packed = lines.packed
        }

        /// Where in `lines` the line with a number is.
        ///
        /// - Parameter position: The place in the document from 0.
        /// - Returns: An index that is good until the next call.
        public mutating func index(of position: Int) -> Int {
            guard let packed else { return position }
            if position != current {
                if lines.isEmpty { lines.append(packed[position]) } else { lines[0] = packed[position] }
                current = position
            }
            return 0
        }
    }
}

/// The sums of packed lines.
private struct PackedPrices: Sendable {
    private struct Figure: Sendable {
        let amount: Money
        let base: Money?
    }

    private let lines: Lines
    private(set) var nets: [Money] = []
    private var gross: [Money] = []
    /// Empty where the prices are without VAT already.
    private var prices: [ExactDecimal] = []
    /// The figures of all discounts and charges, and for each line where its own begin.
    private var figures: [Figure] = []
    private var starts: [Int32] = []

    init(of lines: Lines) {
        self.lines = lines
        nets.reserveCapacity(lines.count)
        gross.reserveCapacity(lines.count)
        starts.reserveCapacity(lines.count)
    }

    mutating func append(_ line: PricedLine) {
        if prices.isEmpty, line.netPrice != line.line.price {
            prices.reserveCapacity(lines.count)
            for position in nets.indices { prices.append(lines[position].price) }
            prices.append(line.netPrice)
        } else if !prices.isEmpty {
            prices.append(line.netPrice)
        }
        nets.append(line.net)
        gross.append(line.gross)
        starts.append(Int32(truncatingIfNeeded: figures.count))
        for adjustment in line.adjustments {
            figures.append(Figure(amount: adjustment.amount, base: adjustment.base))
        }
    }

    subscript(position: Int) -> PricedLine {
        let line = lines[position]
        let price = prices.isEmpty ? line.price : prices[position]
        let adjustments = adjustments(line.discounts, line.charges, first: Int(starts[position]))
        return PricedLine(
            line: line, netPrice: price, gross: gross[position], adjustments: adjustments, net: nets[position])
    }

    private func adjustments(
        _ discounts: [AllowanceCharge], _ charges: [AllowanceCharge], first: Int
    ) -> [LineAdjustment] {
        guard !discounts.isEmpty || !charges.isEmpty else { return [] }
        let sources = charges.isEmpty ? discounts : discounts + charges
        return sources.indices.map { index in
            let figure = figures[first + index]
            return LineAdjustment(
                source: sources[index], isCharge: index >= discounts.count, amount: figure.amount, base: figure.base)
        }
    }
}
