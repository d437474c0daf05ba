public import Diagnostics
import InvoiceModel
public import XMLCore

/// The arithmetic of a document that somebody else made: every amount is computed again from what it is made of.
///
/// Each amount is compared with the given amounts beneath it, so that one wrong figure is told once and not again in
/// every sum above it. Rules of EN 16931 leave two gaps that are closed here: nothing in them ties a line to its
/// quantity and price, and their VAT checks (BR-CO-17, BR-S-08) let nearly one unit of currency pass. What the standard
/// itself does not forbid is a warning. What is missing is not told here; rules do that. Source: EN 16931-1:2017, 6.4.
///
/// Run it on documents that their XML schema accepts.
public struct UBLTotals: Sendable {
    /// One figure that is not what it is made of.
    public struct Discrepancy: Sendable, Hashable {
        /// The rule, such as `totals.payable`, and the place in the XML.
        public let finding: Finding
        /// The figure that the document's other figures give; nil where the finding is about something else.
        public let computed: String?
    }

    /// What does not add up: lines first, then allowances, the VAT breakdown and the totals.
    public let discrepancies: [Discrepancy]
    /// The same as findings alone.
    public var findings: [Finding] { discrepancies.map(\.finding) }

    /// Computes a document again.
    public init(of document: XMLDocument) {
        var check = UBLTotalsCheck(document.root)
        check.run()
        discrepancies = check.discrepancies
    }
}

/// The work in progress on one document.
struct UBLTotalsCheck {
    let root: XMLElement
    let currency: Currency
    var discrepancies: [UBLTotals.Discrepancy] = []
    private let lineName: String
    /// What the lines, allowances and charges of each category and rate come to.
    private var bases: [UBLTaxKey: Money] = [:]
    /// A whole unit of currency, below which the rules of EN 16931 forgive.
    private let unit: Int

    init(_ root: XMLElement) {
        self.root = root
        lineName = "\(root.name)Line"
        let code = Self.leaf(root, "DocumentCurrencyCode")?.text.trimmedXML ?? ""
        currency = UBLReading.currency(code, placesOf: root)
        var unit = 1
        for _ in 0..<min(currency.minorUnitDigits, 18) { unit *= 10 }
        self.unit = unit
    }

    mutating func run() {
        guard root.namespace == UBLName.namespace(ofRoot: root.name) else { return }
        attempt(root) { check throws(ToolkitError) in try check.lines() }
        attempt(root) { check throws(ToolkitError) in try check.documentAdjustments() }
        attempt(root) { check throws(ToolkitError) in try check.breakdown() }
        attempt(root) { check throws(ToolkitError) in try check.totals() }
    }

    // MARK: - Lines

    private mutating func lines() throws(ToolkitError) {
        for line in Self.all(root, lineName) {
            attempt(line) { check throws(ToolkitError) in try check.line(line) }
        }
    }

    private mutating func line(_ line: XMLElement) throws(ToolkitError) {
        var adjustments = Money.zero
        for element in Self.all(line, "AllowanceCharge") {
            adjustments = try adjustments.adding(try adjustment(element))
        }
        let net = try amount(line, "LineExtensionAmount")
        if let net, let item = Self.first(line, "Item") {
            try count(net.money, in: Self.first(item, "ClassifiedTaxCategory"))
        }
        guard let price = Self.first(line, "Price"), let unitPrice = try number(price, "PriceAmount") else { return }
        try grossPrice(price, unitPrice)
        let quantity = try number(line, root.name == "CreditNote" ? "CreditedQuantity" : "InvoicedQuantity")
        guard let net, let quantity else { return }
        let product = try Money(
            quantity: quantity, price: unitPrice, base: try number(price, "BaseQuantity"), in: currency)
        try compare(
            net, with: try product.adding(adjustments), "totals.lineNet", "BT-131", .slack,
            "The net amount of a line is not its quantity times its price with its discounts and charges.")
    }

    /// BT-146 is BT-148 less BT-147.
    private mutating func grossPrice(_ price: XMLElement, _ net: ExactDecimal) throws(ToolkitError) {
        guard let element = Self.first(price, "AllowanceCharge"), let gross = try number(element, "BaseAmount"),
            let discount = try number(element, "Amount")
        else { return }
        // At ten places each number fits; what has more is compared to ten.
        let places = 10
        func scaled(_ value: ExactDecimal) throws(ToolkitError) -> Int128 {
            guard let scaled = value.rounded(to: places).dividing(by: 1, times: 1, places: places) else {
                throw .notComputable
            }
            return scaled.coefficient
        }
        let (left, overflow) = try scaled(gross).subtractingReportingOverflow(try scaled(discount))
        guard !overflow, try left != scaled(net) else { return }
        disagree(
            element, "totals.price", "BT-146", .warning,
            "The net price of an item is not its gross price (BT-148) less its discount (BT-147).",
            ExactDecimal(coefficient: left, scale: places).trimmed().description)
    }

    // MARK: - Allowances and charges

    private mutating func documentAdjustments() throws(ToolkitError) {
        for element in Self.all(root, "AllowanceCharge") {
            try count(try adjustment(element), in: Self.first(element, "TaxCategory"))
        }
    }

    /// The amount of an allowance below zero, of a charge above; compared with its percentage where both are given.
    private mutating func adjustment(_ element: XMLElement) throws(ToolkitError) -> Money {
        guard let given = try amount(element, "Amount") else { return .zero }
        if let percent = try number(element, "MultiplierFactorNumeric"), let base = try amount(element, "BaseAmount") {
            let isLine = element.parent != root
            let isCharge = Self.isCharge(element)
            try compare(
                given, with: try base.money.percent(percent), "totals.adjustment",
                isLine ? (isCharge ? "BT-141" : "BT-136") : (isCharge ? "BT-99" : "BT-92"), .slack,
                "The amount of an allowance or charge is not its percentage of its base.")
        }
        return Self.isCharge(element) ? given.money : try given.money.negated()
    }

    private static func isCharge(_ element: XMLElement) -> Bool {
        let text = leaf(element, "ChargeIndicator")?.text.trimmedXML
        return text == "true" || text == "1"
    }

    private mutating func count(_ amount: Money, in category: XMLElement?) throws(ToolkitError) {
        guard let category else { return }
        let key = try taxKey(category)
        bases[key] = try (bases[key] ?? .zero).adding(amount)
    }

    private mutating func taxKey(_ category: XMLElement) throws(ToolkitError) -> UBLTaxKey {
        UBLTaxKey(
            category: Self.leaf(category, "ID")?.text.trimmedXML ?? "",
            percent: try number(category, "Percent")?.trimmed() ?? .zero)
    }

    // MARK: - VAT

    /// BG-23: each row, and that there is one for everything that is taxed.
    private mutating func breakdown() throws(ToolkitError) {
        guard let total = taxTotal else { return }
        let rows = Self.all(total, "TaxSubtotal")
        var sum = Money.zero
        var seen: Set<UBLTaxKey> = []
        for row in rows {
            let tax = try amount(row, "TaxAmount")
            if let tax { sum = try sum.adding(tax.money) }
            guard let category = Self.first(row, "TaxCategory"), let taxable = try amount(row, "TaxableAmount") else {
                continue
            }
            let key = try taxKey(category)
            guard seen.insert(key).inserted else {
                disagree(
                    row, "totals.rows", "BG-23", .warning, "The VAT breakdown has two rows of one category and rate.",
                    nil)
                continue
            }
            if let base = bases[key] {
                try compare(
                    taxable, with: base, "totals.taxable", "BT-116", .base,
                    "The taxable amount is not the sum of the lines, allowances and charges of its category and rate.")
            } else if taxable.money != .zero {
                disagree(
                    row, "totals.rows", "BG-23", .error,
                    "The VAT breakdown has a row that no line, allowance or charge belongs to.", nil)
            }
            if let tax {
                try compare(
                    tax, with: try taxable.money.percent(key.percent), "totals.vat", "BT-117", .product,
                    "The VAT amount is not the taxable amount times the rate.")
            }
        }
        if bases.contains(where: { $1 != .zero && !seen.contains($0) }) {
            disagree(
                total, "totals.rows", "BG-23", .error,
                "The VAT breakdown lacks a row for something that the document contains.", nil)
        }
        if !rows.isEmpty, let given = try amount(total, "TaxAmount") {
            try compare(
                given, with: sum, "totals.taxTotal", "BT-110", .exact,
                "The VAT total is not the sum of the VAT breakdown.")
        }
    }

    /// The TaxTotal with BT-110 and BG-23; the other one is BT-111.
    private var taxTotal: XMLElement? {
        let all = Self.all(root, "TaxTotal")
        return all.first { Self.first($0, "TaxSubtotal") != nil }
            ?? all.first { total in
                Self.leaf(total, "TaxAmount").map { $0.attribute("currencyID") ?? currency.code == currency.code }
                    ?? false
            }
    }

    // MARK: - Totals

    private mutating func totals() throws(ToolkitError) {
        guard let total = Self.first(root, "LegalMonetaryTotal") else { return }
        var lineSum = Money.zero
        for line in Self.all(root, lineName) {
            lineSum = try lineSum.adding(try amount(line, "LineExtensionAmount")?.money ?? .zero)
        }
        var sums = [false: Money.zero, true: Money.zero]
        for element in Self.all(root, "AllowanceCharge") {
            let given = try amount(element, "Amount")?.money ?? .zero
            sums[Self.isCharge(element)] = try (sums[Self.isCharge(element)] ?? .zero).adding(given)
        }
        let parts: [(String, Money, String, String, String)] = [
            (
                "LineExtensionAmount", lineSum, "totals.lineTotal", "BT-106",
                "The sum of the lines is not what their net amounts add up to."
            ),
            (
                "AllowanceTotalAmount", sums[false] ?? .zero, "totals.allowanceTotal", "BT-107",
                "The sum of allowances is not what the document allowances add up to."
            ),
            (
                "ChargeTotalAmount", sums[true] ?? .zero, "totals.chargeTotal", "BT-108",
                "The sum of charges is not what the document charges add up to."
            ),
        ]
        for (name, sum, rule, term, message) in parts {
            guard let given = try amount(total, name) else { continue }
            try compare(given, with: sum, rule, term, .exact, message)
        }
        try finalAmounts(total)
    }

    private mutating func finalAmounts(_ total: XMLElement) throws(ToolkitError) {
        func value(_ name: String) throws(ToolkitError) -> Money { try amount(total, name)?.money ?? .zero }
        let exclusive = try amount(total, "TaxExclusiveAmount")
        if let exclusive, let lines = try amount(total, "LineExtensionAmount") {
            let computed = try lines.money.subtracting(value("AllowanceTotalAmount")).adding(value("ChargeTotalAmount"))
            try compare(
                exclusive, with: computed, "totals.taxExclusive", "BT-109", .exact,
                "The total without VAT is not the sum of the lines less allowances plus charges.")
        }
        let inclusive = try amount(total, "TaxInclusiveAmount")
        if let inclusive, let exclusive, let tax = taxTotal, let vat = try amount(tax, "TaxAmount") {
            try compare(
                inclusive, with: try exclusive.money.adding(vat.money), "totals.taxInclusive", "BT-112", .exact,
                "The total with VAT is not the total without VAT plus the VAT total.")
        }
        if let inclusive, let payable = try amount(total, "PayableAmount") {
            let computed = try inclusive.money.subtracting(value("PrepaidAmount")).adding(
                value("PayableRoundingAmount"))
            try compare(
                payable, with: computed, "totals.payable", "BT-115", .exact,
                "The amount due is not the total with VAT less what is paid plus the rounding.")
        }
    }

    // MARK: - Comparing

    /// How far an amount may be from the computed one, and what it means beyond.
    private enum Tolerance {
        /// Sums of amounts that are given: nothing is rounded.
        case exact
        /// A sum whose check EN 16931 loosens: less than a unit of currency is a warning.
        case base
        /// A rounded product: a cent is silent, since VAT taken out of gross prices may be one off; then as above.
        case product
        /// What EN 16931 does not check at all: up to 0.02 is silent, as in PEPPOL-EN16931-R120, more is a warning.
        case slack
    }

    private mutating func compare(
        _ given: UBLGivenAmount, with computed: Money, _ rule: String, _ term: String, _ tolerance: Tolerance,
        _ message: String
    ) throws(ToolkitError) {
        let difference = try given.money.subtracting(computed).minorUnits.magnitude
        guard difference > 0 else { return }
        let severity: Finding.Severity
        switch tolerance {
        case .exact: severity = .error
        case .base: severity = difference < UInt(unit) ? .warning : .error
        case .product:
            guard difference > UInt(max(unit / 100, 1)) else { return }
            severity = difference < UInt(unit) ? .warning : .error
        case .slack:
            guard difference > UInt(unit / 50) else { return }
            severity = .warning
        }
        disagree(given.element, rule, term, severity, message, computed.text(in: currency))
    }

    private mutating func disagree(
        _ element: XMLElement, _ rule: String, _ term: String, _ severity: Finding.Severity, _ message: String,
        _ computed: String?
    ) {
        let finding = Finding(
            rule: rule, severity: severity, pointer: element.path, place: element.place, term: term, message: message,
            fix: computed.map { "Computed is \($0); ask the sender which figure is right." }
                ?? "Compare the VAT breakdown with the categories and rates of the lines.")
        discrepancies.append(UBLTotals.Discrepancy(finding: finding, computed: computed))
    }

    /// Does a part of the work; what overflows ends that part and is told.
    private mutating func attempt(
        _ element: XMLElement, _ work: (inout UBLTotalsCheck) throws(ToolkitError) -> Void
    ) {
        do {
            try work(&self)
        } catch {
            let finding = Finding(
                rule: "totals.notComputable", pointer: element.path, place: error.place ?? element.place,
                message: "Amounts of this document cannot be computed exactly: one is too large or too long.",
                fix: "Ask the sender for numbers of at most 18 digits, with base quantities above zero.")
            discrepancies.append(UBLTotals.Discrepancy(finding: finding, computed: nil))
        }
    }
}

/// A category with its rate: what makes a row of BG-23.
private struct UBLTaxKey: Hashable {
    let category: String
    let percent: ExactDecimal
}

/// An amount with the element that gives it.
private struct UBLGivenAmount {
    let money: Money
    let element: XMLElement
}

// MARK: - Reading

extension UBLTotalsCheck {
    /// An amount of the document's currency; nil where there is none, or none in that currency.
    private func amount(_ parent: XMLElement, _ name: String) throws(ToolkitError) -> UBLGivenAmount? {
        guard let element = Self.leaf(parent, name),
            (element.attribute("currencyID") ?? currency.code).trimmedXML == currency.code
        else { return nil }
        guard let number = ExactDecimal(xml: element.text.trimmedXML), let money = Money(number.trimmed(), in: currency)
        else { throw .notComputable }
        return UBLGivenAmount(money: money, element: element)
    }

    private func number(_ parent: XMLElement, _ name: String) throws(ToolkitError) -> ExactDecimal? {
        guard let element = Self.leaf(parent, name) else { return nil }
        guard let number = ExactDecimal(xml: element.text.trimmedXML) else { throw .notComputable }
        return number.trimmed()
    }

    private static func first(_ parent: XMLElement, _ name: String) -> XMLElement? {
        parent.first(name, namespace: UBLName.aggregate)
    }

    private static func all(_ parent: XMLElement, _ name: String) -> [XMLElement] {
        parent.all(name, namespace: UBLName.aggregate)
    }

    private static func leaf(_ parent: XMLElement, _ name: String) -> XMLElement? {
        parent.first(name, namespace: UBLName.basic)
    }
}

extension ToolkitError {
    fileprivate static var notComputable: ToolkitError {
        ToolkitError(.notComputable, "A number is too large or too long to be computed exactly.")
    }
}

extension ToolkitError.Code {
    /// A number of a document leaves what can be computed exactly.
    fileprivate static let notComputable = Self("totals.notComputable", .rejected)
}
