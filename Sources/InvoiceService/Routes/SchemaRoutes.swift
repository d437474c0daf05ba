import BundledFiles
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore

extension Routes {
    /// What documents may look like.
    static var schemas: [Route] {
        [
            Route(
                "GET", "/v1/openapi.json", operation: "getDescription", tag: "operations",
                summary: "This description", access: .open,
                answers: [.json("OpenAPI 3.1.", .object([], isOpen: true))], isQuick: true
            ) { call in
                HTTPResponse(type: "application/json", call.service.description.document)
            },
            Route(
                "GET", "/v1/schemas", operation: "listSchemas", tag: "documents", summary: "Lists the schemas",
                access: .scope(.make),
                answers: [.json("Their names.", .reference("Names")).naming("name", at: "/names/0")]
            ) { _ in names(schemaNames) },
            Route(
                "GET", "/v1/schemas/{name}", operation: "getSchema", tag: "documents",
                summary: "Shows a schema, such as invoice-1.schema.json", access: .scope(.make),
                answers: [
                    RouteAnswer(
                        200, "The schema.", [("application/schema+json", .any), ("application/xml", .binary)])
                ], problems: [404]
            ) { call throws(ToolkitError) in
                let name = call.path["name"] ?? ""
                guard schemaNames.contains(name), let bytes = BundledFiles.contents(of: schemaFolder + name) else {
                    throw ToolkitError(.resourceUnknown, "There is no schema of that name.")
                }
                return try file(bytes, name.hasSuffix(".json") ? "application/schema+json" : "application/xml")
            },
            Route(
                "GET", "/v1/templates", operation: "listTemplates", tag: "documents", summary: "Lists the templates",
                access: .scope(.make), answers: [.json("Their names.", .reference("Names"))]
            ) { call in names(call.service.environment.toolkit.templateNames) },
        ]
    }

    private static let schemaFolder = "schemas/pechat/"

    private static var schemaNames: [String] {
        BundledFiles.paths(beginningWith: schemaFolder).map { String($0.dropFirst(schemaFolder.count)) }
            .filter { !$0.contains("/") }
    }

    /// A list of names.
    static func names(_ names: [String]) -> HTTPResponse {
        json { writer in
            writer.beginObject()
            writer.key("names")
            writer.beginArray()
            for name in names { writer.string(name) }
            writer.endArray()
            writer.endObject()
        }
    }
}
