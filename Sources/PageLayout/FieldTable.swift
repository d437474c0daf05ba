import InvoiceModel
import Tax

/// All fields that exist.
///
/// What is not here, no template can print: `internalNotes` is left out on purpose.
enum FieldTable {
    /// The lists by the name that `each` takes; `line.discounts` only inside of lines.
    static let lists: [String: ItemList] = [
        "lines": .lines, "line.discounts": .lineDiscounts, "vat": .vat, "exemptions": .exemptions,
        "discounts": .discounts, "prepaid": .prepaid, "seller.accounts": .accounts, "notes": .notes,
        "payment.terms": .paymentTerms, "references.invoices": .invoices, "legalTexts": .legalTexts,
        "further": .further,
    ]

    /// The fields of the document by name.
    static let document: [String: Field] = index(documentFields + receivedDocumentFields)
    /// The fields of the items of a list by name.
    static let items: [ItemList: [String: Field]] = itemFields.merging(receivedItemFields) { $0 + $1 }.mapValues(index)

    private static func index(_ fields: [Field]) -> [String: Field] {
        Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    static let documentFields: [Field] =
        [
            Field(name: "kind", type: .kind, about: "The title in the language; compares as invoice, credit-note, …") {
                .kind($0.priced.invoice.kind, received: $0.priced.further?.typeCode)
            },
            .text("number", "BT-1.") { $0.priced.invoice.number },
            .date("issueDate", "BT-2.") { $0.priced.invoice.issueDate },
            .date("supplyDate", "BT-72 or BT-7.") { $0.priced.invoice.supplyDate },
            .date("dueDate", "BT-9.") { $0.priced.invoice.dueDate },
            .text("currency", "BT-5, the code.") { $0.priced.invoice.currency.code },
            .text("vatCurrency", "BT-6, the code.") { $0.priced.invoice.vatCurrency?.code },
            Field(name: "exchangeRate", type: .decimal, about: "VAT currency per unit of the currency.") {
                $0.priced.invoice.exchangeRate.map(FieldValue.decimal)
            },
            .text("prices", "net or gross: whether the prices of the lines include VAT.") {
                $0.priced.invoice.prices.rawValue
            },
            .text("language", "The language of the page, such as mk.") { $0.priced.invoice.language.rawValue },
            .date("period.start", "BT-73.") { $0.priced.invoice.period?.start },
            .date("period.end", "BT-74.") { $0.priced.invoice.period?.end },
            .text("references.order", "BT-13.") { $0.priced.invoice.references.order },
            .text("references.contract", "BT-12.") { $0.priced.invoice.references.contract },
            .text("references.project", "BT-11.") { $0.priced.invoice.references.project },
            .text("references.delivery", "BT-16.") { $0.priced.invoice.references.delivery },
            .text("references.buyer", "BT-10.") { $0.priced.invoice.references.buyer },
            .date("delivery.date", "BT-72.") { $0.priced.invoice.delivery?.date },
            .text("delivery.name", "BT-70.") { $0.priced.invoice.delivery?.name },
            .text("payment.reference", "BT-83.") { $0.priced.invoice.payment?.reference },
            Field(
                name: "payment.means", type: .means,
                about: "BT-81 in words; empty for codes that have no name here, but for a received document the code."
                    + " Compares as 10, 30, 48, …"
            ) { scope in
                guard let code = scope.priced.invoice.payment?.means,
                    Label(paymentMeans: code) != nil || scope.priced.further != nil
                else { return nil }
                return .means(code)
            },
            .flag("payment.hasInstalments", "Whether the amount is due in more than one part.") {
                ($0.priced.invoice.payment?.terms.count ?? 0) > 1
            },
            .flag("payment.qr", "Whether there is a payment QR code, for what `<qr>` says beside it.") {
                $0.payment.symbol != nil
            },
            .flag("theme.logo", "Whether the theme has a logo.") { $0.hasLogo },
            .text("terms", "Terms and conditions.") { $0.priced.invoice.terms },
            .flag("seller.isNotVATPayer", "Whether the seller says that it is not registered for VAT.") {
                $0.priced.invoice.seller.vatPayer == false
            },
            .flag("hasReverseCharge", "Whether any VAT category is AE.") { scope in
                scope.priced.vat.contains { $0.vat.category == .reverseCharge }
            },
        ]
        + party("seller") { $0.seller } + party("buyer") { $0.buyer }
        + address("delivery.address") { $0.priced.invoice.delivery?.address } + totals + contentFields

    private static let totals: [Field] = [
        .money("totals.lineTotal", "BT-106.") { $0.priced.totals.lineTotal },
        .money("totals.discounts", "BT-107.") { $0.priced.totals.allowanceTotal },
        .money("totals.charges", "BT-108.") { $0.priced.totals.chargeTotal },
        .money("totals.taxExclusive", "BT-109.") { $0.priced.totals.taxExclusive },
        .money("totals.taxTotal", "BT-110.") { $0.priced.totals.taxTotal },
        .money("totals.taxInclusive", "BT-112.") { $0.priced.totals.taxInclusive },
        .money("totals.prepaid", "BT-113.") { $0.priced.totals.prepaid },
        .money("totals.rounding", "BT-114.") { $0.priced.totals.rounding },
        .money("totals.payable", "BT-115.") { $0.priced.totals.payable },
        Field(name: "totals.taxInVATCurrency", type: .money, about: "BT-111, with its own currency.") {
            $0.priced.taxTotalInVATCurrency.map(FieldValue.vatMoney)
        },
    ]

    private static func party(_ name: String, _ read: @escaping @Sendable (Scope) -> Boxed<Party>) -> [Field] {
        [
            .text("\(name).name", "The legal name.") { read($0).value.name },
            .text("\(name).tradeName", "The trading name.") { read($0).value.tradeName },
            .text("\(name).taxNumber", "The national tax number.") { read($0).value.taxNumber },
            Field(
                name: "\(name).vatNumber", type: .vatNumber,
                about: "The VAT number as the language prints it; `code` keeps the ISO prefix."
            ) { read($0).value.vatNumber.map(FieldValue.vatNumber) },
            .text("\(name).registrationNumber", "The number in the company register.") {
                read($0).value.registrationNumber
            },
            .text("\(name).contact.name", "Whom to ask.") { read($0).value.contact?.name },
            .text("\(name).contact.phone", "The telephone number.") { read($0).value.contact?.phone },
            .text("\(name).contact.email", "The e-mail address.") { read($0).value.contact?.email },
        ] + address("\(name).address") { read($0).value.address }
    }

    private static func address(_ name: String, _ read: @escaping @Sendable (Scope) -> Address?) -> [Field] {
        [
            .text("\(name).street", "The street.") { read($0)?.street },
            .text("\(name).number", "The number of the house.") { read($0)?.number },
            .text("\(name).city", "The city.") { read($0)?.city },
            .text("\(name).postalCode", "The post code.") { read($0)?.postalCode },
            .text("\(name).region", "The region.") { read($0)?.region },
            Field(name: "\(name).country", type: .country, about: "The country; prints its name, compares by its code.")
            {
                read($0).map { .country($0.country) }
            },
        ]
    }

    static let itemFields: [ItemList: [Field]] = [
        .lines: lineFields,
        .lineDiscounts: [
            .flag("isCharge", "Whether it adds to the line.") { $0.lineDiscount.isCharge },
            .money("amount", "BT-136, BT-141, without VAT.") { $0.lineDiscount.amount },
            Field(
                name: "entered", type: .money,
                about: "The amount as it was entered, with VAT where the prices include it; empty for a percentage."
            ) { $0.lineDiscount.source.value.amount.map(FieldValue.money) },
            .percent("percent", "BT-138, BT-143.") { $0.lineDiscount.source.percent },
            .text("reason", "BT-139, BT-144.") { $0.lineDiscount.source.reason },
        ],
        .vat: vatFields { $0.vat },
        .exemptions: vatFields { $0.exemption }.filter { $0.name != "reason" } + [
            Field(
                name: "reason", type: .text, about: "BT-120, or where the document gives none, the text of the law."
            ) { $0.exemptionReason }
        ],
        .legalTexts: legalTextFields,
        .discounts: [
            .flag("isCharge", "Whether it adds to the document.") { $0.discount.isCharge },
            .money("amount", "BT-92, BT-99 without VAT.") { $0.discount.amount },
            .percent("percent", "BT-94, BT-101.") { $0.discount.source.percent },
            .text("reason", "BT-97, BT-104.") { $0.discount.source.reason },
        ],
        .prepaid: [
            .text("number", "The number of the advance invoice.") { $0.prepayment.number },
            .date("date", "When it was paid.") { $0.prepayment.date },
            .money("amount", "How much, VAT included.") { $0.prepayment.amount },
        ],
        .accounts: [
            .text("iban", "BT-84.") { $0.account.iban },
            .text("account", "The national account number.") { $0.account.account },
            .text("bic", "BT-86.") { $0.account.bic },
            .text("bank", "The name of the bank.") { $0.account.bank },
        ],
        .notes: [.text("", "BT-22.") { $0.note }],
        .paymentTerms: [
            .percent("percent", "How much of the amount due.") { $0.paymentTerm?.value.percent },
            .money("amount", "How much.") { $0.paymentTerm?.value.amount },
            .date("date", "The day.") { $0.paymentTerm?.date },
            Field(name: "days", type: .count, about: "Days after the issue.") {
                $0.paymentTerm?.days.map(FieldValue.count)
            },
            .text("text", "BT-20 in words.") { $0.paymentTerm?.text },
        ],
        .invoices: [
            .text("number", "BT-25.") { $0.reference.number },
            .date("issueDate", "BT-26.") { $0.reference.issueDate },
        ],
    ]

    private static let lineFields: [Field] = [
        Field(name: "position", type: .count, about: "The place in the document, from 1.") {
            .count($0.position(in: .lines) + 1)
        },
        .text("id", "BT-126.") { $0.lines[$0.lineIndex].line.id },
        .text("item.name", "BT-153.") { $0.lines[$0.lineIndex].line.item.name },
        .text("item.description", "BT-154.") { $0.lines[$0.lineIndex].line.item.description },
        .text("item.code", "BT-155.") { $0.lines[$0.lineIndex].line.item.code },
        .text("item.gtin", "BT-157.") { $0.lines[$0.lineIndex].line.item.gtin },
        Field(name: "item.origin", type: .country, about: "BT-159.") {
            $0.lines[$0.lineIndex].line.item.origin.map(FieldValue.country)
        },
        Field(name: "quantity", type: .decimal, about: "BT-129.") {
            .decimal($0.lines[$0.lineIndex].line.quantity)
        },
        Field(name: "unit", type: .unit, about: "BT-130; prints its name.") {
            .unit($0.lines[$0.lineIndex].line.unit)
        },
        Field(name: "price", type: .price, about: "The price as it was entered: with VAT where `prices` is gross.") {
            .price($0.lines[$0.lineIndex].line.price)
        },
        Field(
            name: "netPrice", type: .price,
            about: "BT-146, without VAT; where VAT had to be taken out, rounded to the places of the price."
        ) { scope in
            let line = scope.lines[scope.lineIndex]
            let places = max(line.line.price.trimmed().scale, scope.currency.minorUnitDigits)
            return .price(line.netPrice.rounded(to: places))
        },
        Field(name: "priceBase", type: .decimal, about: "BT-149, where it is not 1.") { scope in
            guard let base = scope.lines[scope.lineIndex].line.priceBase else { return nil }
            let isOne = base.scale < 38 && base.coefficient == (0..<base.scale).reduce(Int128(1)) { ten, _ in ten * 10 }
            return isOne ? nil : .decimal(base)
        },
        .percent("discountPercent", "BT-138 when the line has one discount, a percentage, and no charge.") {
            $0.lines[$0.lineIndex].onlyDiscountPercent
        },
        .flag("hasOtherDiscounts", "Whether discounts or charges are there that discountPercent does not tell.") {
            !$0.lines[$0.lineIndex].adjustments.isEmpty
                && $0.lines[$0.lineIndex].onlyDiscountPercent == nil
        },
        .rate("rate", "BT-152; empty where the category has no rate, such as an exempt one.") { scope in
            let vat = scope.lines[scope.lineIndex].line.vat
            return vat.category == .standard || vat.category == .zeroRated ? vat.rateValue : nil
        },
        .category("category") { $0.lines[$0.lineIndex].line.vat },
        .money("gross", "Quantity × price before discounts.") { $0.lines[$0.lineIndex].gross },
        .money("net", "BT-131.") { $0.lines[$0.lineIndex].net },
        .date("period.start", "BT-134.") { $0.lines[$0.lineIndex].line.period?.start },
        .date("period.end", "BT-135.") { $0.lines[$0.lineIndex].line.period?.end },
        .text("note", "BT-127.") { $0.lines[$0.lineIndex].line.note },
    ]

    private static func vatFields(_ read: @escaping @Sendable (Scope) -> VATBreakdown) -> [Field] {
        [
            .rate("rate", "BT-119.") { read($0).vat.rateValue },
            .category("category") { read($0).vat },
            .money("taxable", "BT-116.") { read($0).taxable },
            .money("tax", "BT-117.") { read($0).tax },
            .text("reason", "BT-120.") { read($0).vat.reason },
            .text("reasonCode", "BT-121.") { read($0).vat.reasonCode },
        ]
    }
}

extension AllowanceCharge {
    var percent: ExactDecimal? { value.percent }
}

extension AllowanceCharge.Value {
    var percent: ExactDecimal? { if case .percent(let percent) = self { percent } else { nil } }
    var amount: Money? { if case .amount(let amount) = self { amount } else { nil } }
}

extension PricedLine {
    /// The percentage of a line whose only adjustment is one discount in percent of the whole line.
    var onlyDiscountPercent: ExactDecimal? {
        guard adjustments.count == 1, !adjustments[0].isCharge, adjustments[0].source.base == nil else { return nil }
        return adjustments[0].source.percent
    }
}
