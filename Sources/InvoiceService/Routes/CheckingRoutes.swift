import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Signing

extension Routes {
    /// Documents and signatures in, verdicts out.
    static var checking: [Route] {
        [
            Route(
                "POST", "/v1/validate", operation: "validateDocument", tag: "documents",
                summary: "Validates invoice JSON or e-invoice XML, and explains what is wrong",
                details: "As `pechat validate --jsonl`. An invalid document is a result, not a failure of the request.",
                access: .scope(.make),
                parameters: [
                    RouteParameter(
                        "language", .choice(["en", "mk", "sr", "sr-Latn", "sr-Cyrl"]),
                        "The language of names and advice.")
                ], content: document, answers: [.json("The verdict.", .reference("Validation"))], problems: [400]
            ) { call throws(ToolkitError) in
                let language = call.query("language").flatMap(ExplanationLanguage.init(tag:)) ?? .english
                let validation = try call.workbench.validate(call.body, ValidationOptions(language: language))
                var writer = JSONWriter()
                writer.beginObject()
                writer.member("verdict", validation.verdict.rawValue)
                writer.key("failed")
                writer.failures(validation.failures)
                writer.member("error", orNull: validation.error)
                writer.endObject()
                return HTTPResponse(type: "application/json", writer.bytes)
            }
        ]
    }
}
