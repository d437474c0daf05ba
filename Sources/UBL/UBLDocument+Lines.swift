import InvoiceModel
import Tax

/// BG-25 to BG-31.
extension UBLDocument {
    func write(_ priced: PricedLine, to xml: inout XMLOutput) {
        let line = priced.line
        let element: StaticString = isCreditNote ? "cac:CreditNoteLine" : "cac:InvoiceLine"
        // BR-27 forbids negative prices; a negative quantity says the same.
        let turns = priced.netPrice.coefficient < 0
        xml.element(element) { xml in
            xml.text("cbc:ID", line.id)
            xml.text("cbc:Note", line.note)
            let quantity = turns ? line.quantity.negated : line.quantity
            xml.number(
                isCreditNote ? "cbc:CreditedQuantity" : "cbc:InvoicedQuantity", quantity, ("unitCode", line.unit.code))
            xml.amount("cbc:LineExtensionAmount", priced.net, invoice.currency)
            if let period = line.period, period.start != nil || period.end != nil {
                xml.element("cac:InvoicePeriod") { xml in
                    xml.date("cbc:StartDate", period.start)
                    xml.date("cbc:EndDate", period.end)
                }
            }
            for adjustment in priced.adjustments {
                writeAdjustment(
                    adjustment.source, adjustment.isCharge, adjustment.amount, adjustment.base, nil, &xml)
            }
            write(line.item, line.vat, to: &xml)
            xml.element("cac:Price") { xml in
                let price = turns ? priced.netPrice.negated : priced.netPrice
                xml.number("cbc:PriceAmount", price, ("currencyID", invoice.currency.code))
                if let base = line.priceBase { xml.number("cbc:BaseQuantity", base, ("unitCode", line.unit.code)) }
            }
        }
    }

    private func write(_ item: Item, _ vat: VATTreatment, to xml: inout XMLOutput) {
        func identification(_ element: StaticString, _ id: String?, _ scheme: String?, _ xml: inout XMLOutput) {
            guard let id, !XMLOutput.isBlank(id) else { return }
            xml.element(element) { xml in xml.text("cbc:ID", id, scheme.map { ("schemeID", $0) }) }
        }
        xml.element("cac:Item") { xml in
            xml.text("cbc:Description", item.description)
            xml.text("cbc:Name", item.name)
            identification("cac:SellersItemIdentification", item.code, nil, &xml)
            // 0160 is GS1's GTIN in ISO 6523.
            identification("cac:StandardItemIdentification", item.gtin, "0160", &xml)
            if let origin = item.origin, !XMLOutput.isBlank(origin) {
                xml.element("cac:OriginCountry") { $0.text("cbc:IdentificationCode", origin) }
            }
            if let classification = item.classification, !XMLOutput.isBlank(classification.code) {
                xml.element("cac:CommodityClassification") { xml in
                    xml.text(
                        "cbc:ItemClassificationCode", classification.code, ("listID", classification.list),
                        classification.version.map { ("listVersionID", $0) })
                }
            }
            writeCategory("cac:ClassifiedTaxCategory", vat, &xml)
        }
    }
}

extension ExactDecimal {
    fileprivate var negated: ExactDecimal { ExactDecimal(coefficient: -coefficient, scale: scale) }
}
