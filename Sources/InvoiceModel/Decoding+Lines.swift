import Diagnostics
import JSONCore

extension DecodingContext {
    mutating func lines(_ fields: Fields<InvoiceKey>) -> Lines {
        if fields[.lines] == nil || fields[.lines]?.kind == .array && fields[.lines]?.count == 0 {
            report(
                "BR-16", fields, .lines, term: "BG-25", "There is no line.",
                fix: "Add at least one object to \"lines\".")
            return []
        }
        var position = 0
        // Packed as they come: a long document is never there line by line.
        var decoded = Lines(expected: fields[.lines]?.count ?? 0)
        let _: [Never] = objects(fields, .lines, LineKey.self) { context, fields in
            position += 1
            decoded.append(context.line(fields, position))
            return nil
        }
        refuseDuplicateLineIDs(fields, decoded)
        return decoded
    }

    private mutating func line(_ fields: Fields<LineKey>, _ position: Int) -> Line {
        let id = text(fields, .id, "BT-126", limit: 50) ?? "\(position)"
        let item = child(fields, .item, ItemKey.self) { $0.item($1) } ?? Item(name: "")
        let quantity = decimal(fields, .quantity, "BT-129", required: "BR-22") ?? .zero
        let unit = unit(fields)
        let price = decimal(fields, .price, "BT-146", required: "BR-26") ?? .zero
        let vat =
            treatment(fields, .vat, TreatmentTerms(category: "BT-151", rate: "BT-152"))
            ?? VATTreatment(category: .standard, rate: .zero)
        missing(fields, .item, term: "BG-31", rule: "BR-25")
        missing(fields, .vat, term: "BG-30", rule: "BR-CO-04")
        if price.isNegative {
            report(
                "BR-27", fields, .price, term: "BT-146", "A price is never below zero.",
                fix: "Write the quantity with a minus, or use a discount.")
        }
        let priceBase = positive(fields, .priceBase, "BT-149")
        let discounts = objects(fields, .discounts, LineAdjustmentKey.self, limit: 100) { context, fields in
            context.lineAdjustment(fields, isCharge: false)
        }
        let charges = objects(fields, .charges, LineAdjustmentKey.self, limit: 100) { context, fields in
            context.lineAdjustment(fields, isCharge: true)
        }
        let period = period(fields, .period, rule: "BR-30", terms: ("BT-134", "BT-135"))
        let note = text(fields, .note, "BT-127", limit: 5000, lines: true)
        return Line(
            id: id, item: item, quantity: quantity, unit: unit, price: price, priceBase: priceBase,
            discounts: discounts, charges: charges, vat: vat, period: period, note: note)
    }

    private mutating func unit(_ fields: Fields<LineKey>) -> UnitCode {
        let code = code(
            fields, .unit, .units, "UN/ECE Recommendation 20", rule: "BR-CL-23", "BT-130",
            fix: "Write such as \"H87\" (piece), \"HUR\" (hour), \"KGM\" (kilogram) or \"C62\" (one).",
            required: "BR-23")
        return UnitCode(listed: code ?? "C62")
    }

    private mutating func refuseDuplicateLineIDs(_ fields: Fields<InvoiceKey>, _ lines: Lines) {
        guard let array = fields[.lines], array.count == lines.count else { return }
        // Lines that are numbered by their places, as most are, need no list of what was seen.
        if lines.indices.allSatisfy({ lines.id($0) == "\($0 + 1)" }) { return }
        var seen = Set<String>(minimumCapacity: lines.count)
        var position = 0
        var elements = array.elements
        for index in lines.indices {
            let element = elements.next()
            if !seen.insert(lines.id(index)).inserted, let element {
                within(.key("lines")) { context in
                    context.within(.index(position)) { context in
                        context.report(
                            "line.duplicateID", "id", at: element["id"]?.offset ?? element.offset, term: "BT-126",
                            "Another line has the same id.", fix: "Leave \"id\" out in all lines, or number them.")
                    }
                }
            }
            position += 1
        }
    }

    private mutating func item(_ fields: Fields<ItemKey>) -> Item {
        Item(
            name: text(fields, .name, "BT-153", limit: 1000, required: "BR-25") ?? "",
            description: text(fields, .description, "BT-154", limit: 5000, lines: true),
            code: text(fields, .code, "BT-155", limit: 100), gtin: gtin(fields),
            classification: child(fields, .classification, ClassificationKey.self) { context, fields in
                Classification(
                    code: context.text(fields, .code, "BT-158", limit: 100, required: "json.missingKey") ?? "",
                    list: context.code(
                        fields, .list, .classifications, "UNTDID 7143", rule: "BR-CL-13", "BT-158",
                        fix: "Write such as \"CG\" (KPD) or \"STI\" (CPV).", required: "BR-65") ?? "",
                    version: context.text(fields, .version, "BT-158", limit: 20))
            },
            origin: country(fields, .origin, "BT-159"))
    }

    private mutating func gtin(_ fields: Fields<ItemKey>) -> String? {
        guard let gtin = text(fields, .gtin, "BT-157", limit: 20) else { return nil }
        if Identifiers.hasGTINCheckDigit(gtin.utf8) { return gtin }
        report(
            "gtin.checkDigit", fields, .gtin, term: "BT-157",
            "A GTIN has 8, 12, 13 or 14 digits, the last a check digit; this one does not fit.",
            fix: "Check it, or use \"code\" for a number of your own.")
        return nil
    }

    /// How a supply is taxed, with the rules of EN 16931 §6.4.3 about rate and reason.
    mutating func treatment<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, _ terms: TreatmentTerms
    ) -> VATTreatment? {
        child(fields, key, TreatmentKey.self) { $0.treatment($1, terms) }
    }

    private mutating func treatment(_ fields: Fields<TreatmentKey>, _ terms: TreatmentTerms) -> VATTreatment? {
        let category = word(
            fields, .category, terms.category, words: VATCategory.allCases, required: "json.missingKey")
        let given = rate(fields, .rate, terms.rate)
        let reason = text(fields, .reason, "BT-120", limit: 1000)
        let code = code(
            fields, .reasonCode, .exemptionReasons, "the VATEX list", rule: "BR-CL-22", "BT-121",
            fix: "Write such as \"VATEX-EU-132\", or say it in words in \"reason\".")
        guard let category else { return nil }
        let rule = "BR-\(category.ruleName)-"
        if category == .standard {
            if fields[.rate] == nil {
                report("BR-S-05", fields, .rate, term: terms.rate, "Category S needs a rate.", fix: "Add \"rate\".")
            } else if given == .zero {
                report(
                    "BR-S-05", fields, .rate, term: terms.rate, "Category S needs a rate above 0.",
                    fix: "Write the rate, or take category Z, E, AE, K, G or O.")
            } else if let given, let knownRates, !knownRates.contains(given) {
                report(
                    "vat.unusualRate", fields, .rate, term: terms.rate, severity: .warning,
                    "The seller's country is not known to have this rate on that day.",
                    fix: "Known are \(knownRates.map { "\($0) %" }.joined(separator: ", ")).")
            }
        } else if let given, given != .zero {
            report(
                rule + "05", fields, .rate, term: terms.rate, "The rate of category \(category.rawValue) is 0.",
                fix: "Write \"0\", or take category S.")
        }
        if category.needsReason {
            if fields[.reason] == nil, fields[.reasonCode] == nil {
                report(
                    rule + "10", at: fields.offset, term: "BT-120",
                    "Category \(category.rawValue) needs a reason why no VAT is charged.",
                    fix: "Add \"reason\" in words or \"reasonCode\" of the VATEX list.")
            }
        } else if reason != nil || code != nil {
            report(
                rule + "10", fields, reason != nil ? .reason : .reasonCode, term: reason != nil ? "BT-120" : "BT-121",
                "Category \(category.rawValue) has no exemption reason.", fix: "Remove it.")
        }
        return VATTreatment(category: category, rate: given ?? .zero, reason: reason, reasonCode: code)
    }

    /// A VAT rate in percent.
    mutating func rate<Key: ObjectKey>(_ fields: Fields<Key>, _ key: Key, _ term: String) -> Rate? {
        guard let percent = decimal(fields, key, term) else { return nil }
        if let rate = Rate(percent: percent) { return rate }
        report(
            "number.range", fields, key, term: term, "A VAT rate lies between 0 and 100 with at most two decimals.",
            fix: "Write percent, such as \"18\".")
        return nil
    }

    private mutating func lineAdjustment(_ fields: Fields<LineAdjustmentKey>, isCharge: Bool) -> AllowanceCharge? {
        adjustment(
            fields, LineAdjustmentKey.percent, .amount, .base, .reason, .code, isCharge: isCharge,
            isCharge ? .lineCharge : .lineDiscount)
    }

    /// Document level discounts or charges.
    mutating func adjustments(
        _ fields: Fields<InvoiceKey>, _ key: InvoiceKey, isCharge: Bool
    ) -> [AllowanceCharge] {
        objects(fields, key, DocumentAdjustmentKey.self, limit: 1000) { context, fields in
            var result = context.adjustment(
                fields, DocumentAdjustmentKey.percent, .amount, .base, .reason, .code, isCharge: isCharge,
                isCharge ? .documentCharge : .documentDiscount)
            let terms = TreatmentTerms(
                category: isCharge ? "BT-102" : "BT-95", rate: isCharge ? "BT-103" : "BT-96")
            result?.vat = context.treatment(fields, .vat, terms)
            return result
        }
    }

    private mutating func adjustment<Key: ObjectKey>(
        _ fields: Fields<Key>, _ percentKey: Key, _ amountKey: Key, _ baseKey: Key, _ reasonKey: Key, _ codeKey: Key,
        isCharge: Bool, _ terms: AdjustmentTerms
    ) -> AllowanceCharge? {
        let percent = percent(fields, percentKey, terms.percent, upTo: isCharge ? 1000 : 100)
        let amount = money(fields, amountKey, terms.amount, isNegativeAllowed: false)
        let base = money(fields, baseKey, terms.base)
        let reason = text(fields, reasonKey, terms.reason, limit: 1000)
        let code = code(
            fields, codeKey, isCharge ? .chargeReasons : .allowanceReasons,
            isCharge ? "UNTDID 7161" : "UNTDID 5189", rule: isCharge ? "BR-CL-20" : "BR-CL-19", terms.code,
            fix: isCharge ? "Write such as \"FC\" (freight)." : "Write such as \"95\" (discount).")
        if (fields[percentKey] == nil) == (fields[amountKey] == nil) {
            report(
                "adjustment.percentOrAmount", at: fields.offset, term: terms.amount,
                fields[percentKey] == nil
                    ? "Neither a percentage nor an amount is given." : "A percentage and an amount are given.",
                fix: "Write either \"percent\" or \"amount\".")
            return nil
        }
        if base != nil, fields[amountKey] != nil {
            report(
                "adjustment.baseWithoutPercent", fields, baseKey, term: terms.base,
                "A base has a meaning beside a percentage only.", fix: "Remove \"base\".")
        }
        if isCharge, fields[reasonKey] == nil, fields[codeKey] == nil {
            report(
                terms.rule, at: fields.offset, term: terms.reason, "A charge says what it is for.",
                fix: "Add \"reason\" in words or \"code\" of UNTDID 7161.")
        }
        let value = percent.map(AllowanceCharge.Value.percent) ?? amount.map(AllowanceCharge.Value.amount)
        guard let value else { return nil }
        // A discount without a word is the plain discount of UNTDID 5189, so that BR-33 and BR-42 hold.
        let isSilent = !isCharge && fields[reasonKey] == nil && fields[codeKey] == nil
        return AllowanceCharge(value: value, base: base, reason: reason, code: isSilent ? "95" : code)
    }
}

/// The EN 16931 terms of a VAT treatment.
struct TreatmentTerms {
    let category, rate: String
}

/// The EN 16931 terms of a discount or charge and the rule that demands its reason.
struct AdjustmentTerms {
    let percent, amount, base, reason, code, rule: String

    static let documentDiscount = AdjustmentTerms(
        percent: "BT-94", amount: "BT-92", base: "BT-93", reason: "BT-97", code: "BT-98", rule: "BR-33")
    static let documentCharge = AdjustmentTerms(
        percent: "BT-101", amount: "BT-99", base: "BT-100", reason: "BT-104", code: "BT-105", rule: "BR-38")
    static let lineDiscount = AdjustmentTerms(
        percent: "BT-138", amount: "BT-136", base: "BT-137", reason: "BT-139", code: "BT-140", rule: "BR-42")
    static let lineCharge = AdjustmentTerms(
        percent: "BT-143", amount: "BT-141", base: "BT-142", reason: "BT-144", code: "BT-145", rule: "BR-44")
}
