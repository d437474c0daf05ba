import Diagnostics
import InvoiceModel
import Tax

/// One document on its way into XML: the head, in the order of the schema.
struct UBLDocument {
    let priced: PricedInvoice
    let invoice: Invoice
    let profile: UBLProfile
    let number: String
    let isCreditNote: Bool
    /// Whether VAT numbers may be written; not with category O (BR-O-02).
    let showsVATNumbers: Bool

    init(_ priced: PricedInvoice, number: String) {
        self.priced = priced
        self.number = number
        invoice = priced.invoice
        profile = UBLProfile(priced.invoice.profile)
        isCreditNote = priced.invoice.kind == .creditNote
        showsVATNumbers = !priced.vat.contains { $0.vat.category == .outOfScope }
    }

    /// Writes the document.
    ///
    /// - Parameters:
    ///   - xml: Where it goes.
    ///   - pause: Is called after every line; it may empty the output.
    /// - Throws: What `pause` throws.
    func write(
        to xml: inout XMLOutput, pause: (inout XMLOutput) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        if isCreditNote {
            xml.open(
                "CreditNote",
                namespaces: """
                     xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2" \
                    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
                    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
                    """)
        } else {
            xml.open(
                "Invoice",
                namespaces: """
                     xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" \
                    xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" \
                    xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
                    """)
        }
        writeHead(&xml)
        writeReferences(&xml)
        writeParties(&xml)
        writeDelivery(&xml)
        writePayment(&xml)
        writeAdjustments(&xml)
        writeTax(&xml)
        writeTotals(&xml)
        for line in priced.lines {
            write(line, to: &xml)
            try pause(&xml)
        }
        xml.close(isCreditNote ? "CreditNote" : "Invoice")
    }

    // MARK: - Head

    private func writeHead(_ xml: inout XMLOutput) {
        xml.constant("cbc:CustomizationID", profile.customization)
        if let process = profile.process { xml.constant("cbc:ProfileID", process) }
        xml.text("cbc:ID", number)
        xml.date("cbc:IssueDate", invoice.issueDate)
        if isCreditNote {
            xml.date("cbc:TaxPointDate", taxPointDate)
            xml.text("cbc:CreditNoteTypeCode", invoice.kind.code)
            writeNotes(&xml)
        } else {
            xml.date("cbc:DueDate", dueDate)
            xml.text("cbc:InvoiceTypeCode", invoice.kind.code)
            writeNotes(&xml)
            xml.date("cbc:TaxPointDate", taxPointDate)
        }
        xml.text("cbc:DocumentCurrencyCode", invoice.currency.code)
        if let currency = vatCurrency { xml.text("cbc:TaxCurrencyCode", currency.code) }
        xml.text("cbc:BuyerReference", invoice.references.buyer)
        writePeriod(&xml)
    }

    private func writeNotes(_ xml: inout XMLOutput) {
        let notes = (invoice.notes + [invoice.terms].compactMap { $0 }).filter { !XMLOutput.isBlank($0) }
        if profile.joinsNotes {
            xml.text("cbc:Note", notes.joined(separator: "\n"))
        } else {
            for note in notes { xml.text("cbc:Note", note) }
        }
    }

    private func writePeriod(_ xml: inout XMLOutput) {
        let code = taxPointCode
        let hasDays = invoice.period?.start != nil || invoice.period?.end != nil
        guard hasDays || code != nil else { return }
        xml.element("cac:InvoicePeriod") { xml in
            xml.date("cbc:StartDate", invoice.period?.start)
            xml.date("cbc:EndDate", invoice.period?.end)
            if let code { xml.constant("cbc:DescriptionCode", code) }
        }
    }

    /// BT-6 as far as it differs from BT-5.
    var vatCurrency: Currency? {
        guard priced.taxTotalInVATCurrency != nil, invoice.vatCurrency?.code != invoice.currency.code else {
            return nil
        }
        return invoice.vatCurrency
    }

    /// BT-72.
    var deliveryDate: CalendarDate? { invoice.delivery?.date ?? invoice.supplyDate }

    /// BT-7: the day of supply where it is another one than that of delivery.
    private var taxPointDate: CalendarDate? {
        guard profile.allowsTaxPointDate, let supply = invoice.supplyDate, supply != deliveryDate else { return nil }
        return supply
    }

    /// BT-8 where the profile wants it: 432 payment for advances with a due date, 35 delivery where its day is known, 3 issue.
    private var taxPointCode: StaticString? {
        guard profile.statesTaxPointCode, !isCreditNote else { return nil }
        if invoice.kind == .advance, dueDate != nil { return "432" }
        return deliveryDate != nil ? "35" : "3"
    }

    /// BT-9.
    var dueDate: CalendarDate? {
        if let day = invoice.dueDate { return day }
        guard let terms = invoice.payment?.terms, terms.count == 1, let term = terms.first else { return nil }
        return day(of: term)
    }

    func day(of term: PaymentTerm) -> CalendarDate? {
        term.date ?? term.days.flatMap { invoice.issueDate.adding(days: $0) }
    }

    // MARK: - References

    private func writeReferences(_ xml: inout XMLOutput) {
        let references = invoice.references
        Self.write("cac:OrderReference", references.order, to: &xml)
        for preceding in references.invoices { writeBilling(preceding.number, preceding.issueDate, &xml) }
        // BG-3 also names the advances that were paid before; the day in `prepaid` is that of the payment.
        for advance in invoice.prepaid {
            guard let number = advance.number, !references.invoices.contains(where: { $0.number == number }) else {
                continue
            }
            writeBilling(number, nil, &xml)
        }
        Self.write("cac:DespatchDocumentReference", references.delivery, to: &xml)
        Self.write("cac:ContractDocumentReference", references.contract, to: &xml)
        guard let project = references.project, !XMLOutput.isBlank(project) else { return }
        if isCreditNote {
            // A credit note has no project reference; CEN/TS 16931-3-2 puts BT-11 here.
            xml.element("cac:AdditionalDocumentReference") { xml in
                xml.text("cbc:ID", project)
                xml.constant("cbc:DocumentTypeCode", "50")
            }
        } else {
            Self.write("cac:ProjectReference", project, to: &xml)
        }
    }

    private func writeBilling(_ number: String, _ day: CalendarDate?, _ xml: inout XMLOutput) {
        guard !XMLOutput.isBlank(number) else { return }
        xml.element("cac:BillingReference") { xml in
            xml.element("cac:InvoiceDocumentReference") { xml in
                xml.text("cbc:ID", number)
                xml.date("cbc:IssueDate", day)
            }
        }
    }

    private static func write(_ element: StaticString, _ id: String?, to xml: inout XMLOutput) {
        guard let id, !XMLOutput.isBlank(id) else { return }
        xml.element(element) { $0.text("cbc:ID", id) }
    }
}
