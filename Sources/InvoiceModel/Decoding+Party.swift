import Diagnostics
import JSONCore

/// Which party of the document is read; the terms of EN 16931 differ.
enum PartyRole {
    case seller, buyer

    func term(_ seller: String, _ buyer: String) -> String { self == .seller ? seller : buyer }
}

extension DecodingContext {
    mutating func party(_ fields: Fields<InvoiceKey>, _ key: InvoiceKey, _ role: PartyRole) -> Party? {
        guard fields[key] != nil else {
            missing(fields, key, term: role.term("BG-4", "BG-7"), rule: role.term("BR-06", "BR-07"))
            return nil
        }
        return child(fields, key, PartyKey.self) { $0.party($1, role) }
    }

    private mutating func party(_ fields: Fields<PartyKey>, _ role: PartyRole) -> Party {
        let rule = role.term("BR-08", "BR-10")
        if fields[.address] == nil { missing(fields, .address, term: role.term("BG-5", "BG-8"), rule: rule) }
        let address = address(
            fields, .address,
            AddressTerms(
                street: role.term("BT-35", "BT-50"), city: role.term("BT-37", "BT-52"),
                postalCode: role.term("BT-38", "BT-53"), region: role.term("BT-39", "BT-54"),
                country: role.term("BT-40", "BT-55"), rule: role.term("BR-09", "BR-11")))
        var party = Party(
            name: text(fields, .name, role.term("BT-27", "BT-44"), limit: 1000, required: role.term("BR-06", "BR-07"))
                ?? "",
            address: address ?? Address(country: ""))
        let country = party.address.country
        party.tradeName = text(fields, .tradeName, role.term("BT-28", "BT-45"), limit: 1000)
        party.taxNumber = taxNumber(fields, country, role.term("BT-32", "BT-46"))
        party.vatNumber = vatNumber(fields, country, role.term("BT-31", "BT-48"))
        party.registrationNumber = text(fields, .registrationNumber, role.term("BT-30", "BT-47"), limit: 100)
        party.contact = child(fields, .contact, ContactKey.self) { context, fields in
            Contact(
                name: context.text(fields, .name, role.term("BT-41", "BT-56")),
                phone: context.text(fields, .phone, role.term("BT-42", "BT-57"), limit: 100),
                email: context.text(fields, .email, role.term("BT-43", "BT-58"), limit: 254))
        }
        party.endpoint = child(fields, .endpoint, EndpointKey.self) { context, fields in
            let scheme = context.code(
                fields, .scheme, .endpointSchemes, "the EAS list", rule: "BR-CL-25", role.term("BT-34", "BT-49"),
                fix: "Write such as \"9942\" (MK VAT) or \"9948\" (RS VAT).", required: role.term("BR-62", "BR-63"))
            let id = context.text(
                fields, .id, role.term("BT-34", "BT-49"), limit: 100, required: role.term("BR-62", "BR-63"))
            guard let scheme, let id else { return nil }
            return Endpoint(scheme: scheme, id: id)
        }
        party.accounts = objects(fields, .accounts, AccountKey.self, limit: 100) { $0.account($1, country) }
        party.vatPayer = bool(fields, .vatPayer)
        if role == .seller, fields[.taxNumber] == nil, fields[.vatNumber] == nil, fields[.registrationNumber] == nil {
            report(
                "BR-CO-26", at: fields.offset, term: "BT-31", "Nothing identifies the seller.",
                fix: "Add \"vatNumber\", \"taxNumber\" or \"registrationNumber\".")
        }
        return party
    }

    mutating func address<Key: ObjectKey>(_ fields: Fields<Key>, _ key: Key, _ terms: AddressTerms) -> Address? {
        child(fields, key, AddressKey.self) { context, fields in
            Address(
                street: context.text(fields, .street, terms.street),
                number: context.text(fields, .number, terms.street, limit: 50),
                city: context.text(fields, .city, terms.city),
                postalCode: context.text(fields, .postalCode, terms.postalCode, limit: 20),
                region: context.text(fields, .region, terms.region),
                country: context.country(fields, .country, terms.country, required: terms.rule) ?? "")
        }
    }

    private mutating func taxNumber(_ fields: Fields<PartyKey>, _ country: String, _ term: String) -> String? {
        guard var number = text(fields, .taxNumber, term, limit: 50) else { return nil }
        guard country == "MK" || country == "RS" || country == "HR" else { return number }
        number = Identifiers.latin(number)
        if number.hasPrefix(country) { number.removeFirst(2) }
        check(number, of: country, fields, .taxNumber, term)
        return number
    }

    private mutating func vatNumber(_ fields: Fields<PartyKey>, _ country: String, _ term: String) -> String? {
        guard let given = text(fields, .vatNumber, term, limit: 50) else { return nil }
        let number = Identifiers.latin(given)
        let bytes = Array(number.utf8)
        let prefix = bytes.prefix(2)
        let isPlain = bytes.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || $0 == 0x2B || $0 == 0x2A }
        let isCountry = prefix.elementsEqual("EL".utf8) || CodeList.countries.contains(utf8: prefix)
        guard isPlain, isCountry, 4...20 ~= bytes.count else {
            report(
                "BR-CO-09", fields, .vatNumber, term: term,
                "A VAT number is a country code of two letters and what the country gave out.",
                fix: country.isEmpty ? "Write such as \"MK4030995135699\"." : "Write \"\(country)\" before the number.")
            return nil
        }
        let home = String(decoding: prefix, as: UTF8.self)
        if home == "MK" || home == "RS" || home == "HR" {
            check(String(decoding: bytes.dropFirst(2), as: UTF8.self), of: home, fields, .vatNumber, term)
        }
        return number
    }

    /// Length and check digit of the national number behind a VAT number.
    private mutating func check(
        _ number: String, of country: String, _ fields: Fields<PartyKey>, _ key: PartyKey, _ term: String
    ) {
        let digits = number.utf8
        switch country {
        case "MK":
            if digits.count != 13 || !Identifiers.isDigits(digits) {
                report("edb.length", fields, key, term: term, "An ЕДБ has 13 digits.", fix: "Check the number.")
            } else if !Identifiers.hasMacedonianCheckDigit(digits) {
                report(
                    "edb.checkDigit", fields, key, term: term, severity: .warning,
                    "The check digit of the ЕДБ does not fit.", fix: "Check the number.")
            }
        case "RS":
            // A natural person has a number of 13 digits instead.
            if digits.count == 13, Identifiers.isDigits(digits) { return }
            if digits.count != 9 || !Identifiers.hasMod11And10CheckDigit(digits) {
                report(
                    "pib.checkDigit", fields, key, term: term, "This is no ПИБ: 9 digits, the last a check digit.",
                    fix: "Check the number.")
            }
        default:
            if digits.count != 11 || !Identifiers.hasMod11And10CheckDigit(digits) {
                report(
                    "oib.checkDigit", fields, key, term: term, "This is no OIB: 11 digits, the last a check digit.",
                    fix: "Check the number.")
            }
        }
    }

    private mutating func account(_ fields: Fields<AccountKey>, _ country: String) -> BankAccount {
        if fields[.iban] == nil, fields[.account] == nil {
            report(
                "BR-50", at: fields.offset, term: "BT-84", "The account has no number.",
                fix: "Add \"iban\" or \"account\".")
        }
        return BankAccount(
            iban: iban(fields), account: nationalAccount(fields, country), bic: bic(fields),
            bank: text(fields, .bank))
    }

    private mutating func iban(_ fields: Fields<AccountKey>) -> String? {
        guard let given = text(fields, .iban, "BT-84", limit: 50) else { return nil }
        let iban = Identifiers.latin(given)
        if Identifiers.isIBAN(iban) { return iban }
        report(
            "iban.checkDigits", fields, .iban, term: "BT-84", "The IBAN has a wrong length or wrong check digits.",
            fix: "Check the number against the bank's papers.")
        return nil
    }

    private mutating func nationalAccount(_ fields: Fields<AccountKey>, _ country: String) -> String? {
        guard let given = text(fields, .account, "BT-84", limit: 50) else { return nil }
        switch country {
        case "MK":
            if let account = Identifiers.macedonianAccount(given) { return account }
            report(
                "account.checkDigits", fields, .account, term: "BT-84",
                "A Macedonian account has 15 digits, the last two are check digits; these do not fit.",
                fix: "Check the number against the bank's papers.")
            return nil
        case "RS":
            if let account = Identifiers.serbianAccount(given) { return account }
            report(
                "account.checkDigits", fields, .account, term: "BT-84",
                "A Serbian account has 18 digits, the last two are check digits; these do not fit.",
                fix: "Check the number; 160-1234-56 is taken too.")
            return nil
        default: return given
        }
    }

    private mutating func bic(_ fields: Fields<AccountKey>) -> String? {
        guard let given = text(fields, .bic, "BT-86", limit: 20) else { return nil }
        let bytes = Array(Identifiers.latin(given).utf8)
        let isBIC =
            (bytes.count == 8 || bytes.count == 11)
            && bytes.enumerated().allSatisfy { index, byte in
                0x41...0x5A ~= byte || index != 4 && index != 5 && 0x30...0x39 ~= byte
            }
        if isBIC { return String(decoding: bytes, as: UTF8.self) }
        report(
            "bic.malformed", fields, .bic, term: "BT-86", "A BIC has 8 or 11 letters and digits.",
            fix: "Check it against the bank's papers.")
        return nil
    }
}

/// The EN 16931 terms of an address and the rule that demands its country.
struct AddressTerms {
    let street, city, postalCode, region, country, rule: String
}
