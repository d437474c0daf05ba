import Diagnostics
import InvoiceModel
import XMLCore

/// A value of the e-invoice, and what the paper must say about it.
struct StatedValue: Sendable {
    /// What a value is.
    enum Kind: Sendable {
        case amount(ExactDecimal)
        case quantity(ExactDecimal)
        case percent(ExactDecimal)
        case date(CalendarDate)
        case identifier
        case name
        case currency
    }

    /// The EN 16931 term, such as `BT-115`.
    let term: String
    let kind: Kind
    /// As the XML has it.
    let text: String
    /// Where the XML has it.
    let pointer: String
    let place: SourcePlace
    /// Whether a paper without it is no picture of the document; otherwise it is worth a warning.
    let isMandatory: Bool
    /// The labels of the catalogues beside which the paper must say this and nothing else.
    let labels: Set<String>
    /// A number that says the same, such as the percentage that a discount was computed from.
    var alternative: ExactDecimal?

    /// The number of an amount, a quantity or a rate; nil for anything else.
    var number: ExactDecimal? {
        switch kind {
        case .amount(let value), .quantity(let value), .percent(let value): value
        case .date, .identifier, .name, .currency: nil
        }
    }
}

/// A line of the e-invoice (BG-25).
struct StatedLine: Sendable {
    let name: StatedValue?
    let quantity: StatedValue?
    let price: StatedValue?
    let net: StatedValue?
    let rate: StatedValue?
    /// BT-127, BT-128, BT-134 to BT-145, BT-149, BT-154 to BT-159 as far as they are numbers, dates or identifiers.
    let more: [StatedValue]
    let pointer: String
    let place: SourcePlace
}

/// A row of the VAT breakdown (BG-23).
struct StatedCategory: Sendable {
    let taxable: StatedValue
    let tax: StatedValue
    let rate: StatedValue?
}

/// What a UBL invoice or credit note states, in the form in which a paper is asked about it.
struct StatedDocument: Sendable {
    private(set) var values: [StatedValue] = []
    private(set) var lines: [StatedLine] = []
    private(set) var categories: [StatedCategory] = []
    /// The amounts of document discounts and charges that share their reason: the page shows each group as one.
    private(set) var adjustments: [StatedValue] = []
    let isCreditNote: Bool
    /// BT-5.
    let currency: String
    /// Every number in the text of the document.
    private(set) var numbers: Set<ExactDecimal> = []
    /// Every date in the text of the document.
    private(set) var dates: Set<CalendarDate> = []
    /// The keys of everything that the document says, for identifiers that the paper has more of.
    private(set) var keys: [[UInt8]] = []

    private let root: XMLElement

    /// Reads a document; nil when the root is neither Invoice nor CreditNote.
    init?(_ document: XMLDocument) {
        root = document.root
        guard root.name == "Invoice" || root.name == "CreditNote" else { return nil }
        isCreditNote = root.name == "CreditNote"
        currency = root.child("DocumentCurrencyCode")?.text.trimmed ?? ""
        readHead()
        readParties()
        readPayment()
        readTax()
        readTotals()
        lines = root.children(isCreditNote ? "CreditNoteLine" : "InvoiceLine").map(Self.line)
        collect()
    }

    // MARK: - Values

    private static func value(
        _ term: String, _ element: XMLElement?, labels: Set<String> = [], isMandatory: Bool = true,
        _ kind: (String) -> StatedValue.Kind?
    ) -> StatedValue? {
        guard let element else { return nil }
        let text = element.text.trimmed
        guard !text.isEmpty, let kind = kind(text) else { return nil }
        return StatedValue(
            term: term, kind: kind, text: text, pointer: element.path, place: element.place, isMandatory: isMandatory,
            labels: labels)
    }

    private static func amount(_ text: String) -> StatedValue.Kind? { decimal(text).map { .amount($0) } }
    private static func quantity(_ text: String) -> StatedValue.Kind? { decimal(text).map { .quantity($0) } }
    private static func percent(_ text: String) -> StatedValue.Kind? { decimal(text).map { .percent($0) } }
    private static func date(_ text: String) -> StatedValue.Kind? {
        CalendarDate(iso: String(text.prefix(10))).map { .date($0) }
    }
    private static func identifier(_ text: String) -> StatedValue.Kind? { .identifier }
    private static func name(_ text: String) -> StatedValue.Kind? { .name }

    private static func decimal(_ text: String) -> ExactDecimal? {
        ExactDecimal(text.hasPrefix("+") ? String(text.dropFirst()) : text)?.trimmed()
    }

    private mutating func add(
        _ term: String, _ element: XMLElement?, labels: Set<String> = [], isMandatory: Bool = true,
        _ kind: (String) -> StatedValue.Kind?
    ) {
        if let value = Self.value(term, element, labels: labels, isMandatory: isMandatory, kind) {
            values.append(value)
        }
    }

    // MARK: - Groups

    private mutating func readHead() {
        add("BT-1", root.child("ID"), Self.identifier)
        add("BT-2", root.child("IssueDate"), labels: ["issue-date", "place-and-date"], Self.date)
        add("BT-7", root.child("TaxPointDate"), labels: ["supply-date"], Self.date)
        add("BT-9", root.child("DueDate"), labels: ["due-date"], Self.date)
        add("BT-5", root.child("DocumentCurrencyCode")) { _ in .currency }
        add("BT-72", root.at("Delivery", "ActualDeliveryDate"), labels: ["supply-date"], Self.date)
        add("BT-73", root.at("InvoicePeriod", "StartDate"), isMandatory: false, Self.date)
        add("BT-74", root.at("InvoicePeriod", "EndDate"), isMandatory: false, Self.date)
        for reference in root.children("BillingReference") {
            let preceding = reference.child("InvoiceDocumentReference")
            add("BT-25", preceding?.child("ID"), Self.identifier)
            add("BT-26", preceding?.child("IssueDate"), isMandatory: false, Self.date)
        }
        let references = [
            ("BT-10", "BuyerReference", nil), ("BT-13", "OrderReference", "ID"),
            ("BT-14", "OrderReference", "SalesOrderID"), ("BT-16", "DespatchDocumentReference", "ID"),
            ("BT-15", "ReceiptDocumentReference", "ID"), ("BT-17", "OriginatorDocumentReference", "ID"),
            ("BT-12", "ContractDocumentReference", "ID"), ("BT-11", "ProjectReference", "ID"),
        ]
        for (term, name, inner) in references {
            let element = root.child(name)
            add(term, inner.map { element?.child($0) } ?? element, isMandatory: false, Self.identifier)
        }
    }

    private mutating func readParties() {
        let seller = root.at("AccountingSupplierParty", "Party")
        let buyer = root.at("AccountingCustomerParty", "Party")
        add("BT-27", seller?.at("PartyLegalEntity", "RegistrationName"), Self.name)
        add("BT-28", seller?.at("PartyName", "Name"), isMandatory: false, Self.name)
        add("BT-30", seller?.at("PartyLegalEntity", "CompanyID"), Self.identifier)
        for scheme in seller?.children("PartyTaxScheme") ?? [] {
            let isVAT = scheme.at("TaxScheme", "ID")?.text.trimmed == "VAT"
            add(isVAT ? "BT-31" : "BT-32", scheme.child("CompanyID"), Self.identifier)
        }
        for identification in seller?.children("PartyIdentification") ?? [] {
            add("BT-29", identification.child("ID"), isMandatory: false, Self.identifier)
        }
        add("BT-44", buyer?.at("PartyLegalEntity", "RegistrationName"), Self.name)
        add("BT-45", buyer?.at("PartyName", "Name"), isMandatory: false, Self.name)
        add("BT-46", buyer?.at("PartyIdentification", "ID"), Self.identifier)
        add("BT-47", buyer?.at("PartyLegalEntity", "CompanyID"), Self.identifier)
        add("BT-48", buyer?.at("PartyTaxScheme", "CompanyID"), Self.identifier)
        add("BT-59", root.at("PayeeParty", "PartyName")?.child("Name"), isMandatory: false, Self.name)
        add("BT-62", root.at("TaxRepresentativeParty", "PartyName")?.child("Name"), isMandatory: false, Self.name)
        add(
            "BT-63", root.at("TaxRepresentativeParty", "PartyTaxScheme")?.child("CompanyID"), isMandatory: false,
            Self.identifier)
    }

    private mutating func readPayment() {
        var references = Set<String>()
        for means in root.children("PaymentMeans") {
            // A credit note asks for no payment: a page without these is still a picture of it.
            add("BT-9", means.child("PaymentDueDate"), labels: ["due-date"], isMandatory: !isCreditNote, Self.date)
            let account = means.child("PayeeFinancialAccount")
            add("BT-84", account?.child("ID"), isMandatory: !isCreditNote, Self.identifier)
            add("BT-86", account?.at("FinancialInstitutionBranch", "ID"), isMandatory: false, Self.identifier)
            add("BT-89", means.at("PaymentMandate", "ID"), isMandatory: false, Self.identifier)
            guard let id = means.child("PaymentID"), references.insert(id.text).inserted else { continue }
            add("BT-83", id, labels: ["reference"], isMandatory: !isCreditNote, Self.identifier)
        }
    }

    private mutating func readTax() {
        for (index, total) in root.children("TaxTotal").enumerated() {
            let amount = total.child("TaxAmount")
            let isOwn = index == 0 || amount?.attribute("currencyID") == currency
            add(
                isOwn ? "BT-110" : "BT-111", amount, labels: [isOwn ? "tax-total" : "tax-in-other-currency"],
                Self.amount)
            for row in total.children("TaxSubtotal") {
                guard let taxable = Self.value("BT-116", row.child("TaxableAmount"), Self.amount),
                    let tax = Self.value("BT-117", row.child("TaxAmount"), Self.amount)
                else { continue }
                let rate = Self.value("BT-119", row.at("TaxCategory", "Percent"), Self.percent)
                categories.append(StatedCategory(taxable: taxable, tax: tax, rate: rate))
            }
        }
    }

    private mutating func readTotals() {
        let totals = root.child("LegalMonetaryTotal")
        let terms: [(term: String, name: String, label: String)] = [
            ("BT-106", "LineExtensionAmount", "line-total"), ("BT-109", "TaxExclusiveAmount", "tax-exclusive"),
            ("BT-112", "TaxInclusiveAmount", "tax-inclusive"), ("BT-113", "PrepaidAmount", "prepaid"),
            ("BT-114", "PayableRoundingAmount", "rounding"), ("BT-115", "PayableAmount", "payable"),
        ]
        for (term, name, label) in terms {
            let labels: Set = label == "payable" ? ["payable", "credited"] : [label]
            add(term, totals?.child(name), labels: labels, Self.amount)
        }
        readAdjustments()
    }

    /// BT-92 and BT-99: what was spread over VAT categories is one discount or charge on paper.
    private mutating func readAdjustments() {
        var sums: [[String]: (value: StatedValue, sum: ExactDecimal)] = [:]
        var order: [[String]] = []
        for item in root.children("AllowanceCharge") {
            let isCharge = item.child("ChargeIndicator")?.text.trimmed == "true"
            guard let value = Self.value(isCharge ? "BT-99" : "BT-92", item.child("Amount"), Self.amount),
                let amount = value.number
            else { continue }
            let names = [
                "ChargeIndicator", "AllowanceChargeReason", "AllowanceChargeReasonCode", "MultiplierFactorNumeric",
            ]
            let group = names.map { item.child($0)?.text.trimmed ?? "" }
            if let known = sums[group] {
                sums[group] = (known.value, known.sum.adding(amount) ?? known.sum)
            } else {
                order.append(group)
                sums[group] = (value, amount)
            }
        }
        adjustments = order.compactMap { sums[$0] }.map { value, sum in
            StatedValue(
                term: value.term, kind: .amount(sum), text: sum.description, pointer: value.pointer,
                place: value.place, isMandatory: true, labels: [])
        }
    }

    private static func line(_ line: XMLElement) -> StatedLine {
        let item = line.child("Item")
        var more: [StatedValue?] = [
            value("BT-134", line.at("InvoicePeriod", "StartDate"), isMandatory: false, date),
            value("BT-135", line.at("InvoicePeriod", "EndDate"), isMandatory: false, date),
            value("BT-155", item?.at("SellersItemIdentification", "ID"), isMandatory: false, identifier),
            value("BT-156", item?.at("BuyersItemIdentification", "ID"), isMandatory: false, identifier),
            value("BT-157", item?.at("StandardItemIdentification", "ID"), isMandatory: false, identifier),
        ]
        if let base = value("BT-149", line.at("Price", "BaseQuantity"), isMandatory: false, quantity),
            base.number != ExactDecimal(1)
        {
            more.append(base)
        }
        for adjustment in line.children("AllowanceCharge") {
            let isCharge = adjustment.child("ChargeIndicator")?.text.trimmed == "true"
            var amount = value(isCharge ? "BT-141" : "BT-136", adjustment.child("Amount"), isMandatory: false, amount)
            amount?.alternative = adjustment.child("MultiplierFactorNumeric").flatMap { decimal($0.text.trimmed) }
            more.append(amount)
        }
        return StatedLine(
            name: value("BT-153", item?.child("Name"), name),
            quantity: value("BT-129", line.child("InvoicedQuantity") ?? line.child("CreditedQuantity"), quantity),
            price: value("BT-146", line.at("Price", "PriceAmount"), amount),
            net: value("BT-131", line.child("LineExtensionAmount"), amount),
            rate: value("BT-152", item?.at("ClassifiedTaxCategory", "Percent"), percent),
            more: more.compactMap(\.self), pointer: line.path, place: line.place)
    }

    // MARK: - Everything that the document says

    /// Walks through all elements without recursion; a text is known with all numbers and dates within it.
    private mutating func collect() {
        var pending = [root]
        while let element = pending.popLast() {
            // A signature is no statement about the business.
            if element.name == "UBLExtensions" || element.name == "EmbeddedDocumentBinaryObject" { continue }
            let children = element.elements
            if children.isEmpty {
                collect(element.text)
            } else {
                pending += children
            }
        }
    }

    private mutating func collect(_ text: String) {
        let text = text.trimmed
        guard !text.isEmpty else { return }
        if let number = Self.decimal(text) {
            numbers.insert(number.magnitude)
        } else {
            let scalars = Array(text.unicodeScalars)
            let dates = PaperDate.all(in: scalars, months: [:])
            for date in dates { self.dates.formUnion(date.readings) }
            for number in PaperNumber.all(in: scalars, decimalMark: nil, outside: dates.map(\.range)) {
                numbers.formUnion(number.readings.map(\.magnitude))
            }
        }
        keys.append(PaperKey.ofIdentifier(text))
    }
}

extension XMLElement {
    /// The first child of a local name; UBL uses each name in one namespace only.
    fileprivate func child(_ name: String) -> XMLElement? { elements.first { $0.name == name } }

    fileprivate func children(_ name: String) -> [XMLElement] { elements.filter { $0.name == name } }

    /// A child's child.
    fileprivate func at(_ name: String, _ inner: String) -> XMLElement? { child(name)?.child(inner) }
}

extension String {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

extension ExactDecimal {
    /// The number without its sign, and without zeros at its end.
    var magnitude: ExactDecimal {
        let plain = trimmed()
        return plain.isNegative ? plain.opposite : plain
    }

    /// The number with the other sign.
    var opposite: ExactDecimal {
        // The one number without a counterpart is out of reach: at most 30 digits are read.
        ExactDecimal(coefficient: 0 &- coefficient, scale: scale)
    }

    /// The exact sum; nil where it leaves 128 bits.
    func adding(_ other: ExactDecimal) -> ExactDecimal? {
        let scale = max(scale, other.scale)
        guard let left = ExactDecimal.one(scale - self.scale).multiplied(by: self),
            let right = ExactDecimal.one(scale - other.scale).multiplied(by: other)
        else { return nil }
        let (sum, overflow) = left.coefficient.addingReportingOverflow(right.coefficient)
        return overflow ? nil : ExactDecimal(coefficient: sum, scale: scale).trimmed()
    }

    /// One, written with so many places: multiplying by it makes all digits of a number visible.
    private static func one(_ places: Int) -> ExactDecimal {
        var coefficient: Int128 = 1
        for _ in 0..<min(places, 38) { coefficient *= 10 }
        return ExactDecimal(coefficient: coefficient, scale: places)
    }
}
