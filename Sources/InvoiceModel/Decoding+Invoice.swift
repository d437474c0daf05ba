import Diagnostics
import JSONCore

extension DecodingContext {
    /// The whole document.
    ///
    /// What is missing gets a stand-in, so that everything else is examined too.
    mutating func invoice(_ root: JSONValue) -> Invoice? {
        guard let fields = fields(root, InvoiceKey.self) else { return nil }
        let kind = word(fields, .kind, "BT-3", words: DocumentKind.allCases, required: "BR-04") ?? .invoice
        let issueDate = date(fields, .issueDate, "BT-2", required: "BR-03")
        let supplyDate = date(fields, .supplyDate, "BT-72")
        let seller = party(fields, .seller, .seller)
        let buyer = party(fields, .buyer, .buyer)
        let home = seller?.address.country ?? ""
        readCurrency(fields, home: home, on: issueDate)
        let currency = currency ?? .standIn
        if let day = supplyDate ?? issueDate { knownRates = VATRates.rates(in: home, on: day) }

        var invoice = Invoice(
            kind: kind, issueDate: issueDate ?? .standIn, currency: currency, language: .home(of: home),
            seller: seller ?? .standIn, buyer: buyer ?? .standIn, lines: [])
        invoice.number = text(fields, .number, "BT-1", limit: 60)
        invoice.series = series(fields)
        invoice.supplyDate = supplyDate
        invoice.dueDate = dueDate(fields, issueDate)
        if let language = word(fields, .language, words: DocumentLanguage.allCases) { invoice.language = language }
        invoice.profile =
            word(fields, .profile, "BT-24", words: ProfileName.allCases) ?? (home == "MK" ? .macedonia : .en16931)
        invoice.template = template(fields)
        invoice.prices = word(fields, .prices, words: PriceMode.allCases) ?? .net
        readVATCurrency(fields, &invoice, on: issueDate)
        invoice.references = references(fields, kind)
        invoice.delivery = delivery(fields)
        invoice.period = period(fields, .period, rule: "BR-29", terms: ("BT-73", "BT-74"))
        invoice.lines = lines(fields)
        invoice.discounts = adjustments(fields, .discounts, isCharge: false)
        invoice.charges = adjustments(fields, .charges, isCharge: true)
        invoice.payment = payment(fields, issueDate, hasAccount: !invoice.seller.accounts.isEmpty)
        invoice.prepaid = prepayments(fields)
        invoice.payableRounding = payableRounding(fields)
        invoice.notes = list(fields, .notes, limit: 100) { $0.text($1, "BT-22", limit: 5000, lines: true) }
        invoice.terms = text(fields, .terms, limit: 5000, lines: true)
        invoice.internalNotes = text(fields, .internalNotes, limit: 5000, lines: true)
        invoice.expectedTotals = totals(fields, invoice.vatCurrency)
        return invoice
    }

    private mutating func readCurrency(_ fields: Fields<InvoiceKey>, home: String, on day: CalendarDate?) {
        currency = currency(fields, .currency, "BT-5", rule: "BR-CL-04", on: day)
        guard fields[.currency] == nil else { return }
        switch home {
        case "MK": currency = Currency(code: "MKD")
        case "RS": currency = Currency(code: "RSD")
        case "": break  // The country is a finding already, and decides whether the currency may be left out.
        default: missing(fields, .currency, term: "BT-5", rule: "BR-05")
        }
    }

    private mutating func dueDate(_ fields: Fields<InvoiceKey>, _ issueDate: CalendarDate?) -> CalendarDate? {
        let due = date(fields, .dueDate, "BT-9")
        if let due, let issueDate, due < issueDate {
            report(
                "date.dueBeforeIssue", fields, .dueDate, term: "BT-9", "The due date lies before the issue date.",
                fix: "Correct one of the two days.")
        }
        return due
    }

    /// A template such as `FAK-{yyyy}-{seq:4}`: fixed text around the year, the month and the running number.
    private mutating func series(_ fields: Fields<InvoiceKey>) -> String? {
        guard let series = text(fields, .series, "BT-1", limit: 60) else { return nil }
        if SeriesTemplate(series) != nil { return series }
        report(
            "series.malformed", fields, .series, term: "BT-1", "The series is no number template.",
            fix: "Use {yyyy}, {yy}, {mm} (with a year) and, once, {seq} or {seq:4}, such as \"FAK-{yyyy}-{seq:4}\".")
        return nil
    }

    private mutating func template(_ fields: Fields<InvoiceKey>) -> String? {
        guard let name = text(fields, .template, limit: 64) else { return nil }
        let isName = name.utf8.allSatisfy {
            0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-")
        }
        if isName { return name }
        report(
            "template.malformed", fields, .template, "A template name has small Latin letters, digits and hyphens.",
            fix: "Write the name of the template's folder, such as \"classic\".")
        return nil
    }

    private mutating func readVATCurrency(
        _ fields: Fields<InvoiceKey>, _ invoice: inout Invoice, on day: CalendarDate?
    ) {
        let vatCurrency = currency(fields, .vatCurrency, "BT-6", rule: "BR-CL-05", on: day)
        let rate = positive(fields, .exchangeRate)
        if fields[.vatCurrency] == nil {
            if rate != nil {
                report(
                    "exchangeRate.withoutCurrency", fields, .exchangeRate,
                    "There is an exchange rate, but no currency that it leads to.", fix: "Add \"vatCurrency\".")
            }
            return
        }
        guard let vatCurrency, vatCurrency != currency else { return }
        if fields[.exchangeRate] == nil {
            report(
                "BR-53", fields, .exchangeRate, term: "BT-111",
                "The VAT in the VAT currency cannot be computed without an exchange rate.",
                fix: "Add \"exchangeRate\": the worth of one unit of the invoice currency.")
        }
        invoice.vatCurrency = vatCurrency
        invoice.exchangeRate = rate
    }

    private mutating func payableRounding(_ fields: Fields<InvoiceKey>) -> ExactDecimal? {
        guard let step = positive(fields, .payableRounding, "BT-114") else { return nil }
        guard let currency else { return step }
        if let money = Money(step.trimmed(), in: currency), money.minorUnits <= 1_000_000_000_000 { return step }
        report(
            "number.range", fields, .payableRounding, term: "BT-114",
            "The step is smaller than the smallest amount of the currency, or far too large.",
            fix: "Write such as \"1\" for whole units or \"0.05\".")
        return nil
    }

    private mutating func prepayments(_ fields: Fields<InvoiceKey>) -> [Prepayment] {
        objects(fields, .prepaid, PrepaymentKey.self) { context, fields in
            Prepayment(
                number: context.text(fields, .number, limit: 60), date: context.date(fields, .date),
                amount: context.money(
                    fields, .amount, "BT-113", isNegativeAllowed: false, required: "json.missingKey") ?? .zero)
        }
    }

    private mutating func totals(_ fields: Fields<InvoiceKey>, _ vatCurrency: Currency?) -> ExpectedTotals? {
        child(fields, .totals, TotalsKey.self) { context, fields in
            var totals = ExpectedTotals()
            totals.lineTotal = context.money(fields, .lineTotal, "BT-106")
            totals.allowanceTotal = context.money(fields, .allowanceTotal, "BT-107")
            totals.chargeTotal = context.money(fields, .chargeTotal, "BT-108")
            totals.taxExclusive = context.money(fields, .taxExclusive, "BT-109")
            totals.taxTotal = context.money(fields, .taxTotal, "BT-110")
            totals.taxInclusive = context.money(fields, .taxInclusive, "BT-112")
            totals.prepaid = context.money(fields, .prepaid, "BT-113")
            totals.rounding = context.money(fields, .rounding, "BT-114")
            totals.payable = context.money(fields, .payable, "BT-115")
            totals.taxTotalInVATCurrency = context.money(fields, .taxTotalInVatCurrency, "BT-111", in: vatCurrency)
            if fields[.vat] != nil { totals.vat = context.expectedVAT(fields) }
            if fields[.lineNets] != nil {
                totals.lineNets = context.list(fields, .lineNets) { $0.expectedNet($1) }
            }
            return totals
        }
    }

    private mutating func expectedVAT(_ fields: Fields<TotalsKey>) -> [ExpectedVAT] {
        objects(fields, .vat, ExpectedVATKey.self) { context, fields in
            ExpectedVAT(
                category: context.word(
                    fields, .category, "BT-118", words: VATCategory.allCases, required: "BR-47") ?? .standard,
                rate: context.rate(fields, .rate, "BT-119") ?? .zero,
                taxable: context.money(fields, .taxable, "BT-116"), tax: context.money(fields, .tax, "BT-117"))
        }
    }

    private mutating func expectedNet(_ value: JSONValue) -> Money? {
        guard let digits = value.utf8 ?? value.numberText, let decimal = ExactDecimal(utf8: digits),
            let money = Money(decimal, in: currency ?? .standIn)
        else {
            report(
                "number.malformed", at: value.offset, term: "BT-131", "This is not an amount in the currency.",
                fix: "Write a string, such as \"2500.50\".")
            return nil
        }
        return money
    }
}

extension PriceMode {
    static let allCases = [PriceMode.net, .gross]
}

extension DocumentLanguage {
    /// The language of documents of a country; English where the toolkit has no labels in the country's own.
    static func home(of country: String) -> DocumentLanguage {
        switch country {
        case "MK": .macedonian
        case "RS": .serbianCyrillic
        case "ME": .serbianLatin
        case "AL", "1A": .albanian
        case "BG": .bulgarian
        case "HR": .croatian
        default: .english
        }
    }
}

// Stand-ins let the decoder go on after an error; an invoice with errors is never handed out.
extension CalendarDate {
    static let standIn = CalendarDate(checkedYear: 2000, month: 1, day: 1)
}

extension Currency {
    static let standIn = Currency(code: "XXX", minorUnitDigits: 2)
}

extension Party {
    static let standIn = Party(name: "", address: Address(country: ""))
}
