import Certificates
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Issued documents, as they stand.
    static var documents: [Route] {
        [
            Route(
                "GET", "/v1/issuers", operation: "listIssuers", tag: "books",
                summary: "Lists the issuers whose books the caller may see", access: .scope(.read),
                answers: [.json("Their tax numbers.", .reference("Names")).naming("issuer", at: "/names/0")],
                problems: [404]
            ) { call throws(ToolkitError) in
                names(try call.books().ledger.issuers().filter { call.mayUse($0) })
            },
            Route(
                "GET", "/v1/issuers/{issuer}/documents", operation: "listDocuments", tag: "books",
                summary: "Lists issued documents, the last ones first", access: .scope(.read),
                parameters: [
                    RouteParameter("kind", .choice(DocumentKind.allCases.map(\.rawValue)), "Of this kind only."),
                    RouteParameter("customer", .string(longest: 200), "Of this customer only."),
                    RouteParameter("from", .string(format: "date", longest: 10), "Issued on this day or later."),
                    RouteParameter("to", .string(format: "date", longest: 10), "Issued on this day or before."),
                    RouteParameter("outstanding", .boolean, "Only what is not settled."),
                    RouteParameter("limit", .integer(1...1000), "The most documents; 20 by default."),
                    RouteParameter("cursor", .string(longest: 500), "The `cursor` of the page before."),
                ], answers: [.json("A page.", .reference("DocumentPage")).naming("number", at: "/documents/0/number")],
                problems: [404, 409]
            ) { call throws(ToolkitError) in try list(call) },
            Route(
                "GET", "/v1/issuers/{issuer}/documents/{number}", operation: "getDocument", tag: "books",
                summary: "Shows how a document stands", details: "The ETag changes with every movement.",
                access: .scope(.read),
                answers: [.json("The document.", .reference("Document")), RouteAnswer(304, "It has not changed.")],
                problems: [404, 409]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let found = try books.ledger.document(call.path["number"] ?? "", of: issuer)
                let tag = try Call.tag(of: found.standing)
                if call.request.field("if-none-match") == tag { return HTTPResponse(304, fields: [("ETag", tag)]) }
                return try shown(found.standing, call, books)
            },
            Route(
                "GET", "/v1/issuers/{issuer}/documents/{number}/files", operation: "getDocumentFiles",
                tag: "books", summary: "Gives all files of a document in one answer", access: .scope(.read),
                answers: [RouteAnswer(200, "PDF and XML, each a part.", [(MixedContent.type, .binary)])],
                problems: [404, 406, 409, 503]
            ) { call throws(ToolkitError) in
                _ = try call.preferred([MixedContent.type])
                let (books, issuer) = try opened(call)
                let found = try books.ledger.document(call.path["number"] ?? "", of: issuer)
                return try call.documentFiles(of: found.issued.id, issuer: issuer)
            },
            Route(
                "GET", "/v1/issuers/{issuer}/documents/{number}/files/{role}", operation: "getDocumentFile",
                tag: "books", summary: "Gives a file of a document: pdf or xml", access: .scope(.read),
                answers: [RouteAnswer(200, "The file.", [("application/pdf", .binary), ("application/xml", .binary)])],
                problems: [404, 409, 503]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let found = try books.ledger.document(call.path["number"] ?? "", of: issuer)
                return try call.documentFile(call.path["role"] ?? "", of: found.issued.id, issuer: issuer)
            },
        ]
    }

    static func opened(_ call: Call) throws(ToolkitError) -> (books: ServiceLedger, issuer: String) {
        let books = try call.books()
        return (books, try call.issuer(in: books))
    }

    /// A document as it stands, with its tag.
    static func shown(
        _ standing: DocumentStanding, _ call: Call, _ books: ServiceLedger, status: Int = 200
    ) throws(ToolkitError) -> HTTPResponse {
        let today = books.today(call.now, "")
        var response = json(status) { standing.write(to: &$0, asOf: today) }
        response.set("ETag", try Call.tag(of: standing))
        return response
    }

    private static func list(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let (books, issuer) = try opened(call)
        var filter = DocumentFilter()
        filter.kind = call.query("kind").flatMap(DocumentKind.init(rawValue:))
        filter.customer = call.query("customer")
        filter.from = try call.day("from")
        filter.to = try call.day("to")
        filter.isOutstanding = call.flag("outstanding")
        filter.limit = call.number("limit") ?? 20
        filter.cursor = call.query("cursor")
        let page = try books.ledger.documents(of: issuer, filter)
        let today = books.today(call.now, "")
        return json { writer in
            writer.beginObject()
            writer.key("documents")
            writer.beginArray()
            for document in page.documents { document.write(to: &writer, asOf: today) }
            writer.endArray()
            writer.member("cursor", orNull: page.cursor)
            writer.member("hasMore", page.cursor != nil)
            writer.endObject()
        }
    }
}

extension Call {
    /// The day of a query parameter.
    ///
    /// - Throws: `request.parameter`.
    func day(_ name: String) throws(ToolkitError) -> CalendarDate? {
        guard let text = query(name) else { return nil }
        guard let day = CalendarDate(iso: text) else {
            throw ToolkitError(.parameterWrong, "\(name) is no day.", fix: "Write it as 2026-11-20.")
        }
        return day
    }
}

extension ToolkitError.Code {
    /// A file of an issued document was not made yet.
    static let filesPending = Self("file.pending", .later)
}
