public import Certificates
public import InvoiceModel

/// The clock of a place: a file of the time zone database, read once and asked by many threads.
///
/// Source: RFC 8536 (TZif, versions 2 to 4); the rule at its end serves for moments after the last transition.
public struct ZoneRules: Sendable {
    /// Moments from which an offset counts, in order.
    private let transitions: [(from: Int, offset: Int)]
    /// The offset before the first transition.
    private let first: Int
    /// What holds after the last transition; nil where the last offset stays.
    private let ending: ZoneEnding?

    /// Universal time.
    public static let utc = ZoneRules(transitions: [], first: 0, ending: nil)

    private init(transitions: [(from: Int, offset: Int)], first: Int, ending: ZoneEnding?) {
        self.transitions = transitions
        self.first = first
        self.ending = ending
    }

    /// Reads a file such as `/usr/share/zoneinfo/Europe/Skopje`; nil for anything else.
    public init?(parsing bytes: [UInt8]) {
        guard bytes.starts(with: "TZif".utf8), bytes.count > 44, bytes[4] >= UInt8(ascii: "2") else { return nil }
        var reader = TZifReader(bytes: bytes)
        // The part for 32 bits stands first and is passed over.
        guard let old = reader.header(), reader.skip(old.size(ofTime: 4)), let header = reader.header(),
            reader.remaining >= header.size(ofTime: 8), header.types > 0
        else { return nil }
        let times = (0..<header.times).map { _ in reader.integer(8) }
        let indexes = (0..<header.times).map { _ in reader.integer(1) & 0xFF }
        let offsets = (0..<header.types).map { _ in
            let offset = reader.integer(4)
            _ = reader.skip(2)
            return offset
        }
        guard indexes.allSatisfy(offsets.indices.contains),
            reader.skip(header.characters + header.leaps * 12 + header.standards + header.universals)
        else { return nil }
        transitions = zip(times, indexes).map { ($0, offsets[$1]) }
        first = offsets[0]
        ending = ZoneEnding(reader.footer())
    }

    /// How many seconds the clock there is before UTC at a moment.
    public func offset(at moment: Timestamp) -> Int {
        let seconds = moment.secondsSince1970
        guard let last = transitions.last else { return ending?.offset(at: seconds) ?? first }
        if seconds >= last.from { return ending?.offset(at: seconds) ?? last.offset }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].from <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : transitions[low - 1].offset
    }

    /// A day and the seconds since its midnight, as the clock on the wall there shows them.
    public struct LocalTime: Sendable, Hashable {
        /// The day.
        public let day: CalendarDate
        /// Seconds since midnight on the clock.
        public let second: Int
    }

    /// What the clock there shows at a moment; nil outside of the years 1 to 9999.
    public func time(at moment: Timestamp) -> LocalTime? {
        let local = moment.secondsSince1970 + offset(at: moment)
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        return CalendarDate(dayNumber: days + 719_163).map { LocalTime(day: $0, second: local - days * 86_400) }
    }
}

/// Reads the numbers of a TZif file; whoever calls it has made sure that they are there.
private struct TZifReader {
    let bytes: [UInt8]
    private var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - index }

    struct Header {
        let universals, standards, leaps, times, types, characters: Int

        func size(ofTime width: Int) -> Int {
            times * (width + 1) + types * 6 + characters + leaps * (width + 4) + standards + universals
        }
    }

    mutating func header() -> Header? {
        guard remaining >= 44, bytes[index...].starts(with: "TZif".utf8) else { return nil }
        index += 20
        let counts = (0..<6).map { _ in integer(4) }
        guard counts.allSatisfy({ 0...100_000 ~= $0 }) else { return nil }
        return Header(
            universals: counts[0], standards: counts[1], leaps: counts[2], times: counts[3], types: counts[4],
            characters: counts[5])
    }

    mutating func skip(_ count: Int) -> Bool {
        guard remaining >= count else { return false }
        index += count
        return true
    }

    /// A signed number in network order.
    mutating func integer(_ width: Int) -> Int {
        var value = bytes[index] & 0x80 == 0 ? 0 : -1
        for byte in bytes[index..<(index + width)] { value = value << 8 | Int(byte) }
        index += width
        return value
    }

    /// The rule between two line breaks.
    func footer() -> [UInt8] {
        Array(bytes[index...].dropFirst().prefix { $0 != 0x0A })
    }
}
