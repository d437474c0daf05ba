import Certificates
import Diagnostics
import InvoiceModel
import JSONCore
import Ledger
import Tax

extension Workbench {
    /// A document that lacks nothing but its number, or why not.
    enum Preparation {
        case prepared(PreparedIssue)
        case rejected([Finding])
    }

    /// What the ledger gets of a document.
    struct PreparedIssue {
        let document: IssuableDocument
        /// The key of the seller's books.
        let issuer: String
        /// The document without a number.
        let accepted: AcceptedDocument

        var findings: [Finding] { accepted.findings }
    }

    /// Decodes, computes and checks a document that is to get its number.
    ///
    /// - Throws: As `build`.
    func prepare(
        _ json: [UInt8], _ options: DocumentOptions, _ policy: IssuePolicy, _ caller: IssueCaller
    ) throws(ToolkitError) -> Preparation {
        var content = json
        if let wanted = policy.issueDate { content = try dated(json, wanted, caller) }
        var options = options
        options.isNumberedLater = true
        switch try price(content, options) {
        case .rejected(let findings): return .rejected(findings)
        case .accepted(let accepted):
            let invoice = accepted.priced.invoice
            let numbering = Self.numbering(of: invoice, policy)
            var faults = Self.faults(in: invoice, policy, today: caller.today(invoice.seller.address.country))
            if numbering == nil { faults.append(policy.isImport ? Self.numberMissing : Self.numberNotAllowed) }
            if accepted.priced.totals.payable < .zero { faults.append(Self.negative) }
            guard let numbering, faults.isEmpty else {
                let located = try InvoiceDecoder.decode(content).locating(faults)
                return .rejected(accepted.findings + located)
            }
            return .prepared(
                PreparedIssue(
                    document: try Self.issuable(accepted.priced, numbering, content),
                    issuer: invoice.seller.ledgerKey, accepted: accepted))
        }
    }

    /// The content with another issue date; what cannot be read is left for the decoder to name.
    private func dated(
        _ json: [UInt8], _ wanted: IssuePolicy.IssueDate, _ caller: IssueCaller
    ) throws(ToolkitError) -> [UInt8] {
        let document = try JSONDocument(parsing: json)
        guard document.root.kind == .object else { return json }
        let country = document.root["seller"]?["address"]?["country"]?.string ?? ""
        let day =
            switch wanted {
            case .today: caller.today(country)
            case .day(let day): day
            }
        return InvoiceJSON.replacing(["issueDate": { $0.string(day.description) }], in: document)
    }

    private static func numbering(of invoice: Invoice, _ policy: IssuePolicy) -> IssuableDocument.Numbering? {
        let series = policy.series ?? invoice.series.flatMap(SeriesTemplate.init) ?? .standard(for: invoice.kind)
        if policy.isImport {
            guard let number = invoice.number else { return nil }
            if let series, series.sequence(of: number) != nil { return .imported(number, series) }
            return .given(number)
        }
        if let number = invoice.number { return policy.allowsGivenNumber ? .given(number) : nil }
        return series.map(IssuableDocument.Numbering.series)
    }

    private static let numberNotAllowed = Finding(
        rule: "number.notAllowed", pointer: "/number", term: "BT-1",
        message: "The ledger gives the number; this document brings its own.",
        fix: "Remove `number`, or allow given numbers (--given-number) for what was numbered elsewhere.")

    private static let numberMissing = Finding(
        rule: "number.missing", pointer: "/number", term: "BT-1", message: "An imported document has no number.",
        fix: "Give the number under which it was issued; `pechat issue` numbers new documents.")

    private static func faults(in invoice: Invoice, _ policy: IssuePolicy, today: CalendarDate) -> [Finding] {
        var faults: [Finding] = []
        if invoice.issueDate > today, !policy.allowsFutureDate {
            faults.append(
                Finding(
                    rule: "DATE-02", pointer: "/issueDate", term: "BT-2",
                    message: "The issue date lies in the future: today is \(today).",
                    fix: "Date the document \(today), or allow it (--future-date): the series then waits for that day.")
            )
        }
        let isNote = invoice.kind == .creditNote || invoice.kind == .debitNote
        if isNote, invoice.references.invoices.count > 1 {
            faults.append(
                Finding(
                    rule: "credit.oneInvoice", pointer: "/references/invoices", term: "BG-3",
                    message: "In a ledger a note corrects one invoice.", fix: "Issue a note for each invoice."))
        }
        return faults
    }

    private static let negative = Finding(
        rule: "payable.negative", pointer: "", term: "BT-115", message: "The amount that is payable is negative.",
        fix: "A credit note gives money back; its own amounts are positive.")

    private static func issuable(
        _ priced: PricedInvoice, _ numbering: IssuableDocument.Numbering, _ content: [UInt8]
    ) throws(ToolkitError) -> IssuableDocument {
        let invoice = priced.invoice
        let isNote = invoice.kind == .creditNote || invoice.kind == .debitNote
        return IssuableDocument(
            kind: invoice.kind, numbering: numbering, issueDate: invoice.issueDate, dueDate: invoice.dueDate,
            currency: invoice.currency.code, customer: invoice.buyer.ledgerKey, net: priced.totals.taxExclusive,
            tax: priced.totals.taxTotal, payable: priced.totals.payable,
            taxes: priced.vat.map { row in
                IssuableDocument.Tax(
                    category: row.vat.category.rawValue, rate: row.vat.rate.basisPoints, taxable: row.taxable,
                    tax: row.tax)
            }, instalments: try instalments(of: priced),
            corrects: isNote ? invoice.references.invoices.first?.number : nil,
            prepayments: invoice.prepaid.compactMap { prepayment in
                prepayment.number.map { IssuableDocument.Prepayment(number: $0, amount: prepayment.amount) }
            }, content: content)
    }

    /// The parts of the payable amount that have a day of their own; the last takes what rounding leaves.
    private static func instalments(of priced: PricedInvoice) throws(ToolkitError) -> [IssuableDocument.Instalment] {
        let terms = priced.invoice.payment?.terms ?? []
        guard terms.count > 1 else { return [] }
        var rest = priced.totals.payable
        var parts: [IssuableDocument.Instalment] = []
        for (index, term) in terms.enumerated() {
            let day = term.date ?? term.days.flatMap { priced.invoice.issueDate.adding(days: $0) }
            guard let day = day ?? priced.invoice.dueDate else { return [] }
            let isLast = index == terms.count - 1
            let amount =
                switch term.value {
                case .percent(let percent): isLast ? rest : try priced.totals.payable.percent(percent)
                case .amount(let amount): isLast ? rest : amount
                }
            rest = try rest.subtracting(amount)
            parts.append(IssuableDocument.Instalment(due: day, amount: amount))
        }
        return parts
    }
}

extension Party {
    /// Under which key books are kept for a party: its tax number, else the VAT or register number, else its name.
    ///
    /// Where the tax number is that of VAT, as in North Macedonia and Serbia, the VAT number without its country is the same.
    var ledgerKey: String { taxNumber ?? vatNumber.map(Self.withoutCountry) ?? registrationNumber ?? name }

    private static func withoutCountry(_ number: String) -> String {
        let rest = number.drop { $0.isLetter }
        return rest.isEmpty ? number : String(rest)
    }
}
