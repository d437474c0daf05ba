/// Check digits and forms of account and tax numbers.
public enum Identifiers: Sendable {
    /// The remainder of a long number by 97; letters count as 10 to 35 (ISO 7064 MOD 97-10, ISO 13616).
    ///
    /// - Returns: Nil where something else than digits and capital letters occurs.
    public static func remainder97(_ text: some Sequence<UInt8>) -> Int? {
        var rest = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: rest = (rest * 10 + Int(byte) - 0x30) % 97
            case 0x41...0x5A: rest = (rest * 100 + Int(byte) - 0x41 + 10) % 97
            default: return nil
            }
        }
        return rest
    }

    /// Whether an IBAN without blanks has right check digits and the length of its country (ISO 13616).
    public static func isIBAN(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard 15...34 ~= bytes.count, bytes.prefix(2).allSatisfy({ 0x41...0x5A ~= $0 }),
            bytes[2...3].allSatisfy({ 0x30...0x39 ~= $0 })
        else { return false }
        let country = String(decoding: bytes.prefix(2), as: UTF8.self)
        if let length = ibanLengths[country], length != bytes.count { return false }
        return remainder97(bytes[4...] + bytes[..<4]) == 1
    }

    /// Lengths of IBANs in the countries where the toolkit is at home and around them.
    static let ibanLengths: [String: Int] = [
        "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
        "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LT": 20, "LU": 20,
        "LV": 21, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24,
        "SI": 19, "SK": 24, "TR": 26, "XK": 20,
    ]

    /// A Macedonian account: 15 digits, 3 of the bank, 10, 2 check digits (ISO 7064 MOD 97-10); nil where wrong.
    public static func macedonianAccount(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x20 }
        guard digits.count == 15, isDigits(digits), remainder97(digits) == 1 else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    /// A Serbian account as 18 digits: 3 of the bank, 13 with zeros before, 2 check digits; nil where wrong.
    ///
    /// `160-1234-56` and the same without zeros and hyphens are taken too.
    public static func serbianAccount(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != 0x20 }
        guard 6...18 ~= digits.count, isDigits(digits) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        if parts.count > 1 { guard parts.count == 3, parts[0].count == 3, parts[2].count == 2 else { return nil } }
        let padded =
            digits.prefix(3) + [UInt8](repeating: 0x30, count: 18 - digits.count) + digits.dropFirst(3)
        guard remainder97(padded) == 1 else { return nil }
        return String(decoding: padded, as: UTF8.self)
    }

    /// Whether the last digit of a Serbian ПИБ (9) or Croatian OIB (11) is right: ISO 7064 MOD 11,10.
    public static func hasMod11And10CheckDigit(_ text: some Collection<UInt8>) -> Bool {
        guard text.count > 1, isDigits(text) else { return false }
        var product = 10
        for byte in text.dropLast() {
            let sum = (product + Int(byte) - 0x30) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (product + Int(text.dropFirst(text.count - 1).first ?? 0) - 0x30) % 10 == 1
    }

    /// Whether the last digit of a Macedonian ЕДБ of 13 digits is the one that the published formula gives.
    ///
    /// The formula is not official, so a failure is worth a warning and no more.
    public static func hasMacedonianCheckDigit(_ text: some Collection<UInt8>) -> Bool {
        guard text.count == 13, isDigits(text) else { return false }
        let weights = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        let sum = zip(weights, text).reduce(0) { $0 + $1.0 * (Int($1.1) - 0x30) }
        return (11 - sum % 11) % 11 % 10 == Int(text.dropFirst(12).first ?? 0) - 0x30
    }

    /// Whether the last digit of a GTIN of 8, 12, 13 or 14 digits is right (GS1).
    public static func hasGTINCheckDigit(_ text: some Collection<UInt8>) -> Bool {
        guard [8, 12, 13, 14].contains(text.count), isDigits(text) else { return false }
        var sum = 0
        for (index, byte) in text.enumerated() {
            sum += (Int(byte) - 0x30) * ((text.count - index) % 2 == 0 ? 3 : 1)
        }
        return sum % 10 == 0
    }

    /// An identifier in capital Latin letters: Cyrillic look-alikes are replaced, blanks, points and hyphens dropped.
    ///
    /// North Macedonia writes „МК“ in Cyrillic, ISO 3166 and EN 16931 want Latin.
    public static func latin(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", ".", "-", "\u{A0}": continue
            case "a"..."z": result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) - 0x20))
            default: result.unicodeScalars.append(lookAlikes[scalar] ?? scalar)
            }
        }
        return result
    }

    private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
        "А": "A", "В": "B", "Е": "E", "Ѕ": "S", "І": "I", "Ј": "J", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P",
        "С": "C", "Т": "T", "У": "Y", "Х": "X", "а": "A", "в": "B", "е": "E", "ѕ": "S", "і": "I", "ј": "J", "к": "K",
        "м": "M", "н": "H", "о": "O", "р": "P", "с": "C", "т": "T", "у": "Y", "х": "X",
    ]

    static func isDigits(_ text: some Sequence<UInt8>) -> Bool { text.allSatisfy { 0x30...0x39 ~= $0 } }
}
