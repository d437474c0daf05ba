import InvoiceModel
import XMLCore

/// BG-4, BG-7 and their addresses.
extension UBLReading {
    mutating func readSeller() -> Party {
        readParty(first(root, "AccountingSupplierParty/Party"), isSeller: true)
    }

    mutating func readParty(_ element: XMLElement?, isSeller: Bool) -> Party {
        guard let element else { return Party(name: "", address: Address(country: "")) }
        let legal = text(element, "PartyLegalEntity/RegistrationName")
        let trade = text(element, "PartyName/Name")
        var party = Party(name: legal ?? trade ?? "", address: Address(country: ""))
        // The same name once more says nothing.
        party.tradeName = legal == nil || trade == legal ? nil : trade
        party.registrationNumber = text(element, "PartyLegalEntity/CompanyID")
        if let address = first(element, "PostalAddress") {
            party.address = readAddress(address)
        }
        for scheme in all(element, "PartyTaxScheme") { read(scheme, isSeller, into: &party) }
        if let contact = first(element, "Contact") {
            party.contact = Contact(
                name: text(contact, "Name"), phone: text(contact, "Telephone"), email: text(contact, "ElectronicMail"))
            if isSeller, let name = leaf(contact, "Name") {
                put(
                    FurtherTerm(id: "BT-41", value: .text(name.text.trimmedXML), field: "seller.contact.name"), at: name
                )
            }
        }
        readCreditor(element)
        if let endpoint = leaf(element, "EndpointID"), let scheme = endpoint.attribute("schemeID") {
            party.endpoint = Endpoint(scheme: scheme, id: endpoint.text.trimmedXML)
        }
        return party
    }

    /// BT-90: the identifier of the seller or payee whose scheme is SEPA.
    mutating func readCreditor(_ party: XMLElement?) {
        guard let party else { return }
        for identification in all(party, "PartyIdentification") {
            guard let leaf = leaf(identification, "ID"), leaf.attribute("schemeID") == "SEPA" else { continue }
            put(FurtherTerm(id: "BT-90", value: .text(Self.words(of: leaf))), at: leaf)
        }
    }

    /// BT-31, BT-32, BT-48; what is neither becomes a term with the name of its scheme.
    private mutating func read(_ element: XMLElement, _ isSeller: Bool, into party: inout Party) {
        guard let number = leaf(element, "CompanyID") else { return }
        let scheme = leaf(element, "TaxScheme/ID")
        let code = scheme?.text.trimmedXML ?? ""
        switch code {
        case "VAT" where party.vatNumber == nil: party.vatNumber = text(element, "CompanyID")
        case "TAX" where isSeller && party.taxNumber == nil, "FC" where isSeller && party.taxNumber == nil,
            "" where isSeller && party.taxNumber == nil:
            party.taxNumber = text(element, "CompanyID")
        default:
            put(FurtherTerm(id: "PartyTaxScheme", name: code, value: .text(Self.words(of: number))), at: number)
        }
        if let scheme { take(scheme) }
    }

    /// BG-5, BG-8, BG-15: the lines of the street stand behind each other in one.
    mutating func readAddress(_ element: XMLElement) -> Address {
        var address = Address(country: text(element, "Country/IdentificationCode") ?? "")
        let street = [text(element, "StreetName"), text(element, "AdditionalStreetName")]
        let lines = all(element, "AddressLine").map { text($0, "Line") }
        let parts = (street + lines).compactMap { $0 }
        address.street = parts.isEmpty ? nil : parts.joined(separator: ", ")
        address.city = text(element, "CityName")
        address.postalCode = text(element, "PostalZone")
        address.region = text(element, "CountrySubentity")
        return address
    }
}
