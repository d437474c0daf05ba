public import Diagnostics
public import InvoiceModel
public import JSONCore

/// When a queued draft is to be issued.
public enum IssueCondition: Sendable, Hashable {
    /// When the document with this id is paid.
    case paid(String)

    /// The id of the document that is waited for.
    var document: String {
        switch self {
        case .paid(let document): document
        }
    }
}

/// What a draft says; the ledger keeps it and judges it at issue only.
public struct DraftContent: Sendable, Hashable {
    /// BT-3.
    public let kind: DocumentKind
    /// Who will owe; nil while that is open.
    public let customer: String?
    /// Whether it is an invoice between companies of one house (type INTERNAL); these alone can be queued.
    ///
    /// It is a flag and no kind, because such a document is an ordinary invoice (380) to everybody else.
    public let isInternal: Bool
    /// What a queued draft waits for.
    public let issueWhen: IssueCondition?
    /// The invoice JSON, finished or not.
    public let content: [UInt8]

    /// Takes every property as it is.
    public init(
        kind: DocumentKind, customer: String? = nil, isInternal: Bool = false, issueWhen: IssueCondition? = nil,
        content: [UInt8]
    ) {
        self.kind = kind
        self.customer = customer
        self.isInternal = isInternal
        self.issueWhen = issueWhen
        self.content = content
    }
}

/// A draft without its content: it has an id, and no number until it is issued.
///
/// The issued document keeps the id, so that references outlive the issue.
public struct Draft: Sendable, Hashable {
    /// The id within the issuer.
    public let id: String
    /// BT-3.
    public let kind: DocumentKind
    /// Who will owe; nil while that is open.
    public let customer: String?
    /// Whether it is an invoice between companies of one house.
    public let isInternal: Bool
    /// What it waits for when it is queued.
    public let issueWhen: IssueCondition?
    /// Whether it is to be issued when its condition is fulfilled; it cannot be edited then.
    public let isQueued: Bool
    /// Counts the changes from 1; who changes a draft names the version that he saw.
    public let version: Int
    /// SHA-256 of the content, in hexadecimal.
    public let digest: String
}

/// A draft and the version that its user saw.
public struct DraftVersion: Sendable, Hashable {
    /// The id of the draft.
    public let id: String
    /// The version.
    public let version: Int

    /// Takes both as they are.
    public init(_ id: String, version: Int) {
        self.id = id
        self.version = version
    }
}

extension Draft: LedgerAnswer {
    /// The draft as compact JSON; its content, private notes among it, is there as a digest only.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the draft as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind.rawValue)
        writer.member("customer", orNull: customer)
        writer.member("internal", isInternal)
        writer.key("issueWhen")
        if let issueWhen {
            writer.beginObject()
            writer.member("paid", issueWhen.document)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("queued", isQueued)
        writer.member("version", version)
        writer.member("digest", digest)
        writer.endObject()
    }

    /// Reads the draft again.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) {
        let object = try StoredObject(parsing: stored)
        self.init(
            id: try object.text("id"), kind: try object.word("kind"), customer: object.optionalText("customer"),
            isInternal: try object.bool("internal"),
            issueWhen: object.optionalObject("issueWhen")?.optionalText("paid").map(IssueCondition.paid),
            isQueued: try object.bool("queued"), version: try object.integer("version"),
            digest: try object.text("digest"))
    }
}
