import Foundation
import HTTPServer
import Issuing
import JSONCore
import Ledger
import TestSupport
import Testing

@testable import InvoiceService

@Suite("Jobs over HTTP")
struct JobRouteTests {
    @Test("a batch is submitted once under its key, done, and each item tells its outcome")
    func batch() throws {
        let service = try BookedService()
        let body = try BookedService.batch(4, wrong: [2])
        let first = service.submit(body)
        #expect(first.status == 202, "\(first.text)")
        let id = try #require(try first.json()["id"]?.string)
        #expect(first.field("Location") == "/v1/jobs/\(id)")
        #expect(try service.submit(body).json()["id"]?.string == id)
        #expect(try service.submit(BookedService.batch(2)).json()["code"]?.string == "idempotency.reused")
        try service.work()
        let job = service.send("GET", "/v1/jobs/\(id)", as: .viewer)
        #expect(try job.json()["state"]?.string == "completed_with_errors")
        #expect(try job.json()["progress"]?["current"]?.integer == 4)
        let tag = try #require(job.field("ETag"))
        #expect(service.send("GET", "/v1/jobs/\(id)", fields: [("If-None-Match", tag)]).status == 304)
        let failed = try service.send("GET", "/v1/jobs/\(id)/items?state=failed").json()
        let items = Array(try #require(failed["items"]).elements)
        #expect(items.count == 1)
        for item in items {
            #expect(item["id"]?.string == "line 3")
            #expect(item["errors"]?.elements.allSatisfy { $0["line"]?.integer == 3 } == true)
            #expect(item["errors"]?.elements.contains { $0["pointer"]?.string == "/issueDate" } == true)
        }
    }

    @Test("items and jobs come in pages")
    func pages() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(3)).json()["id"]?.string)
        let first = try service.send("GET", "/v1/jobs/\(id)/items?limit=2").json()
        #expect(first["hasMore"]?.bool == true && first["cursor"]?.integer == 1)
        let second = try service.send("GET", "/v1/jobs/\(id)/items?limit=2&cursor=1").json()
        #expect(second["hasMore"]?.bool == false && second["items"].map { Array($0.elements).count } == 1)
        let other = try #require(try service.submit(BookedService.batch(1), key: "j").json()["id"]?.string)
        let jobs = try service.send("GET", "/v1/jobs?limit=1").json()
        #expect(jobs["jobs"]?.elements.contains { $0["id"]?.string == other } == true)
        let cursor = try #require(jobs["cursor"]?.string)
        let rest = try service.send("GET", "/v1/jobs?limit=1&cursor=\(cursor)").json()
        #expect(rest["jobs"]?.elements.contains { $0["id"]?.string == id } == true && rest["hasMore"]?.bool == false)
    }

    @Test("the files of an item come as Accept says; an item without a document has none")
    func files() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(2, wrong: [1])).json()["id"]?.string)
        try service.work()
        func item(_ index: Int, _ type: String) -> HTTPResponse {
            service.send("GET", "/v1/jobs/\(id)/items/\(index)", fields: [("Accept", type)])
        }
        #expect(item(0, "application/pdf").text.hasPrefix("%PDF-"))
        #expect(item(0, "application/xml").text.contains("<cbc:ID>FAK-2026-0001</cbc:ID>"))
        #expect(try item(0, "application/json").json()["document"]?.string?.hasSuffix("FAK-2026-0001") == true)
        #expect(item(1, "application/pdf").status == 404 && item(9, "application/json").status == 404)
        #expect(item(0, "image/png").status == 406)
    }

    @Test("a job is held, let go, called off, tried again and forgotten, and refuses what does not fit its state")
    func steps() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(2, wrong: [0])).json()["id"]?.string)
        func step(_ name: String) throws -> String {
            let answer = service.send("POST", "/v1/jobs/\(id)/\(name)")
            return try answer.status == 200 ? answer.json()["state"]?.string ?? "" : "\(answer.status)"
        }
        #expect(try step("pause") == "paused")
        try service.work()
        #expect(try step("retry") == "409")
        #expect(try step("resume") == "pending")
        #expect(service.send("DELETE", "/v1/jobs/\(id)").status == 409)
        try service.work()
        #expect(try step("retry") == "pending")
        #expect(try step("cancel") == "cancelled")
        #expect(try step("cancel") == "cancelled")
        #expect(service.send("DELETE", "/v1/jobs/\(id)").status == 204)
        #expect(service.send("GET", "/v1/jobs/\(id)").status == 404)
        #expect(service.send("POST", "/v1/jobs/\(id)/cancel", as: .viewer).status == 403)
    }

    @Test("all that failed is tried again or forgotten at once")
    func everything() throws {
        let service = try BookedService()
        _ = service.submit(try BookedService.batch(2, wrong: [0]))
        try service.work()
        #expect(try service.send("POST", "/v1/jobs/retry").json()["retried"]?.integer == 1)
        try service.work()
        #expect(try service.send("POST", "/v1/jobs/flush").json()["forgotten"]?.integer == 0)
    }

    @Test("a strict batch is refused whole, with the line and the pointer of each fault")
    func strict() throws {
        let service = try BookedService()
        let body = try BookedService.batch(3, wrong: [1]) + Array("\n{not json\n".utf8)
        let answer = service.submit(body, query: "?strict=true")
        #expect(answer.status == 422)
        let errors = try #require(try answer.json()["errors"]?.elements)
        #expect(Set(errors.compactMap { $0["line"]?.integer }) == [2, 5])
        #expect(service.send("GET", "/v1/jobs?state=all").text.hasPrefix("{\"jobs\":[]"))
    }

    @Test("a batch that is too large, or empty, or of another seller is refused with its reason")
    func refusals() throws {
        let service = try BookedService()
        #expect(try service.submit(Array("\n \n".utf8)).json()["code"]?.string == "job.empty")
        #expect(service.submit(try BookedService.batch(1), as: .other).status == 403)
        let many = service.submit(
            Array(String(repeating: "1\n", count: 100_001).utf8), query: "?issuer=\(BookedService.issuer)")
        #expect(many.status == 413 && many.text.contains("100000"), "\(many.text)")
        let head = HTTPRequest(method: "POST", target: "/v1/jobs")
        #expect(service.service.refusal(413, head).text.contains("64 MiB"))
        #expect(service.submit(try BookedService.batch(1), query: "?sign=gold").status == 400)
    }

    @Test("Prefer: respond-async answers with a job that leads to the document")
    func later() throws {
        let service = try BookedService()
        let fields = [(name: "Idempotency-Key", value: "a"), (name: "Prefer", value: "wait=5, respond-async")]
        let answer = service.send(
            "POST", "/v1/documents", type: BookedService.json, try BookedService.invoice(), fields: fields)
        #expect(answer.status == 202 && answer.field("Preference-Applied") == "respond-async")
        let location = try #require(answer.field("Location"))
        #expect(try service.send("GET", location).json()["links"]?["document"] == nil)
        try service.work()
        let document = try #require(try service.send("GET", location).json()["links"]?["document"]?.string)
        let pdf = service.send("GET", "\(document)/files/pdf")
        #expect(pdf.text.hasPrefix("%PDF-"))
        let all = service.send("GET", "\(document)/files")
        #expect(all.field("Content-Type")?.hasPrefix("multipart/mixed; boundary=") == true)
        #expect(all.bytes.firstRange(of: pdf.bytes) != nil)
        let wrong = service.send("POST", "/v1/documents", type: BookedService.json, Array("{}".utf8), fields: fields)
        #expect(wrong.status == 422)
    }

    @Test("a job that ended sends its last event, and 204 to whoever has it already")
    func endedEvents() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(1)).json()["id"]?.string)
        try service.work()
        let events = service.send("GET", "/v1/jobs/\(id)/events")
        #expect(events.field("Content-Type") == "text/event-stream; charset=utf-8")
        let job = try JobBoard(service.ledger).job(id, issuer: BookedService.issuer)
        let seen = [(name: "Last-Event-ID", value: job.version)]
        #expect(service.send("GET", "/v1/jobs/\(id)/events", fields: seen).status == 204)
    }
}
