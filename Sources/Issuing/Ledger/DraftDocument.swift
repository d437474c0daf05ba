public import Diagnostics
public import InvoiceModel
import JSONCore

/// What the ledger must know of a draft, read from JSON that may be unfinished.
public struct DraftDocument: Sendable {
    /// BT-3; an invoice where nothing else is said.
    public let kind: DocumentKind
    /// Whose books: the seller's key; nil while there is no seller.
    public let issuer: String?
    /// Who will owe; nil while that is open.
    public let customer: String?

    /// Reads what is there.
    ///
    /// - Throws: `json.*` where it is no JSON; `draft.unreadable` where it is no object, or of a kind that there is not.
    public init(_ json: [UInt8]) throws(ToolkitError) {
        let root = try JSONDocument(parsing: json).root
        let named = root["kind"]?.string ?? DocumentKind.invoice.rawValue
        guard root.kind == .object, let kind = DocumentKind(rawValue: named) else {
            throw ToolkitError(
                .draftUnreadable, "The draft is no document of a known kind.",
                fix: "Write invoice JSON; what is still missing can be left out.")
        }
        self.kind = kind
        issuer = Self.key(of: root["seller"])
        customer = Self.key(of: root["buyer"])
    }

    /// The key of a party, as that of the finished document.
    private static func key(of party: JSONValue?) -> String? {
        guard let party, let name = party["name"]?.string else { return party?["taxNumber"]?.string }
        var known = Party(name: name, address: Address(country: ""))
        known.taxNumber = party["taxNumber"]?.string
        known.vatNumber = party["vatNumber"]?.string
        known.registrationNumber = party["registrationNumber"]?.string
        return known.ledgerKey
    }
}

extension ToolkitError.Code {
    /// A draft is no document.
    public static let draftUnreadable = Self("draft.unreadable", .unreadable)
}
