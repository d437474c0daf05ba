import HTTPServer
import JSONCore
import Ledger

/// The OpenAPI 3.1 description, made of the routes once.
public struct OpenAPI: Sendable {
    /// The document.
    public let document: [UInt8]

    init(_ table: RouteTable) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("openapi", "3.1.0")
        writer.key("info")
        writer.beginObject()
        writer.member("title", "Pechat")
        writer.member("version", "1")
        writer.member(
            "description", "Invoices as PDF and e-invoice XML, signatures, and the books, as the commands make them.")
        writer.endObject()
        writer.key("paths")
        writer.beginObject()
        var done: Set<String> = []
        let described = table.routes.filter { !$0.isPage }
        for route in described where done.insert(route.path.template).inserted {
            writer.key(route.path.template)
            writer.beginObject()
            for other in described where other.path.template == route.path.template {
                writer.key(other.method.lowercased())
                Self.write(other, among: described, to: &writer)
            }
            writer.endObject()
        }
        writer.endObject()
        writer.key("components")
        writer.beginObject()
        writer.key("schemas")
        writer.beginObject()
        for schema in Self.schemas {
            writer.key(schema.name)
            schema.schema.write(to: &writer)
        }
        writer.endObject()
        writer.key("securitySchemes")
        writer.beginObject()
        writer.key("key")
        writer.beginObject()
        writer.member("type", "http")
        writer.member("scheme", "bearer")
        writer.member("description", "A key of `pechat serve key create`.")
        writer.endObject()
        writer.endObject()
        writer.endObject()
        writer.endObject()
        document = writer.bytes
    }

    private static func write(_ route: Route, among routes: [Route], to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("operationId", route.operation)
        writer.key("tags")
        writer.beginArray()
        writer.string(route.tag)
        writer.endArray()
        writer.member("summary", route.summary)
        if !route.details.isEmpty { writer.member("description", route.details) }
        var problems = Set(route.problems + [400])
        if route.parameters.contains(where: { $0.name == "If-Match" && $0.isRequired }) { problems.insert(428) }
        writer.key("security")
        writer.beginArray()
        if case .scope(let scope) = route.access {
            problems.formUnion([401, 403, 429])
            writer.beginObject()
            writer.key("key")
            writer.beginArray()
            writer.string(scope.rawValue)
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writeParameters(of: route, to: &writer)
        if let content = route.content {
            problems.formUnion([413, 415])
            writer.key("requestBody")
            writer.beginObject()
            writer.member("description", content.summary)
            writer.member("required", true)
            writeTypes(content.types + (content.isUpload ? [Upload.form(of: route)] : []), to: &writer)
            writer.endObject()
        }
        writer.key("responses")
        writer.beginObject()
        for answer in route.answers {
            writer.key("\(answer.status)")
            writer.beginObject()
            writer.member("description", answer.summary)
            if !answer.types.isEmpty { writeTypes(answer.types, to: &writer) }
            if !answer.names.isEmpty { writeLinks(from: answer, of: route, to: routes, &writer) }
            writer.endObject()
        }
        for status in (problems.union([503]).subtracting(route.answers.map(\.status))).sorted() {
            writer.key("\(status)")
            writer.beginObject()
            writer.member("description", Problem.title(of: status))
            writeTypes([("application/problem+json", .reference("Problem"))], to: &writer)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    private static func writeParameters(of route: Route, to writer: inout JSONWriter) {
        writer.key("parameters")
        writer.beginArray()
        for name in route.path.parameters {
            writer.beginObject()
            writer.member("name", name)
            writer.member("in", "path")
            writer.member("description", RoutePath.meanings[name]?.summary)
            writer.member("required", true)
            writer.key("schema")
            (RoutePath.meanings[name]?.schema ?? text).write(to: &writer)
            writer.endObject()
        }
        for parameter in route.parameters {
            writer.beginObject()
            writer.member("name", parameter.name)
            writer.member("in", parameter.place.rawValue)
            writer.member("description", parameter.summary)
            if parameter.isRequired { writer.member("required", true) }
            writer.key("schema")
            parameter.schema.write(to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    /// The operations on what an answer names, which the caller may ask for next.
    private static func writeLinks(
        from answer: RouteAnswer, of route: Route, to routes: [Route], _ writer: inout JSONWriter
    ) {
        var sources = Dictionary(uniqueKeysWithValues: route.path.parameters.map { ($0, "$request.path.\($0)") })
        sources.merge(answer.names) { $1 }
        writer.key("links")
        writer.beginObject()
        for next in routes where next.operation != route.operation {
            let parameters = next.path.parameters
            guard parameters.contains(where: { answer.names[$0] != nil }),
                parameters.allSatisfy({ sources[$0] != nil || RoutePath.meanings[$0]?.schema.isChoice == true })
            else { continue }
            writer.key(next.operation)
            writer.beginObject()
            writer.member("operationId", next.operation)
            writer.key("parameters")
            writer.beginObject()
            for parameter in parameters { writer.member(parameter, sources[parameter]) }
            let queries = Set(next.parameters.map(\.name)).intersection(["issuer"])
            if !queries.isEmpty, route.parameters.contains(where: { $0.name == "issuer" }) {
                writer.member("query.issuer", "$request.query.issuer")
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
    }

    private static func writeTypes(_ types: [(name: String, schema: Schema)], to writer: inout JSONWriter) {
        writer.key("content")
        writer.beginObject()
        for type in types {
            writer.key(type.name)
            writer.beginObject()
            writer.key("schema")
            type.schema.write(to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }

    private static let text = Schema.string()
    private static let note = Schema.optional(.string())
    private static let count = Schema.integer(0...Int.max)
    private static let place = Schema.optional(.integer(1...Int.max))

    private static let schemas: [(name: String, schema: Schema)] = [
        ("Invoice", .object([], isOpen: true)),
        (
            "Finding",
            .object(
                [
                    ("pointer", text), ("line", place), ("column", place), ("code", text),
                    ("severity", .choice(["error", "warning", "info"])), ("term", note), ("message", text),
                    ("fix", text),
                ], required: ["pointer", "code", "severity", "message"])
        ),
        (
            "Problem",
            .object(
                [
                    ("type", text), ("title", text), ("status", .integer(400...599)), ("detail", text),
                    ("instance", text),
                    ("code", text), ("fix", text), ("requestId", text), ("errors", .array(.reference("Finding"))),
                ], required: ["type", "title", "status", "detail", "code", "requestId", "errors"])
        ),
        ("Health", .object([("status", text), ("problems", .array(text))], required: ["status"])),
        ("Names", .object([("names", .array(text))], required: ["names"])),
        (
            "Validation",
            .object(
                [
                    ("verdict", .choice(["valid", "invalid", "undecided"])),
                    ("failed", .array(.object([], isOpen: true))),
                    ("error", note),
                ], required: ["verdict", "failed", "error"])
        ),
        (
            "SignatureVerdict",
            .object(
                [("status", .choice(["passed", "indeterminate", "failed"])), ("valid", .boolean)],
                required: ["status", "valid"], isOpen: true)
        ),
        ("CertificateCheck", .object([("usable", .boolean)], required: ["usable"], isOpen: true)),
        (
            "DigestSignature",
            .object(
                [("algorithm", text), ("signature", text), ("certificates", .array(text))],
                required: ["algorithm", "signature", "certificates"])
        ),
        (
            "Key",
            .object(
                [
                    ("name", text), ("default", .boolean), ("active", .boolean), ("reason", note),
                    ("needsRelease", .boolean), ("algorithms", .array(text)),
                    ("certificate", .optional(.object([], isOpen: true))),
                    ("daysLeft", .integer(-100_000...100_000)),
                ], required: ["name", "default", "active", "reason", "algorithms", "certificate"])
        ),
        (
            "Release",
            .object(
                [
                    ("id", text), ("key", text), ("state", .choice(SignatureRelease.State.allCases.map(\.rawValue))),
                    ("requestedBy", text), ("requested", text), ("expires", text), ("decidedBy", note),
                    ("format", text), ("contentSHA256", text),
                ],
                required: [
                    "id", "key", "state", "requestedBy", "requested", "expires", "decidedBy", "format", "contentSHA256",
                ])
        ),
        ("ReleaseList", .object([("releases", .array(.reference("Release")))], required: ["releases"])),
        ("KeyList", .object([("keys", .array(.reference("Key")))], required: ["keys"])),
        ("Document", .object([("number", text)], required: ["number"], isOpen: true)),
        (
            "DocumentPage",
            .object(
                [("documents", .array(.reference("Document"))), ("cursor", note), ("hasMore", .boolean)],
                required: ["documents", "cursor", "hasMore"])
        ),
        (
            "Webhook",
            .object(
                [
                    ("id", text), ("issuer", text), ("url", text), ("events", .array(text)), ("enabled", .boolean),
                    ("formerSecretUntil", note), ("added", text), ("addedBy", text), ("secret", text),
                ], required: ["id", "issuer", "url", "events", "enabled", "formerSecretUntil", "added", "addedBy"])
        ),
        ("WebhookList", .object([("webhooks", .array(.reference("Webhook")))], required: ["webhooks"])),
        (
            "WebhookDelivery",
            .object(
                [
                    ("event", .integer(1...Int.max)), ("id", text), ("type", text),
                    ("state", .choice(WebhookDelivery.State.allCases.map(\.rawValue))), ("attempts", .integer(0...100)),
                    ("nextAttempt", note), ("status", .optional(.integer(100...999))), ("problem", note),
                    ("changed", text),
                ],
                required: [
                    "event", "id", "type", "state", "attempts", "nextAttempt", "status", "problem", "changed",
                ])
        ),
        (
            "WebhookDeliveryPage",
            .object(
                [
                    ("deliveries", .array(.reference("WebhookDelivery"))), ("cursor", note), ("hasMore", .boolean),
                ], required: ["deliveries", "cursor", "hasMore"])
        ),
        (
            "WebhookTry",
            .object(
                [("delivered", .boolean), ("status", .optional(.integer(100...999))), ("problem", text)],
                required: ["delivered"])
        ),
        ("Count", .object([("count", .integer(0...Int.max))], required: ["count"])),
        ("Movement", .object([], isOpen: true)),
        (
            "Job",
            .object(
                [
                    ("id", text), ("kind", text), ("state", .choice(JobState.allCases.map(\.rawValue))),
                    ("total", count), ("processed", count), ("successful", count), ("failed", count),
                    ("cancelled", count), ("problem", note), ("progress", .reference("JobProgress")),
                    ("links", .object([("self", text)], isOpen: true)),
                ], required: ["id", "kind", "state", "total", "processed", "progress"], isOpen: true)
        ),
        (
            "JobProgress",
            .object(
                [
                    ("percentage", .any), ("current", count), ("total", count), ("message", text), ("status", text),
                    ("updated_at", text), ("etaSeconds", .optional(count)), ("rate", .any),
                ],
                required: ["percentage", "current", "total", "message", "status", "updated_at", "etaSeconds", "rate"])
        ),
        (
            "JobPage",
            .object(
                [("jobs", .array(.reference("Job"))), ("cursor", note), ("hasMore", .boolean)],
                required: ["jobs", "cursor", "hasMore"])
        ),
        (
            "JobItem",
            .object(
                [
                    ("index", count), ("id", text), ("state", .choice(JobItemState.allCases.map(\.rawValue))),
                    ("number", note), ("errors", .array(.reference("Finding"))), ("document", note),
                ], required: ["index", "id", "state", "number", "errors", "document"])
        ),
        (
            "JobItemPage",
            .object(
                [("items", .array(.reference("JobItem"))), ("cursor", .optional(count)), ("hasMore", .boolean)],
                required: ["items", "cursor", "hasMore"])
        ),
        ("Report", .object([("report", text)], required: ["report"], isOpen: true)),
    ]
}
