/// A seller (BG-4), buyer (BG-7) or place of delivery.
public struct Party: Sendable, Hashable {
    /// The legal name: BT-27, BT-44.
    public var name: String
    /// The name under which the party trades: BT-28, BT-45.
    public var tradeName: String?
    /// The national tax number (ЕДБ, ПИБ): BT-32 of a seller.
    public var taxNumber: String?
    /// The VAT number with an ISO 3166 prefix in Latin letters: BT-31, BT-48.
    ///
    /// The page prints a national form.
    public var vatNumber: String?
    /// The number in the company register (ЕМБС, МБ): BT-30, BT-47.
    public var registrationNumber: String?
    /// BG-5, BG-8.
    public var address: Address
    /// BG-6, BG-9.
    public var contact: Contact?
    /// BT-34, BT-49.
    public var endpoint: Endpoint?
    /// Bank accounts; the first is the one to pay to (BG-17).
    public var accounts: [BankAccount]
    /// Whether the party is registered for VAT; nil where the input does not say.
    public var vatPayer: Bool?

    /// Takes every property as it is; nothing is checked here.
    public init(
        name: String, tradeName: String? = nil, taxNumber: String? = nil, vatNumber: String? = nil,
        registrationNumber: String? = nil, address: Address, contact: Contact? = nil, endpoint: Endpoint? = nil,
        accounts: [BankAccount] = [], vatPayer: Bool? = nil
    ) {
        self.name = name
        self.tradeName = tradeName
        self.taxNumber = taxNumber
        self.vatNumber = vatNumber
        self.registrationNumber = registrationNumber
        self.address = address
        self.contact = contact
        self.endpoint = endpoint
        self.accounts = accounts
        self.vatPayer = vatPayer
    }
}

/// A postal address (BG-5, BG-8, BG-15).
public struct Address: Sendable, Hashable {
    /// The street: BT-35 with the number behind it.
    public var street: String?
    /// The number of the house.
    public var number: String?
    /// BT-37, BT-52.
    public var city: String?
    /// BT-38, BT-53.
    public var postalCode: String?
    /// BT-39, BT-54.
    public var region: String?
    /// ISO 3166-1 alpha-2: BT-40, BT-55.
    public var country: String

    /// Takes every property as it is; nothing is checked here.
    public init(
        street: String? = nil, number: String? = nil, city: String? = nil, postalCode: String? = nil,
        region: String? = nil, country: String
    ) {
        self.street = street
        self.number = number
        self.city = city
        self.postalCode = postalCode
        self.region = region
        self.country = country
    }
}

/// Whom to ask (BG-6, BG-9).
public struct Contact: Sendable, Hashable {
    /// BT-41, BT-56.
    public var name: String?
    /// BT-42, BT-57.
    public var phone: String?
    /// BT-43, BT-58.
    public var email: String?

    /// Takes every property as it is; nothing is checked here.
    public init(name: String? = nil, phone: String? = nil, email: String? = nil) {
        self.name = name
        self.phone = phone
        self.email = email
    }
}

/// An electronic address (BT-34, BT-49).
public struct Endpoint: Sendable, Hashable {
    /// The EAS code, such as 9948 for a Serbian PIB.
    public var scheme: String
    /// The address within the scheme.
    public var id: String

    /// Takes every property as it is; nothing is checked here.
    public init(scheme: String, id: String) {
        self.scheme = scheme
        self.id = id
    }
}

/// An account to pay to (BG-17).
public struct BankAccount: Sendable, Hashable {
    /// BT-84 in the international form.
    public var iban: String?
    /// The national account number.
    public var account: String?
    /// BT-86.
    public var bic: String?
    /// The name of the bank, printed.
    public var bank: String?

    /// Takes every property as it is; nothing is checked here.
    public init(iban: String? = nil, account: String? = nil, bic: String? = nil, bank: String? = nil) {
        self.iban = iban
        self.account = account
        self.bic = bic
        self.bank = bank
    }
}
