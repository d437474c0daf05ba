import Certificates
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore

extension Routes {
    /// Documents in, files out; nothing is kept.
    static var making: [Route] {
        [
            Route(
                "POST", "/v1/render", operation: "renderDocument", tag: "documents",
                summary: "Draws invoice JSON or UBL XML as PDF, or one of its pages as PNG",
                details: """
                    As `pechat render`. Accept chooses between application/pdf, image/png, and multipart/mixed for the PDF and
                    the e-invoice that is in it.
                    """,
                access: .scope(.make),
                parameters: wishes + [
                    RouteParameter(
                        "mark", .choice(DocumentMark.allCases.map(\.rawValue)), "What is written across the pages."),
                    RouteParameter("page", .integer(1...1_000_000), "Of a picture: the page; the first by default."),
                    RouteParameter(
                        "dpi", .integer(Workbench.resolutions), "Of a picture: dots per inch; 110 by default."),
                ], content: document,
                answers: [
                    RouteAnswer(
                        200, "The drawing.",
                        [("application/pdf", .binary), ("image/png", .binary), (MixedContent.type, .binary)])
                ], problems: [400, 406, 422]
            ) { call throws(ToolkitError) in try render(call) },
            Route(
                "POST", "/v1/xml", operation: "writeXML", tag: "documents",
                summary: "Writes the unsigned e-invoice of invoice JSON",
                details: "As `pechat xml`: UBL 2.1 of the profile, valid against the OASIS schemas.",
                access: .scope(.make),
                parameters: [wishes[2], checkRules],
                content: RouteContent([("application/json", .reference("Invoice"))], isUpload: true, "The invoice."),
                answers: [RouteAnswer(200, "The e-invoice.", [("application/xml", .binary)])],
                problems: [400, 406, 422]
            ) { call throws(ToolkitError) in
                let type = try call.preferred(["application/xml"])
                return try answer(call.workbench.xml(call.body, options(call)), type, call)
            },
        ]
    }

    /// Invoice JSON or UBL.
    static var document: RouteContent {
        RouteContent(
            [("application/json", .reference("Invoice")), ("application/xml", .binary), ("text/xml", .binary)],
            isUpload: true, "Invoice JSON, or a UBL 2.1 invoice or credit note.")
    }

    /// What the caller may wish about a document, as the commands take it.
    static var wishes: [RouteParameter] {
        [
            RouteParameter("template", .string(longest: 64), "A bundled template; `GET /v1/templates` lists them."),
            RouteParameter(
                "language", .choice(DocumentLanguage.allCases.map(\.rawValue)),
                "The language of the page, instead of the document's."),
            RouteParameter(
                "profile", .choice(ProfileName.allCases.map(\.rawValue)),
                "The e-invoice specification, instead of the document's."),
        ]
    }

    static var checkRules: RouteParameter {
        RouteParameter("check", .boolean, "Whether the XML must satisfy the rules of EN 16931.")
    }

    static func options(_ call: Call) -> DocumentOptions {
        DocumentOptions(
            template: call.query("template"),
            language: call.query("language").flatMap(DocumentLanguage.init(rawValue:)),
            profile: call.query("profile").flatMap(ProfileName.init(rawValue:)),
            mark: call.query("mark").flatMap(DocumentMark.init(rawValue:)), checksRules: call.flag("check"))
    }

    private static func render(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let type = try call.preferred(["application/pdf", "image/png", MixedContent.type])
        if type == MixedContent.type { return try renderWithXML(call) }
        guard type == "image/png" else {
            return try answer(call.workbench.render(call.body, options(call)), type, call)
        }
        let picture = Picture()
        let outcome = try call.workbench.pictures(
            of: call.body, options(call), dotsPerInch: call.number("dpi") ?? 110, page: call.number("page") ?? 1
        ) { _, _, png throws(ToolkitError) in picture.bytes = png }
        switch outcome {
        case .rejected(let findings): return Problem(rejected: findings).response(requestID: call.requestID)
        case .drawn(let pages, let findings):
            var response = try file(picture.bytes, type, findings)
            response.set("Pechat-Pages", "\(pages)")
            return response
        }
    }

    /// The PDF and the e-invoice that is in it; what is marked as draft or void has none.
    private static func renderWithXML(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let options = options(call)
        let isJSON = call.contentType == "application/json"
        if isJSON, options.mark != .draft, options.mark != .void {
            switch try call.workbench.build(call.body, options) {
            case .rejected(let findings): return Problem(rejected: findings).response(requestID: call.requestID)
            case .built(let document): return try mixed(document.pdf, document.xml, document.findings)
            }
        }
        switch try call.workbench.render(call.body, options) {
        case .rejected(let findings): return Problem(rejected: findings).response(requestID: call.requestID)
        case .made(let pdf, let findings): return try mixed(pdf, isJSON ? nil : call.body, findings)
        }
    }

    private static func mixed(_ pdf: [UInt8], _ xml: [UInt8]?, _ findings: [Finding]) throws(ToolkitError)
        -> HTTPResponse
    {
        let drawing = MixedContent.Part(name: "document.pdf", type: "application/pdf", bytes: pdf)
        let invoice = xml.map { MixedContent.Part(name: "document.xml", type: "application/xml", bytes: $0) }
        return try MixedContent.answer([drawing] + (invoice.map { [$0] } ?? []), findings)
    }

    /// What the drawing hands out.
    private final class Picture {
        var bytes: [UInt8] = []
    }

    private static func answer(_ outcome: MakeOutcome, _ type: String, _ call: Call) throws(ToolkitError)
        -> HTTPResponse
    {
        switch outcome {
        case .rejected(let findings): return Problem(rejected: findings).response(requestID: call.requestID)
        case .made(let bytes, let findings): return try file(bytes, type, findings)
        }
    }

    /// A file that was made: its digest lets the receiver see that all of it came, and a cache that it is the same.
    static func file(_ bytes: [UInt8], _ type: String, _ findings: [Finding] = []) throws(ToolkitError) -> HTTPResponse
    {
        file(bytes, type, digest: try Digest.sha256(bytes), findings)
    }

    /// A file whose digest (SHA-256) is known.
    static func file(_ bytes: [UInt8], _ type: String, digest: [UInt8], _ findings: [Finding] = []) -> HTTPResponse {
        HTTPResponse(
            type: type, bytes,
            fields: [
                ("Content-Digest", "sha-256=:\(String(decoding: Base64.encode(digest), as: UTF8.self)):"),
                ("ETag", "\"\(Digest.hexadecimal(digest))\""),
                ("Pechat-Warnings", "\(findings.count { $0.severity == .warning })"),
            ])
    }
}
