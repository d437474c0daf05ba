/// What a key may do: each operation asks for one.
public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// Draw, write and check documents that are in the request.
    case make = "documents:make"
    /// See issued documents and reports.
    case read = "documents:read"
    /// Issue documents.
    case issue = "documents:issue"
    /// Void and credit documents.
    case correct = "documents:correct"
    /// Record payments, refunds and write-offs.
    case money = "payments:write"
    /// Sign with a key of the service.
    case sign = "sign"
    /// Verify signatures and check certificates.
    case verify = "verify"
    /// See which keys there are.
    case readKeys = "keys:read"
    /// Choose the default key and switch keys off.
    case manageKeys = "keys:write"
    /// See jobs.
    case readJobs = "jobs:read"
    /// Start, cancel and repeat jobs.
    case manageJobs = "jobs:write"
    /// See, add, change and remove webhooks, and tell them again.
    case manageWebhooks = "webhooks:write"
}

/// A set of scopes with a name (facts: Admin, Finance, Support, Viewer).
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Everything.
    case admin
    /// Documents, money and signatures.
    case finance
    /// Sees everything, makes and checks documents, and repeats jobs; touches no money.
    case support
    /// Sees documents and reports.
    case viewer

    /// What the role may do.
    public var scopes: Set<Scope> {
        switch self {
        case .admin: Set(Scope.allCases)
        case .finance:
            [.make, .read, .issue, .correct, .money, .sign, .verify, .readKeys, .readJobs, .manageJobs]
        case .support: [.make, .read, .verify, .readKeys, .readJobs, .manageJobs]
        case .viewer: [.read, .verify, .readJobs]
        }
    }
}

/// Who calls.
public struct Principal: Sendable, Hashable {
    /// The name for logs and the audit: of a key its prefix, never more.
    public let name: String
    /// What it may do.
    public let scopes: Set<Scope>
    /// The issuers whose books it may see; nil for all.
    public let issuers: Set<String>?
    /// How many requests it may send a minute; nil for the standard of the service.
    public let requestsPerMinute: Int?

    /// Brings the facts together.
    public init(name: String, scopes: Set<Scope>, issuers: Set<String>? = nil, requestsPerMinute: Int? = nil) {
        self.name = name
        self.scopes = scopes
        self.issuers = issuers
        self.requestsPerMinute = requestsPerMinute
    }
}
