public import Certificates
public import Diagnostics
import HTTPServer
public import InvoiceModel
public import Issuing
public import Ledger

/// The books, with what they need from outside.
public struct ServiceLedger: Sendable {
    /// The books.
    public let ledger: DocumentLedger
    /// Gives identifiers that were never given before, in rising order.
    public let identifier: @Sendable () -> String
    /// The day of a moment in a country.
    public let today: @Sendable (Timestamp, _ country: String) -> CalendarDate
    /// Keeps bytes under a role, durably.
    public let keep: @Sendable ([UInt8], _ role: String) throws(ToolkitError) -> DocumentFile
    /// Gives the bytes of a file that is kept.
    public let bytes: @Sendable (DocumentFile) throws(ToolkitError) -> [UInt8]

    /// Posts to webhooks; nil where the service reaches no network.
    public var post: WebhookCourier.Post?
    /// Whether webhooks may be added whose address has no TLS.
    public var allowsPlainWebhooks = false

    /// Brings the pieces together.
    public init(
        ledger: DocumentLedger, identifier: @escaping @Sendable () -> String,
        today: @escaping @Sendable (Timestamp, _ country: String) -> CalendarDate,
        keep: @escaping @Sendable ([UInt8], _ role: String) throws(ToolkitError) -> DocumentFile,
        bytes: @escaping @Sendable (DocumentFile) throws(ToolkitError) -> [UInt8]
    ) {
        self.ledger = ledger
        self.identifier = identifier
        self.today = today
        self.keep = keep
        self.bytes = bytes
    }
}

extension Call {
    /// The books of the service.
    ///
    /// - Throws: `resource.unknown` where it keeps none.
    func books() throws(ToolkitError) -> ServiceLedger {
        guard let books = service.ledger else {
            throw ToolkitError(
                .resourceUnknown, "The service keeps no books.", fix: "Name a ledger in the configuration (`ledger`).")
        }
        return books
    }

    /// The issuer of the path, if the caller may know that there is one.
    ///
    /// - Throws: `resource.unknown`, in the same words for one that there is and one that there is not.
    func issuer(in books: ServiceLedger) throws(ToolkitError) -> String {
        try self.issuer(path["issuer"] ?? "", in: books)
    }

    /// An issuer that the request names, if the caller may know that there is one.
    ///
    /// - Throws: `resource.unknown`.
    func issuer(_ issuer: String, in books: ServiceLedger) throws(ToolkitError) -> String {
        guard mayUse(issuer), try books.ledger.issuers().contains(issuer) else { throw Self.issuerUnknown }
        return issuer
    }

    static var issuerUnknown: ToolkitError {
        ToolkitError(.resourceUnknown, "There are no books of this issuer.", fix: "`GET /v1/issuers` lists them.")
    }

    static var sellerDenied: ToolkitError {
        ToolkitError(.accessDenied, "This key may not issue for this seller.")
    }

    /// A file of an issued document.
    ///
    /// - Throws: `resource.unknown` for a role that there is not; `file.pending` where it is still to be made.
    func documentFile(_ role: String, of document: String, issuer: String) throws(ToolkitError) -> HTTPResponse {
        guard let type = Self.fileTypes.first(where: { $0.role == role })?.type else {
            throw ToolkitError(
                .resourceUnknown, "There is no such file.",
                fix: "Ask for \(Self.fileTypes.map(\.role).joined(separator: " or ")).")
        }
        let books = try books()
        let files = try books.ledger.files(of: document, issuer: issuer)
        guard let wanted = files.last(where: { $0.role == role }) else { throw Self.filesPending }
        return try Routes.file(books.bytes(wanted), type)
    }

    /// All files of an issued document, the last one of each role.
    ///
    /// - Throws: `file.pending` where one is still to be made.
    func documentFiles(of document: String, issuer: String) throws(ToolkitError) -> HTTPResponse {
        let books = try books()
        let files = try books.ledger.files(of: document, issuer: issuer)
        var parts: [MixedContent.Part] = []
        for (role, type) in Self.fileTypes {
            guard let file = files.last(where: { $0.role == role }) else { throw Self.filesPending }
            parts.append(MixedContent.Part(name: "invoice.\(role)", type: type, bytes: try books.bytes(file)))
        }
        return try MixedContent.answer(parts)
    }

    /// The files that a document has, by their roles.
    static let fileTypes = [(role: "pdf", type: "application/pdf"), (role: "xml", type: "application/xml")]

    private static var filesPending: ToolkitError {
        ToolkitError(.filesPending, "This file of the document is still to be made.")
    }

    /// Whether the caller may use the books of an issuer.
    func mayUse(_ issuer: String) -> Bool { principal.issuers?.contains(issuer) ?? true }

    /// The change that the request asks for, bound to its path and content.
    func change(of issuer: String, in books: ServiceLedger) throws(ToolkitError) -> LedgerRequest {
        LedgerRequest(
            issuer: issuer, actor: "api:\(principal.name)", now: now, idempotencyKey: request.field("idempotency-key"),
            fingerprint: try Digest.sha256(Array("\(request.method) \(request.target)\n".utf8) + body),
            identifier: books.identifier)
    }

    /// Makes sure that a document is still what the caller saw.
    ///
    /// - Throws: `request.preconditionMissing`; `request.preconditionFailed`.
    func requireMatch(_ standing: DocumentStanding) throws(ToolkitError) {
        guard let wanted = request.field("if-match") else {
            throw ToolkitError(
                .preconditionMissing, "If-Match is missing.",
                fix: "Send the ETag of the document as you saw it, or * for whatever it is.")
        }
        guard wanted != "*" else { return }
        let tag = try Self.tag(of: standing)
        let tags = wanted.split(separator: ",").map { $0.filter { $0 != " " } }
        guard tags.contains(tag) else {
            throw ToolkitError(
                .preconditionFailed, "The document has changed since.", fix: "Get it again, and send its new ETag.")
        }
    }

    /// The tag of a document as it stands.
    static func tag(of standing: DocumentStanding) throws(ToolkitError) -> String {
        "\"\(Digest.hexadecimal(try Digest.sha256(standing.stored)))\""
    }
}
