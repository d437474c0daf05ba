import InvoiceModel
import Tax
import XMLCore

/// BG-25 to BG-31.
extension UBLReading {
    /// The elements of the lines.
    var lineElements: [XMLElement] { all(root, "\(root.name)Line") }

    mutating func readLines() -> [PricedLine] {
        let elements = lineElements
        if elements.isEmpty { missing("BG-25", "\(root.name)Line", in: root) }
        return elements.enumerated().compactMap { readLine($1, position: $0 + 1) }
    }

    private mutating func readLine(_ element: XMLElement, position: Int) -> PricedLine? {
        let id = text(element, "ID") ?? String(position)
        if id != String(position), let leaf = leaf(element, "ID") {
            put(FurtherTerm(id: "BT-126", value: .text(id), field: "lines.id"), at: leaf)
        }
        let quantityName = isCreditNote ? "CreditedQuantity" : "InvoicedQuantity"
        let quantity = number(element, quantityName, "BT-129")
        let quantityLeaf = leaf(element, quantityName)
        let unit = quantityLeaf?.attribute("unitCode") ?? ""
        if let quantityLeaf { take(quantityLeaf, withAttributes: true) }
        let net = amount(element, "LineExtensionAmount", "BT-131")
        let item = first(element, "Item")
        let vat = item.flatMap { first($0, "ClassifiedTaxCategory") }.map { readTax($0) }
        let adjustments = all(element, "AllowanceCharge").compactMap { readAdjustment($0, nil) }
            .map { LineAdjustment(source: $0, isCharge: $1, amount: $2, base: $3) }
        let price = readPrice(element, unit)
        guard let quantity, let net, let price else { return nil }
        var line = Line(
            id: id, item: readItem(item), quantity: quantity, unit: UnitCode(received: unit), price: price.amount,
            priceBase: price.base, vat: vat ?? VATTreatment(category: .outOfScope, rate: .zero))
        line.discounts = adjustments.filter { !$0.isCharge }.map(\.source)
        line.charges = adjustments.filter(\.isCharge).map(\.source)
        line.period = readPeriod(first(element, "InvoicePeriod"))
        // UNTDID 1001 code 130 is what makes the reference BT-128.
        for reference in all(element, "DocumentReference") {
            if let type = leaf(reference, "DocumentTypeCode"), type.text.trimmedXML == "130" { take(type) }
        }
        let notes = leaves(element, "Note")
        for note in notes { take(note) }
        line.note = notes.isEmpty ? nil : notes.map(\.text.linesWithoutMargins).joined(separator: "\n")
        let gross = try? Money(quantity: quantity, price: price.amount, base: price.base, in: currency)
        return PricedLine(
            line: line, netPrice: price.amount, gross: gross ?? net,
            adjustments: adjustments.filter { !$0.isCharge } + adjustments.filter(\.isCharge), net: net)
    }

    /// BG-29; the discount on the price stays a further term.
    private mutating func readPrice(
        _ line: XMLElement, _ unit: String
    ) -> (amount: ExactDecimal, base: ExactDecimal?)? {
        guard let element = first(line, "Price") else {
            missing("BT-146", "Price", in: line)
            return nil
        }
        guard let price = number(element, "PriceAmount", "BT-146") else { return nil }
        if let leaf = leaf(element, "PriceAmount") {
            guard checkCurrency(of: leaf, "BT-146") else { return nil }
            take(leaf, withAttributes: true)
        }
        var base: ExactDecimal?
        if let leaf = leaf(element, "BaseQuantity") {
            base = number(element, "BaseQuantity")
            if leaf.attribute("unitCode") ?? unit == unit { take(leaf, withAttributes: base != nil) }
        }
        for discount in all(element, "AllowanceCharge")
        where leaf(discount, "ChargeIndicator")?.text.trimmedXML != "true" {
            _ = text(discount, "ChargeIndicator")
        }
        return (price, base)
    }

    private mutating func readItem(_ element: XMLElement?) -> Item {
        guard let element else { return Item(name: "") }
        var item = Item(name: text(element, "Name") ?? "")
        let descriptions = leaves(element, "Description")
        for leaf in descriptions { take(leaf) }
        if !descriptions.isEmpty {
            item.description = descriptions.map(\.text.linesWithoutMargins).joined(separator: "\n")
        }
        item.code = text(element, "SellersItemIdentification/ID")
        if let leaf = leaf(element, "StandardItemIdentification/ID") {
            if leaf.attribute("schemeID") == "0160" { item.gtin = leaf.text.trimmedXML }
            let field = item.gtin == nil ? nil : "lines.item.gtin"
            put(FurtherTerm(id: "BT-157", value: .text(Self.words(of: leaf)), field: field), at: leaf)
        }
        if let leaf = leaf(element, "OriginCountry/IdentificationCode") {
            item.origin = leaf.text.trimmedXML
            put(FurtherTerm(id: "BT-159", value: .country(leaf.text.trimmedXML), field: "lines.item.origin"), at: leaf)
        }
        if let leaf = first(element, "CommodityClassification").flatMap({ self.leaf($0, "ItemClassificationCode") }),
            let list = leaf.attribute("listID")
        {
            item.classification = Classification(
                code: leaf.text.trimmedXML, list: list, version: leaf.attribute("listVersionID"))
        }
        for property in all(element, "AdditionalItemProperty") { readProperty(property) }
        return item
    }

    /// BG-32: the name of the attribute is the label.
    private mutating func readProperty(_ element: XMLElement) {
        guard let name = leaf(element, "Name"), let value = leaf(element, "Value") else { return }
        put(FurtherTerm(id: "BT-161", name: name.text.trimmedXML, value: .text(Self.words(of: value))), at: name)
        take(value, withAttributes: true)
    }
}
