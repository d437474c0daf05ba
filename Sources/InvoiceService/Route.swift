public import Diagnostics
public import HTTPServer

/// One operation of the service: how it is called, what it needs and what it answers, in one description.
///
/// The router, the checks of parameters, the scopes and the OpenAPI document are made of it. A module adds its operations as
/// one array of routes.
public struct Route: Sendable {
    /// What an operation needs of whoever calls it.
    public enum Access: Sendable, Hashable {
        /// Nothing.
        case open
        /// A scope of the key or certificate.
        case scope(Scope)
        /// A page for people, who sign in where keys are needed, with a scope where it takes one.
        case page(Scope?)
        /// A page, or a piece of one, that is there before anybody has signed in.
        case door
    }

    /// Whether it is for people: then it is no part of the description.
    public var isPage: Bool {
        switch access {
        case .page, .door: true
        case .open, .scope: false
        }
    }

    /// The method, such as `POST`; `GET` answers `HEAD` as well.
    public let method: String
    /// The path.
    public let path: RoutePath
    /// The name of the operation, such as `renderDocument`.
    public let operation: String
    /// The group that it is shown in.
    public let tag: String
    /// One line.
    public let summary: String
    /// What the summary does not say.
    public var details = ""
    /// Who may call it.
    public let access: Access
    /// Parameters of the query and header fields; those of the path are in it.
    public var parameters: [RouteParameter] = []
    /// The content that it takes; nil for none.
    public var content: RouteContent?
    /// What it answers when it is done.
    public let answers: [RouteAnswer]
    /// The problems that it may answer beside those that every operation may, by status.
    public var problems: [Int] = []
    /// Whether it needs no document, ledger or key, so that it goes past the line.
    public var isQuick = false
    /// Whether a request must say that its repetition is one (`Idempotency-Key`).
    public var needsIdempotencyKey = false
    /// Does it.
    public let run: @Sendable (Call) throws(ToolkitError) -> HTTPResponse

    /// Describes an operation.
    public init(
        _ method: String, _ path: String, operation: String, tag: String, summary: String, details: String = "",
        access: Access, parameters: [RouteParameter] = [], content: RouteContent? = nil, answers: [RouteAnswer],
        problems: [Int] = [], isQuick: Bool = false, needsIdempotencyKey: Bool = false,
        run: @escaping @Sendable (Call) throws(ToolkitError) -> HTTPResponse
    ) {
        self.method = method
        self.path = RoutePath(path)
        self.operation = operation
        self.tag = tag
        self.summary = summary
        self.details = details
        self.access = access
        self.parameters = parameters
        self.content = content
        self.answers = answers
        self.problems = problems
        self.isQuick = isQuick
        self.needsIdempotencyKey = needsIdempotencyKey
        self.run = run
    }
}

/// The path of an operation, such as `/v1/documents/{number}`.
public struct RoutePath: Sendable, Hashable {
    /// One segment.
    enum Segment: Sendable, Hashable {
        case word(String)
        case parameter(String)
    }

    /// The path as the OpenAPI document writes it.
    public let template: String
    let segments: [Segment]

    init(_ template: String) {
        self.template = template
        segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// What stands in braces, by its name.
    static let meanings: [String: (summary: String, schema: Schema)] = [
        "issuer": ("The tax number of the seller.", .string()),
        "number": ("The number of the document, percent-encoded.", .string()),
        "role": ("Which of the files.", .choice(Call.fileTypes.map(\.role))),
        "report": ("Which report.", .choice(ReportName.allCases.map(\.rawValue))),
        "payment": ("The id of the payment.", .string()), "job": ("The id of the job.", .string()),
        "index": ("The place of the document in the batch, from 0.", .integer(0...Int.max)),
        "webhook": ("The id of the webhook.", .string()), "key": ("The name of the key.", .string()),
        "release": ("The id of the release.", .string()), "name": ("One of `names`.", .string()),
    ]

    /// The names of what stands in braces.
    var parameters: [String] {
        segments.compactMap { segment in
            if case .parameter(let name) = segment { return name }
            return nil
        }
    }

    /// The values of the parameters in a path; nil where it is another.
    func values(in path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var values: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .word(let word): guard word == text else { return nil }
            case .parameter(let name):
                guard !text.isEmpty else { return nil }
                values[name] = text
            }
        }
        return values
    }
}

/// A parameter of the query or a header field.
public struct RouteParameter: Sendable {
    /// Where it stands.
    public enum Place: String, Sendable, Hashable {
        /// In the query.
        case query
        /// In a header field.
        case header
    }

    /// Where it stands.
    public let place: Place
    /// Its name.
    public let name: String
    /// One line.
    public let summary: String
    /// What it may be.
    public let schema: Schema
    /// Whether it must be there.
    public let isRequired: Bool

    /// Describes a parameter.
    public init(
        _ name: String, _ schema: Schema, in place: Place = .query, isRequired: Bool = false, _ summary: String
    ) {
        self.place = place
        self.name = name
        self.summary = summary
        self.schema = schema
        self.isRequired = isRequired
    }
}

/// The content that an operation takes.
public struct RouteContent: Sendable {
    /// The media types with their schemas.
    public let types: [(name: String, schema: Schema)]
    /// The most bytes.
    public let limit: Int
    /// One line.
    public let summary: String
    /// Whether it may come as the `file` of a form as well, with the parameters of the query as fields.
    public var isUpload = false

    /// Describes content, which must be there.
    public init(
        _ types: [(name: String, schema: Schema)], limit: Int = 16 << 20, isUpload: Bool = false, _ summary: String
    ) {
        self.types = types
        self.limit = limit
        self.isUpload = isUpload
        self.summary = summary
    }

    /// JSON.
    public static func json(_ schema: Schema, limit: Int = 1 << 20, _ summary: String) -> Self {
        Self([("application/json", schema)], limit: limit, summary)
    }
}

/// An answer of an operation.
public struct RouteAnswer: Sendable {
    /// The status.
    public let status: Int
    /// One line.
    public let summary: String
    /// The media types with their schemas; none for an answer without content.
    public let types: [(name: String, schema: Schema)]
    /// The parameters of other paths that it gives values for, as runtime expressions (OpenAPI 3.1 §4.8.20).
    public private(set) var names: [String: String] = [:]

    /// Describes an answer.
    public init(_ status: Int, _ summary: String, _ types: [(name: String, schema: Schema)] = []) {
        self.status = status
        self.summary = summary
        self.types = types
    }

    /// An answer in JSON.
    public static func json(_ summary: String, _ schema: Schema, status: Int = 200) -> Self {
        Self(status, summary, [("application/json", schema)])
    }

    /// The answer, as one that leads to operations on what it names.
    ///
    /// - Parameters:
    ///   - parameter: Of their paths.
    ///   - pointer: Where in the answer its value is.
    /// - Returns: The answer with these links.
    func naming(_ parameter: String, at pointer: String) -> Self {
        var answer = self
        answer.names[parameter] = "$response.body#\(pointer)"
        return answer
    }
}
