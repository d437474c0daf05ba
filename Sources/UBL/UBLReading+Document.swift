import Diagnostics
public import InvoiceModel
import Tax
public import XMLCore

extension UBLReading {
    /// Reads everything; nil where something is missing that no document can be without.
    mutating func run(_ language: DocumentLanguage?) -> PricedInvoice? {
        readCurrency()
        let number = text(root, "ID")
        if number == nil { missing("BT-1", "ID", in: root) }
        let issueDate = date(root, "IssueDate")
        if issueDate == nil { missing("BT-2", "IssueDate", in: root) }
        let (kind, typeCode) = readKind()
        let seller = readSeller()
        let buyer = readParty(first(root, "AccountingCustomerParty/Party"), isSeller: false)
        let adjustments = readAdjustments()
        let lines = readLines()
        let vatCurrency = readVATCurrency()
        let breakdown = readBreakdown()
        let totals = readTotals()
        guard let number, let issueDate, let totals else { return nil }

        var invoice = Invoice(
            kind: kind, number: number, issueDate: issueDate, currency: currency,
            language: language ?? DocumentLanguage(ofCountry: seller.address.country), seller: seller, buyer: buyer)
        invoice.vatCurrency = vatCurrency
        invoice.profile = ProfileName(customization: leaf(root, "CustomizationID")?.text ?? "")
        invoice.references = readReferences()
        readDelivery(into: &invoice)
        readRepresentative()
        readCreditor(first(root, "PayeeParty"))
        tell(totals, beside: adjustments)
        invoice.period = readPeriod(first(root, "InvoicePeriod"))
        invoice.payment = readPayment(into: &invoice)
        invoice.notes = leaves(root, "Note").map { element in
            take(element)
            return Self.note(element.text.linesWithoutMargins)
        }
        invoice.lines = Lines(lines.map(\.line))
        invoice.discounts = adjustments.filter { !$0.isCharge }.map(\.source)
        invoice.charges = adjustments.filter(\.isCharge).map(\.source)
        invoice.expectedTotals = ExpectedTotals(
            lineTotal: totals.lineTotal, allowanceTotal: totals.allowanceTotal, chargeTotal: totals.chargeTotal,
            taxExclusive: totals.taxExclusive, taxTotal: totals.taxTotal, taxInclusive: totals.taxInclusive,
            prepaid: totals.prepaid, rounding: totals.rounding, payable: totals.payable,
            taxTotalInVATCurrency: taxTotalInVATCurrency(vatCurrency),
            vat: breakdown.map {
                ExpectedVAT(category: $0.vat.category, rate: $0.vat.rate, taxable: $0.taxable, tax: $0.tax)
            }, lineNets: lines.map(\.net))
        tellVATCurrency(invoice.expectedTotals?.taxTotalInVATCurrency)
        return PricedInvoice(
            invoice: invoice, lines: PricedLines(lines), adjustments: adjustments, vat: breakdown, totals: totals,
            taxTotalInVATCurrency: invoice.expectedTotals?.taxTotalInVATCurrency,
            further: furtherTerms(typeCode: typeCode, breakdown))
    }

    // MARK: - Head

    /// BT-5, with as many places as its amounts need: what somebody else wrote is never rounded.
    private mutating func readCurrency() {
        guard let code = text(root, "DocumentCurrencyCode") else {
            return missing("BT-5", "DocumentCurrencyCode", in: root)
        }
        currency = Self.currency(code, placesOf: root)
    }

    /// A currency with its minor unit, or more places where amounts inside an element have more.
    static func currency(_ code: String, placesOf element: XMLElement) -> Currency {
        let known = Currency(code: code)
        var places = known?.minorUnitDigits ?? 2
        visitAmounts(in: element) { amount in
            guard amount.attribute("currencyID") ?? code == code else { return }
            guard let number = ExactDecimal(xml: amount.text.trimmedXML) else { return }
            places = max(places, number.trimmed().scale)
        }
        if let known, known.minorUnitDigits == places { return known }
        return Currency(received: code, places: places)
    }

    /// Visits the amounts that the model holds as money; prices and what else is shown as it stands are none of them.
    private static func visitAmounts(in element: XMLElement, _ visit: (XMLElement) -> Void) {
        for child in element.elements where child.name != "Price" && child.name != "UBLExtensions" {
            if child.name.hasSuffix("Amount") { visit(child) } else { visitAmounts(in: child, visit) }
        }
    }

    /// BT-3: the kind that is nearest to it, and the code itself where it says more.
    private mutating func readKind() -> (DocumentKind, String?) {
        let standard: DocumentKind = isCreditNote ? .creditNote : .invoice
        guard let code = text(root, "\(root.name)TypeCode") else { return (standard, nil) }
        let kind = DocumentKind.allCases.first { $0.code == code && ($0 == .creditNote) == isCreditNote }
        return (kind ?? standard, kind == nil ? code : nil)
    }

    /// BT-22 with its BT-21: `#AAI#text` becomes `AAI: text`.
    private static func note(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count > 5, bytes[0] == UInt8(ascii: "#"), bytes[4] == UInt8(ascii: "#"),
            bytes[1...3].allSatisfy({ 0x41...0x5A ~= $0 })
        else { return text }
        let code = String(decoding: bytes[1...3], as: UTF8.self)
        return "\(code): \(String(decoding: bytes[5...], as: UTF8.self).trimmedXML)"
    }

    mutating func readPeriod(_ element: XMLElement?) -> Period? {
        guard let element else { return nil }
        let period = Period(start: date(element, "StartDate"), end: date(element, "EndDate"))
        return period.start == nil && period.end == nil ? nil : period
    }

    private mutating func readReferences() -> References {
        var references = References()
        references.order = text(root, "OrderReference/ID")
        references.contract = text(root, "ContractDocumentReference/ID")
        references.project = text(root, "ProjectReference/ID")
        references.delivery = text(root, "DespatchDocumentReference/ID")
        references.buyer = text(root, "BuyerReference")
        for element in all(root, "BillingReference") {
            guard let document = first(element, "InvoiceDocumentReference"), let number = text(document, "ID") else {
                continue
            }
            references.invoices.append(InvoiceReference(number: number, issueDate: date(document, "IssueDate")))
        }
        for element in all(root, "AdditionalDocumentReference") { readSupport(element, &references) }
        return references
    }

    /// BG-24, BT-18, and BT-11 of a credit note: one element for three things.
    private mutating func readSupport(_ element: XMLElement, _ references: inout References) {
        let type = leaf(element, "DocumentTypeCode")?.text.trimmedXML
        guard let id = leaf(element, "ID") else { return }
        if type == "50", isCreditNote, references.project == nil, element.elements.count == 2 {
            references.project = text(element, "ID")
            _ = text(element, "DocumentTypeCode")
            return
        }
        if type == "130" {
            put(FurtherTerm(id: "BT-18", value: .text(Self.words(of: id))), at: id)
            _ = text(element, "DocumentTypeCode")
            return
        }
        var parts = [Self.words(of: id)]
        if let type {
            parts.append("(\(type))")
            _ = text(element, "DocumentTypeCode")
        }
        for leaf in leaves(element, "DocumentDescription") {
            parts.append(leaf.text.linesWithoutMargins)
            take(leaf)
        }
        if let address = text(element, "Attachment/ExternalReference/URI") { parts.append(address) }
        if let file = leaf(element, "Attachment/EmbeddedDocumentBinaryObject") {
            parts += [file.attribute("filename"), file.attribute("mimeCode")].compactMap { $0 }
            take(file, withAttributes: true)
        }
        put(FurtherTerm(id: "BT-122", value: .text(parts.joined(separator: " · "))), at: id)
    }

    /// BG-12: an address that is nobody's on the page stands in one term.
    private mutating func readRepresentative() {
        if let scheme = leaf(root, "TaxRepresentativeParty/PartyTaxScheme/TaxScheme/ID"),
            scheme.text.trimmedXML == "VAT"
        {
            take(scheme)
        }
        guard let element = first(root, "TaxRepresentativeParty/PostalAddress") else { return }
        let address = readAddress(element)
        let city = [address.postalCode, address.city].compactMap { $0 }.joined(separator: " ")
        let parts = [address.street, city.isEmpty ? nil : city, address.region].compactMap { $0 }
        if !parts.isEmpty, let first = element.elements.first(where: { isTaken($0) }) {
            put(FurtherTerm(id: "BG-12", value: .text(parts.joined(separator: ", "))), at: first)
        }
        if let country = leaf(element, "Country/IdentificationCode") {
            put(FurtherTerm(id: "BT-69", value: .country(address.country)), at: country)
        }
    }

    private mutating func readDelivery(into invoice: inout Invoice) {
        let element = first(root, "Delivery")
        let day = date(element, "ActualDeliveryDate")
        let taxPoint = date(root, "TaxPointDate")
        invoice.supplyDate = taxPoint ?? day
        if let day, let taxPoint, day != taxPoint, let leaf = leaf(element, "ActualDeliveryDate") {
            put(FurtherTerm(id: "BT-72", value: .date(day), field: "delivery.date"), at: leaf)
        }
        let location = first(element, "DeliveryLocation/Address")
        if let region = leaf(location, "CountrySubentity") {
            put(
                FurtherTerm(
                    id: "BT-79", value: .text(region.text.trimmedXML), field: "delivery.address.region"), at: region)
        }
        if let country = leaf(location, "Country/IdentificationCode") {
            put(
                FurtherTerm(
                    id: "BT-80", value: .country(country.text.trimmedXML), field: "delivery.address.country"),
                at: country)
        }
        let address = location.map { readAddress($0) }
        let name = text(element, "DeliveryParty/PartyName/Name")
        if address != nil || name != nil { invoice.delivery = Delivery(date: day, name: name, address: address) }
    }
}

extension DocumentLanguage {
    /// The language in which a seller of a country writes; English for all that Pechat is not at home in.
    public init(ofCountry code: String) {
        switch code {
        case "MK": self = .macedonian
        case "RS": self = .serbianCyrillic
        case "HR": self = .croatian
        case "BG": self = .bulgarian
        case "AL", "XK": self = .albanian
        default: self = .english
        }
    }
}

extension ProfileName {
    /// The specification that a UBL document names (BT-24); the norm alone where it names none that is known.
    public init(ofUBL document: XMLDocument) {
        self.init(customization: document.root.first("CustomizationID", namespace: UBLName.basic)?.text ?? "")
    }

    /// The specification that a BT-24 names; the norm alone for any that is not known.
    init(customization: String) {
        if customization.contains("urn:mfin.gov.rs:srbdt") {
            self = .serbia
        } else if customization.contains("urn:mfin.gov.hr:") {
            self = .croatia
        } else if customization.contains("urn:fdc:peppol.eu:2017:poacc:billing") {
            self = .peppolBIS3
        } else {
            self = .en16931
        }
    }
}
