import Certificates
import Diagnostics
import HTTPServer
import InvoiceService
import JSONCore
import Testing

@Suite("Four eyes: a signature waits for a second caller")
struct ReleaseTests {
    private static let document = Array(#"{"total": "1"}"#.utf8)

    private struct Desk {
        let service: ServiceUnderTest

        init() throws { service = try ServiceUnderTest(needsRelease: true) }

        func sign(_ query: String = "", as role: Role = .finance, _ body: [UInt8] = document) -> HTTPResponse {
            service.send("POST", "/v1/sign\(query)", as: role, type: "application/json", body)
        }

        func ask() throws -> String {
            let asked = sign()
            #expect(asked.status == 202, "\(asked.text)")
            let id = try #require(try asked.json()["id"]?.string)
            #expect(asked.field("Location") == "/v1/releases/\(id)")
            return id
        }

        func decide(_ id: String, _ word: String = "approve", as role: Role) -> HTTPResponse {
            service.send("POST", "/v1/releases/\(id)/\(word)", as: role)
        }
    }

    @Test("whoever asked cannot release; another caller can, once, for exactly this")
    func release() throws {
        let desk = try Desk()
        let id = try desk.ask()
        #expect(desk.sign("?release=\(id)").status == 409, "still pending")
        #expect(try desk.decide(id, as: .finance).json()["code"]?.string == "release.own")
        #expect(desk.decide(id, as: .viewer).status == 403)
        let approved = desk.decide(id, as: .admin)
        #expect(try approved.json()["state"]?.string == "approved", "\(approved.text)")
        #expect(try approved.json()["contentSHA256"]?.string == Digest.hexadecimal(Digest.sha256(Self.document)))
        #expect(desk.decide(id, as: .admin).status == 409)
        // Another content, another parameter, another caller.
        #expect(desk.sign("?release=\(id)", Array("{}".utf8)).status == 409)
        #expect(desk.sign("?release=\(id)&key=seal").status == 409)
        #expect(desk.sign("?release=\(id)", as: .admin).status == 409)
        #expect(desk.sign("?release=unknown").status == 404)
        let signed = desk.sign("?release=\(id)")
        #expect(signed.status == 200 && signed.field("Content-Type") == "application/jose", "\(signed.text)")
        #expect(desk.sign("?release=\(id)").status == 409, "used")
        let events = try desk.service.audit.map { try JSONDocument(parsing: Array($0.utf8)).root }
        #expect(events.map { $0["event"]?.string } == ["signature.requested", "signature.approved", "signature"])
        #expect(events.last?["release"]?.string == id)
        #expect(events.last?["releasedBy"]?.string == events[1]["caller"]?.string)
        #expect(events.last?["caller"]?.string != events.last?["releasedBy"]?.string)
        #expect(!desk.service.audit.joined().contains("total"))
    }

    @Test("a refused one stays refused, and after a day it is over")
    func refusal() throws {
        let desk = try Desk()
        let id = try desk.ask()
        #expect(desk.decide(id, "refuse", as: .finance).status == 200)
        #expect(desk.decide(id, as: .admin).status == 409)
        #expect(desk.sign("?release=\(id)").status == 409)
        let second = try desk.ask()
        #expect(desk.decide(second, as: .admin).status == 200)
        desk.service.pass(seconds: 86_399)
        #expect(try desk.service.send("GET", "/v1/releases", as: .admin).json()["releases"]?.count == 2)
        desk.service.pass(seconds: 1)
        #expect(desk.sign("?release=\(second)").status == 409)
        #expect(try desk.service.send("GET", "/v1/releases/\(second)", as: .admin).json()["state"]?.string == "expired")
    }

    @Test("a restart finds every release as it was, from the audit alone")
    func restart() throws {
        let desk = try Desk()
        let (pending, approved, used) = (try desk.ask(), try desk.ask(), try desk.ask())
        for id in [approved, used] { #expect(desk.decide(id, as: .admin).status == 200) }
        #expect(desk.sign("?release=\(used)").status == 200)
        let again = try desk.service.restarted()
        let states = [pending, approved, used].map { id in
            (try? again.send("GET", "/v1/releases/\(id)", as: .admin).json()["state"]?.string) ?? nil
        }
        #expect(states == ["pending", "approved", "used"])
        let signed = again.send(
            "POST", "/v1/sign?release=\(approved)", as: .finance, type: "application/json", Self.document)
        #expect(signed.status == 200, "\(signed.text)")
    }
}
