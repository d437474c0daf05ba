import JSONCore

/// The keys of one kind of object in the invoice JSON (DESIGN §2), numbered for `JSONFields`.
protocol ObjectKey: CaseIterable, RawRepresentable<Int>, Sendable {
    static var table: JSONKeyTable { get }
}

extension ObjectKey {
    /// The table of all keys in the order of the cases; a case is spelt like its key, but for `schema`, `$schema`.
    ///
    /// They are written out: to ask the cases for their names costs the start of a command two milliseconds.
    static func makeTable(_ names: String...) -> JSONKeyTable {
        assert(names.map { $0 == "$schema" ? "schema" : $0 } == allCases.map { "\($0)" }, "cases are spelt like keys")
        return JSONKeyTable(names)
    }

    var name: String { Self.table.names[rawValue] }
}

enum InvoiceKey: Int, ObjectKey {
    case schema, kind, number, series, issueDate, supplyDate, dueDate, currency, language, seller, buyer, payment
    case profile, template, prices, vatCurrency, exchangeRate, references, delivery, period, lines, discounts, charges
    case prepaid, payableRounding, notes, terms, internalNotes, totals
    static let table = makeTable(
        "$schema", "kind", "number", "series", "issueDate", "supplyDate", "dueDate", "currency", "language", "seller",
        "buyer", "payment", "profile", "template", "prices", "vatCurrency", "exchangeRate", "references", "delivery",
        "period", "lines", "discounts", "charges", "prepaid", "payableRounding", "notes", "terms", "internalNotes",
        "totals")
}

enum PartyKey: Int, ObjectKey {
    case name, tradeName, taxNumber, vatNumber, registrationNumber, address, contact, endpoint, accounts, vatPayer
    static let table = makeTable(
        "name", "tradeName", "taxNumber", "vatNumber", "registrationNumber", "address", "contact", "endpoint",
        "accounts", "vatPayer")
}

enum AddressKey: Int, ObjectKey {
    case street, number, city, postalCode, region, country
    static let table = makeTable("street", "number", "city", "postalCode", "region", "country")
}

enum ContactKey: Int, ObjectKey {
    case name, phone, email
    static let table = makeTable("name", "phone", "email")
}

enum EndpointKey: Int, ObjectKey {
    case scheme, id
    static let table = makeTable("scheme", "id")
}

enum AccountKey: Int, ObjectKey {
    case account, iban, bic, bank
    static let table = makeTable("account", "iban", "bic", "bank")
}

enum ReferencesKey: Int, ObjectKey {
    case order, contract, project, delivery, buyer, invoices
    static let table = makeTable("order", "contract", "project", "delivery", "buyer", "invoices")
}

enum InvoiceReferenceKey: Int, ObjectKey {
    case number, issueDate
    static let table = makeTable("number", "issueDate")
}

enum DeliveryKey: Int, ObjectKey {
    case date, name, address
    static let table = makeTable("date", "name", "address")
}

enum PeriodKey: Int, ObjectKey {
    case start, end
    static let table = makeTable("start", "end")
}

enum LineKey: Int, ObjectKey {
    case id, item, quantity, unit, price, vat, priceBase, discounts, charges, period, note
    static let table = makeTable(
        "id", "item", "quantity", "unit", "price", "vat", "priceBase", "discounts", "charges", "period", "note")
}

enum ItemKey: Int, ObjectKey {
    case name, code, description, gtin, classification, origin
    static let table = makeTable("name", "code", "description", "gtin", "classification", "origin")
}

enum ClassificationKey: Int, ObjectKey {
    case code, list, version
    static let table = makeTable("code", "list", "version")
}

enum TreatmentKey: Int, ObjectKey {
    case category, rate, reason, reasonCode
    static let table = makeTable("category", "rate", "reason", "reasonCode")
}

enum LineAdjustmentKey: Int, ObjectKey {
    case percent, amount, base, reason, code
    static let table = makeTable("percent", "amount", "base", "reason", "code")
}

enum DocumentAdjustmentKey: Int, ObjectKey {
    case percent, amount, base, reason, code, vat
    static let table = makeTable("percent", "amount", "base", "reason", "code", "vat")
}

enum PaymentKey: Int, ObjectKey {
    case means, terms, reference, qr
    static let table = makeTable("means", "terms", "reference", "qr")
}

enum PaymentTermKey: Int, ObjectKey {
    case percent, amount, days, date, text
    static let table = makeTable("percent", "amount", "days", "date", "text")
}

enum PrepaymentKey: Int, ObjectKey {
    case number, date, amount
    static let table = makeTable("number", "date", "amount")
}

enum TotalsKey: Int, ObjectKey {
    case lineTotal, allowanceTotal, chargeTotal, taxExclusive, taxTotal, taxInclusive, prepaid, rounding, payable
    case vat, lineNets, taxTotalInVatCurrency
    static let table = makeTable(
        "lineTotal", "allowanceTotal", "chargeTotal", "taxExclusive", "taxTotal", "taxInclusive", "prepaid", "rounding",
        "payable", "vat", "lineNets", "taxTotalInVatCurrency")
}

enum ExpectedVATKey: Int, ObjectKey {
    case category, rate, taxable, tax
    static let table = makeTable("category", "rate", "taxable", "tax")
}

/// The keys that the decoder knows, by the name of the definition in `invoice-1.schema.json`; the root has none.
package enum InvoiceSchema {
    package static let keys: [(definition: String, keys: [String])] = [
        ("", InvoiceKey.table.names), ("party", PartyKey.table.names), ("address", AddressKey.table.names),
        ("contact", ContactKey.table.names), ("endpoint", EndpointKey.table.names),
        ("account", AccountKey.table.names), ("references", ReferencesKey.table.names),
        ("invoiceReference", InvoiceReferenceKey.table.names), ("delivery", DeliveryKey.table.names),
        ("period", PeriodKey.table.names), ("line", LineKey.table.names), ("item", ItemKey.table.names),
        ("classification", ClassificationKey.table.names), ("vat", TreatmentKey.table.names),
        ("lineDiscount", LineAdjustmentKey.table.names), ("lineCharge", LineAdjustmentKey.table.names),
        ("discount", DocumentAdjustmentKey.table.names), ("charge", DocumentAdjustmentKey.table.names),
        ("payment", PaymentKey.table.names), ("paymentTerm", PaymentTermKey.table.names),
        ("prepayment", PrepaymentKey.table.names), ("totals", TotalsKey.table.names),
        ("expectedVAT", ExpectedVATKey.table.names),
    ]
}
