import Diagnostics
import JSONCore

extension DecodingContext {
    mutating func references(_ fields: Fields<InvoiceKey>, _ kind: DocumentKind) -> References {
        let references =
            child(fields, .references, ReferencesKey.self) { context, fields in
                References(
                    order: context.text(fields, .order, "BT-13"), contract: context.text(fields, .contract, "BT-12"),
                    project: context.text(fields, .project, "BT-11"),
                    delivery: context.text(fields, .delivery, "BT-16"),
                    buyer: context.text(fields, .buyer, "BT-10"),
                    invoices: context.objects(fields, .invoices, InvoiceReferenceKey.self, limit: 1000) {
                        context, fields in
                        InvoiceReference(
                            number: context.text(fields, .number, "BT-25", limit: 60, required: "BR-55") ?? "",
                            issueDate: context.date(fields, .issueDate, "BT-26"))
                    })
            } ?? References()
        let given = fields[.references]?["invoices"]
        if kind == .creditNote || kind == .debitNote, given == nil || given?.count == 0 {
            within(.key("references")) { context in
                context.report(
                    "references.invoiceMissing", "invoices",
                    at: given?.offset ?? fields[.references]?.offset ?? fields.offset, term: "BG-3",
                    severity: kind == .creditNote ? .error : .warning,
                    kind == .creditNote
                        ? "A credit note names the invoice that it corrects."
                        : "A debit note should name the invoice that it corrects.",
                    fix: "Add \"references\": {\"invoices\": [{\"number\": …, \"issueDate\": …}]}.")
            }
        }
        return references
    }

    mutating func delivery(_ fields: Fields<InvoiceKey>) -> Delivery? {
        child(fields, .delivery, DeliveryKey.self) { context, fields in
            Delivery(
                date: context.date(fields, .date, "BT-72"), name: context.text(fields, .name, "BT-70"),
                address: context.address(
                    fields, .address,
                    AddressTerms(
                        street: "BT-75", city: "BT-77", postalCode: "BT-78", region: "BT-79", country: "BT-80",
                        rule: "BR-57")))
        }
    }

    mutating func period<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, rule: String, terms: (start: String, end: String)
    ) -> Period? {
        child(fields, key, PeriodKey.self) { context, fields in
            let period = Period(
                start: context.date(fields, .start, terms.start), end: context.date(fields, .end, terms.end))
            if let start = period.start, let end = period.end, end < start {
                context.report(
                    rule, fields, .end, term: terms.end, "The period ends before it starts.",
                    fix: "Correct one of the two days.")
            }
            if fields[.start] == nil, fields[.end] == nil {
                context.report(
                    rule == "BR-29" ? "BR-CO-19" : "BR-CO-20", at: fields.offset, term: terms.start,
                    "The period has neither start nor end.", fix: "Add \"start\" or \"end\".")
            }
            return period
        }
    }

    /// Reads BG-16; without a word about the means it is a credit transfer where there is an account to pay to, and
    /// "instrument not defined" (code 1) where there is none.
    mutating func payment(
        _ fields: Fields<InvoiceKey>, _ issueDate: CalendarDate?, hasAccount: Bool
    ) -> Payment? {
        child(fields, .payment, PaymentKey.self) { context, fields in
            var payment = Payment(means: hasAccount ? "30" : "1")
            let means = context.code(
                fields, .means, .paymentMeans, "UNTDID 4461", rule: "BR-CL-16", "BT-81",
                fix: "Write such as \"30\" (credit transfer), \"10\" (cash) or \"48\" (card).")
            if let means { payment.means = means }
            if ["30", "58"].contains(payment.means), !hasAccount {
                context.report(
                    "BR-61", fields, .means, term: "BT-84", "A credit transfer needs an account to pay to.",
                    fix: "Add an account with \"iban\" or \"account\" to the seller, or name another means of payment.")
            }
            let count = fields[.terms]?.count ?? 0
            payment.terms = context.objects(fields, .terms, PaymentTermKey.self, limit: 120) { context, fields in
                context.paymentTerm(fields, issueDate, isOnly: count == 1)
            }
            context.checkSum(of: payment.terms, fields)
            payment.reference = context.text(fields, .reference, "BT-83", limit: 140)
            payment.qr = context.word(fields, .qr, words: [PaymentQR.ips, .epc, .off])
            if let qr = payment.qr, qr != .off, let currency = context.currency {
                let wanted = qr == .ips ? "RSD" : "EUR"
                if currency.code != wanted {
                    context.report(
                        "payment.qrCurrency", fields, .qr, "This payment QR code carries \(wanted) only.",
                        fix: "Remove \"qr\", or write the invoice in \(wanted).")
                }
            }
            return payment
        }
    }

    private mutating func paymentTerm(
        _ fields: Fields<PaymentTermKey>, _ issueDate: CalendarDate?, isOnly: Bool
    ) -> PaymentTerm? {
        let percent = percent(fields, .percent, nil, upTo: 100)
        let amount = money(fields, .amount, isNegativeAllowed: false)
        let hasPercent = fields[.percent] != nil
        let hasAmount = fields[.amount] != nil
        if hasPercent && hasAmount || !hasPercent && !hasAmount && !isOnly {
            report(
                "payment.percentOrAmount", at: fields.offset, term: "BT-20",
                hasPercent
                    ? "A percentage and an amount are given."
                    : "With several instalments each says how much is due.",
                fix: "Write either \"percent\" or \"amount\".")
        }
        var term = PaymentTerm(
            value: amount.map(AllowanceCharge.Value.amount) ?? .percent(percent ?? .hundred))
        term.days = days(fields)
        term.date = date(fields, .date, "BT-9")
        term.text = text(fields, .text, "BT-20", limit: 1000, lines: true)
        if fields[.days] != nil, fields[.date] != nil {
            report(
                "payment.daysOrDate", at: fields.offset, term: "BT-20", "A number of days and a day are given.",
                fix: "Write either \"days\" or \"date\".")
        }
        if let day = term.date, let issueDate, day < issueDate {
            report(
                "date.dueBeforeIssue", fields, .date, term: "BT-9", "The instalment is due before the issue date.",
                fix: "Correct one of the two days.")
        }
        // What was refused must not count as 100 % in the sum.
        return hasPercent && percent == nil || hasAmount && amount == nil ? nil : term
    }

    private mutating func days(_ fields: Fields<PaymentTermKey>) -> Int? {
        guard let value = present(fields, .days) else { return nil }
        let number = value.integer ?? value.string.flatMap { Int($0) }
        if let number, 0...365 ~= number { return number }
        report(
            "number.range", fields, .days, term: "BT-20", "The days are a whole number from 0 to 365.",
            fix: "Use \"date\" for a later day.")
        return nil
    }

    /// Instalments in percent alone must make up the whole.
    private mutating func checkSum(of terms: [PaymentTerm], _ fields: Fields<PaymentKey>) {
        guard terms.count == fields[.terms]?.count, !terms.isEmpty else { return }
        var sum: Int128 = 0
        for term in terms {
            guard case .percent(let percent) = term.value, percent.scale <= 8,
                let factor = ExactDecimal.power(8 - percent.scale)
            else { return }
            sum += percent.coefficient * factor
        }
        if sum != 100 * 100_000_000 {
            report(
                "payment.sum", fields, .terms, term: "BT-20", "The instalments do not make up 100 %.",
                fix: "Correct the percentages.")
        }
    }
}
