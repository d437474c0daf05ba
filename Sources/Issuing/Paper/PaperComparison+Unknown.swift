import Diagnostics
import InvoiceModel
import PDFReader

/// The other direction: what the paper says and the XML does not.
extension PaperComparison {
    private static let amountLabels: Set<String> = [
        "net", "price", "price-with-vat", "taxable", "tax", "amount", "line-total", "tax-exclusive", "tax-total",
        "tax-inclusive", "prepaid", "rounding", "payable", "credited", "discounts", "charges", "tax-in-other-currency",
    ]
    private static let identifierLabels: Set<String> = [
        "tax-number", "vat-number", "registration-number", "account", "iban", "bic", "reference", "order", "contract",
        "project", "delivery-note", "buyer-reference",
    ]

    mutating func findUnknown() {
        let known = KnownNumbers(stated)
        var columns: [TableCells.Column: [(entry: Int, number: PaperNumber)]] = [:]
        for (index, entry) in paper.entries.enumerated() where entry.names.isEmpty {
            let dates = settled.contains(index) ? [] : entry.dates
            for date in dates { findUnknown(date, entry) }
            guard !settled.contains(index) else { continue }
            for number in entry.numbers where isAmount(number, entry) {
                report.readOnPaper += 1
                if known.explains(number) { continue }
                if entry.labels.contains("exchange-rate"), explainsExchange(number) { continue }
                if let column = entry.column {
                    columns[column, default: []].append((index, number))
                } else {
                    nameUnknown(number, entry)
                }
            }
        }
        for (_, items) in columns.sorted(by: { ($0.value.first?.entry ?? 0) < ($1.value.first?.entry ?? 0) }) {
            // Parts of a sum that the XML has as a whole, such as several advances.
            let sum = items.reduce(ExactDecimal.zero as ExactDecimal?) { sum, item in
                item.number.readings.first.flatMap { sum?.adding($0) }
            }
            if let sum, items.count > 1, stated.numbers.contains(sum.magnitude) { continue }
            for item in items { nameUnknown(item.number, paper.entries[item.entry]) }
        }
        findUnknownIdentifiers()
        for disguise in paper.disguises {
            let finding = Finding(
                rule: "paper.textReplaced", pointer: "",
                message: "The pages show other figures than the text that is given out for them.",
                fix: "Look at the page: what it shows may differ from what programs read.")
            report.disagreements.append(
                PaperDisagreement(
                    finding: finding, page: disguise.page + 1, paper: "\(disguise.drawn) → \(disguise.replacement)"))
        }
    }

    /// Whether a number is money: as many places as the currency has, or a place where money stands.
    private func isAmount(_ number: PaperNumber, _ entry: PaperEntry) -> Bool {
        if number.isPercent { return true }
        let places = Currency(code: stated.currency)?.minorUnitDigits ?? 2
        if places > 0, number.places == places { return true }
        guard entry.isNumber else { return false }
        if !entry.labels.isDisjoint(with: Self.amountLabels) { return true }
        let marks = (vocabulary.currencies[stated.currency] ?? []).union([PaperKey.of(stated.currency)])
        return marks.contains { !$0.isEmpty && entry.key.holds($0) }
    }

    private mutating func nameUnknown(_ number: PaperNumber, _ entry: PaperEntry) {
        nameUnknown(
            "paper.amountUnknown", entry, number.text, severity: .error,
            number.isPercent
                ? "The pages show a rate that the XML does not have."
                : "The pages show an amount that the XML does not have.")
    }

    private mutating func findUnknown(_ date: PaperDate, _ entry: PaperEntry) {
        report.readOnPaper += 1
        guard !date.readings.contains(where: stated.dates.contains) else { return }
        nameUnknown(
            "paper.dateUnknown", entry, date.text, severity: .warning,
            "The pages show a date that the XML does not have.")
    }

    /// An exchange rate is not in the XML, but both amounts that it connects are (BT-110, BT-111).
    private func explainsExchange(_ number: PaperNumber) -> Bool {
        let totals = stated.values.filter { $0.term == "BT-110" || $0.term == "BT-111" }.compactMap(\.number)
        guard totals.count == 2 else { return false }
        return number.readings.contains { rate in
            totals[0].multiplied(by: rate)?.rounded(to: 2).trimmed() == totals[1].trimmed()
        }
    }

    private mutating func findUnknownIdentifiers() {
        let entries = paper.entries + paper.labelled.map(\.entry)
        // The bounds are far above what an invoice has; they keep the work small for one that was made to take long.
        let keys = stated.keys.prefix(20_000)
        let known = Set(stated.keys)
        for entry in entries.lazy.filter({ !$0.labels.isDisjoint(with: Self.identifierLabels) }).prefix(1000) {
            guard counts(entry), !entry.labels.isEmpty, entry.labels.isSubset(of: Self.identifierLabels) else {
                continue
            }
            let key = entry.identifierKey
            // `Order line: 1` begins like the label "Order", and is something else.
            let first = entry.text.split(whereSeparator: \.isWhitespace).first ?? ""
            guard first.utf8.contains(where: { 0x30...0x39 ~= $0 }) else { continue }
            guard key.count > 2, key.contains(where: { 0x30...0x39 ~= $0 }), key.count <= 64 else { continue }
            report.readOnPaper += 1
            guard !known.contains(key), !keys.contains(where: { $0.holds(key) || $0.count > 4 && key.holds($0) }) else {
                continue
            }
            let isAccount = !entry.labels.isDisjoint(with: ["iban", "account"])
            nameUnknown(
                "paper.identifierUnknown", entry, entry.text, severity: isAccount ? .error : .warning,
                "The pages show an identifier that the XML does not have.")
        }
    }
}

/// The numbers that a paper may show because the XML has them, or because they follow from it.
struct KnownNumbers {
    private var numbers: Set<ExactDecimal>
    private let rates: [Rate]

    init(_ stated: StatedDocument) {
        numbers = stated.numbers
        for adjustment in stated.adjustments { if let number = adjustment.number { numbers.insert(number.magnitude) } }
        // Subtotals carried from page to page.
        var sum: ExactDecimal? = .zero
        for line in stated.lines {
            sum = line.net?.number.flatMap { sum?.adding($0) }
            if let sum { numbers.insert(sum.magnitude) }
        }
        let percents = stated.categories.compactMap { $0.rate?.number } + stated.lines.compactMap { $0.rate?.number }
        rates = Set(percents.map { $0.trimmed() }).compactMap { Rate(percent: $0) }.filter { $0 > .zero }
    }

    /// Whether the XML explains a number, as it stands or as what it is with VAT.
    func explains(_ number: PaperNumber) -> Bool {
        number.readings.contains { reading in
            let magnitude = reading.magnitude
            if magnitude.isZero || numbers.contains(magnitude) { return true }
            guard !number.isPercent else { return false }
            return rates.contains { rate in
                let net = magnitude.dividing(by: 10_000 + rate.basisPoints, times: 10_000, places: 2)
                return net.map { numbers.contains($0.trimmed()) } ?? false
            }
        }
    }
}
