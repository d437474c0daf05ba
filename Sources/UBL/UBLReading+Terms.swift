import InvoiceModel
import Tax
import XMLCore

/// Where a term belongs.
enum UBLLevel: Hashable {
    case document, seller, buyer, line
}

extension UBLReading {
    /// Walks the whole document once more and collects, in its order, what the model does not hold.
    ///
    /// - Parameters:
    ///   - typeCode: BT-3 where the kind does not tell it.
    ///   - breakdown: BG-23; where it is one row, the lines that are taxed like it need not tell so.
    /// - Returns: The terms by the place that they belong to, each list in the order of the document.
    mutating func furtherTerms(typeCode: String?, _ breakdown: [VATBreakdown]) -> FurtherTerms {
        var further = FurtherTerms(typeCode: typeCode)
        let lineName = "\(root.name)Line"
        let documentTables = UBLTermTable.document
        for child in root.elements {
            switch child.name {
            case lineName where child.namespace == UBLName.aggregate:
                var terms: [FurtherTerm] = []
                collect(child, "", UBLTermTable.line, into: &terms)
                addTax(of: child, breakdown, to: &terms)
                further.lines.append(terms)
            case "AccountingSupplierParty":
                collect(child, "", UBLTermTable.seller, into: &further.seller)
            case "AccountingCustomerParty":
                collect(child, "", UBLTermTable.buyer, into: &further.buyer)
            default: collect(child, Self.step(to: child, from: ""), documentTables, into: &further.document)
            }
        }
        return further
    }

    /// Collects what stands below an element; `path` are the names from the level down to it, `table` the level's terms.
    private func collect(
        _ element: XMLElement, _ path: String, _ table: [String: String], into result: inout [FurtherTerm]
    ) {
        if let terms = terms[element] {
            result += terms
            return
        }
        let children = element.elements
        guard children.isEmpty else {
            if Self.isLeftOut(element) { return }
            for child in children {
                collect(child, Self.step(to: child, from: path), table, into: &result)
            }
            return
        }
        let text = element.text.trimmedXML
        guard !text.isEmpty, !Self.isLeftOut(element) else { return }
        guard isTaken(element) || element.name == "EmbeddedDocumentBinaryObject" else {
            result.append(FurtherTerm(id: table[path] ?? path, value: Self.value(of: element)))
            return
        }
        guard !areAttributesTaken(element) else { return }
        for attribute in element.attributes where Self.tellingAttributes.contains(attribute.name) {
            let value = attribute.value.trimmedXML
            guard !value.isEmpty, !isImplied(attribute.name, of: element) else { continue }
            let path = "\(path)/@\(attribute.name)"
            result.append(FurtherTerm(id: table[path] ?? path, value: .text(value)))
        }
    }

    /// The path of a child; a party and the wrapping of extensions are no steps of it.
    private static func step(to child: XMLElement, from path: String) -> String {
        let isShell =
            child.name == "Party" && path.isEmpty
            || child.namespace == UBLName.extensions && !child.elements.isEmpty
        return isShell ? path : path.isEmpty ? child.name : "\(path)/\(child.name)"
    }

    /// The attributes that say something; all others name the agency or the address of a code list.
    static let tellingAttributes: Set = [
        "schemeID", "currencyID", "unitCode", "mimeCode", "filename", "listID", "listVersionID", "name",
    ]

    /// A code list that the element cannot but have.
    private func isImplied(_ attribute: String, of element: XMLElement) -> Bool {
        attribute == "listID" && element.name.hasSuffix("Code") && element.name != "ItemClassificationCode"
            || attribute == "schemeID" && element.parent?.name == "TaxScheme"
            || attribute == "currencyID" && element.attribute("currencyID") == currency.code
    }

    /// What is left out: the version of UBL and signatures, and elsewhere here the bytes of embedded files and the time
    /// zones of days.
    ///
    /// The XML in the PDF has them, byte for byte; on paper they say nothing.
    static func isLeftOut(_ element: XMLElement) -> Bool {
        switch element.name {
        case "UBLVersionID": element.namespace == UBLName.basic
        case "UBLDocumentSignatures": true
        case "Signature": element.namespace != nil
        case "ExtensionURI":
            element.text.trimmedXML.hasPrefix("urn:oasis:names:specification:ubl:dsig:")
        default: false
        }
    }

    /// Names the category and rate of a line, unless the page tells them: as a rate, or as the only row of the breakdown.
    private func addTax(of line: XMLElement, _ breakdown: [VATBreakdown], to terms: inout [FurtherTerm]) {
        guard let category = first(line, "Item/ClassifiedTaxCategory") else { return }
        var copy = self
        let vat = copy.readTax(category)
        guard vat.categoryCode != "S" && vat.categoryCode != "Z" else { return }
        if breakdown.count == 1, let row = breakdown.first?.vat, row.categoryCode == vat.categoryCode,
            row.rate == vat.rate, row.received?.percent == vat.received?.percent
        {
            return
        }
        terms.append(FurtherTerm(id: "BT-151", value: .tax(vat)))
    }

    // MARK: - Values

    /// The value of a leaf by its name and attributes.
    static func value(of element: XMLElement) -> FurtherTerm.Value {
        let text = element.text.trimmedXML
        if element.name.hasSuffix("Date"), let day = CalendarDate(xml: text) { return .date(day) }
        if let currency = element.attribute("currencyID"), let number = ExactDecimal(xml: text) {
            return .amount(number, currency: currency)
        }
        if element.name == "IdentificationCode" { return .country(text) }
        if element.name.hasSuffix("Percent") || element.name.hasSuffix("Numeric"), let number = ExactDecimal(xml: text)
        {
            return .number(number)
        }
        return .text(words(of: element))
    }

    /// The text of a leaf with what its attributes add: `2298740918237 (0088)`.
    static func words(of element: XMLElement) -> String {
        let text = element.text.linesWithoutMargins
        let added = element.attributes.filter { tellingAttributes.contains($0.name) }
            .map(\.value.trimmedXML).filter { !$0.isEmpty }
        return added.isEmpty ? text : "\(text) (\(added.joined(separator: " ")))"
    }
}

/// The terms of EN 16931-1 that stay further terms, by their path below the document, party or line.
///
/// Source: CEN/TS 16931-3-2, the syntax binding to UBL 2.1. Terms that the model holds are here as well, for what
/// stands twice or cannot be read into their types.
enum UBLTermTable {
    static let document: [String: String] = [
        "CustomizationID": "BT-24", "ProfileID": "BT-23", "TaxPointDate": "BT-7", "DueDate": "BT-9",
        "AccountingCost": "BT-19", "BuyerReference": "BT-10", "TaxCurrencyCode": "BT-6",
        "InvoicePeriod/DescriptionCode": "BT-8", "InvoicePeriod/StartDate": "BT-73", "InvoicePeriod/EndDate": "BT-74",
        "OrderReference/ID": "BT-13", "OrderReference/SalesOrderID": "BT-14",
        "BillingReference/InvoiceDocumentReference/ID": "BT-25",
        "BillingReference/InvoiceDocumentReference/IssueDate": "BT-26",
        "DespatchDocumentReference/ID": "BT-16", "ReceiptDocumentReference/ID": "BT-15",
        "OriginatorDocumentReference/ID": "BT-17", "ContractDocumentReference/ID": "BT-12",
        "ProjectReference/ID": "BT-11", "AdditionalDocumentReference/ID": "BT-122",
        "AdditionalDocumentReference/DocumentDescription": "BT-123",
        "AdditionalDocumentReference/Attachment/ExternalReference/URI": "BT-124",
        "PayeeParty/PartyName/Name": "BT-59", "PayeeParty/PartyIdentification/ID": "BT-60",
        "PayeeParty/PartyLegalEntity/CompanyID": "BT-61",
        "TaxRepresentativeParty/PartyName/Name": "BT-62", "TaxRepresentativeParty/PartyTaxScheme/CompanyID": "BT-63",
        "Delivery/DeliveryLocation/ID": "BT-71", "Delivery/ActualDeliveryDate": "BT-72",
        "PaymentMeans/PaymentMeansCode": "BT-81", "PaymentMeans/PaymentMeansCode/@name": "BT-82",
        "PaymentMeans/PaymentDueDate": "BT-9",
        "PaymentMeans/PaymentID": "BT-83", "PaymentMeans/PayeeFinancialAccount/ID": "BT-84",
        "PaymentMeans/PayeeFinancialAccount/Name": "BT-85",
        "PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID": "BT-86",
        "PaymentMeans/CardAccount/PrimaryAccountNumberID": "BT-87", "PaymentMeans/CardAccount/HolderName": "BT-88",
        "PaymentMeans/PaymentMandate/ID": "BT-89", "PaymentMeans/PaymentMandate/PayerFinancialAccount/ID": "BT-91",
        "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReasonCode": "BT-121",
        "TaxTotal/TaxSubtotal/TaxCategory/TaxExemptionReason": "BT-120",
        "AllowanceCharge/MultiplierFactorNumeric": "BT-94",
    ]

    static let seller: [String: String] = [
        "EndpointID": "BT-34", "PartyIdentification/ID": "BT-29", "PartyName/Name": "BT-28",
        "PartyLegalEntity/CompanyID/@schemeID": "BT-30-1", "PartyLegalEntity/CompanyLegalForm": "BT-33",
    ]

    static let buyer: [String: String] = [
        "EndpointID": "BT-49", "PartyIdentification/ID": "BT-46", "PartyName/Name": "BT-45",
        "PartyLegalEntity/CompanyID/@schemeID": "BT-30-1", "PartyLegalEntity/CompanyLegalForm": "BT-33",
    ]

    static let line: [String: String] = [
        "DocumentReference/ID": "BT-128", "OrderLineReference/LineID": "BT-132", "AccountingCost": "BT-133",
        "InvoicePeriod/StartDate": "BT-134", "InvoicePeriod/EndDate": "BT-135",
        "AllowanceCharge/MultiplierFactorNumeric": "BT-138",
        "Item/BuyersItemIdentification/ID": "BT-156", "Item/StandardItemIdentification/ID": "BT-157",
        "Item/CommodityClassification/ItemClassificationCode": "BT-158",
        "Item/OriginCountry/IdentificationCode": "BT-159",
        "Item/AdditionalItemProperty/Name": "BT-160", "Item/AdditionalItemProperty/Value": "BT-161",
        "Price/AllowanceCharge/Amount": "BT-147", "Price/AllowanceCharge/BaseAmount": "BT-148",
        "Price/BaseQuantity": "BT-149", "Price/BaseQuantity/@unitCode": "BT-150",
    ]
}
