import InvoiceModel
import XMLCore

/// BG-16, BG-17, BT-9 and BT-20.
extension UBLReading {
    mutating func readPayment(into invoice: inout Invoice) -> Payment? {
        invoice.dueDate = date(root, "DueDate")
        var payment = Payment(means: "")
        for element in all(root, "PaymentMeans") {
            if let code = leaf(element, "PaymentMeansCode") {
                let means = code.text.trimmedXML
                if payment.means.isEmpty { payment.means = means }
                if payment.means == means { take(code) }
            }
            if let reference = leaf(element, "PaymentID") {
                let text = reference.text.trimmedXML
                if payment.reference == nil { payment.reference = text }
                if payment.reference == text { take(reference) }
            }
            if let day = leaf(element, "PaymentDueDate").flatMap({ CalendarDate(xml: $0.text.trimmedXML) }),
                invoice.dueDate ?? day == day
            {
                invoice.dueDate = date(element, "PaymentDueDate")
            }
            if let account = first(element, "PayeeFinancialAccount") {
                readAccount(account).map { invoice.seller.accounts.append($0) }
            }
        }
        let terms = all(root, "PaymentTerms").flatMap { leaves($0, "Note") }
        for element in terms { take(element) }
        if !terms.isEmpty {
            let text = terms.map(\.text.linesWithoutMargins).joined(separator: "\n")
            payment.terms = [PaymentTerm(value: .percent(.hundred), text: text)]
        }
        guard payment != Payment(means: "") else { return nil }
        // A symbol to pay with would say more than the document does, and could name the wrong payee (BG-10).
        payment.qr = .off
        return payment
    }

    private mutating func readAccount(_ element: XMLElement) -> BankAccount? {
        guard let id = text(element, "ID") else { return nil }
        let bytes = Array(id.utf8)
        let isIBAN =
            bytes.count > 8 && bytes[..<2].allSatisfy { 0x41...0x5A ~= $0 }
            && bytes[2...3].allSatisfy { 0x30...0x39 ~= $0 }
        return BankAccount(
            iban: isIBAN ? id : nil, account: isIBAN ? nil : id, bic: text(element, "FinancialInstitutionBranch/ID"))
    }
}
