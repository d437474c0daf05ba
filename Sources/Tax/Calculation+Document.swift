import Diagnostics
import InvoiceModel

/// A document discount or charge as the prices are meant, spread over the groups.
private struct Spread {
    let source: AllowanceCharge
    let isCharge: Bool
    /// Indexes of the groups, ascending, with their shares and the bases of percentages.
    var shares: [(group: Int, amount: Money, base: Money?)]
}

extension Calculation {
    /// BG-20 and BG-21 with their parts per VAT category; nil when one of them cannot be computed.
    mutating func documentAdjustments() throws(ToolkitError) -> [PricedAdjustment]? {
        guard !invoice.discounts.isEmpty || !invoice.charges.isEmpty else { return [] }
        var lineTotal = Money.zero
        for group in groups { lineTotal = try lineTotal.adding(group.lineSum) }
        var spreads: [Spread] = []
        var isSound = true
        for (list, isCharge) in [(invoice.discounts, false), (invoice.charges, true)] {
            for (index, source) in list.enumerated() {
                do throws(ToolkitError) {
                    spreads.append(try spread(source, isCharge, lineTotal))
                } catch {
                    outOfRange("/\(isCharge ? "charges" : "discounts")/\(index)")
                    isSound = false
                }
            }
        }
        guard isSound else { return nil }
        for spread in spreads {
            for (group, amount, _) in spread.shares {
                let sum = groups[group].adjustmentSum
                groups[group].adjustmentSum = try spread.isCharge ? sum.adding(amount) : sum.subtracting(amount)
            }
        }
        let nets = try netAmounts(spreads)
        var result: [PricedAdjustment] = []
        for (spread, amounts) in zip(spreads, nets) {
            var parts: [PricedAdjustment.Part] = []
            var whole = Money.zero
            for (share, amount) in zip(spread.shares, amounts) {
                let group = groups[share.group]
                guard let treatment = spread.source.vat ?? group.treatments.first?.vat else { continue }
                var base = share.base
                if isGross, let gross = base { base = try gross.withoutVAT(at: group.key.rate) }
                parts.append(PricedAdjustment.Part(vat: treatment, amount: amount, base: base))
                whole = try whole.adding(amount)
                groups[share.group].netAdjustmentSum =
                    try spread.isCharge
                    ? group.netAdjustmentSum.adding(amount) : group.netAdjustmentSum.subtracting(amount)
            }
            result.append(
                PricedAdjustment(source: spread.source, isCharge: spread.isCharge, amount: whole, parts: parts))
        }
        return result
    }

    private func spread(
        _ source: AllowanceCharge, _ isCharge: Bool, _ lineTotal: Money
    ) throws(ToolkitError) -> Spread {
        if let vat = source.vat {
            let key = VATKey(vat)
            guard let group = groups.firstIndex(where: { $0.key == key }) else {
                return Spread(source: source, isCharge: isCharge, shares: [])
            }
            let (amount, base) = try Self.amount(of: source, naturalBase: groups[group].lineSum)
            return Spread(source: source, isCharge: isCharge, shares: [(group, amount, base)])
        }
        let (amount, base) = try Self.amount(of: source, naturalBase: lineTotal)
        let weights = spreadingWeights(lineTotal)
        let amounts = try shares(of: amount, weights)
        // A base is spread like the amount, so that each part is its percentage of its base; of the natural one, the
        // sum of the lines, each group gets exactly its own lines back.
        var bases: [Money]?
        if let base { bases = try shares(of: base, weights) }
        var result: [(group: Int, amount: Money, base: Money?)] = []
        for index in groups.indices where amounts[index] != .zero || groups.count == 1 {
            result.append((index, amounts[index], bases?[index]))
        }
        // An amount of zero still belongs somewhere, so that the document shows it.
        if result.isEmpty, !groups.isEmpty {
            let index = largestGroup(weights)
            result.append((index, .zero, bases?[index]))
        }
        return Spread(source: source, isCharge: isCharge, shares: result)
    }

    /// In which proportion the groups share a discount or charge of the whole document.
    ///
    /// Groups with the other sign than the whole take no part, because a discount would become a charge there; when
    /// the sums cancel out, the largest group takes all.
    private func spreadingWeights(_ lineTotal: Money) -> [Int] {
        let sums = groups.map(\.lineSum.minorUnits)
        let sign = lineTotal.minorUnits.signum()
        guard sign != 0 else {
            let largest = largestGroup(sums)
            return sums.indices.map { $0 == largest ? 1 : 0 }
        }
        return sums.map { $0.signum() == sign ? $0 : 0 }
    }

    /// Parts of an amount in proportion to weights of one sign, each rounded, the rest on the largest.
    private func shares(of amount: Money, _ weights: [Int]) throws(ToolkitError) -> [Money] {
        var whole = Money.zero
        for weight in weights { whole = try whole.adding(Money(minorUnits: weight)) }
        var parts: [Money] = []
        var rest = amount
        for weight in weights {
            let part = try amount.scaled(by: weight, over: whole.minorUnits)
            parts.append(part)
            rest = try rest.subtracting(part)
        }
        let receiver = largestGroup(weights)
        parts[receiver] = try parts[receiver].adding(rest)
        return parts
    }

    /// The group with the largest weight, by magnitude; of equal ones that with the higher rate.
    private func largestGroup(_ weights: [Int]) -> Int {
        var best = 0
        for index in weights.indices.dropFirst() {
            let (size, bestSize) = (weights[index].magnitude, weights[best].magnitude)
            if size > bestSize || size == bestSize && groups[index].key.rate > groups[best].key.rate { best = index }
        }
        return best
    }

    /// The shares without VAT.
    ///
    /// In gross mode those of a group are made to add up to what its gross sum leaves.
    private func netAmounts(_ spreads: [Spread]) throws(ToolkitError) -> [[Money]] {
        var nets = spreads.map { $0.shares.map(\.amount) }
        guard isGross else { return nets }
        var members = groups.map { _ in [(spread: Int, share: Int)]() }
        for (number, spread) in spreads.enumerated() {
            for (position, share) in spread.shares.enumerated() { members[share.group].append((number, position)) }
        }
        for (group, members) in zip(groups, members) where group.key.rate > .zero {
            var sizes: [Money] = []
            var parts: [Money] = []
            for member in members {
                let spread = spreads[member.spread]
                let amount = spread.shares[member.share].amount
                let signed = spread.isCharge ? amount : try amount.negated()
                sizes.append(signed)
                parts.append(try signed.withoutVAT(at: group.key.rate))
            }
            let gross = try group.lineSum.adding(group.adjustmentSum)
            let taxable = try gross.subtracting(try gross.vatContained(at: group.key.rate))
            try Self.settle(&parts, to: try taxable.subtracting(group.netSum), bySizeOf: sizes)
            for (member, part) in zip(members, parts) {
                nets[member.spread][member.share] = spreads[member.spread].isCharge ? part : try part.negated()
            }
        }
        return nets
    }

    /// Totals that the issuer gave must equal the computed ones; the fix names what was computed.
    mutating func compare(_ priced: PricedInvoice) {
        guard let expected = invoice.expectedTotals else { return }
        let totals = priced.totals
        let pairs: [(String, String, Money?, Money)] = [
            ("lineTotal", "BT-106", expected.lineTotal, totals.lineTotal),
            ("allowanceTotal", "BT-107", expected.allowanceTotal, totals.allowanceTotal),
            ("chargeTotal", "BT-108", expected.chargeTotal, totals.chargeTotal),
            ("taxExclusive", "BT-109", expected.taxExclusive, totals.taxExclusive),
            ("taxTotal", "BT-110", expected.taxTotal, totals.taxTotal),
            ("taxInclusive", "BT-112", expected.taxInclusive, totals.taxInclusive),
            ("prepaid", "BT-113", expected.prepaid, totals.prepaid),
            ("rounding", "BT-114", expected.rounding, totals.rounding),
            ("payable", "BT-115", expected.payable, totals.payable),
        ]
        for (key, term, given, computed) in pairs { compare(key, term, given, computed, currency) }
        if let vatCurrency = invoice.vatCurrency, let computed = priced.taxTotalInVATCurrency {
            compare("taxTotalInVatCurrency", "BT-111", expected.taxTotalInVATCurrency, computed, vatCurrency)
        }
        if let nets = expected.lineNets {
            compareCounts("lineNets", nets.count, priced.lines.count)
            for (index, pair) in zip(nets, priced.lines).enumerated() {
                compare("lineNets/\(index)", "BT-131", pair.0, pair.1.net, currency)
            }
        }
        if let rows = expected.vat {
            compareCounts("vat", rows.count, priced.vat.count)
            for (index, row) in rows.enumerated() {
                let computed = priced.vat.first { $0.vat.category == row.category && $0.vat.rate == row.rate }
                guard let computed else {
                    disagree("vat/\(index)", "BG-23", "No line has this category and rate.", "Remove the row.")
                    continue
                }
                compare("vat/\(index)/taxable", "BT-116", row.taxable, computed.taxable, currency)
                compare("vat/\(index)/tax", "BT-117", row.tax, computed.tax, currency)
            }
        }
    }

    private mutating func compare(_ part: String, _ term: String, _ given: Money?, _ computed: Money, _ unit: Currency)
    {
        guard let given, given != computed else { return }
        disagree(
            part, term, "The given amount is not the computed one.",
            "Computed is \(computed.text(in: unit)); correct it, or leave it out.")
    }

    private mutating func compareCounts(_ part: String, _ given: Int, _ computed: Int) {
        guard given != computed else { return }
        disagree(
            part, nil, "The number of rows is not the computed one.",
            "There are \(computed) rows; correct it, or leave the list out.")
    }

    private mutating func disagree(_ part: String, _ term: String?, _ message: String, _ fix: String) {
        findings.append(
            Finding(rule: "totals.disagree", pointer: "/totals/\(part)", term: term, message: message, fix: fix))
    }
}
