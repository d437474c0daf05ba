public import Diagnostics
public import InvoiceModel

/// Prices an invoice: every sum of it, or the reasons why there are none.
public struct Pricing: Sendable {
    /// The invoice with its sums; nil when the report has errors.
    public let priced: PricedInvoice?
    /// What was found; pointers lead into the invoice JSON, places are filled in by `DecodedInvoice.locating`.
    public let report: Report

    /// Computes all sums of an invoice (DESIGN §3).
    ///
    /// Lines are rounded to the minor unit, half away from zero, and so are discounts and charges; VAT is computed for
    /// each category from its rounded base (BR-CO-17). A result outside 64 bits is a finding at the line or the
    /// discount, never a wrong sum. Totals that the issuer gave must equal the computed ones.
    public init(of invoice: Invoice) {
        var calculation = Calculation(invoice)
        let priced = calculation.run()
        report = Report(findings: calculation.findings)
        self.priced = report.isAcceptable ? priced : nil
    }
}

/// A category with a rate: what EN 16931 makes one row of the VAT breakdown of.
struct VATKey: Hashable {
    let category: VATCategory
    let rate: Rate

    init(_ treatment: VATTreatment) {
        category = treatment.category
        rate = treatment.rate
    }

    /// The order of the breakdown: categories as they are declared, then falling rates.
    static func precedes(_ left: VATKey, _ right: VATKey) -> Bool {
        (left.category.position, -left.rate.basisPoints) < (right.category.position, -right.rate.basisPoints)
    }
}

/// The work in progress on one invoice.
struct Calculation {
    /// More categories and rates than any country has.
    static let groupLimit = 100

    /// A category with what belongs to it.
    struct Group {
        let key: VATKey
        /// The different treatments as they occurred, for their reasons, with the pointer of each.
        var treatments: [(vat: VATTreatment, pointer: String)] = []
        /// The same as a set, once there is more than one.
        var known: Set<VATTreatment> = []
        /// Indexes of the lines, where the prices include VAT.
        var lines: [Int] = []
        /// The sum of the lines as the prices are meant: without VAT, or with it in gross mode.
        var lineSum = Money.zero
        /// The sum of the lines without VAT.
        var netSum = Money.zero
        /// Σ discounts and charges of the document as the prices are meant; discounts negative.
        var adjustmentSum = Money.zero
        /// The same without VAT.
        var netAdjustmentSum = Money.zero
    }

    let invoice: Invoice
    let currency: Currency
    let isGross: Bool
    /// The lines: first the place of one, then `cursor.lines[place]`.
    var cursor: Lines.Cursor
    var findings: [Finding] = []
    /// In the order of the breakdown once the lines are done.
    var groups: [Group] = []

    init(_ invoice: Invoice) {
        self.invoice = invoice
        currency = invoice.currency
        isGross = invoice.prices == .gross
        cursor = Lines.Cursor(invoice.lines)
    }

    mutating func run() -> PricedInvoice? {
        var lines = PricedLines(of: invoice.lines)
        guard let drafts = draftLines(&lines) else { return nil }
        let priced: PricedInvoice?
        do throws(ToolkitError) {
            if isGross {
                let nets = try lineNets(drafts)
                for index in drafts.indices {
                    let place = cursor.index(of: index)
                    lines.append(try pricedLine(place, drafts[index], net: nets[index]))
                }
            } else {
                for index in groups.indices { groups[index].netSum = groups[index].lineSum }
            }
            priced = try finish(lines)
        } catch {
            outOfRange("/lines")
            return nil
        }
        if let priced { compare(priced) }
        return priced
    }

    private mutating func finish(_ lines: PricedLines) throws(ToolkitError) -> PricedInvoice? {
        guard let adjustments = try documentAdjustments() else { return nil }
        var rows: [VATBreakdown] = []
        for group in groups {
            guard let treatment = commonTreatment(of: group) else { continue }
            rows.append(try row(of: group, treatment))
        }
        let totals = try totals(lines, adjustments, rows)
        return PricedInvoice(
            invoice: invoice, lines: lines, adjustments: adjustments, vat: rows, totals: totals,
            taxTotalInVATCurrency: try taxInVATCurrency(totals.taxTotal))
    }

    /// One row of BG-23: the base is what its lines, discounts and charges add up to.
    private func row(of group: Group, _ treatment: VATTreatment) throws(ToolkitError) -> VATBreakdown {
        let taxable = try group.netSum.adding(group.netAdjustmentSum)
        guard isGross else {
            return VATBreakdown(vat: treatment, taxable: taxable, tax: try taxable.vat(at: group.key.rate))
        }
        // The parts were made to add up to the gross sum less the VAT that it contains.
        let gross = try group.lineSum.adding(group.adjustmentSum)
        return VATBreakdown(vat: treatment, taxable: taxable, tax: try gross.subtracting(taxable))
    }

    private func totals(
        _ lines: PricedLines, _ adjustments: [PricedAdjustment], _ rows: [VATBreakdown]
    ) throws(ToolkitError) -> Totals {
        var lineTotal = Money.zero
        for index in lines.indices { lineTotal = try lineTotal.adding(lines.net(index)) }
        var allowances = Money.zero
        var charges = Money.zero
        for adjustment in adjustments {
            if adjustment.isCharge {
                charges = try charges.adding(adjustment.amount)
            } else {
                allowances = try allowances.adding(adjustment.amount)
            }
        }
        var tax = Money.zero
        for row in rows { tax = try tax.adding(row.tax) }
        var prepaid = Money.zero
        for prepayment in invoice.prepaid { prepaid = try prepaid.adding(prepayment.amount) }
        let exclusive = try lineTotal.subtracting(allowances).adding(charges)
        let inclusive = try exclusive.adding(tax)
        let due = try inclusive.subtracting(prepaid)
        let payable = try rounded(due)
        return Totals(
            lineTotal: lineTotal, allowanceTotal: allowances, chargeTotal: charges, taxExclusive: exclusive,
            taxTotal: tax, taxInclusive: inclusive, prepaid: prepaid, rounding: try payable.subtracting(due),
            payable: payable)
    }

    /// The nearest multiple of the payable step, half away from zero (BT-114).
    private func rounded(_ due: Money) throws(ToolkitError) -> Money {
        guard let step = invoice.payableRounding.flatMap({ Money($0.trimmed(), in: currency) }), step > .zero else {
            return due
        }
        let steps = try due.scaled(by: 1, over: step.minorUnits)
        return try steps.scaled(by: step.minorUnits, over: 1)
    }

    /// BT-111: the whole VAT at the exchange rate, rounded once.
    private func taxInVATCurrency(_ tax: Money) throws(ToolkitError) -> Money? {
        guard let target = invoice.vatCurrency, let rate = invoice.exchangeRate else { return nil }
        return try Money(quantity: tax.decimal(in: currency), price: rate, base: nil, in: target)
    }

    /// One treatment for a row of the breakdown.
    ///
    /// EN 16931 allows one row for a category and rate (BR-E-01 and its sisters), with one BT-120 and one BT-121.
    /// Reasons in words are joined; a code stays if it is the same everywhere. Where codes differ and one of them has
    /// no words, nothing true can be written, which is a finding.
    private mutating func commonTreatment(of group: Group) -> VATTreatment? {
        guard let first = group.treatments.first else { return nil }
        guard group.key.category.needsReason else { return first.vat }
        var reasons: [String] = []
        var seen: Set<String> = []
        var isOneCode = true
        for (vat, _) in group.treatments {
            if let reason = vat.reason, seen.insert(reason).inserted { reasons.append(reason) }
            if vat.reasonCode != first.vat.reasonCode { isOneCode = false }
        }
        if !isOneCode, let mute = group.treatments.first(where: { $0.vat.reason == nil }) {
            findings.append(
                Finding(
                    rule: "vat.reasonsDiffer", pointer: mute.pointer, term: "BT-121",
                    message: "One VAT category of the document has different reason codes, and one of them no words.",
                    fix: "Add \"reason\" in words: the breakdown carries one code only."))
            return nil
        }
        var result = first.vat
        result.reason = reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        result.reasonCode = isOneCode ? first.vat.reasonCode : nil
        return result
    }

    mutating func tooManyRates(_ pointer: String) {
        findings.append(
            Finding(
                rule: "vat.tooManyRates", pointer: pointer, term: "BG-23",
                message: "The document has more than \(Self.groupLimit) different VAT rates.", fix: "Check the rates."))
    }

    mutating func outOfRange(_ pointer: String) {
        findings.append(
            Finding(
                rule: "money.overflow", pointer: pointer, message: "An amount is out of range.",
                fix: "Check quantities and prices; sums reach to about 90 billion million units."))
    }

    /// The group of a treatment; new ones are appended, nil where there are too many.
    mutating func group(of treatment: VATTreatment, pointer: @autoclosure () -> String) -> Int? {
        let key = VATKey(treatment)
        let index: Int
        if let known = groups.firstIndex(where: { $0.key == key }) {
            index = known
        } else {
            guard groups.count < Self.groupLimit else { return nil }
            index = groups.count
            groups.append(Group(key: key))
        }
        guard let first = groups[index].treatments.first?.vat else {
            groups[index].treatments.append((treatment, pointer()))
            return index
        }
        // A reason counts only where EN 16931 has a place for it.
        guard key.category.needsReason, treatment != first else { return index }
        if groups[index].known.insert(treatment).inserted { groups[index].treatments.append((treatment, pointer())) }
        return index
    }
}
