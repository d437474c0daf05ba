public import InvoiceModel

extension Money {
    /// The amount as it is said: сто дваесет и пет денари и 50/100.
    ///
    /// Invoices of the region print the amount due in words beside the figures, so that nobody adds a digit. The minor
    /// unit is a fraction, as forms have it; a currency without a name in the language stands as its code behind the
    /// number.
    ///
    /// - Parameters:
    ///   - currency: The currency of the amount.
    ///   - language: The language of the words.
    /// - Returns: The words in small letters; nil from 10^12 units on, where languages disagree about names.
    public func inWords(of currency: Currency, in language: DocumentLanguage) -> String? {
        let words = NumberWords.of(language)
        let unit = UInt64(max(currency.minorUnitsPerUnit, 1))
        let amount = UInt64(minorUnits.magnitude)
        let (whole, fraction) = amount.quotientAndRemainder(dividingBy: unit)
        guard whole < NumberWords.limit else { return nil }
        let noun = words.currencies[currency.code]
        var text = minorUnits < 0 ? words.minus + " " : ""
        text += words.spelled(whole, gender: noun?.gender ?? .masculine)
        text += " " + (noun.map { words.form(of: $0, behind: whole) } ?? currency.code)
        guard fraction > 0 else { return text }
        let digits = String(fraction)
        let padding = String(repeating: "0", count: max(0, currency.minorUnitDigits - digits.count))
        return "\(text) \(words.and) \(padding)\(digits)/\(unit)"
    }
}

extension NumberWords {
    /// The words of a language.
    static func of(_ language: DocumentLanguage) -> NumberWords {
        switch language {
        case .macedonian: macedonian
        case .serbianCyrillic: serbianCyrillic
        case .serbianLatin: serbianLatin
        case .albanian: albanian
        case .bulgarian: bulgarian
        case .croatian: croatian
        case .english: english
        }
    }
}
