import Diagnostics
import HTTPServer

/// What is checked alike for every operation, by its description.
enum RequestCheck {
    /// What the head says about the content, and the parameters.
    static func checkHead(_ request: HTTPRequest, against route: Route) throws(ToolkitError) {
        // Two ways to say how long the content is are how requests are smuggled past a proxy (RFC 9112 §6.3).
        let coding = request.field("transfer-encoding")
        guard coding == nil || (coding?.lowercased() == "chunked" && request.count(of: "content-length") == 0),
            request.count(of: "content-length") < 2, request.count(of: "host") < 2
        else {
            throw ToolkitError(
                .requestMalformed, "The length of the content is said in two ways, or in one that is not known.")
        }
        if coding == nil, let length = request.field("content-length") {
            guard !length.isEmpty, length.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), Int(length) != nil else {
                throw ToolkitError(.requestMalformed, "Content-Length is no number.")
            }
        }
        if let encoding = request.field("content-encoding"), encoding.lowercased() != "identity" {
            throw ToolkitError(.contentType, "Compressed content is not taken.", fix: "Leave out Content-Encoding.")
        }
        if let content = route.content { try checkType(of: request, content) }
        try checkParameters(request, route)
    }

    private static func checkType(of request: HTTPRequest, _ content: RouteContent) throws(ToolkitError) {
        let type = request.field("content-type").map(Negotiation.bare)
        let types = content.types.map(\.name) + (content.isUpload ? [Upload.type] : [])
        guard let type, types.contains(where: { $0 == type || $0 == "*/*" }) else {
            throw ToolkitError(
                .contentType, "The content has no type, or one that this operation does not take.",
                fix: "Send Content-Type: \(types.joined(separator: " or ")).")
        }
    }

    /// What the query says.
    static func checkParameters(_ request: HTTPRequest, _ route: Route) throws(ToolkitError) {
        let known = route.parameters.filter { $0.place == .query }
        for item in request.query ?? [] {
            guard let parameter = known.first(where: { $0.name == item.name }) else {
                throw ToolkitError(
                    .parameterWrong, "The query has a parameter that this operation does not know.",
                    fix: known.isEmpty
                        ? "It takes none." : "It takes: \(known.map(\.name).joined(separator: ", ")).")
            }
            guard parameter.schema.accepts(item.value) else { throw wrong(parameter) }
        }
        for parameter in known where (request.query ?? []).count(where: { $0.name == parameter.name }) > 1 {
            throw ToolkitError(.parameterWrong, "\(parameter.name) is given twice.")
        }
        for parameter in route.parameters {
            let value =
                parameter.place == .query
                ? request.query?.first { $0.name == parameter.name }?.value
                : request.field(parameter.name.lowercased())
            guard value != nil || !parameter.isRequired else { throw missing(parameter) }
            if parameter.place == .header, let value, !parameter.schema.accepts(value) { throw wrong(parameter) }
        }
    }

    private static func wrong(_ parameter: RouteParameter) -> ToolkitError {
        ToolkitError(
            .parameterWrong, "\(parameter.name) is not what it has to be.",
            fix: "It is \(parameter.schema.words): \(parameter.summary)")
    }

    private static func missing(_ parameter: RouteParameter) -> ToolkitError {
        ToolkitError(
            .parameterWrong, "\(parameter.name) is missing.",
            fix: "It is \(parameter.schema.words): \(parameter.summary)")
    }

    /// What can be said only with the content at hand.
    static func check(_ request: HTTPRequest, against route: Route) throws(ToolkitError) {
        guard route.content != nil, request.body.isEmpty else { return }
        throw ToolkitError(.requestMalformed, "The request has no content.", fix: "Send the document as the content.")
    }
}
