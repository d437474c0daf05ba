public import Certificates
public import Diagnostics
public import HTTPServer
public import Issuing

/// One request on its way through an operation.
public struct Call {
    /// The request.
    public let request: HTTPRequest
    /// What stands in the braces of the path.
    public let path: [String: String]
    /// Who calls.
    public let principal: Principal
    /// The name of the request in logs and problems.
    public let requestID: String
    /// Where the request belongs in a trace.
    public let trace: TraceContext
    /// When it came.
    public let now: Timestamp
    /// The memory of this worker thread.
    public let workbench: Workbench
    /// The service.
    public let service: InvoiceService

    /// The content.
    public var body: [UInt8] { request.body }

    /// The value of a query parameter; it was checked against its schema.
    public func query(_ name: String) -> String? { request.query?.last { $0.name == name }?.value }

    /// The value of a query parameter that is a whole number.
    public func number(_ name: String) -> Int? { query(name).flatMap { Int($0) } }

    /// Whether a query parameter says so.
    public func flag(_ name: String) -> Bool { query(name) == "true" }

    /// The media type of the content without its parameters, in lower case.
    public var contentType: String? { request.field("content-type").map(Negotiation.bare) }

    /// Whether the caller does not want to wait (`Prefer: respond-async`, RFC 7240 §4.1).
    public var prefersAsynchrony: Bool {
        (request.field("prefer") ?? "").split(separator: ",").contains { part in
            part.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == "respond-async"
        }
    }

    /// Chooses what to answer with, by `Accept`.
    ///
    /// - Parameter types: What there is, the preferred first.
    /// - Returns: The type that the caller likes best.
    /// - Throws: `request.notAcceptable`.
    public func preferred(_ types: [String]) throws(ToolkitError) -> String {
        guard let type = Negotiation.choice(among: types, accept: request.field("accept")) else {
            throw ToolkitError(
                .notAcceptable, "The answer cannot be had in a form that Accept names.",
                fix: "Accept one of: \(types.joined(separator: ", ")).")
        }
        return type
    }
}

@available(*, unavailable)
extension Call: Sendable {}  // the workbench belongs to one thread

/// Where a request belongs in a distributed trace (W3C Trace Context).
public struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits.
    public let traceID: String
    /// Our own part of it: 16 hexadecimal digits.
    public let spanID: String
    /// Whether the caller keeps the trace.
    public let isSampled: Bool

    /// Goes on with the trace of a request, or begins one.
    ///
    /// - Parameters:
    ///   - field: The value of `traceparent`; what is malformed is as good as none (Trace Context §3.2).
    ///   - random: 24 random bytes.
    public init(parent field: String?, random: [UInt8]) {
        let parts = (field ?? "").split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        func isHexadecimal(_ text: String, _ count: Int) -> Bool {
            text.utf8.count == count && text.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x66 ~= $0 }
        }
        let isValid =
            parts.count >= 4 && isHexadecimal(parts[0], 2) && parts[0] != "ff" && (parts[0] != "00" || parts.count == 4)
            && isHexadecimal(parts[1], 32) && parts[1].contains { $0 != "0" } && isHexadecimal(parts[2], 16)
            && parts[2].contains { $0 != "0" } && isHexadecimal(parts[3], 2)
        traceID = isValid ? parts[1] : Digest.hexadecimal(Array(random.prefix(16)))
        spanID = Digest.hexadecimal(Array(random.dropFirst(16).prefix(8)))
        isSampled = isValid && (UInt8(parts[3], radix: 16) ?? 0) & 1 == 1
    }

    /// The value of `traceparent` for what this request calls.
    public var field: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}

/// Content negotiation (RFC 9110 §12).
enum Negotiation {
    /// A media type without parameters, in lower case.
    static func bare(_ type: String) -> String {
        let name = type.prefix { $0 != ";" }
        return String(name.filter { $0 != " " && $0 != "\t" }).lowercased()
    }

    /// The type of the list that the client likes best, of equals the first; nil where it likes none.
    static func choice(among types: [String], accept: String?) -> String? {
        guard let accept, !accept.isEmpty else { return types.first }
        let ranges = accept.split(separator: ",").map { part in
            let parameters = part.split(separator: ";").dropFirst().map { $0.filter { $0 != " " }.lowercased() }
            let quality = parameters.first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return (range: bare(String(part)), quality: quality)
        }
        func quality(_ type: String) -> Double {
            let group = "\(type.prefix { $0 != "/" })/*"
            for candidate in [type, group, "*/*"] {
                if let match = ranges.first(where: { $0.range == candidate }) { return match.quality }
            }
            return 0
        }
        var best: (type: String, quality: Double)?
        for type in types where quality(type) > best?.quality ?? 0 { best = (type, quality(type)) }
        return best?.type
    }
}
