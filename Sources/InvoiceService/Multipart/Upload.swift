import Diagnostics
import HTTPServer

/// A file in a form (RFC 7578), as `curl -F file=@invoice.json` sends it: as good as the file alone.
enum Upload {
    static let type = "multipart/form-data"
    private static let file = "file"

    /// A request whose content is a form becomes one whose content is its file; other fields are parameters of the query.
    ///
    /// - Throws: `request.malformed`; `request.contentType` where the file has a type that the operation does not take;
    ///   `request.parameter`.
    static func unpacked(_ request: HTTPRequest, for route: Route) throws(ToolkitError) -> HTTPRequest {
        guard route.content?.isUpload == true, request.field("content-type").map(Negotiation.bare) == type else {
            return request
        }
        let form = try FormContent(request)
        var unpacked = request
        let files = form.parts.filter { $0.name == file }
        guard files.count == 1, let part = files.first, !part.value.isEmpty else {
            throw ToolkitError(
                .requestMalformed, "The form has no file, or several.", fix: "Send one document as the field `file`.")
        }
        unpacked.body = part.value
        unpacked.fields.removeAll { $0.name == "content-type" }
        unpacked.fields.append((name: "content-type", value: mediaType(of: part)))
        for field in form.parts where field.name != file {
            guard let value = String(validating: field.value, as: UTF8.self) else {
                throw ToolkitError(.parameterWrong, "A field of the form is not UTF-8.")
            }
            unpacked.query?.append((name: field.name, value: value))
        }
        try RequestCheck.checkHead(unpacked, against: route)
        return unpacked
    }

    /// The ends of file names that tell more than the types which clients send when they know none.
    private static let types = [
        "json": "application/json", "xml": "application/xml", "pdf": "application/pdf", "jws": "application/jose",
        "jose": "application/jose", "pem": "application/x-pem-file", "crt": "application/x-pem-file",
    ]

    private static func mediaType(of part: FormContent.Part) -> String {
        let sent = part.type ?? "text/plain"
        guard ["application/octet-stream", "text/plain"].contains(Negotiation.bare(sent)) else { return sent }
        return types[part.file?.split(separator: ".").last?.lowercased() ?? ""] ?? sent
    }

    /// How an operation describes it.
    static func form(of route: Route) -> (name: String, schema: Schema) {
        let parameters = route.parameters.filter { $0.place == .query }.map { (name: $0.name, schema: $0.schema) }
        return (type, .object([(name: file, schema: .binary)] + parameters, required: [file]))
    }
}
