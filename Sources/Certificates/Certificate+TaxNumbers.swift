extension Certificate {
    /// The tax numbers of the subject, digits only, in the order of the name.
    ///
    /// There is no agreed place. In serialNumber and organizationIdentifier a number may stand as ETSI EN 319 412-1
    /// §5.1.4 writes it (`VATMK-4030995135699`, `TINRS-…`, `NTRMK-…`); elsewhere, such as in OU and CN, any run of
    /// 13 digits with the check digit of North Macedonia's ЕДБ counts, and any run of 9 with that of Serbia's ПИБ.
    /// Personal numbers are never listed: neither `PNO…` and the other schemes for people, nor 13 digits that begin
    /// with a date of birth, as a ЕМБГ does.
    public var taxNumbers: [String] {
        var found: [String] = []
        for part in subjectParts where part.type != "C" {
            for number in Self.taxNumbers(in: part.value, isIdentifier: Self.identifierTypes.contains(part.type))
            where !found.contains(number) {
                found.append(number)
            }
        }
        return found
    }

    /// Whether some run of digits in the subject is this number, whether or not it would be taken for a tax number.
    func names(taxNumber: String) -> Bool {
        let wanted = Array(taxNumber.utf8)
        return subjectParts.contains { part in
            part.value.utf8.split { !Self.isDigit($0) }.contains { $0.elementsEqual(wanted) }
        }
    }

    private static let identifierTypes = ["serialNumber", "organizationIdentifier"]

    /// The tax numbers in one value of the subject.
    ///
    /// - Parameters:
    ///   - value: The value as the certificate has it.
    ///   - isIdentifier: Whether it stands where EN 319 412-1 puts a scheme in front.
    /// - Returns: Runs of 9 or 13 digits, in their order.
    static func taxNumbers(in value: String, isIdentifier: Bool) -> [String] {
        let bytes = Array(value.utf8)
        let scheme = scheme(of: bytes)
        if let scheme, !["VAT", "TIN", "NTR"].contains(scheme) { return [] }
        // The scheme vouches for the number, where it is one for tax; a registry number is one by its check digit only.
        let isVouchedFor = isIdentifier && (scheme == "VAT" || scheme == "TIN")
        return bytes.split { !isDigit($0) }.map(Array.init).filter { digits in
            switch digits.count {
            case 9: isVouchedFor || hasSerbianCheckDigit(digits)
            case 13: !beginsWithBirthDate(digits) && (isVouchedFor || hasMacedonianCheckDigit(digits))
            default: false
            }
        }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The three letters in front of a country and a hyphen: `VAT` of `VATMK-4030995135699`; nil without them.
    private static func scheme(of value: [UInt8]) -> String? {
        guard value.count > 6, value[5] == UInt8(ascii: "-"), value[..<5].allSatisfy({ (0x41...0x5A).contains($0) })
        else { return nil }
        return String(decoding: value[..<3], as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Whether a number begins with day, month and three digits of a year, as personal numbers of the region do.
    ///
    /// No ЕДБ does: its first digit is 4 or more, and there is no such day.
    private static func beginsWithBirthDate(_ digits: [UInt8]) -> Bool {
        let day = Int(digits[0] - 0x30) * 10 + Int(digits[1] - 0x30)
        let month = Int(digits[2] - 0x30) * 10 + Int(digits[3] - 0x30)
        return (1...31).contains(day) && (1...12).contains(month)
    }

    /// ЕДБ: weights 7 to 2 twice, modulo 11; the formula is published, though not by the tax office.
    private static func hasMacedonianCheckDigit(_ digits: [UInt8]) -> Bool {
        let weights = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        let sum = zip(weights, digits).reduce(0) { $0 + $1.0 * Int($1.1 - 0x30) }
        return (11 - sum % 11) % 11 % 10 == Int(digits[12] - 0x30)
    }

    /// ПИБ: ISO 7064 MOD 11,10.
    private static func hasSerbianCheckDigit(_ digits: [UInt8]) -> Bool {
        var product = 10
        for digit in digits.dropLast() {
            let sum = (product + Int(digit - 0x30)) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        return (product + Int(digits[8] - 0x30)) % 10 == 1
    }
}
