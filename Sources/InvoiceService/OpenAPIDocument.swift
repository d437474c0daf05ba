import JSONCore

/// The OpenAPI 3.1 document, made of the routes.
struct OpenAPIDocument {
    let bytes: [UInt8]

    init(_ table: RouteTable, version: String) {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        writer.key("info")
        writer.object {
            $0.member("title", "Pechat")
            $0.member("version", version)
            $0.member(
                "description",
                "Invoice JSON in; PDF, e-invoice and signature out. Errors are RFC 9457 problems with a list of findings."
            )
        }
        writer.key("paths")
        writer.beginObject()
        var paths: [String] = []
        for route in table.routes where !paths.contains(route.path.template) { paths.append(route.path.template) }
        for path in paths {
            writer.key(path)
            writer.beginObject()
            for route in table.routes where route.path.template == path { Self.write(route, to: &writer) }
            writer.endObject()
        }
        writer.endObject()
        writer.key("components")
        writer.object { writer in
            writer.key("securitySchemes")
            writer.object {
                $0.key("apiKey")
                $0.object {
                    $0.member("type", "http")
                    $0.member("scheme", "bearer")
                }
            }
            writer.key("schemas")
            writer.object { writer in
                for (name, text) in Self.schemas {
                    writer.key(name)
                    // Constants of the program, which the tests parse.
                    if let parsed = try? JSONDocument(parsing: Array(text.utf8)) {
                        writer.value(parsed.root)
                    } else {
                        writer.null()
                    }
                }
            }
        }
        writer.endObject()
        bytes = writer.bytes
    }

    private static func write(_ route: Route, to writer: inout JSONWriter) {
        writer.key(route.method.lowercased())
        writer.object { writer in
            writer.member("operationId", route.operation)
            writer.key("tags")
            writer.beginArray()
            writer.string(route.tag)
            writer.endArray()
            writer.member("summary", route.summary)
            writer.member("description", route.details.isEmpty ? nil : route.details)
            writer.key("security")
            writer.beginArray()
            if case .scope(let scope) = route.access {
                writer.object {
                    $0.key("apiKey")
                    $0.beginArray()
                    $0.string(scope.rawValue)
                    $0.endArray()
                }
            }
            writer.endArray()
            writer.key("parameters")
            writer.beginArray()
            for name in route.path.parameters { write(name, "path", .string(), nil, true, to: &writer) }
            for one in route.parameters {
                write(one.name, one.place.rawValue, one.schema, one.summary, one.isRequired, to: &writer)
            }
            writer.endArray()
            if let content = route.content {
                writer.key("requestBody")
                writer.object { writer in
                    writer.member("description", content.summary)
                    writer.member("required", true)
                    write(content.types, to: &writer)
                }
            }
            writer.key("responses")
            writer.object { writer in
                for answer in route.answers {
                    writer.key("\(answer.status)")
                    writer.object { writer in
                        writer.member("description", answer.summary)
                        write(answer.types, to: &writer)
                    }
                }
                for status in problems(of: route) {
                    writer.key("\(status)")
                    writer.object { writer in
                        writer.member("description", Problem.title(of: status))
                        write([("application/problem+json", .reference("Problem"))], to: &writer)
                    }
                }
            }
        }
    }

    /// Every status that a problem of the route can have.
    private static func problems(of route: Route) -> [Int] {
        var all = Set(route.problems + [400, 500, 503])
        if route.access != .open { all.formUnion([401, 403, 429]) }
        if route.content != nil { all.formUnion([413, 415]) }
        return all.subtracting(route.answers.map(\.status)).sorted()
    }

    private static func write(
        _ name: String, _ place: String, _ schema: Schema, _ summary: String?, _ isRequired: Bool,
        to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("in", place)
            writer.member("description", summary)
            writer.member("required", isRequired)
            writer.key("schema")
            schema.write(to: &writer)
        }
    }

    /// Bytes have no schema (OpenAPI 3.1 §4.8.14.2).
    private static func write(_ types: [(name: String, schema: Schema)], to writer: inout JSONWriter) {
        guard !types.isEmpty else { return }
        writer.key("content")
        writer.object { writer in
            for type in types {
                writer.key(type.name)
                writer.object { writer in
                    if case .binary = type.schema { return }
                    writer.key("schema")
                    type.schema.write(to: &writer)
                }
            }
        }
    }

    static let schemas: [(name: String, text: String)] = [
        ("AnyObject", #"{"type": "object"}"#),
        (
            "Invoice",
            #"{"type": "object", "description": "Its schema is at /v1/schemas/invoice-1.schema.json."}"#
        ),
        (
            "Finding",
            #"""
            {"type": "object", "required": ["pointer", "line", "column", "code", "severity", "term", "message", "fix"],
             "properties": {"pointer": {"type": "string"}, "line": {"type": ["integer", "null"]},
              "column": {"type": ["integer", "null"]}, "code": {"type": "string"},
              "severity": {"enum": ["error", "warning", "info"]}, "term": {"type": ["string", "null"]},
              "message": {"type": "string"}, "fix": {"type": "string"}}}
            """#
        ),
        (
            "Problem",
            #"""
            {"type": "object", "required": ["type", "title", "status", "detail", "instance", "code", "requestId", "errors"],
             "properties": {"type": {"type": "string", "format": "uri"}, "title": {"type": "string"},
              "status": {"type": "integer"}, "detail": {"type": "string"}, "code": {"type": "string"},
              "requestId": {"type": "string"},
              "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Finding"}}}}
            """#
        ),
        (
            "Validation",
            #"""
            {"type": "object", "required": ["verdict", "failed", "error"],
             "properties": {"verdict": {"enum": ["valid", "invalid", "undecided"]},
              "failed": {"type": "array", "items": {"type": "object", "required": ["id", "flag", "location", "message"]}},
              "error": {"type": ["string", "null"]}}}
            """#
        ),
        (
            "Verification",
            #"""
            {"type": "object", "required": ["status", "valid", "code", "message"],
             "properties": {"status": {"enum": ["passed", "indeterminate", "failed"]}, "valid": {"type": "boolean"},
              "code": {"type": "string"}, "message": {"type": "string"}}}
            """#
        ),
        (
            "CertificateFile",
            #"""
            {"type": "object", "required": ["file"], "additionalProperties": false,
             "properties": {"file": {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]{4,}$"},
              "password": {"type": "string"}, "taxNumber": {"type": "string"}}}
            """#
        ),
        (
            "CertificateCheck",
            #"""
            {"type": "object", "required": ["usable", "checks"],
             "properties": {"usable": {"type": "boolean"}, "daysLeft": {"type": "integer"},
              "level": {"enum": ["good", "warning", "urgent", "critical", "expired"]},
              "checks": {"type": "array", "items": {"type": "object", "required": ["name", "verdict", "message"]}}}}
            """#
        ),
        (
            "Keys",
            #"""
            {"type": "object", "required": ["keys"], "properties": {"keys": {"type": "array", "items": {"type": "object",
             "required": ["name", "signsDigests", "dailyLimit", "daysLeft", "certificate"]}}}}
            """#
        ),
        (
            "Schemas",
            #"{"type": "object", "required": ["schemas"], "properties": {"schemas": {"type": "array", "items": {"type": "string"}}}}"#
        ),
        (
            "Templates",
            #"""
            {"type": "object", "required": ["templates"], "properties": {"templates": {"type": "array", "items":
             {"type": "object", "required": ["name", "kinds"]}}}}
            """#
        ),
        (
            "Health",
            #"""
            {"type": "object", "required": ["status", "checks"],
             "properties": {"status": {"enum": ["live", "ready", "not ready"]}, "checks": {"type": "object"}}}
            """#
        ),
        (
            "Digest",
            #"""
            {"type": "object", "required": ["algorithm", "digest"], "additionalProperties": false,
             "properties": {"algorithm": {"enum": ["SHA256", "SHA384", "SHA512"]}, "digest": {"type": "string"}}}
            """#
        ),
        (
            "DigestSignature",
            #"""
            {"type": "object", "required": ["algorithm", "signature", "certificates"],
             "properties": {"algorithm": {"type": "string"}, "signature": {"type": "string"},
              "certificates": {"type": "array", "items": {"type": "string"}}}}
            """#
        ),
    ]
}

extension JSONWriter {
    /// An object whose members a closure writes.
    fileprivate mutating func object(_ write: (inout JSONWriter) -> Void) {
        beginObject()
        write(&self)
        endObject()
    }
}
