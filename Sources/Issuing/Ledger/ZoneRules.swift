public import Certificates
public import InvoiceModel

/// When the clocks of a place change: its zone file (TZif) or its rule, without a look at the process' own zone.
///
/// Source: RFC 8536. The C library has one zone for a whole process, which threads cannot ask about other places.
public struct ZoneRules: Sendable {
    /// The moments of change in seconds since 1970, rising, with the offset from then on.
    private let changes: [(from: Int, offset: Int)]
    /// The offset before the first change.
    private let first: Int
    /// What holds after the last change; nil where that goes on for ever.
    private let rule: ZoneRule?

    /// Universal time.
    public static let utc = ZoneRules(changes: [], first: 0, rule: nil)

    private init(changes: [(from: Int, offset: Int)], first: Int, rule: ZoneRule?) {
        self.changes = changes
        self.first = first
        self.rule = rule
    }

    /// A zone that follows one rule for ever, such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil where it cannot be read.
    public init?(rule text: String) {
        guard let rule = ZoneRule(text) else { return nil }
        self.init(changes: [], first: rule.standard, rule: rule)
    }

    /// Reads the content of a zone file; nil where it is none.
    public init?(file bytes: [UInt8]) {
        guard var header = Header(bytes, at: 0) else { return nil }
        var start = Header.size
        var width = 4
        if header.version >= 2 {
            // The second block has moments of 64 bits; the first one is for readers of before.
            let second = start + header.length(width: 4)
            guard let next = Header(bytes, at: second) else { return nil }
            (header, start, width) = (next, second + Header.size, 8)
        }
        let end = start + header.length(width: width)
        guard end <= bytes.count, header.typeCount > 0 else { return nil }
        let types = start + header.timeCount * (width + 1)
        let offsets = (0..<header.typeCount).map { Self.number(bytes[(types + $0 * 6)...].prefix(4)) }
        var changes: [(from: Int, offset: Int)] = []
        for index in 0..<header.timeCount {
            let kind = Int(bytes[start + header.timeCount * width + index])
            guard kind < offsets.count else { return nil }
            changes.append((Self.number(bytes[(start + index * width)...].prefix(width)), offsets[kind]))
        }
        guard zip(changes, changes.dropFirst()).allSatisfy({ $0.from < $1.from }) else { return nil }
        var rule: ZoneRule?
        if header.version >= 2 {
            let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
            guard bytes[end...].first == UInt8(ascii: "\n"), end + 1 + footer.count < bytes.count else { return nil }
            rule = ZoneRule(String(decoding: footer, as: UTF8.self))
            // A rule that is there and cannot be read would be a wrong day later.
            guard rule != nil || footer.isEmpty else { return nil }
        }
        self.init(changes: changes, first: offsets[0], rule: rule)
    }

    /// How far the clocks of the place are ahead of UTC at a moment, in seconds.
    public func offset(at moment: Timestamp) -> Int {
        let seconds = moment.secondsSince1970
        if let last = changes.last, seconds < last.from {
            var (low, high) = (0, changes.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if changes[middle].from <= seconds { low = middle + 1 } else { high = middle }
            }
            return low == 0 ? first : changes[low - 1].offset
        }
        return rule?.offset(at: seconds) ?? changes.last?.offset ?? first
    }

    /// The day that it is in the place; the first day of the calendar for moments before it.
    public func day(of moment: Timestamp) -> CalendarDate {
        let seconds = moment.secondsSince1970 + offset(at: moment)
        return CalendarDate(dayNumber: ZoneRule.days(in: seconds) + ZoneRule.epoch) ?? Self.firstDay
    }

    private static var firstDay: CalendarDate {
        guard let day = CalendarDate(dayNumber: 1) else { preconditionFailure("day 1 exists") }
        return day
    }

    /// A whole number with its sign, the most significant byte first.
    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(bytes.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0) { $0 << 8 | Int($1) }
    }

    /// The beginning of a block (RFC 8536 §3.1).
    private struct Header {
        static let size = 44
        let version: Int
        let timeCount: Int
        let typeCount: Int
        private let characters: Int
        private let leaps: Int
        private let indicators: Int

        init?(_ bytes: [UInt8], at start: Int) {
            guard start >= 0, bytes.count >= start + Self.size, bytes[start...].starts(with: "TZif".utf8) else {
                return nil
            }
            let mark = bytes[start + 4]
            version = mark == 0 ? 1 : Int(mark) - 0x30
            let counts = (0..<6).map { ZoneRules.number(bytes[(start + 20 + $0 * 4)...].prefix(4)) }
            // No zone has more; what follows is then within 64 bits.
            guard version >= 1, counts.allSatisfy({ 0...100_000 ~= $0 }) else { return nil }
            indicators = counts[0] + counts[1]
            leaps = counts[2]
            timeCount = counts[3]
            typeCount = counts[4]
            characters = counts[5]
        }

        /// How many bytes follow the header.
        func length(width: Int) -> Int {
            timeCount * (width + 1) + typeCount * 6 + characters + leaps * (width + 4) + indicators
        }
    }
}
