import InvoiceModel
import Tax

/// What a field holds for one document.
enum FieldValue {
    case text(String)
    case money(Money)
    /// In the VAT currency of the document.
    case vatMoney(Money)
    case decimal(ExactDecimal)
    case price(ExactDecimal)
    case percent(ExactDecimal)
    case rate(Rate)
    case date(CalendarDate)
    case count(Int)
    case unit(UnitCode)
    case country(String)
    case vatNumber(String)
    case kind(DocumentKind)
    case category(VATCategory)
    /// A UNTDID 4461 code that has a label.
    case means(String)
    case flag(Bool)
}

/// What a field can hold; it decides which formats suit.
enum FieldType: String, Sendable, Hashable {
    case text, money, decimal, price, percent, rate, date, count, unit, country
    case vatNumber = "VAT number"
    case kind
    case category
    case means = "means of payment"
    case flag
}

/// A way to write a value; nil in an expression means the natural one.
enum FieldFormat: String, Sendable, Hashable, CaseIterable {
    /// An amount with its currency.
    case currency
    /// An amount, price or number with its sign turned round.
    case negated
    /// A date with the month in words.
    case long
    /// Text in groups of four, as an IBAN is printed.
    case groups
    /// The code itself instead of its name.
    case code

    /// The types that it suits.
    var types: Set<FieldType> {
        switch self {
        case .currency: [.money]
        case .negated: [.money, .decimal, .price]
        case .long: [.date]
        case .groups: [.text]
        case .code: [.unit, .country, .kind, .category, .means, .vatNumber]
        }
    }
}

/// One thing that a template may print or ask for.
final class Field: Sendable {
    /// The name within its owner, such as `seller.address.city`; empty for the item itself.
    let name: String
    let type: FieldType
    /// One sentence for docs/templates.md.
    let about: String
    /// The value; nil where the document says nothing.
    let read: @Sendable (Scope) -> FieldValue?

    static func text(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> String?) -> Field {
        Field(name: name, type: .text, about: about) { scope in
            guard let text = read(scope), !text.isEmpty else { return nil }
            return .text(text)
        }
    }
    static func money(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> Money?) -> Field {
        Field(name: name, type: .money, about: about) { read($0).map(FieldValue.money) }
    }
    static func date(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> CalendarDate?) -> Field {
        Field(name: name, type: .date, about: about) { read($0).map(FieldValue.date) }
    }
    static func percent(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> ExactDecimal?) -> Field
    {
        Field(name: name, type: .percent, about: about) { read($0).map(FieldValue.percent) }
    }
    static func rate(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> Rate?) -> Field {
        Field(name: name, type: .rate, about: about) { read($0).map(FieldValue.rate) }
    }
    static func category(_ name: String, _ read: @escaping @Sendable (Scope) -> VATCategory) -> Field {
        Field(name: name, type: .category, about: "The VAT category; prints its name, compares by its code.") {
            .category(read($0))
        }
    }
    static func flag(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> Bool) -> Field {
        Field(name: name, type: .flag, about: about) { .flag(read($0)) }
    }

    init(
        name: String,
        type: FieldType,
        about: String,
        read: @escaping @Sendable (Scope) -> FieldValue?
    ) {
        self.name = name
        self.type = type
        self.about = about
        self.read = read
    }
}

extension FieldValue {
    /// Whether a condition on the value holds: it is there and not zero.
    var isTrue: Bool {
        switch self {
        case .text(let text), .country(let text), .vatNumber(let text), .means(let text): !text.isEmpty
        case .money(let money), .vatMoney(let money): money.minorUnits != 0
        case .decimal(let number), .price(let number), .percent(let number): number.coefficient != 0
        case .rate(let rate): rate.basisPoints != 0
        case .count(let count): count != 0
        case .flag(let flag): flag
        case .date, .unit, .kind, .category: true
        }
    }

    /// What a condition compares with; nil for values that have no code.
    var code: String? {
        switch self {
        case .text(let text), .country(let text), .vatNumber(let text), .means(let text): text
        case .unit(let unit): unit.code
        case .kind(let kind): kind.rawValue
        case .category(let category): category.rawValue
        case .count(let count): String(count)
        default: nil
        }
    }

    /// Appends the value as the document's language writes it.
    func append(_ format: FieldFormat?, in scope: Scope, to text: inout [UInt8]) {
        let catalogue = scope.catalogue
        let locale = catalogue.format
        switch self {
        case .text(let value):
            if format == .groups { Self.append(inGroups: value, to: &text) } else { text += value.utf8 }
        case .money(let money):
            let currency = scope.currency
            switch format {
            case .currency: locale.append(money, in: currency, to: &text)
            case .negated:
                locale.append(Money(minorUnits: 0 &- money.minorUnits), places: currency.minorUnitDigits, to: &text)
            default: locale.append(money, places: currency.minorUnitDigits, to: &text)
            }
        case .vatMoney(let money):
            guard let currency = scope.priced.invoice.vatCurrency else { return }
            locale.append(money, in: currency, to: &text)
        case .decimal(let number): locale.append(Self.signed(number, format), to: &text)
        case .price(let number):
            locale.append(Self.signed(number, format), atLeast: scope.currency.minorUnitDigits, to: &text)
        case .percent(let number):
            locale.append(number, to: &text)
            text += LocaleFormat.noBreakSpace
            text.append(UInt8(ascii: "%"))
        case .rate(let rate): locale.append(rate, to: &text)
        case .date(let day): locale.append(day, long: format == .long, to: &text)
        case .count(let count): locale.append(whole: UInt64(max(count, 0)), minimumDigits: 1, to: &text)
        case .unit(let unit): text += (format == .code ? unit.code : catalogue.name(of: unit)).utf8
        case .country(let code): text += (format == .code ? code : catalogue.name(ofCountry: code)).utf8
        case .vatNumber(let number): text += (format == .code ? number : catalogue.printed(vatNumber: number)).utf8
        case .kind(let kind): text += (format == .code ? kind.rawValue : catalogue[kind.label]).utf8
        case .category(let category): text += (format == .code ? category.rawValue : catalogue[category.label]).utf8
        case .means(let code):
            if format != .code, let label = Label(paymentMeans: code) {
                text += catalogue[label].utf8
            } else {
                text += code.utf8
            }
        case .flag: break
        }
    }

    private static func signed(_ number: ExactDecimal, _ format: FieldFormat?) -> ExactDecimal {
        format == .negated ? ExactDecimal(coefficient: 0 &- number.coefficient, scale: number.scale) : number
    }

    private static func append(inGroups value: String, to text: inout [UInt8]) {
        for (index, byte) in value.utf8.filter({ $0 != UInt8(ascii: " ") }).enumerated() {
            if index > 0, index % 4 == 0 { text += LocaleFormat.noBreakSpace }
            text.append(byte)
        }
    }
}

extension DocumentKind {
    /// The title of the document.
    var label: Label {
        switch self {
        case .invoice: .invoice
        case .creditNote: .creditNote
        case .debitNote: .debitNote
        case .advance: .advance
        }
    }
}

extension VATCategory {
    /// The name of the category on a page.
    var label: Label {
        switch self {
        case .standard: .standardRated
        case .zeroRated: .zeroRated
        case .exempt: .exempt
        case .reverseCharge: .reverseCharge
        case .intraCommunity: .intraCommunity
        case .export: .export
        case .outOfScope: .outOfScope
        }
    }
}
