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
    /// The kind, and the code of a received document that says more.
    case kind(DocumentKind, received: String?)
    case category(VATTreatment)
    /// A UNTDID 4461 code that has a label.
    case means(String)
    case mark(DocumentMark)
    /// A text of the catalogue.
    case sentence(Label)
    /// In words.
    case spelled(Money)
    case flag(Bool)
}

/// What a field can hold; it decides which formats suit.
enum FieldType: String, Sendable, Hashable {
    case text, money, decimal, price, percent, rate, date, count, unit, country
    case vatNumber = "VAT number"
    case kind
    case category
    case means = "means of payment"
    case mark
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
    var types: [FieldType] {
        switch self {
        case .currency: [.money]
        case .negated: [.money, .decimal, .price]
        case .long: [.date]
        case .groups: [.text]
        case .code: [.unit, .country, .kind, .category, .means, .mark, .vatNumber]
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
    static func rate(_ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> FieldValue?) -> Field {
        Field(name: name, type: .rate, about: about, read: read)
    }
    static func category(_ name: String, _ read: @escaping @Sendable (Scope) -> VATTreatment) -> Field {
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
        case .date, .unit, .kind, .category, .mark, .sentence, .spelled: true
        }
    }

    /// What a condition compares with; nil for values that have no code.
    var code: String? {
        switch self {
        case .text(let text), .country(let text), .vatNumber(let text), .means(let text): text
        case .unit(let unit): unit.code
        case .kind(let kind, _): kind.rawValue
        case .category(let vat): vat.categoryCode
        case .mark(let mark): mark.rawValue
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
        case .unit(let unit):
            if format == .code {
                text += unit.code.utf8
            } else {
                scope.appendPair(catalogue.name(of: unit), scope.second?.name(of: unit), to: &text)
            }
        case .country(let code): text += (format == .code ? code : catalogue.name(ofCountry: code)).utf8
        case .vatNumber(let number): text += (format == .code ? number : catalogue.printed(vatNumber: number)).utf8
        case .kind(let kind, let received):
            if format == .code {
                text += kind.rawValue.utf8
            } else {
                let second = scope.second?.title(of: kind, received: received)
                scope.appendPair(catalogue.title(of: kind, received: received), second, to: &text)
            }
        case .category(let vat):
            if format == .code {
                text += vat.categoryCode.utf8
            } else {
                scope.appendPair(catalogue.name(of: vat), scope.second?.name(of: vat), to: &text)
            }
        case .means(let code):
            if format != .code, let label = Label(paymentMeans: code) {
                scope.append(label, to: &text)
            } else if format != .code, let name = catalogue.name(ofTerm: "BT-81:\(code)") {
                scope.appendPair(name, scope.second?.name(ofTerm: "BT-81:\(code)"), to: &text)
                text += " (\(code))".utf8
            } else {
                text += code.utf8
            }
        case .mark(let mark):
            if format == .code { text += mark.rawValue.utf8 } else { scope.append(mark.label, to: &text) }
        case .sentence(let label): scope.append(label, to: &text)
        case .spelled(let money):
            guard let words = money.inWords(of: scope.currency, in: catalogue.language) else { return }
            let second = scope.second.flatMap { money.inWords(of: scope.currency, in: $0.language) }
            scope.appendPair(words, second, to: &text)
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
        case .proForma: .proForma
        }
    }
}

extension DocumentMark {
    /// What is written across the page.
    var label: Label {
        switch self {
        case .draft: .markDraft
        case .void: .markVoid
        case .copy: .markCopy
        }
    }
}

extension VATCategory {
    /// What the law wants said where the document itself gives no reason; nil where nothing has to be said.
    var legalText: Label? {
        switch self {
        case .standard, .zeroRated: nil
        case .exempt: .exemptText
        case .reverseCharge: .reverseChargeText
        case .intraCommunity: .intraCommunityText
        case .export: .exportText
        case .outOfScope: .outOfScopeText
        }
    }

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
