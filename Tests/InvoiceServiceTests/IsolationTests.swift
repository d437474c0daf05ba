import Foundation
import HTTPServer
import JSONCore
import Testing

@testable import InvoiceService

/// What the key of another issuer may get of one route.
private enum Isolation {
    /// The route is about nobody's books.
    case free
    /// It answers, but nothing of the issuer is in the answer.
    case filtered(String, type: String? = nil, body: String = "{}", headers: [String: String] = [:])
    /// It answers as if there were no such books: the key of the issuer itself is not answered so.
    case hidden(String, type: String? = nil, body: String = "{}", headers: [String: String] = [:])
}

@Suite("No route shows or changes the books of another issuer")
struct IsolationTests {
    private static let key = ["Idempotency-Key": "x"]
    private static let json = BookedService.json
    private static let form = "application/x-www-form-urlencoded"

    /// Every operation by its name; `{document}`, `{payment}` and `{job}` are those of the issuer.
    private static let routes: [String: Isolation] = {
        var routes: [String: Isolation] = [:]
        for name in [
            "isLive", "isReady", "getMetrics", "getDescription", "listSchemas", "getSchema", "listTemplates",
            "renderDocument",
            "writeXML", "validateDocument", "sign", "verifySignature", "checkCertificate", "listKeys", "getKey",
            "makeKeyDefault", "deactivateKey", "activateKey", "showSignIn", "signIn", "signOut", "chooseLanguage",
            "getPageFile", "showCertificates", "showCheck", "checkDocument", "makeDocument",
        ] { routes[name] = .free }
        let books = "/v1/issuers/\(BookedService.issuer)"
        routes["listIssuers"] = .filtered("/v1/issuers")
        routes["listDocuments"] = .hidden("\(books)/documents")
        routes["getDocument"] = .hidden("\(books)/documents/{document}")
        routes["getDocumentFile"] = .hidden("\(books)/documents/{document}/files/pdf")
        routes["getDocumentFiles"] = .hidden("\(books)/documents/{document}/files")
        routes["issueDocument"] = .hidden("/v1/documents", type: json, body: "{invoice}", headers: key)
        routes["creditDocument"] = .hidden("\(books)/documents/{document}/credit", type: json, headers: key)
        routes["voidDocument"] = .hidden(
            "\(books)/documents/{document}/void", type: json, body: #"{"reason": "r"}"#,
            headers: ["Idempotency-Key": "y", "If-Match": "*"])
        routes["payDocument"] = .hidden(
            "\(books)/documents/{document}/payments", type: json, body: #"{"amount": "1.00"}"#,
            headers: ["Idempotency-Key": "z"])
        routes["refundPayment"] = .hidden(
            "\(books)/payments/{payment}/refunds", type: json, body: #"{"reason": "other", "amount": "1.00"}"#,
            headers: ["Idempotency-Key": "u"])
        routes["getReport"] = .hidden("\(books)/reports/ageing")
        routes["submitBatch"] = .hidden(
            "/v1/jobs", type: BookedService.lines, body: "{invoice}", headers: ["Idempotency-Key": "w"])
        routes["listJobs"] = .filtered("/v1/jobs?state=all")
        routes["getJob"] = .hidden("/v1/jobs/{job}")
        routes["watchJob"] = .hidden("/v1/jobs/{job}/events")
        routes["listJobItems"] = .hidden("/v1/jobs/{job}/items")
        routes["getJobItem"] = .hidden("/v1/jobs/{job}/items/0")
        routes["forgetJob"] = .hidden("/v1/jobs/{job}")
        routes["flushJobs"] = .hidden("/v1/jobs/flush?issuer=\(BookedService.issuer)")
        routes["retryJobs"] = .hidden("/v1/jobs/retry?issuer=\(BookedService.issuer)")
        for step in JobStep.allCases { routes["\(step.rawValue)Job"] = .hidden("/v1/jobs/{job}/\(step.rawValue)") }
        for name in ["listReleases", "getRelease", "approveRelease", "refuseRelease"] { routes[name] = .free }
        let query = "?issuer=\(BookedService.issuer)"
        routes["listWebhooks"] = .hidden("/v1/webhooks\(query)")
        routes["addWebhook"] = .hidden(
            "/v1/webhooks\(query)", type: json, body: #"{"url": "https://hooks.example/2"}"#)
        routes["removeWebhook"] = .hidden("/v1/webhooks/{webhook}\(query)")
        routes["enableWebhook"] = .hidden("/v1/webhooks/{webhook}/enable\(query)")
        routes["disableWebhook"] = .hidden("/v1/webhooks/{webhook}/disable\(query)")
        routes["rotateWebhookSecret"] = .hidden("/v1/webhooks/{webhook}/rotate\(query)")
        routes["testWebhook"] = .hidden("/v1/webhooks/{webhook}/test\(query)")
        routes["listWebhookDeliveries"] = .hidden("/v1/webhooks/{webhook}/deliveries\(query)")
        routes["replayWebhook"] = .hidden("/v1/webhooks/{webhook}/replay\(query)")
        routes["showOverview"] = .filtered("/")
        routes["showJobs"] = .filtered("/jobs")
        routes["showFailed"] = .filtered("/failed")
        routes["showDocuments"] = .filtered("/documents")
        routes["uploadBatch"] = .hidden("/jobs", type: form, body: "csrf={token}&once=q&file={encoded}")
        routes["showJob"] = .hidden("/jobs/{job}")
        routes["watchJobOnPage"] = .hidden("/jobs/{job}/events")
        routes["changeJob"] = .hidden("/jobs/{job}/retry", type: form, body: "csrf={token}")
        let document = "/documents/\(BookedService.issuer)/{document}"
        routes["showDocument"] = .hidden(document)
        routes["openDocumentFile"] = .hidden("\(document)/xml")
        return routes
    }()

    /// A service in whose books one issuer has a document, a payment, and a job of which a part failed.
    private struct Books {
        let service: BookedService
        private var values: [String: String] = [:]
        /// What of the books stands in answers, but not in questions.
        static let secret = "Тајниот купувач"

        init() throws {
            service = try BookedService()
            let invoice = try BookedService.invoice("s", buyer: Self.secret)
            let issued = service.send(
                "POST", "/v1/documents", type: BookedService.json, invoice, fields: [("Idempotency-Key", "1")])
            let number = try #require(try issued.json()["number"]?.string)
            let paid = service.send(
                "POST", "/v1/issuers/\(BookedService.issuer)/documents/\(number)/payments", type: BookedService.json,
                Array(#"{"amount": "10.00"}"#.utf8), fields: [("Idempotency-Key", "2")])
            let batch = service.submit(invoice + Array("\n{}".utf8), key: "3")
            try service.work()
            let webhook = service.send(
                "POST", "/v1/webhooks?issuer=\(BookedService.issuer)", type: BookedService.json,
                Array(#"{"url": "https://hooks.example/1"}"#.utf8))
            values = [
                "webhook": try #require(try webhook.json()["id"]?.string, "\(webhook.text)"),
                "document": number, "payment": try #require(try paid.json()["movement"]?["id"]?.string, "\(paid.text)"),
                "job": try #require(try batch.json()["id"]?.string),
                "invoice": String(decoding: try BookedService.invoice("again"), as: UTF8.self),
                "token": service.service.sessions.openToken,
            ]
            values["encoded"] = values["invoice"]?.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        }

        func filled(_ text: String) -> String {
            values.reduce(text) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
        }

        var marks: [String] { [Self.secret, values["document"] ?? "", values["job"] ?? ""] }
    }

    @Test("every route of the table has its line here")
    func complete() throws {
        let names = Set(try BookedService().service.routes.routes.map(\.operation))
        let missing = names.subtracting(Self.routes.keys).sorted()
        #expect(missing.isEmpty, "say here what the key of another issuer may get of these routes")
        #expect(Set(Self.routes.keys).subtracting(names).isEmpty)
    }

    @Test("the key of another issuer gets what it would get if the books were not there")
    func isolated() throws {
        // Those that look first, so that all of it is still there.
        let routes = try BookedService().service.routes.routes
        for route in routes.filter({ $0.method == "GET" }) + routes.filter({ $0.method != "GET" }) {
            let (target, type, body, headers, isHidden): (String, String?, String, [String: String], Bool)
            switch Self.routes[route.operation] {
            case .filtered(let t, let c, let b, let h): (target, type, body, headers, isHidden) = (t, c, b, h, false)
            case .hidden(let t, let c, let b, let h): (target, type, body, headers, isHidden) = (t, c, b, h, true)
            case .free, nil: continue
            }
            let books = try Self.fresh(route)
            func send(_ caller: BookedService.Caller, _ target: String) -> HTTPResponse {
                books.service.send(
                    route.method, target, as: caller, type: type, type == nil ? [] : Array(books.filled(body).utf8),
                    fields: headers.map { ($0.key, $0.value) })
            }
            let foreign = send(.other, books.filled(target))
            let own = send(.own, books.filled(target))
            let name = Comment(
                rawValue: "\(route.operation): \(own.status), \(foreign.status) \(foreign.text.prefix(200))")
            #expect(!foreign.text.contains(Books.secret), name)
            if isHidden {
                #expect(![401, 403, 404].contains(own.status), name)
                #expect([403, 404].contains(foreign.status), name)
                // Nobody learns whether there is such a document or job.
                let absent = send(
                    .other, target.replacingOccurrences(of: "{", with: "").replacingOccurrences(of: "}", with: ""))
                #expect(absent.status == foreign.status, name)
                if !route.isPage {
                    #expect(try absent.json()["detail"]?.string == foreign.json()["detail"]?.string, name)
                }
            } else {
                #expect(own.status == 200 && foreign.status == 200, name)
                #expect(books.marks.contains { own.text.contains($0) } || own.text.contains(BookedService.issuer), name)
                #expect(!books.marks.contains { foreign.text.contains($0) }, name)
                #expect(!foreign.text.contains(BookedService.issuer), name)
            }
        }
    }

    /// The books that routes share; those that make something go away get their own.
    private static let shared = Result { try Books() }

    private static func fresh(_ route: Route) throws -> Books {
        ["forgetJob", "removeWebhook"].contains(route.operation) ? try Books() : try shared.get()
    }
}
