import Diagnostics
import JSONCore

extension DecodingContext {
    /// A text of 1 to `limit` characters without control characters.
    ///
    /// `lines` allows line breaks and tabs, as in notes; `required` is the rule that demands the key.
    mutating func text<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil, limit: Int = 200, lines: Bool = false,
        required: String? = nil
    ) -> String? {
        guard let value = present(fields, key) else {
            if let required { missing(fields, key, term: term, rule: required) }
            return nil
        }
        return within(.key(key.name)) { $0.text(value, term, limit: limit, lines: lines) }
    }

    /// The same for the present value itself.
    mutating func text(_ value: JSONValue, _ term: String?, limit: Int, lines: Bool) -> String? {
        guard let utf8 = value.utf8 else {
            report(
                "json.wrongType", at: value.offset, term: term, "A text is expected here, not \(value.kind.phrase).",
                fix: value.kind == .number ? "Put it in double quotes." : "Write a text in double quotes.")
            return nil
        }
        var characters = 0
        var isBlank = true
        var previous: UInt8 = 0
        var beforePrevious: UInt8 = 0
        for byte in utf8 {
            if byte & 0xC0 != 0x80 { characters += 1 }
            let isBreak = byte == 0x0A || byte == 0x0D || byte == 0x09
            // C0 controls and DEL, C1 controls, and U+FFFE and U+FFFF, which XML cannot carry.
            if byte < 0x20 && !(lines && isBreak) || byte == 0x7F || previous == 0xC2 && byte < 0xA0
                || beforePrevious == 0xEF && previous == 0xBF && byte >= 0xBE
            {
                report(
                    "text.controlCharacter", at: value.offset, term: term, "The text holds a control character.",
                    fix: isBreak ? "Write the text in one line." : "Remove it; neither a page nor XML can show it.")
                return nil
            }
            if byte > 0x20 { isBlank = false }
            beforePrevious = previous
            previous = byte
        }
        if isBlank {
            report(
                "text.empty", at: value.offset, term: term, "The text is empty.",
                fix: "Fill it in, or leave the key out.")
            return nil
        }
        if characters > limit {
            report(
                "text.tooLong", at: value.offset, term: term, "The text has more than \(limit) characters.",
                fix: "Shorten it.")
            return nil
        }
        return value.string
    }

    /// A decimal: a text such as `"12.50"` or a JSON number without fraction.
    mutating func decimal<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil, required: String? = nil
    ) -> ExactDecimal? {
        guard let value = present(fields, key) else {
            if let required { missing(fields, key, term: term, rule: required) }
            return nil
        }
        if let digits = value.numberText {
            if value.isInteger, let decimal = ExactDecimal(utf8: digits) { return decimal }
            report(
                "json.inexactNumber", fields, key, term: term,
                "A JSON number with a fraction or exponent is not exact for every reader.",
                fix: "Write a string, such as \"2500.50\".")
            return nil
        }
        guard let text = value.utf8 else {
            report(
                "json.wrongType", fields, key, term: term, "A decimal is expected here, not \(value.kind.phrase).",
                fix: "Write a string, such as \"2500.50\".")
            return nil
        }
        if let decimal = ExactDecimal(utf8: text) { return decimal }
        report(
            "number.malformed", fields, key, term: term, "This is not a decimal number of at most 30 digits.",
            fix: text.contains(UInt8(ascii: ","))
                ? "Write a point before the decimals and nothing between thousands: \"2500.50\"."
                : "Write digits, and a point before the decimals: \"2500.50\".")
        return nil
    }

    /// A decimal that must be above zero.
    mutating func positive<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil
    ) -> ExactDecimal? {
        guard let decimal = decimal(fields, key, term) else { return nil }
        if decimal.coefficient > 0 { return decimal }
        report("number.range", fields, key, term: term, "The number must be above zero.")
        return nil
    }

    /// An amount in the document's currency, or in another one.
    mutating func money<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil, in currency: Currency? = nil,
        isNegativeAllowed: Bool = true, required: String? = nil
    ) -> Money? {
        guard let decimal = decimal(fields, key, term, required: required) else { return nil }
        if decimal.isNegative, !isNegativeAllowed {
            report("number.range", fields, key, term: term, "The amount must not be negative.")
            return nil
        }
        // An unknown currency is a finding of its own.
        guard let currency = currency ?? self.currency else { return .zero }
        if decimal.scale > currency.minorUnitDigits {
            report(
                "money.surplusDigits", fields, key, term: term,
                "The amount has more decimals than the currency (\(currency.minorUnitDigits)).",
                fix: "Round it to \(currency.minorUnitDigits) decimals.")
            return nil
        }
        guard let money = Money(decimal, in: currency) else {
            report("money.overflow", fields, key, term: term, "The amount is out of range.")
            return nil
        }
        return money
    }

    /// A percentage within bounds.
    mutating func percent<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String?, upTo limit: Int
    ) -> ExactDecimal? {
        guard let percent = decimal(fields, key, term) else { return nil }
        let isInside =
            percent.scale <= 8 && !percent.isNegative
            && percent.coefficient <= Int128(limit) * Int128(ExactDecimal.smallPower(min(percent.scale, 8)))
        if !isInside {
            report(
                "number.range", fields, key, term: term,
                "A percentage lies between 0 and \(limit) here, with at most 8 decimals.")
            return nil
        }
        return percent
    }

    /// A calendar day in ISO form.
    mutating func date<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil, required: String? = nil
    ) -> CalendarDate? {
        guard let value = present(fields, key) else {
            if let required { missing(fields, key, term: term, rule: required) }
            return nil
        }
        if let text = value.utf8, let date = CalendarDate(utf8: text) { return date }
        report(
            "date.noSuchDay", fields, key, term: term, "This is not a day of the calendar.",
            fix: "Write year, month and day such as \"2026-11-20\".")
        return nil
    }

    /// A code of a closed list.
    mutating func code<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ list: CodeList, _ listName: String, rule: String, _ term: String? = nil,
        fix: String = "", required: String? = nil
    ) -> String? {
        guard let value = present(fields, key) else {
            if let required { missing(fields, key, term: term, rule: required) }
            return nil
        }
        if let text = value.utf8, list.contains(utf8: text) { return value.string }
        report(rule, fields, key, term: term, "This is not a code of \(listName).", fix: fix)
        return nil
    }

    /// A country of ISO 3166-1.
    mutating func country<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String?, required: String? = nil
    ) -> String? {
        code(
            fields, key, .countries, "ISO 3166-1 alpha-2", rule: "BR-CL-14", term,
            fix: "Write two capital letters such as \"MK\"; Kosovo is \"1A\" in EN 16931.", required: required)
    }

    /// A currency as it stood on a day.
    mutating func currency<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ term: String, rule: String, on day: CalendarDate?
    ) -> Currency? {
        guard let value = present(fields, key) else { return nil }
        if let text = value.utf8 {
            if let currency = Currency(utf8: text) { return currency }
            if let day, let old = Currency(code: String(decoding: text, as: UTF8.self), on: day) { return old }
        }
        report(
            rule, fields, key, term: term, "This is not a currency code of ISO 4217 in force.",
            fix: "Write three capital letters such as \"MKD\" or \"EUR\".")
        return nil
    }

    /// One of the words of an enumeration.
    mutating func word<Key: ObjectKey, Word: RawRepresentable<String>>(
        _ fields: Fields<Key>, _ key: Key, _ term: String? = nil, words: [Word], required: String? = nil
    ) -> Word? {
        guard let value = present(fields, key) else {
            if let required { missing(fields, key, term: term, rule: required) }
            return nil
        }
        if let text = value.string, let word = Word(rawValue: text) { return word }
        let list = words.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        report("code.unknown", fields, key, term: term, "This word is not known here.", fix: "Write one of \(list).")
        return nil
    }

    /// True or false.
    mutating func bool<Key: ObjectKey>(_ fields: Fields<Key>, _ key: Key) -> Bool? {
        guard let value = present(fields, key) else { return nil }
        if let bool = value.bool { return bool }
        report(
            "json.wrongType", fields, key, "True or false is expected here.", fix: "Write true or false without quotes."
        )
        return nil
    }
}
