import Diagnostics

/// The pattern of a series' numbers (BT-1), such as `FAK-{yyyy}-{seq:4}`.
///
/// `{yyyy}`, `{yy}` and `{mm}` come from the issue date; `{seq}` is the running number, `{seq:4}` the same with zeros in
/// front up to four digits and more digits where four are not enough. The running number starts anew with the smallest
/// printed unit of time: every year with a year, every month with year and month, never without either.
public struct SeriesTemplate: Sendable, Hashable {
    /// The pattern as it was written.
    public let text: String
    private let parts: [Part]

    /// How many characters a pattern has at most.
    private static let longest = 60

    private enum Part: Sendable, Hashable {
        case text(String)
        case year
        case yearOfCentury
        case month
        case sequence(width: Int)
    }

    /// Reads a pattern.
    ///
    /// Nil where braces hold something else, where the running number is missing or there twice, and where a month stands
    /// without a year, because then two years would get the same numbers.
    public init?(_ text: String) {
        guard text.count <= Self.longest else { return nil }
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[start] == "{", let end = rest[start...].firstIndex(of: "}"),
                let field = Self.field(rest[rest.index(after: start)..<end])
            else { return nil }
            if start > rest.startIndex { parts.append(.text(String(rest[..<start]))) }
            parts.append(field)
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        let hasYear = parts.contains(.year) || parts.contains(.yearOfCentury)
        guard parts.count(where: { if case .sequence = $0 { true } else { false } }) == 1,
            hasYear || !parts.contains(.month)
        else { return nil }
        self.text = text
        self.parts = parts
    }

    private static func field(_ name: Substring) -> Part? {
        switch name {
        case "yyyy": .year
        case "yy": .yearOfCentury
        case "mm": .month
        case "seq": .sequence(width: 1)
        default:
            name.hasPrefix("seq:") ? Int(name.dropFirst(4)).flatMap { 1...10 ~= $0 ? .sequence(width: $0) : nil } : nil
        }
    }

    /// The stretch of time within which numbers run on: `2026`, `2026-11`, or nothing for a series that never restarts.
    public func period(of issueDate: CalendarDate) -> String {
        let iso = issueDate.description
        if parts.contains(.month) { return String(iso.prefix(7)) }
        return parts.contains(.year) || parts.contains(.yearOfCentury) ? String(iso.prefix(4)) : ""
    }

    /// The number with this place in the series (BT-1).
    ///
    /// - Parameters:
    ///   - sequence: The running number, 1 and up.
    ///   - issueDate: BT-2.
    /// - Returns: Such as `FAK-2026-0042`.
    public func number(_ sequence: Int, on issueDate: CalendarDate) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .year: String(issueDate.year, digits: 4)
            case .yearOfCentury: String(issueDate.year % 100, digits: 2)
            case .month: String(issueDate.month, digits: 2)
            case .sequence(let width): String(sequence, digits: width)
            }
        }.joined()
    }

    /// The running number that a text would have in this series, in whatever year and month; nil where it cannot be of it.
    ///
    /// It answers whether a number that was given elsewhere would one day stand in the way.
    public func sequence(of number: String) -> Int? { Self.sequence(of: number[...], parts[...]) }

    private static func sequence(of text: Substring, _ parts: ArraySlice<Part>) -> Int? {
        guard let part = parts.first else { return text.isEmpty ? -1 : nil }
        let rest = parts.dropFirst()
        func digits(_ count: Int) -> Substring? {
            let head = text.prefix(count)
            return head.count == count && head.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? text.dropFirst(count) : nil
        }
        switch part {
        case .text(let literal):
            return text.hasPrefix(literal) ? sequence(of: text.dropFirst(literal.count), rest) : nil
        case .year: return digits(4).flatMap { sequence(of: $0, rest) }
        case .yearOfCentury, .month: return digits(2).flatMap { sequence(of: $0, rest) }
        case .sequence(let width):
            for count in width...max(width, 18) {
                guard let after = digits(count) else { return nil }
                // Zeros in front come only up to the width.
                if count > width, text.first == "0" { return nil }
                if let found = sequence(of: after, rest), found < 0 { return Int(text.prefix(count)) }
            }
            return nil
        }
    }
}
