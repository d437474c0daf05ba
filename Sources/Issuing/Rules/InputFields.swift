/// Where the elements that `UBLWriter` writes, and the terms of EN 16931, stand in the invoice JSON (DESIGN §2).
enum InputFields {
    /// Elements of the document, by their path below the root; `#` is the position of the last step.
    static let document: [String: String] = {
        var fields = [
            "cbc:CustomizationID": "/profile", "cbc:ProfileID": "/profile", "cbc:ID": "/number",
            "cbc:IssueDate": "/issueDate", "cbc:DueDate": "/dueDate", "cbc:InvoiceTypeCode": "/kind",
            "cbc:CreditNoteTypeCode": "/kind", "cbc:Note": "/notes", "cbc:TaxPointDate": "/supplyDate",
            "cbc:DocumentCurrencyCode": "/currency", "cbc:TaxCurrencyCode": "/vatCurrency",
            "cbc:BuyerReference": "/references/buyer", "cac:InvoicePeriod": "/period",
            "cac:InvoicePeriod/cbc:StartDate": "/period/start", "cac:InvoicePeriod/cbc:EndDate": "/period/end",
            "cac:OrderReference": "/references/order", "cac:BillingReference": "/references/invoices/#",
            "cac:DespatchDocumentReference": "/references/delivery",
            "cac:ContractDocumentReference": "/references/contract", "cac:ProjectReference": "/references/project",
            "cac:AdditionalDocumentReference": "/references/project", "cac:Delivery": "/delivery",
            "cac:Delivery/cbc:ActualDeliveryDate": "/delivery/date", "cac:Delivery/cac:DeliveryParty": "/delivery/name",
            "cac:PaymentMeans": "/payment", "cac:PaymentMeans/cbc:PaymentMeansCode": "/payment/means",
            "cac:PaymentMeans/cbc:PaymentDueDate": "/dueDate", "cac:PaymentMeans/cbc:PaymentID": "/payment/reference",
            "cac:PaymentMeans/cac:PayeeFinancialAccount": "/seller/accounts", "cac:PaymentTerms": "/payment/terms",
            "cac:LegalMonetaryTotal/cbc:LineExtensionAmount": "/lines",
            "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount": "/discounts",
            "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount": "/charges",
            "cac:LegalMonetaryTotal/cbc:PrepaidAmount": "/prepaid",
            "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount": "/payableRounding",
        ]
        for (element, field) in [("cac:AccountingSupplierParty", "/seller"), ("cac:AccountingCustomerParty", "/buyer")]
        {
            fields[element] = field
            for (path, below) in party { fields["\(element)/cac:Party/\(path)"] = field + below }
        }
        for (path, below) in address { fields["cac:Delivery/cac:DeliveryLocation/\(path)"] = "/delivery" + below }
        return fields
    }()

    private static let party: [String: String] = {
        var fields = [
            "cbc:EndpointID": "/endpoint/id", "cbc:EndpointID/@schemeID": "/endpoint/scheme",
            "cac:PartyIdentification": "/taxNumber", "cac:PartyName": "/tradeName", "cac:PartyTaxScheme": "/vatNumber",
            "cac:PartyLegalEntity": "", "cac:PartyLegalEntity/cbc:RegistrationName": "/name",
            "cac:PartyLegalEntity/cbc:CompanyID": "/registrationNumber", "cac:Contact": "/contact",
            "cac:Contact/cbc:Name": "/contact/name", "cac:Contact/cbc:Telephone": "/contact/phone",
            "cac:Contact/cbc:ElectronicMail": "/contact/email",
        ]
        for (path, below) in address {
            fields[path.replacing("cac:Address", with: "cac:PostalAddress")] = below
        }
        return fields
    }()

    private static let address = [
        "cac:Address": "/address", "cac:Address/cbc:StreetName": "/address/street",
        "cac:Address/cbc:CityName": "/address/city", "cac:Address/cbc:PostalZone": "/address/postalCode",
        "cac:Address/cbc:CountrySubentity": "/address/region", "cac:Address/cac:Country": "/address/country",
    ]

    /// Elements of a line, by their path below it.
    static let line = [
        "cbc:ID": "/id", "cbc:Note": "/note", "cbc:InvoicedQuantity": "/quantity", "cbc:CreditedQuantity": "/quantity",
        "cbc:InvoicedQuantity/@unitCode": "/unit", "cbc:CreditedQuantity/@unitCode": "/unit",
        "cac:InvoicePeriod": "/period", "cac:InvoicePeriod/cbc:StartDate": "/period/start",
        "cac:InvoicePeriod/cbc:EndDate": "/period/end", "cac:Item": "/item", "cac:Item/cbc:Name": "/item/name",
        "cac:Item/cbc:Description": "/item/description", "cac:Item/cac:SellersItemIdentification": "/item/code",
        "cac:Item/cac:StandardItemIdentification": "/item/gtin", "cac:Item/cac:OriginCountry": "/item/origin",
        "cac:Item/cac:CommodityClassification": "/item/classification",
        "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode": "/item/classification/code",
        "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode/@listID": "/item/classification/list",
        "cac:Item/cac:ClassifiedTaxCategory": "/vat", "cac:Item/cac:ClassifiedTaxCategory/cbc:ID": "/vat/category",
        "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent": "/vat/rate", "cac:Price": "/price",
        "cac:Price/cbc:BaseQuantity": "/priceBase",
    ]

    /// Elements of a discount or charge.
    static let adjustment = [
        "cbc:AllowanceChargeReasonCode": "/code", "cbc:AllowanceChargeReason": "/reason",
        "cbc:MultiplierFactorNumeric": "/percent", "cac:TaxCategory": "/vat",
    ]

    /// Elements of a row of the VAT breakdown, as parts of how a line is taxed.
    static let breakdown = [
        "cac:TaxCategory/cbc:ID": "/category", "cac:TaxCategory/cbc:Percent": "/rate",
        "cac:TaxCategory/cbc:TaxExemptionReason": "/reason",
        "cac:TaxCategory/cbc:TaxExemptionReasonCode": "/reasonCode",
    ]

    /// Terms of the document and its parties.
    static let terms: [String: String] = {
        var fields = [
            "BT-1": "/number", "BT-2": "/issueDate", "BT-3": "/kind", "BT-5": "/currency", "BT-6": "/vatCurrency",
            "BT-7": "/supplyDate", "BT-8": "/supplyDate", "BT-9": "/dueDate", "BT-10": "/references/buyer",
            "BT-11": "/references/project", "BT-12": "/references/contract", "BT-13": "/references/order",
            "BT-16": "/references/delivery", "BT-20": "/payment/terms", "BT-22": "/notes", "BT-23": "/profile",
            "BT-24": "/profile", "BG-3": "/references/invoices", "BT-25": "/references/invoices",
            "BT-26": "/references/invoices", "BG-4": "/seller", "BG-5": "/seller/address", "BG-6": "/seller/contact",
            "BG-7": "/buyer", "BG-8": "/buyer/address", "BG-9": "/buyer/contact", "BG-13": "/delivery",
            "BT-70": "/delivery/name", "BT-72": "/delivery/date", "BG-14": "/period", "BT-73": "/period/start",
            "BT-74": "/period/end", "BG-15": "/delivery/address", "BG-16": "/payment", "BT-81": "/payment/means",
            "BT-83": "/payment/reference", "BG-17": "/seller/accounts", "BT-84": "/seller/accounts",
            "BG-20": "/discounts",
            "BG-21": "/charges", "BT-106": "/lines", "BT-107": "/discounts", "BT-108": "/charges", "BT-113": "/prepaid",
            "BT-114": "/payableRounding", "BG-23": "/lines", "BT-116": "/lines", "BT-117": "/lines", "BT-118": "/lines",
            "BT-119": "/lines", "BG-25": "/lines",
        ]
        // BT-27 to BT-43 and BT-44 to BT-58.
        let common: [(Int, Int, String)] = [
            (27, 44, "/name"), (28, 45, "/tradeName"), (29, 46, "/taxNumber"), (30, 47, "/registrationNumber"),
            (31, 48, "/vatNumber"), (34, 49, "/endpoint"), (35, 50, "/address/street"), (37, 52, "/address/city"),
            (38, 53, "/address/postalCode"), (39, 54, "/address/region"), (40, 55, "/address/country"),
            (41, 56, "/contact/name"), (42, 57, "/contact/phone"), (43, 58, "/contact/email"),
        ]
        for (seller, buyer, field) in common {
            fields["BT-\(seller)"] = "/seller\(field)"
            fields["BT-\(buyer)"] = "/buyer\(field)"
        }
        fields["BT-32"] = "/seller/taxNumber"
        for (term, field) in [(75, "street"), (77, "city"), (78, "postalCode"), (79, "region"), (80, "country")] {
            fields["BT-\(term)"] = "/delivery/address/\(field)"
        }
        return fields
    }()

    /// Terms of a line, as fields of it.
    static let lineTerms = [
        "BT-126": "/id", "BT-127": "/note", "BT-129": "/quantity", "BT-130": "/unit", "BT-131": "", "BG-26": "/period",
        "BT-134": "/period/start", "BT-135": "/period/end", "BG-27": "/discounts", "BG-28": "/charges",
        "BT-146": "/price",
        "BT-149": "/priceBase", "BG-30": "/vat", "BT-151": "/vat/category", "BT-152": "/vat/rate", "BG-31": "/item",
        "BT-153": "/item/name", "BT-154": "/item/description", "BT-155": "/item/code", "BT-157": "/item/gtin",
        "BT-158": "/item/classification", "BT-159": "/item/origin",
    ]
}
