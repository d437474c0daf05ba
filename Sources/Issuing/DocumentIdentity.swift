import XMLCore

/// Which document an XML file is: who issued it, of what kind it is, under which number.
///
/// Two files with the same identity are two versions of one document; everything else are two documents.
public struct DocumentIdentity: Sendable, Hashable {
    private let kind: String
    private let number: String
    private let seller: String

    /// Reads the identity of a UBL document; nil when the bytes are none.
    public init?(ofXML bytes: [UInt8]) {
        guard let root = try? XMLDocument(parsing: bytes).root,
            let number = Self.child(of: root, "ID")?.text,
            let supplier = Self.child(of: root, "AccountingSupplierParty"),
            let party = Self.child(of: supplier, "Party")
        else { return nil }
        kind = root.name
        self.number = number
        let legal = Self.child(of: party, "PartyLegalEntity")
        let taxes = party.elements.filter { $0.name == "PartyTaxScheme" }.compactMap {
            Self.child(of: $0, "CompanyID")?.text
        }
        let names = ["RegistrationName", "CompanyID"].compactMap { name in
            legal.flatMap { Self.child(of: $0, name)?.text }
        }
        seller = (names + taxes).joined(separator: "\n")
    }

    private static func child(of element: XMLElement, _ name: String) -> XMLElement? {
        element.elements.first { $0.name == name }
    }
}
