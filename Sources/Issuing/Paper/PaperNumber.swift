import InvoiceModel

/// A number as it stands on paper, with what it can mean.
struct PaperNumber: Sendable {
    /// As it is written, with its sign.
    let text: String
    /// What it means, without zeros at its end; two readings where `1.234` can be either.
    let readings: [ExactDecimal]
    /// How many digits stand behind its decimal mark; of the first reading.
    let places: Int
    /// Whether a percent sign follows.
    let isPercent: Bool
    /// The characters that it takes.
    let range: Range<Int>

    /// All numbers in a text: digits with group and decimal marks, and what is neither part of a word nor of a date.
    ///
    /// - Parameters:
    ///   - scalars: The text.
    ///   - decimalMark: `,` or `.` as the language of the paper has it; nil where that is not known.
    ///   - dates: The characters that dates take.
    /// - Returns: The numbers in their order.
    static func all(
        in scalars: [Unicode.Scalar], decimalMark: Unicode.Scalar?, outside dates: [Range<Int>]
    ) -> [PaperNumber] {
        var numbers: [PaperNumber] = []
        var index = 0
        while index < scalars.count {
            guard scalars[index].isDigit else {
                index += 1
                continue
            }
            var end = index
            let body = scan(scalars, &end)
            defer { index = max(end, index + 1) }
            if dates.contains(where: { $0.overlaps(index..<end) }) { continue }
            let (start, isNegative) = sign(before: index, scalars)
            guard !isPartOfWord(scalars, start, end) else {
                // The rest of an identifier such as FAK-2026-0001 is no number either.
                while end < scalars.count, scalars[end].isWordPart { end += 1 }
                continue
            }
            var readings = readings(of: body, decimalMark: decimalMark)
            guard let first = readings.first else { continue }
            let places = first.scale
            if isNegative { readings = readings.map(\.opposite) }
            numbers.append(
                PaperNumber(
                    text: String(String.UnicodeScalarView(scalars[start..<end])),
                    readings: readings.map { $0.trimmed() },
                    places: places, isPercent: isPercent(scalars, end), range: start..<end))
        }
        return numbers
    }

    /// Digits in groups, and the marks between them.
    private struct Body {
        var groups: [String] = [""]
        var marks: [Unicode.Scalar] = []
    }

    private static func scan(_ scalars: [Unicode.Scalar], _ index: inout Int) -> Body {
        var body = Body()
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar.isDigit {
                body.groups[body.groups.count - 1].unicodeScalars.append(scalar)
                index += 1
                continue
            }
            guard index + 1 < scalars.count, scalars[index + 1].isDigit else { break }
            if scalar == "." || scalar == "," || scalar == "'" || scalar == "\u{2019}" {
                body.marks.append(scalar)
            } else if scalar.isGroupSpace {
                // A blank parts groups of three, and nothing else.
                guard body.groups[body.groups.count - 1].count <= 3, body.marks.allSatisfy(\.isGroupSpace) else {
                    break
                }
                if !body.marks.isEmpty, body.groups[body.groups.count - 1].count != 3 { break }
                var digits = 0
                while index + 1 + digits < scalars.count, scalars[index + 1 + digits].isDigit { digits += 1 }
                guard digits == 3 else { break }
                body.marks.append(" ")
            } else {
                break
            }
            body.groups.append("")
            index += 1
        }
        return body
    }

    private static func sign(before index: Int, _ scalars: [Unicode.Scalar]) -> (start: Int, isNegative: Bool) {
        guard index > 0, scalars[index - 1] == "-" || scalars[index - 1] == "\u{2212}" else { return (index, false) }
        guard index > 1, !scalars[index - 2].properties.isWhitespace, scalars[index - 2] != "(" else {
            return (index - 1, true)
        }
        return (index, false)
    }

    private static func isPartOfWord(_ scalars: [Unicode.Scalar], _ start: Int, _ end: Int) -> Bool {
        if start > 0, scalars[start - 1].isWordPart { return true }
        guard end < scalars.count else { return false }
        if scalars[end].properties.isAlphabetic || scalars[end].isDigit { return true }
        let joins = scalars[end] == "-" || scalars[end] == "/" || scalars[end] == "_"
        return joins && end + 1 < scalars.count
            && (scalars[end + 1].properties.isAlphabetic || scalars[end + 1].isDigit)
    }

    private static func isPercent(_ scalars: [Unicode.Scalar], _ end: Int) -> Bool {
        var index = end
        while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
        return index < scalars.count && scalars[index] == "%"
    }

    private static func readings(of body: Body, decimalMark: Unicode.Scalar?) -> [ExactDecimal] {
        guard let last = body.marks.last else { return ExactDecimal(body.groups[0]).map { [$0] } ?? [] }
        let isGrouped = body.groups.dropFirst().allSatisfy { $0.count == 3 } && 1...3 ~= body.groups[0].count
        let asWhole =
            isGrouped && Set(body.marks).count == 1 && body.groups[0] != "0" ? ExactDecimal(body.groups.joined()) : nil
        let whole = body.groups.dropLast()
        let isDecimal =
            (last == "." || last == ",") && body.marks.count { $0 == last } == 1
            && whole.dropFirst().allSatisfy { $0.count == 3 } && Set(body.marks.dropLast()).count <= 1
        let asDecimal = isDecimal ? ExactDecimal("\(whole.joined()).\(body.groups[body.groups.count - 1])") : nil
        guard let asWhole, let asDecimal else { return [asWhole ?? asDecimal].compactMap(\.self) }
        guard let decimalMark else { return [asDecimal, asWhole] }
        return [last == decimalMark ? asDecimal : asWhole]
    }
}

extension Unicode.Scalar {
    /// Whether it is one of the ten digits of ASCII.
    var isDigit: Bool { 0x30...0x39 ~= value }
    /// Whether it joins a number to what stands before it.
    fileprivate var isWordPart: Bool {
        isDigit || properties.isAlphabetic || self == "-" || self == "/" || self == "_" || self == "."
    }
    /// A blank that parts groups of digits.
    fileprivate var isGroupSpace: Bool {
        self == " " || self == "\u{A0}" || self == "\u{2009}" || self == "\u{202F}" || self == "\u{2007}"
    }
}
