import InvoiceModel

/// A day as it stands on paper.
struct PaperDate: Sendable {
    /// As it is written.
    let text: String
    /// What it means; two readings where day and month can change places.
    let readings: [CalendarDate]
    /// The characters that it takes.
    let range: Range<Int>

    private enum Token {
        case number(Int, digits: Int)
        case word(String)
        case mark(Unicode.Scalar)
    }

    /// All dates in a text: `20.11.2026`, `20. 11. 2026.`, `2026-11-20`, `20/11/2026`, `20 November 2026`.
    ///
    /// - Parameters:
    ///   - scalars: The text.
    ///   - months: The numbers of the months by their names in small letters, in all languages that are known.
    /// - Returns: The dates in their order.
    static func all(in scalars: [Unicode.Scalar], months: [String: Int]) -> [PaperDate] {
        // Most texts have no four digits in a row, and so no year.
        guard hasYear(scalars) else { return [] }
        let tokens = tokens(of: scalars)
        var dates: [PaperDate] = []
        var index = 0
        while index < tokens.count {
            guard let (readings, count) = date(tokens[index...], months) else {
                index += 1
                continue
            }
            let range = tokens[index].range.lowerBound..<tokens[index + count - 1].range.upperBound
            dates.append(
                PaperDate(
                    text: String(String.UnicodeScalarView(scalars[range])), readings: readings, range: range))
            index += count
        }
        return dates
    }

    private static func hasYear(_ scalars: [Unicode.Scalar]) -> Bool {
        var digits = 0
        for scalar in scalars {
            digits = scalar.isDigit ? digits + 1 : 0
            if digits == 4 { return true }
        }
        return false
    }

    private static func tokens(of scalars: [Unicode.Scalar]) -> [(token: Token, range: Range<Int>)] {
        var tokens: [(token: Token, range: Range<Int>)] = []
        var index = 0
        while index < scalars.count {
            let start = index
            let scalar = scalars[index]
            if scalar.isDigit {
                var value = 0
                while index < scalars.count, scalars[index].isDigit {
                    if index - start < 8 { value = value * 10 + Int(scalars[index].value - 0x30) }
                    index += 1
                }
                tokens.append((.number(value, digits: index - start), start..<index))
            } else if scalar.properties.isAlphabetic {
                var word = ""
                while index < scalars.count, scalars[index].properties.isAlphabetic {
                    word += scalars[index].properties.lowercaseMapping
                    index += 1
                }
                tokens.append((.word(word), start..<index))
            } else {
                index += 1
                // Blanks part tokens, and that is all.
                if !scalar.properties.isWhitespace { tokens.append((.mark(scalar), start..<index)) }
            }
        }
        return tokens
    }

    /// The date that begins with the first token, and how many tokens it takes.
    private static func date(
        _ tokens: ArraySlice<(token: Token, range: Range<Int>)>, _ months: [String: Int]
    ) -> ([CalendarDate], Int)? {
        var rest = tokens.prefix(6).map(\.token)[...]
        let all = rest.count
        func mark() -> Unicode.Scalar? {
            guard case .mark(let mark)? = rest.first, mark == "." || mark == "-" || mark == "/" || mark == "," else {
                return nil
            }
            rest.removeFirst()
            return mark
        }
        switch rest.popFirst() {
        case .number(let first, let digits) where digits == 4:
            guard let between = mark(), case .number(let month, 1...2)? = rest.popFirst(), mark() == between,
                case .number(let day, 1...2)? = rest.popFirst(),
                let date = CalendarDate(year: first, month: month, day: day)
            else { return nil }
            return ([date], all - rest.count)
        case .number(let first, let digits) where digits <= 2:
            let between = mark()
            switch rest.popFirst() {
            case .number(let second, 1...2):
                guard let between, mark() == between, case .number(let year, 4)? = rest.popFirst() else { return nil }
                var readings = [CalendarDate(year: year, month: second, day: first)]
                if between == "/" { readings.append(CalendarDate(year: year, month: first, day: second)) }
                let days = Set(readings.compactMap(\.self))
                return days.isEmpty ? nil : (Array(days), all - rest.count)
            case .word(let name):
                guard let month = months[name] else { return nil }
                _ = mark()
                guard case .number(let year, 4)? = rest.popFirst(),
                    let date = CalendarDate(year: year, month: month, day: first)
                else { return nil }
                return ([date], all - rest.count)
            default: return nil
            }
        case .word(let name):
            guard let month = months[name], case .number(let day, 1...2)? = rest.popFirst() else { return nil }
            _ = mark()
            guard case .number(let year, 4)? = rest.popFirst(),
                let date = CalendarDate(year: year, month: month, day: day)
            else { return nil }
            return ([date], all - rest.count)
        default: return nil
        }
    }
}
