import Foundation
import HTTPServer
import JSONCore
import Testing

@testable import InvoiceService

@Suite("The page of the operator")
struct PageTests {
    private static let form = "application/x-www-form-urlencoded"
    private static let html = (name: "Accept", value: "text/html")
    private static let hostile = "<script>alert(1)</script>\" onload=\"x' & ]]>"

    /// A browser: it keeps its cookie and reads the token of forms.
    private struct Browser {
        let service: BookedService
        var cookie: String?

        func get(_ path: String, language: String = "en") -> HTTPResponse {
            var fields = [PageTests.html, (name: "Accept-Language", value: language)]
            if let cookie { fields.append((name: "Cookie", value: "a=b; \(cookie)")) }
            return service.send("GET", path, as: nil, fields: fields)
        }

        func post(_ path: String, _ body: String, _ more: [(name: String, value: String)] = []) -> HTTPResponse {
            let cookie = cookie.map { [(name: "Cookie", value: $0)] } ?? []
            return service.send(
                "POST", path, as: nil, type: PageTests.form, Array(body.utf8), fields: [PageTests.html] + cookie + more)
        }

        /// What the forms of a page carry.
        func token(_ path: String) throws -> String {
            let parts = get(path).text.components(separatedBy: "name=\"csrf\" value=\"")
            return String(try #require(parts.count > 1 ? parts[1] : nil).prefix { $0 != "\"" })
        }

        mutating func signIn(_ caller: BookedService.Caller = .own) throws -> HTTPResponse {
            let key = service.secrets[caller] ?? ""
            let answer = post("/sign-in", "csrf=\(try token("/sign-in"))&next=%2Fjobs&key=\(key)")
            cookie = answer.field("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
            return answer
        }
    }

    @Test("one signs in with a key; the cookie is for no script and no other site, and is not the key")
    func signIn() throws {
        let service = try BookedService()
        var browser = Browser(service: service)
        let door = browser.get("/jobs?before=1")
        #expect(door.status == 303 && door.field("Location") == "/sign-in?next=%2Fjobs%3Fbefore%3D1")
        let answer = try browser.signIn()
        #expect(answer.status == 303 && answer.field("Location") == "/jobs")
        let cookie = try #require(answer.field("Set-Cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Max-Age=28800"))
        for secret in service.secrets.values { #expect(!cookie.contains(secret.dropFirst(12))) }
        #expect(browser.get("/jobs").status == 200)
        // A key that is withdrawn ends what was begun with it.
        service.service.access.replace(with: AccessPolicy())
        #expect(browser.get("/jobs").status == 303)
        service.service.access.replace(with: service.policy)
        #expect(browser.post("/sign-out", "csrf=\(try browser.token("/jobs"))").status == 303)
        #expect(browser.get("/jobs").status == 303)
    }

    @Test("where nobody needs a key nobody signs in, and no other site sends a form all the same")
    func local() throws {
        let service = try BookedService()
        var policy = AccessPolicy()
        policy.local = Principal(name: "local", scopes: Set(Scope.allCases))
        service.service.access.replace(with: policy)
        let browser = Browser(service: service)
        #expect(browser.get("/").status == 200 && !browser.get("/").text.contains("/sign-out"))
        let token = try browser.token("/check")
        let body = "csrf=\(token)&json=%7B%7D"
        #expect(browser.post("/check", body).status == 422)
        #expect(browser.post("/check", body, [("Origin", "https://evil.example")]).status == 403)
        #expect(browser.post("/check", body, [("Origin", "null")]).status == 403)
        #expect(browser.post("/check", "json=%7B%7D").status == 403)
    }

    @Test("a wrong key is told so, and whoever goes on guessing is slowed down")
    func guessing() throws {
        let browser = Browser(service: try BookedService())
        let token = try browser.token("/sign-in")
        #expect(browser.post("/sign-in", "csrf=\(token)&key=pk_x").status == 403)
        let last = (0..<40).map { _ in browser.post("/sign-in", "csrf=\(token)&key=pk_x").status }.last
        #expect(last == 429)
    }

    @Test(
        "no address leads from the sign-in to another site",
        arguments: ["https://evil.example", "//evil.example", "/\\evil"])
    func openRedirect(next: String) throws {
        let service = try BookedService()
        let browser = Browser(service: service)
        let encoded = next.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        #expect(browser.get("/sign-in?next=\(encoded)").text.contains("name=\"next\" value=\"/\""))
        let key = service.secrets[.own] ?? ""
        let answer = browser.post("/sign-in", "csrf=\(try browser.token("/sign-in"))&next=\(encoded)&key=\(key)")
        #expect(answer.field("Location") == "/")
        #expect(browser.get("/language/mk?back=\(encoded)").field("Location") == "/")
    }

    @Test("a form without its token, or from another site, does nothing")
    func forgery() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(1)).json()["id"]?.string)
        var browser = Browser(service: service)
        _ = try browser.signIn()
        let token = try browser.token("/jobs/\(id)")
        for body in ["x=1", "csrf=", "csrf=\(token.dropLast())", "csrf=\(service.service.sessions.openToken)"] {
            #expect(browser.post("/jobs/\(id)/cancel", body).status == 403, "\(body)")
        }
        let foreign = browser.post("/jobs/\(id)/cancel", "csrf=\(token)", [("Sec-Fetch-Site", "cross-site")])
        #expect(foreign.status == 403)
        #expect(try service.send("GET", "/v1/jobs/\(id)").json()["state"]?.string == "pending")
        #expect(browser.post("/jobs/\(id)/cancel", "csrf=\(token)").status == 303)
        #expect(try service.send("GET", "/v1/jobs/\(id)").json()["state"]?.string == "cancelled")
    }

    @Test("markup in documents, labels and questions is text on every page")
    func hostileTexts() throws {
        let service = try BookedService()
        let invoice = try BookedService.invoice(Self.hostile, buyer: Self.hostile)
        let wrong = Array("{\"<img src=x onerror=alert(1)>\": 1}\n".utf8)
        let id = try #require(try service.submit(invoice + [10] + wrong).json()["id"]?.string)
        try service.work()
        var browser = Browser(service: service)
        _ = try browser.signIn()
        let document = "/documents/\(BookedService.issuer)/FAK-2026-0001"
        let paths = [
            "/", "/jobs", "/failed", "/documents", document, "/jobs/\(id)", "/<script>", "/jobs?before=%3Cscript%3E",
        ]
        for path in paths {
            let page = browser.get(path)
            #expect(page.field("Content-Type") == "text/html; charset=utf-8", "\(path)")
            for markup in ["<script>", "<img src=x", "\" onload"] { #expect(!page.text.contains(markup), "\(path)") }
        }
        #expect(browser.get(document).text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(browser.get("/failed").text.contains("&lt;img src=x"))
        let json = Self.hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let check = browser.post("/check", "csrf=\(try browser.token("/check"))&json=\(json)")
        #expect(check.status == 422 && !check.text.contains("<script>") && check.text.contains("&lt;script&gt;"))
    }

    @Test("pages run and load nothing but what is ours, and nobody frames them")
    func policy() throws {
        let browser = Browser(service: try BookedService())
        let page = browser.get("/sign-in")
        let policy = try #require(page.field("Content-Security-Policy"))
        #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"))
        #expect(policy.contains("frame-ancestors 'none'") && page.field("X-Content-Type-Options") == "nosniff")
        #expect(page.field("Cache-Control") == "no-store")
        #expect(!page.text.contains("style=") && !page.text.contains("://"))
        for file in ["page.css", "page.js", "icon.svg"] { #expect(browser.get("/page/\(file)").status == 200) }
        #expect(browser.get("/page/..%2FREADME.md").status == 404)
    }

    @Test("the page speaks Macedonian and English, by the browser or by choice")
    func languages() throws {
        var browser = Browser(service: try BookedService())
        #expect(browser.get("/sign-in", language: "de, mk;q=0.8").text.contains("<html lang=\"mk\">"))
        #expect(browser.get("/sign-in", language: "mk").text.contains("Најави се"))
        #expect(browser.get("/sign-in", language: "de").text.contains("<html lang=\"en\">"))
        browser.cookie = browser.get("/language/mk?back=%2Fsign-in").field("Set-Cookie").map {
            String($0.prefix { $0 != ";" })
        }
        #expect(browser.get("/sign-in", language: "en").text.contains("<html lang=\"mk\">"))
        for word in PageWord.allCases where ![.signXML, .signPDF].contains(word) {
            #expect(word.text(in: .mk) != word.text(in: .en) && !word.text(in: .mk).isEmpty)
        }
    }

    @Test("a file is uploaded once, however often its form is sent")
    func upload() throws {
        let service = try BookedService()
        var browser = Browser(service: service)
        _ = try browser.signIn()
        let token = try browser.token("/jobs")
        let parts = [("csrf", token), ("once", "1"), ("sign", "")].map {
            "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n"
        }
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ndjson\"\r\n\r\n"
        let body = Array((parts.joined() + head).utf8) + (try BookedService.batch(2)) + Array("\r\n--b--\r\n".utf8)
        func send() -> HTTPResponse {
            service.send(
                "POST", "/jobs", as: nil, type: "multipart/form-data; boundary=b", body,
                fields: [Self.html, (name: "Cookie", value: browser.cookie ?? "")])
        }
        let first = send()
        #expect(first.status == 303 && first.field("Location")?.hasSuffix("?done=upload") == true, "\(first.text)")
        #expect(send().field("Location") == first.field("Location"))
        try service.work()
        let page = browser.get(String(first.field("Location")?.prefix { $0 != "?" } ?? ""))
        #expect(page.text.contains("FAK-2026-0002") && page.text.contains("data-number=\"successful\">2<"))
    }

    @Test(
        "forms that are cut off or made up are refused",
        arguments: ["", "--b", "--b\r\nx", "--b\r\n\r\n\r\n--b", "--b--x"])
    func malformedForms(body: String) throws {
        let request = HTTPRequest(
            method: "POST", target: "/jobs", fields: [("Content-Type", "multipart/form-data; boundary=b")],
            body: Array(body.utf8))
        let hasFields = ((try? FormContent(request).text("csrf")) ?? "").isEmpty
        #expect(hasFields)
    }

    @Test("a viewer sees no form that he may not send, and may not send it either")
    func roles() throws {
        let service = try BookedService()
        let id = try #require(try service.submit(BookedService.batch(1)).json()["id"]?.string)
        var browser = Browser(service: service)
        _ = try browser.signIn(.viewer)
        #expect(
            !browser.get("/jobs").text.contains("type=\"file\"") && !browser.get("/").text.contains("/certificates"))
        #expect(!browser.get("/jobs/\(id)").text.contains("/cancel\""))
        #expect(browser.post("/jobs/\(id)/cancel", "csrf=\(try browser.token("/jobs"))").status == 403)
        #expect(browser.get("/certificates").status == 403)
    }
}
