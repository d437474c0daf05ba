import InvoiceModel

/// BG-16, BG-17 and BT-20.
extension UBLDocument {
    /// UNTDID 4461: cash, cheque, cards and direct debits go to no account that the invoice names.
    private static let meansWithoutAccount: Set<String> = ["10", "20", "48", "49", "54", "55", "59"]

    func writePayment(_ xml: inout XMLOutput) {
        if let payment = invoice.payment {
            let accounts = Self.meansWithoutAccount.contains(payment.means) ? [] : invoice.seller.accounts
            let named = accounts.filter { $0.iban ?? $0.account != nil }
            writeMeans(payment.means, payment.reference, named.first, dueDate, &xml)
            // UBL-SR-45: the due date stands once.
            for account in named.dropFirst() { writeMeans(payment.means, payment.reference, account, nil, &xml) }
        } else if isCreditNote, dueDate != nil {
            // Only here can a credit note tell its due date; code 1 is "instrument not defined".
            writeMeans("1", nil, nil, dueDate, &xml)
        }
        let terms = paymentTerms
        if !terms.isEmpty { xml.element("cac:PaymentTerms") { $0.text("cbc:Note", terms) } }
    }

    private func writeMeans(
        _ means: String, _ reference: String?, _ account: BankAccount?, _ dueDate: CalendarDate?,
        _ xml: inout XMLOutput
    ) {
        xml.element("cac:PaymentMeans") { xml in
            xml.text("cbc:PaymentMeansCode", means)
            if isCreditNote { xml.date("cbc:PaymentDueDate", dueDate) }
            xml.text("cbc:PaymentID", reference)
            guard let account else { return }
            xml.element("cac:PayeeFinancialAccount") { xml in
                xml.text("cbc:ID", account.iban ?? account.account)
                if let bic = account.bic, !XMLOutput.isBlank(bic) {
                    xml.element("cac:FinancialInstitutionBranch") { $0.text("cbc:ID", bic) }
                }
            }
        }
    }

    /// BT-20: the words as given; of several instalments also how much is due when.
    private var paymentTerms: String {
        let terms = invoice.payment?.terms ?? []
        let lines = terms.map { term -> String in
            guard terms.count > 1 else { return term.text ?? "" }
            let share =
                switch term.value {
                case .percent(let percent): "\(percent.trimmed().description) %"
                case .amount(let amount): "\(amount.text(in: invoice.currency)) \(invoice.currency.code)"
                }
            return [share, day(of: term)?.description, term.text].compactMap { $0 }.joined(separator: " ")
        }
        return lines.filter { !XMLOutput.isBlank($0) }.joined(separator: "\n")
    }
}
