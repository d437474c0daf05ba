public import Diagnostics
public import HTTPServer
import Issuing
import JSONCore
import Ledger

/// A problem as RFC 9457 writes it.
public struct Problem: Sendable {
    /// The stable name, as in the JSON of the commands.
    public let code: String
    /// The status of the answer.
    public let status: Int
    /// One sentence about this case.
    public let detail: String
    /// What to do; empty where there is nothing to add.
    public let fix: String
    /// What is wrong with the document, each with the JSON Pointer.
    public let findings: [Finding]
    /// Fields of the answer, such as `Retry-After`.
    public var fields: [(name: String, value: String)] = []

    /// An operation that failed.
    public init(_ error: ToolkitError) {
        code = error.code.name
        status = Self.status(of: error.code)
        detail = error.message
        fix = error.fix
        // A place in the input is told where the errors of a document are told.
        findings =
            error.place == nil
            ? [] : [Finding(rule: code, pointer: "", place: error.place, message: error.message, fix: error.fix)]
        if status == 503 || status == 429 {
            fields = [("Retry-After", error.facts["retryAfter"] ?? "5")]
        }
        if status == 401 { fields = [("WWW-Authenticate", "Bearer realm=\"pechat\"")] }
        if let allowed = error.facts["allow"] { fields.append(("Allow", allowed)) }
    }

    /// A document that is rejected.
    public init(rejected findings: [Finding]) {
        code = "document.rejected"
        status = 422
        let errors = findings.count { $0.severity == .error }
        detail = "The document is rejected: \(errors) \(errors == 1 ? "error" : "errors")."
        fix = "The list of errors names each place and what to do."
        self.findings = findings
    }

    /// The answer.
    public func response(requestID: String) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "urn:pechat:problem:\(code)")
        writer.member("title", Self.title(of: status))
        writer.member("status", status)
        writer.member("detail", detail)
        writer.member("instance", "urn:pechat:request:\(requestID)")
        writer.member("code", code)
        if !fix.isEmpty { writer.member("fix", fix) }
        writer.member("requestId", requestID)
        writer.key("errors")
        writer.findings(findings)
        writer.endObject()
        return HTTPResponse(status, type: "application/problem+json", writer.bytes, fields: fields)
    }

    /// The statuses of codes whose kind does not say enough.
    private static let statuses: [ToolkitError.Code: Int] = [
        .routeUnknown: 404, .methodUnknown: 405, .notAcceptable: 406, .contentType: 415, .contentTooLarge: 413,
        .jobTooLarge: 413,
        .accessMissing: 401, .accessDenied: 403, .releaseOwn: 403, .rateExceeded: 429, .resourceUnknown: 404,
        .preconditionMissing: 428, .preconditionFailed: 412, .keyDenied: 403, .keyLimit: 429,
    ]

    static func status(of code: ToolkitError.Code) -> Int {
        if let status = statuses[code] { return status }
        // What a ledger does not know is not there.
        if code.kind == .state, code.name.hasSuffix(".unknown") { return 404 }
        return switch code.kind {
        case .usage, .unreadable: 400
        case .rejected: 422
        case .key, .state: 409
        case .later: 503
        case .inputOutput: 503
        case .defect: 500
        }
    }

    static func title(of status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 503: "Service Unavailable"
        default: "Internal Server Error"
        }
    }
}

extension ToolkitError.Code {
    /// No operation has that path.
    static let routeUnknown = Self("request.pathUnknown", .usage)
    /// The path has no such method.
    static let methodUnknown = Self("request.methodUnknown", .usage)
    /// The request is not HTTP as it should be.
    static let requestMalformed = Self("request.malformed", .usage)
    /// A parameter is unknown, missing or wrong.
    static let parameterWrong = Self("request.parameter", .usage)
    /// The answer cannot be had in the form that is asked for.
    static let notAcceptable = Self("request.notAcceptable", .usage)
    /// The content is of a type that the operation does not take.
    static let contentType = Self("request.contentType", .usage)
    /// The content is too large.
    static let contentTooLarge = Self("request.tooLarge", .usage)
    /// The request names nobody who is known.
    static let accessMissing = Self("access.missing", .usage)
    /// Whoever calls may not do this.
    static let accessDenied = Self("access.denied", .usage)
    /// Too many requests of one caller.
    static let rateExceeded = Self("access.rate", .later)
    /// All workers are busy and the line is full.
    static let serviceBusy = Self("service.busy", .later)
    /// There is no resource of that name.
    static let resourceUnknown = Self("resource.unknown", .state)
    /// A change needs `If-Match`.
    static let preconditionMissing = Self("request.preconditionMissing", .usage)
    /// The resource has changed since.
    static let preconditionFailed = Self("request.preconditionFailed", .state)
    /// The caller may not use the key.
    static let keyDenied = Self("key.denied", .usage)
}
