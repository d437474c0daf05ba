/// The three genders of a numeral that agrees with what it counts.
enum WordGender: Int, Sendable {
    case masculine, feminine, neuter
}

/// A noun in the forms that it takes behind a number.
struct CountedNoun: Sendable {
    let gender: WordGender
    /// Behind 1, and in most languages behind 21.
    let one: String
    /// Behind 2 to 4 where a language has a form for that, else behind everything but `one`.
    let few: String
    /// Behind all other numbers.
    let many: String

    init(_ gender: WordGender, _ one: String, _ few: String, _ many: String? = nil) {
        self.gender = gender
        self.one = one
        self.few = few
        self.many = many ?? few
    }
}

/// How a language spells whole numbers, as data.
///
/// A number is read in groups of three digits, each with the noun of its power of ten. The systems that spell numbers
/// for programmes are wrong for Macedonian (facts/mk-efaktura.md §5.5), so the tables are our own.
struct NumberWords: Sendable {
    /// What stands between the words of a number.
    enum Joining: Sendable {
        /// Blanks alone: двадесет један.
        case blanks
        /// A word before the last element of a group of digits, and before a last group that is one element:
        /// сто дваесет и пет, две илјади и петстотини, but сто и две илјади триста и пет.
        case beforeLast(String)
        /// A word between all elements: njëqind e njëzet e pesë.
        case everywhere(String)
        /// English: one hundred and twenty-five, one thousand and one.
        case english
    }

    /// Which numbers take the form for one.
    enum Singular: Sendable {
        /// 1 alone.
        case oneAlone
        /// Every number that is read with "one" at its end: 1, 21, 101, but not 11.
        case endingInOne
    }

    let zero: String
    let minus: String
    /// What stands before the hundredths: и 50/100.
    let and: String
    /// 0 to 19 where gender makes no difference; those for 1 and 2 are not used.
    let small: [String]
    /// 1 by gender, then 2 by gender.
    let one: [String]
    let two: [String]
    /// 20, 30 to 90.
    let tens: [String]
    /// 100 to 900.
    let hundreds: [String]
    /// Thousand, million, 10^9.
    let powers: [CountedNoun]
    let joining: Joining
    let singular: Singular
    /// Whether 2 to 4 have a form of their own.
    let hasFew: Bool
    /// The powers that are said without "one": илјада, not една илјада.
    let barePowers: Int
    /// What currencies are called, by their code.
    let currencies: [String: CountedNoun]

    /// One more than the largest number with words.
    static let limit: UInt64 = 1_000_000_000_000

    /// Spells a number below `limit`, agreeing with what it counts.
    func spelled(_ number: UInt64, gender: WordGender) -> String {
        guard number > 0 else { return zero }
        var groups: [[String]] = []
        var divisor = Self.limit
        for power in (0...powers.count).reversed() {
            divisor /= 1000
            let value = Int(number / divisor % 1000)
            guard value > 0 else { continue }
            guard power > 0 else {
                groups.append(elements(value, gender: gender))
                continue
            }
            let noun = powers[power - 1]
            if value == 1, power <= barePowers {
                groups.append([noun.one])
            } else {
                var group = elements(value, gender: noun.gender)
                // The noun belongs to the last numeral: no conjunction parts the two.
                group[group.count - 1] += " " + form(of: noun, behind: UInt64(value))
                groups.append(group)
            }
        }
        return joined(groups, endsBelowHundred: number % 1000 > 0 && number % 1000 < 100)
    }

    /// The form of a noun behind a number.
    func form(of noun: CountedNoun, behind number: UInt64) -> String {
        let last = number % 10
        let isTeen = number % 100 / 10 == 1
        switch singular {
        case .oneAlone: if number == 1 { return noun.one }
        case .endingInOne: if last == 1, !isTeen { return noun.one }
        }
        return hasFew && (2...4).contains(last) && !isTeen ? noun.few : noun.many
    }

    /// The words of 1 to 999.
    private func elements(_ value: Int, gender: WordGender) -> [String] {
        var words: [String] = []
        if value >= 100 { words.append(hundreds[value / 100 - 1]) }
        let rest = value % 100
        if rest >= 20 {
            words.append(tens[rest / 10 - 2])
            if rest % 10 > 0 { words.append(digit(rest % 10, gender)) }
        } else if rest > 0 {
            words.append(digit(rest, gender))
        }
        return words
    }

    private func digit(_ value: Int, _ gender: WordGender) -> String {
        switch value {
        case 1: one[gender.rawValue]
        case 2: two[gender.rawValue]
        default: small[value]
        }
    }

    private func joined(_ groups: [[String]], endsBelowHundred: Bool) -> String {
        switch joining {
        case .blanks: return groups.map { $0.joined(separator: " ") }.joined(separator: " ")
        case .everywhere(let word): return groups.flatMap(\.self).joined(separator: " \(word) ")
        case .beforeLast(let word):
            let texts = groups.map { Self.joined($0, lastBy: " \(word) ") }
            guard let last = groups.last, last.count == 1 else { return texts.joined(separator: " ") }
            return Self.joined(texts, lastBy: " \(word) ")
        case .english:
            let texts = groups.map { group in
                // Hundreds, then tens and units as one word.
                let isHundred = group.count > 1 && group[0].hasSuffix("hundred")
                let rest = (isHundred ? group.dropFirst() : group[...]).joined(separator: "-")
                return isHundred ? "\(group[0]) and \(rest)" : rest
            }
            return Self.joined(texts, lastBy: endsBelowHundred ? " and " : " ")
        }
    }

    /// Joins by blanks, but the last by something else.
    private static func joined(_ words: [String], lastBy joint: String) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: " ") + joint + last
    }
}
