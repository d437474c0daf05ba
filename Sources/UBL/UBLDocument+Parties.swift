import InvoiceModel

/// BG-4, BG-7 and BG-13.
extension UBLDocument {
    func writeParties(_ xml: inout XMLOutput) {
        xml.element("cac:AccountingSupplierParty") { write(invoice.seller, isSeller: true, to: &$0) }
        xml.element("cac:AccountingCustomerParty") { write(invoice.buyer, isSeller: false, to: &$0) }
    }

    private func write(_ party: Party, isSeller: Bool, to xml: inout XMLOutput) {
        xml.element("cac:Party") { xml in
            if let endpoint = party.endpoint { xml.text("cbc:EndpointID", endpoint.id, ("schemeID", endpoint.scheme)) }
            let vatNumber = showsVATNumbers ? party.vatNumber : nil
            // The norm has no BT-32 for buyers: a national number without a VAT number is their identifier, BT-46. A
            // seller's is BT-32, which does not identify him (BR-CO-26): without another number it is BT-29 as well.
            if !isSeller || party.registrationNumber == nil, vatNumber == nil, let number = party.taxNumber,
                !XMLOutput.isBlank(number)
            {
                xml.element("cac:PartyIdentification") { $0.text("cbc:ID", number) }
            }
            if let name = party.tradeName, !XMLOutput.isBlank(name) {
                xml.element("cac:PartyName") { $0.text("cbc:Name", name) }
            }
            write(party.address, as: "cac:PostalAddress", to: &xml)
            if let vatNumber { writeTaxScheme(vatNumber, "VAT", &xml) }
            if isSeller, let number = party.taxNumber, vatNumber == nil || profile.repeatsTaxNumber {
                writeTaxScheme(number, "TAX", &xml)
            }
            xml.element("cac:PartyLegalEntity") { xml in
                xml.text("cbc:RegistrationName", party.name)
                xml.text("cbc:CompanyID", party.registrationNumber)
            }
            write(party.contact, to: &xml)
        }
    }

    private func writeTaxScheme(_ number: String, _ scheme: StaticString, _ xml: inout XMLOutput) {
        guard !XMLOutput.isBlank(number) else { return }
        xml.element("cac:PartyTaxScheme") { xml in
            xml.text("cbc:CompanyID", number)
            xml.element("cac:TaxScheme") { $0.constant("cbc:ID", scheme) }
        }
    }

    private func write(_ contact: Contact?, to xml: inout XMLOutput) {
        guard let contact else { return }
        let parts = [contact.name, contact.phone, contact.email].compactMap { $0 }
        guard parts.contains(where: { !XMLOutput.isBlank($0) }) else { return }
        xml.element("cac:Contact") { xml in
            xml.text("cbc:Name", contact.name)
            xml.text("cbc:Telephone", contact.phone)
            xml.text("cbc:ElectronicMail", contact.email)
        }
    }

    private func write(_ address: Address, as element: StaticString, to xml: inout XMLOutput) {
        let street = [address.street, address.number].compactMap { $0 }.filter { !XMLOutput.isBlank($0) }
        xml.element(element) { xml in
            xml.text("cbc:StreetName", street.joined(separator: " "))
            xml.text("cbc:CityName", address.city)
            xml.text("cbc:PostalZone", address.postalCode)
            xml.text("cbc:CountrySubentity", address.region)
            xml.element("cac:Country") { $0.text("cbc:IdentificationCode", address.country) }
        }
    }

    func writeDelivery(_ xml: inout XMLOutput) {
        let address = invoice.delivery?.address
        let name = invoice.delivery?.name.flatMap { XMLOutput.isBlank($0) ? nil : $0 }
        guard deliveryDate != nil || address != nil || name != nil else { return }
        xml.element("cac:Delivery") { xml in
            xml.date("cbc:ActualDeliveryDate", deliveryDate)
            if let address {
                xml.element("cac:DeliveryLocation") { write(address, as: "cac:Address", to: &$0) }
            }
            if let name {
                xml.element("cac:DeliveryParty") { xml in
                    xml.element("cac:PartyName") { $0.text("cbc:Name", name) }
                }
            }
        }
    }
}
