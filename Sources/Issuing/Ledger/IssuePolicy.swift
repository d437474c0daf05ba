public import Certificates
public import InvoiceModel

/// What a caller decides about the issue of documents.
public struct IssuePolicy: Sendable {
    /// The series that numbers them; nil takes the document's, else the standard one of its kind.
    public var series: SeriesTemplate?
    /// The issue date in place of the document's (BT-2).
    public var issueDate: IssueDate?
    /// Whether a document may bring its own number.
    public var allowsGivenNumber = false
    /// Whether a credit note may give back more than its invoice.
    public var allowsOverCredit = false
    /// Whether a document may be dated later than today; such a date holds up its series until then.
    public var allowsFutureDate = false

    /// Whether documents bring their numbers because they were issued elsewhere; series go on from them.
    public var isImport = false
    /// The only issuer whose documents are accepted; nil accepts those of all.
    public var issuer: String?
    /// Who makes the files after the number is given.
    public var filesJob = FilesJob.after(seconds: 60)

    /// What makes the files of an issued document, should the caller not come to it.
    public enum FilesJob: Sendable, Hashable {
        /// A job that workers may take after so many seconds.
        case after(seconds: Int)
        /// Nothing of its own: the caller is a job itself and is done again.
        case caller
    }

    /// A day, or the day that it is where the seller is.
    public enum IssueDate: Sendable, Hashable {
        /// The day that it is where the seller is.
        case today
        /// This day.
        case day(CalendarDate)
    }

    /// The document decides.
    public init() {}

    /// The policy as the caller put it, to tell one request from another.
    var question: String {
        let date =
            switch issueDate {
            case nil: "own"
            case .today: "today"
            case .day(let day): day.description
            }
        return "\(series?.text ?? "own") \(date) \(allowsGivenNumber) \(allowsOverCredit) \(allowsFutureDate)"
    }
}

/// Who issues, and when.
public struct IssueCaller: Sendable {
    /// Who acts; part of the audit.
    public let actor: String
    /// When.
    public let now: Timestamp
    /// The day that it is in a country (ISO 3166-1 alpha-2), by the zone of that country.
    public let today: @Sendable (_ country: String) -> CalendarDate
    /// The caller's name for this request; the same again gives the same document.
    public let idempotencyKey: String?
    /// What was asked for, where the document was made for this request; nil where the document says it.
    public var question: [UInt8]?
    /// Gives identifiers that were never given before, in rising order.
    public let identifier: @Sendable () -> String

    /// Takes every property as it is.
    public init(
        actor: String, now: Timestamp, today: @escaping @Sendable (_ country: String) -> CalendarDate,
        idempotencyKey: String? = nil, identifier: @escaping @Sendable () -> String
    ) {
        self.actor = actor
        self.now = now
        self.today = today
        self.idempotencyKey = idempotencyKey
        self.identifier = identifier
    }
}
