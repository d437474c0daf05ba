import BundledFiles
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore

extension Routes {
    /// What there is to choose from, and the description of all operations.
    ///
    /// - Parameter version: Of the program.
    /// - Returns: Operations for `InvoiceService.init(_:access:further:)`.
    public static func catalogue(version: String) -> [Route] {
        [
            Route(
                "GET", "/v1/openapi.json", operation: "describe", tag: "operations", summary: "This description",
                access: .open, answers: [.json("OpenAPI 3.1.", .reference("AnyObject"))], isQuick: true
            ) { call in
                HTTPResponse(
                    type: "application/json", OpenAPIDocument(call.service.routes, version: version).bytes)
            },
            Route(
                "GET", "/v1/schemas", operation: "listSchemas", tag: "catalogue", summary: "Lists the schemas",
                access: .scope(.verify), answers: [.json("The names.", .reference("Schemas"))]
            ) { _ in
                json { writer in
                    writer.key("schemas")
                    writer.beginArray()
                    for name in schemaNames { writer.string(name) }
                    writer.endArray()
                }
            },
            Route(
                "GET", "/v1/schemas/{name}", operation: "getSchema", tag: "catalogue", summary: "Reads a schema",
                access: .scope(.verify),
                answers: [
                    RouteAnswer(
                        200, "The schema.",
                        [("application/schema+json", .reference("AnyObject")), ("application/xml", .binary)])
                ], problems: [404]
            ) { call throws(ToolkitError) in
                guard let name = call.path["name"], schemaNames.contains(name),
                    let bytes = BundledFiles.contents(of: schemaFolder + name)
                else {
                    throw ToolkitError(
                        .resourceUnknown, "There is no schema of that name.", fix: "GET /v1/schemas lists them.")
                }
                return try file(bytes, name.hasSuffix(".xsd") ? "application/xml" : "application/schema+json")
            },
            Route(
                "GET", "/v1/templates", operation: "listTemplates", tag: "catalogue", summary: "Lists the templates",
                access: .scope(.verify), answers: [.json("Names and kinds.", .reference("Templates"))]
            ) { call throws(ToolkitError) in
                let toolkit = call.service.environment.toolkit
                var rows: [(name: String, kinds: [String])] = []
                for name in toolkit.templateNames {
                    rows.append((name, try toolkit.template(name).kinds.map(\.rawValue)))
                }
                return json { writer in
                    writer.key("templates")
                    writer.beginArray()
                    for row in rows {
                        writer.beginObject()
                        writer.member("name", row.name)
                        writer.key("kinds")
                        writer.beginArray()
                        for kind in row.kinds { writer.string(kind) }
                        writer.endArray()
                        writer.endObject()
                    }
                    writer.endArray()
                }
            },
        ]
    }

    private static let schemaFolder = "schemas/pechat/"

    /// The parts of the rule files, in folders of their own, are no schemas.
    private static let schemaNames = BundledFiles.paths(beginningWith: schemaFolder)
        .map { String($0.dropFirst(schemaFolder.count)) }.filter { !$0.contains("/") }
}
