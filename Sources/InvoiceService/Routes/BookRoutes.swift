import Certificates
import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// What changes the books, and what they say.
    static var books: [Route] {
        [
            Route(
                "POST", "/v1/documents", operation: "issueDocument", tag: "books",
                summary: "Issues a document: the next number of its series, for good",
                details: """
                    As `pechat issue`. The same Idempotency-Key gives the same document again. With `Prefer: respond-async` a worker
                    issues it: the answer is the job, which leads to the document when it is done.
                    """,
                access: .scope(.issue), parameters: [idempotencyKey, prefer],
                content: RouteContent([("application/json", .reference("Invoice"))], "The invoice, without a number."),
                answers: [
                    .json("It has its number.", .reference("Document"), status: 201),
                    .json("It is queued; Location is the job.", .reference("Job"), status: 202)
                        .naming("job", at: "/id"),
                ],
                problems: [403, 404, 409, 422]
            ) { call throws(ToolkitError) in
                let books = try call.books()
                try requireIssuer(of: call.body, call)
                if call.prefersAsynchrony { return try submitLater(call.body, call) }
                return try issue(call.body, question: nil, call, books)
            },
            Route(
                "POST", "/v1/issuers/{issuer}/documents/{number}/credit", operation: "creditDocument", tag: "books",
                summary: "Issues a credit note for a whole invoice", access: .scope(.correct),
                parameters: [idempotencyKey],
                content: .json(.object([("reason", .string(longest: 500))]), limit: 16 << 10, "Why."),
                answers: [.json("The credit note.", .reference("Document"), status: 201)], problems: [404, 409, 422]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let body = try RequestObject(call.body, ["reason"])
                let number = call.path["number"] ?? ""
                let found = try books.ledger.document(number, of: issuer)
                let country = try JSONDocument(parsing: found.content).root["seller"]?["address"]?["country"]?.string
                let note = try CreditNote.taking(
                    back: found.content, number: number, of: found.issued.issueDate,
                    on: books.today(call.now, country ?? ""), reason: try body.text("reason"))
                return try issue(note, question: Array("\(call.request.target)\n".utf8) + call.body, call, books)
            },
            Route(
                "POST", "/v1/issuers/{issuer}/documents/{number}/void", operation: "voidDocument", tag: "books",
                summary: "Withdraws a document; its number stays used", access: .scope(.correct),
                parameters: [idempotencyKey, ifMatch],
                content: .json(
                    .object([("reason", .string(longest: 500))], required: ["reason"]), limit: 16 << 10, "Why."),
                answers: [.json("The document.", .reference("Document"))], problems: [404, 409, 412, 422, 428]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let reason = try RequestObject(call.body, ["reason"]).text("reason") ?? ""
                let standing = try books.ledger.document(call.path["number"] ?? "", of: issuer).standing
                try call.requireMatch(standing)
                let after = try books.ledger.void(
                    standing.id, reason: reason, call.change(of: issuer, in: books))
                return try shown(after, call, books)
            },
            Route(
                "POST", "/v1/issuers/{issuer}/documents/{number}/payments", operation: "payDocument", tag: "books",
                summary: "Enters a payment; without an amount all that is outstanding", access: .scope(.money),
                parameters: [idempotencyKey],
                content: .json(
                    .object([
                        ("amount", .string(longest: 30)), ("method", .choice(PaymentMethod.allCases.map(\.rawValue))),
                        ("day", .string(format: "date", longest: 10)), ("note", .string(longest: 500)),
                    ]), limit: 16 << 10, "The payment."),
                answers: [
                    .json("The payment and the document.", .reference("Movement"), status: 201)
                        .naming("payment", at: "/movement/id")
                ],
                problems: [404, 409, 422]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let body = try RequestObject(call.body, ["amount", "method", "day", "note"])
                let standing = try books.ledger.document(call.path["number"] ?? "", of: issuer).standing
                let order = PaymentOrder(
                    document: standing.id, amount: try body.amount("amount", in: standing.currency),
                    currency: standing.currency, day: try bookingDay(body, call, books),
                    method: try body.word("method") ?? .bankTransfer, note: try body.text("note"))
                let receipt = try books.ledger.pay(order, call.change(of: issuer, in: books))
                return json(201) { receipt.write(to: &$0) }
            },
            Route(
                "POST", "/v1/issuers/{issuer}/payments/{payment}/refunds", operation: "refundPayment", tag: "books",
                summary: "Gives a payment back, whole or in part", access: .scope(.money),
                parameters: [idempotencyKey],
                content: .json(
                    .object(
                        [
                            ("amount", .string(longest: 30)),
                            ("reason", .choice(RefundReason.allCases.map(\.rawValue))),
                            ("day", .string(format: "date", longest: 10)), ("note", .string(longest: 500)),
                        ], required: ["reason"]), limit: 16 << 10, "The refund."),
                answers: [.json("The refund and the document.", .reference("Movement"), status: 201)],
                problems: [404, 409, 422]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let body = try RequestObject(call.body, ["amount", "reason", "day", "note"])
                let payment = try books.ledger.movement(call.path["payment"] ?? "", issuer: issuer)
                guard let reason: RefundReason = try body.word("reason") else {
                    throw ToolkitError(.contentWrong, "A refund has a reason.")
                }
                let order = RefundOrder(
                    payment: payment.id, amount: try body.amount("amount", in: payment.currency),
                    day: try bookingDay(body, call, books), reason: reason, note: try body.text("note"))
                let receipt = try books.ledger.refund(order, call.change(of: issuer, in: books))
                return json(201) { receipt.write(to: &$0) }
            },
            Route(
                "GET", "/v1/issuers/{issuer}/reports/{report}", operation: "getReport", tag: "books",
                summary: "The books in figures: ageing, balances, tax or revenue", access: .scope(.read),
                parameters: [
                    RouteParameter("on", .string(format: "date", longest: 10), "As of this day; today by default."),
                    RouteParameter(
                        "from", .string(format: "date", longest: 10), "From this day; the year's first by default."),
                    RouteParameter("to", .string(format: "date", longest: 10), "Until this day; today by default."),
                    RouteParameter("by", .choice(ReportPeriod.Division.allCases.map(\.rawValue)), "Month by default."),
                ],
                answers: [
                    RouteAnswer(
                        200, "The report.", [("application/json", .reference("Report")), ("text/csv", .string())])
                ],
                problems: [404, 406]
            ) { call throws(ToolkitError) in
                let (books, issuer) = try opened(call)
                let type = try call.preferred(["application/json", "text/csv"])
                let table = try report(call, books, issuer)
                return HTTPResponse(
                    type: type == "text/csv" ? "text/csv; charset=utf-8" : type,
                    type == "text/csv" ? table.csv : table.json)
            },
        ]
    }

    static let idempotencyKey = RouteParameter(
        "Idempotency-Key", .string(pattern: "[\\x21-\\x7e]{1,255}", longest: 255), in: .header, isRequired: true,
        "A name for this request, such as a UUID: repeating it repeats the answer and does nothing.")
    private static let prefer = RouteParameter(
        "Prefer", .string(longest: 200), in: .header, "`respond-async` leaves the work to a worker (RFC 7240).")
    static let ifMatch = RouteParameter(
        "If-Match", .string(longest: 500), in: .header,
        "The ETag of the document as the caller saw it, or * for whatever it is.")

    /// The seller's books must be the caller's to use.
    private static func requireIssuer(of json: [UInt8], _ call: Call) throws(ToolkitError) {
        guard call.principal.issuers != nil, let issuer = try Issuance.issuer(of: json), !call.mayUse(issuer) else {
            return
        }
        throw Call.sellerDenied
    }

    private static func issue(
        _ json: [UInt8], question: [UInt8]?, _ call: Call, _ books: ServiceLedger
    ) throws(ToolkitError) -> HTTPResponse {
        let now = call.now
        var caller = IssueCaller(
            actor: "api:\(call.principal.name)", now: now, today: { books.today(now, $0) },
            idempotencyKey: call.request.field("idempotency-key"), identifier: books.identifier)
        caller.question = question
        let outcome = try Issuance(books.ledger, caller).issue(json, DocumentOptions(), on: call.workbench)
        let document: IssuedDocument
        let owner: String
        switch outcome {
        case .rejected(let findings): return Problem(rejected: findings).response(requestID: call.requestID)
        case .repeated(let known, let issuer): (document, owner) = (known, issuer)
        case .issued(let issued):
            (document, owner) = (issued.document, issued.issuer)
            // The document is issued whatever becomes of its files: a job makes them later.
            keep(issued, call, books)
        }
        var response = Routes.json(201) { document.write(to: &$0) }
        response.set("Location", documentPath(owner, document.number))
        return response
    }

    private static func keep(_ issued: Issued, _ call: Call, _ books: ServiceLedger) {
        do throws(ToolkitError) {
            let built = try issued.files.get()
            let files = [try books.keep(built.pdf, "pdf"), try books.keep(built.xml, "xml")]
            let request = LedgerRequest(
                issuer: issued.issuer, actor: "api:\(call.principal.name)", now: call.now, identifier: books.identifier)
            try books.ledger.enter(
                files, of: issued.document.id, isSigned: built.isSigned,
                endingJobs: [Issuance.filesJob, Issuance.signedFilesJob], request)
        } catch {
            call.service.say("files are made later", code: error.code.name, requestID: call.requestID)
        }
    }

    /// The day on which a movement counts: today, or one before.
    private static func bookingDay(
        _ body: RequestObject, _ call: Call, _ books: ServiceLedger
    ) throws(ToolkitError) -> CalendarDate {
        let today = books.today(call.now, "")
        guard let day = try body.day("day") else { return today }
        guard day <= today else {
            throw ToolkitError(
                .contentWrong, "The day lies in the future: today is \(today).", fix: "Enter what has happened.")
        }
        return day
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                0x30...0x39 ~= byte || 0x41...0x5A ~= byte || 0x61...0x7A ~= byte || [0x2D, 0x2E, 0x5F].contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%\(Digest.hexadecimal([byte]).uppercased())"
        }.joined()
    }

    private static func report(
        _ call: Call, _ books: ServiceLedger, _ issuer: String
    ) throws(ToolkitError) -> ReportTable {
        let today = books.today(call.now, "")
        let day = try call.day("on") ?? today
        let first = try call.day("from") ?? CalendarDate(year: today.year, month: 1, day: 1) ?? today
        let division = call.query("by").flatMap(ReportPeriod.Division.init(rawValue:)) ?? .month
        guard let period = ReportPeriod(from: first, through: try call.day("to") ?? today, by: division) else {
            throw ToolkitError(.parameterWrong, "`to` lies before `from`.")
        }
        switch ReportName(rawValue: call.path["report"] ?? "") {
        case .ageing: return try books.ledger.ageing(on: day, issuer: issuer).table()
        case .balances: return try books.ledger.balances(on: day, customer: nil, issuer: issuer).table()
        case .tax: return try books.ledger.taxLiability(in: period, issuer: issuer).table
        case .revenue: return try books.ledger.revenue(in: period, issuer: issuer).table
        case nil:
            throw ToolkitError(
                .resourceUnknown, "There is no such report.",
                fix: "There are: \(ReportName.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }
}

/// The reports of the books.
enum ReportName: String, CaseIterable {
    case ageing, balances, tax, revenue
}
