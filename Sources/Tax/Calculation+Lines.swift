import Diagnostics
import InvoiceModel

/// A line in figures as its prices are meant: without VAT, or with it in gross mode.
///
/// The line itself stays where it is: a copy would count up the references to all its texts.
struct LineDraft {
    /// Quantity × price ÷ base.
    let gross: Money
    /// Discounts, then charges: the amount and what a percentage was taken of.
    var adjustments: [(source: AllowanceCharge, isCharge: Bool, amount: Money, base: Money?)] = []
    /// After discounts and charges.
    var sum: Money
}

extension Calculation {
    /// Groups every line by its VAT category.
    ///
    /// - Parameter lines: Gets the lines as they are priced, where the prices are without VAT: nothing of them is left
    ///   to be settled then.
    /// - Returns: The drafts of all lines where the prices include VAT, else none; nil when a line cannot be computed.
    mutating func draftLines(_ lines: inout PricedLines) -> [LineDraft]? {
        var drafts: [LineDraft] = []
        if isGross { drafts.reserveCapacity(invoice.lines.count) }
        var isSound = true
        for index in 0..<invoice.lines.count {
            let place = cursor.index(of: index)
            if cursor.lines[place].price.isNegative {
                findings.append(
                    Finding(
                        rule: "BR-27", pointer: "/lines/\(index)/price", term: "BT-146",
                        message: "A price is never below zero.", fix: "Write the quantity with a minus."))
            }
            do throws(ToolkitError) {
                let draft = try draft(place)
                guard let group = group(of: cursor.lines[place].vat, pointer: "/lines/\(index)/vat") else {
                    tooManyRates("/lines/\(index)/vat")
                    return nil
                }
                groups[group].lineSum = try groups[group].lineSum.adding(draft.sum)
                if isGross {
                    groups[group].lines.append(index)
                    drafts.append(draft)
                } else if isSound {
                    lines.append(try pricedLine(place, draft, net: draft.sum))
                }
            } catch {
                outOfRange("/lines/\(index)")
                isSound = false
            }
        }
        guard isSound else { return nil }
        addGroupsOfAdjustments()
        if findings.last?.rule == "vat.tooManyRates" { return nil }
        groups.sort { VATKey.precedes($0.key, $1.key) }
        return drafts
    }

    /// A discount or charge may name a category that no line has; it gets its own row then.
    private mutating func addGroupsOfAdjustments() {
        for (index, discount) in invoice.discounts.enumerated() {
            guard let vat = discount.vat else { continue }
            let pointer = "/discounts/\(index)/vat"
            if group(of: vat, pointer: pointer) == nil { return tooManyRates(pointer) }
        }
        for (index, charge) in invoice.charges.enumerated() {
            guard let vat = charge.vat else { continue }
            let pointer = "/charges/\(index)/vat"
            if group(of: vat, pointer: pointer) == nil { return tooManyRates(pointer) }
        }
    }

    /// A line in figures; `index` is where the cursor has it.
    private func draft(_ index: Int) throws(ToolkitError) -> LineDraft {
        let lines = cursor.lines
        let gross = try Money(
            quantity: lines[index].quantity, price: lines[index].price, base: lines[index].priceBase, in: currency)
        var draft = LineDraft(gross: gross, sum: gross)
        guard !lines[index].discounts.isEmpty || !lines[index].charges.isEmpty else { return draft }
        for discount in lines[index].discounts {
            let (amount, base) = try Self.amount(of: discount, naturalBase: gross)
            draft.adjustments.append((discount, false, amount, base))
            draft.sum = try draft.sum.subtracting(amount)
        }
        for charge in lines[index].charges {
            let (amount, base) = try Self.amount(of: charge, naturalBase: gross)
            draft.adjustments.append((charge, true, amount, base))
            draft.sum = try draft.sum.adding(amount)
        }
        return draft
    }

    /// The amount of a discount or charge, and the base where it is a percentage.
    static func amount(
        of adjustment: AllowanceCharge, naturalBase: Money
    ) throws(ToolkitError) -> (amount: Money, base: Money?) {
        switch adjustment.value {
        case .amount(let amount): return (amount, nil)
        case .percent(let percent):
            let base = adjustment.base ?? naturalBase
            return (try base.percent(percent), base)
        }
    }

    /// BT-131 of every line with gross prices, and the net sum of every group.
    ///
    /// The nets of a category are made to add up to its gross sum less the VAT that it contains:
    /// each is rounded, and the left-over cents go to the largest lines first.
    mutating func lineNets(_ drafts: [LineDraft]) throws(ToolkitError) -> [Money] {
        var nets = drafts.map(\.sum)
        for index in groups.indices {
            let group = groups[index]
            guard group.key.rate > .zero else {
                groups[index].netSum = group.lineSum
                continue
            }
            let target = try group.lineSum.subtracting(try group.lineSum.vatContained(at: group.key.rate))
            let sums = group.lines.map { drafts[$0].sum }
            var parts: [Money] = []
            for sum in sums { parts.append(try sum.withoutVAT(at: group.key.rate)) }
            try Self.settle(&parts, to: target, bySizeOf: sums)
            for (line, part) in zip(group.lines, parts) { nets[line] = part }
            groups[index].netSum = target
        }
        return nets
    }

    /// Makes parts add up to a target: one minor unit each to the largest first, ties in the given order.
    static func settle(_ parts: inout [Money], to target: Money, bySizeOf sizes: [Money]) throws(ToolkitError) {
        var rest = target.minorUnits
        for part in parts {
            let (difference, overflow) = rest.subtractingReportingOverflow(part.minorUnits)
            if overflow { throw ToolkitError(.moneyOverflow, "An amount is out of range.") }
            rest = difference
        }
        guard rest != 0, !parts.isEmpty else { return }
        let order = sizes.indices.sorted {
            (sizes[$1].minorUnits.magnitude, $0) < (sizes[$0].minorUnits.magnitude, $1)
        }
        // Rounding leaves at most half a unit for each part, so that one round is the rule; a larger rest is divided.
        let (each, surplus) = rest.quotientAndRemainder(dividingBy: parts.count)
        for (rank, index) in order.enumerated() {
            let unit = rank < surplus.magnitude ? surplus.signum() : 0
            parts[index] = try parts[index].adding(Money(minorUnits: each + unit))
        }
    }

    /// A line with all sums without VAT; `index` is where the cursor has it.
    func pricedLine(_ index: Int, _ draft: LineDraft, net: Money) throws(ToolkitError) -> PricedLine {
        let rate = cursor.lines[index].vat.rate
        guard isGross, rate > .zero else {
            return PricedLine(
                line: cursor.lines[index], netPrice: cursor.lines[index].price, gross: draft.gross,
                adjustments: draft.adjustments.map {
                    LineAdjustment(source: $0.source, isCharge: $0.isCharge, amount: $0.amount, base: $0.base)
                }, net: net)
        }
        var adjustments: [LineAdjustment] = []
        var gross = net
        for (source, isCharge, amount, base) in draft.adjustments {
            let part = try amount.withoutVAT(at: rate)
            gross = try isCharge ? gross.subtracting(part) : gross.adding(part)
            var netBase: Money?
            if let base { netBase = try base.withoutVAT(at: rate) }
            adjustments.append(LineAdjustment(source: source, isCharge: isCharge, amount: part, base: netBase))
        }
        return PricedLine(
            line: cursor.lines[index], netPrice: try netPrice(cursor.lines[index].price, rate), gross: gross,
            adjustments: adjustments, net: net)
    }

    /// The price without the VAT that it contains, to eight places; zeros at the end fall away down to the currency's.
    private func netPrice(_ price: ExactDecimal, _ rate: Rate) throws(ToolkitError) -> ExactDecimal {
        guard let net = price.dividing(by: 10_000 + rate.basisPoints, times: 10_000, places: 8) else {
            throw ToolkitError(.moneyOverflow, "A price is out of range.")
        }
        return net.trimmed(toAtLeast: currency.minorUnitDigits)
    }
}
