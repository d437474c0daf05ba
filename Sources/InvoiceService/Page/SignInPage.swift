import BundledFiles
import Certificates
import Diagnostics
import HTTPServer

extension Routes {
    /// How one gets into the page and out of it, its language, and what it is drawn with.
    static var pageDoor: [Route] {
        [
            page("GET", "/sign-in", "showSignIn", .door, query: ["next"]) { visit in
                signIn(visit, next: visit.call.query("next") ?? "/")
            },
            page("POST", "/sign-in", "signIn", .door) { visit throws(ToolkitError) in try enter(visit) },
            page("POST", "/sign-out", "signOut", .door) { visit throws(ToolkitError) in
                try visit.call.service.sessions.end(visit.call.request)
                var response = Visit.go(to: "/sign-in")
                response.set("Set-Cookie", cookie(PageSessions.cookie, "", seconds: 0, visit))
                return response
            },
            page("GET", "/language/{language}", "chooseLanguage", .door, query: ["back"]) {
                visit throws(ToolkitError) in
                guard let language = visit.call.path["language"].flatMap(PageLanguage.init(rawValue:)) else {
                    throw ToolkitError(.routeUnknown, "There is no such language.")
                }
                var response = Visit.go(to: ours(visit.call.query("back")))
                response.set("Set-Cookie", cookie(PageLanguage.cookie, language.rawValue, seconds: 31_536_000, visit))
                return response
            },
            page("GET", "/page/{file}", "getPageFile", .door) { visit throws(ToolkitError) in
                let name = visit.call.path["file"] ?? ""
                let types = ["css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"]
                guard !name.contains("/"), let type = types[String(name.split(separator: ".").last ?? "")],
                    let bytes = BundledFiles.contents(of: "page/\(name)")
                else { throw ToolkitError(.routeUnknown, "There is no such file.") }
                let tag = "\"\(Digest.hexadecimal(try Digest.sha256(bytes)).prefix(16))\""
                let fields = [(name: "ETag", value: tag), (name: "Cache-Control", value: "no-cache")]
                guard visit.call.request.field("if-none-match") != tag else { return HTTPResponse(304, fields: fields) }
                return HTTPResponse(type: "\(type); charset=utf-8", bytes, fields: fields)
            },
        ]
    }

    private static func signIn(_ visit: Visit, next: String, isWrong: Bool = false) -> HTTPResponse {
        let error: HTML? =
            isWrong ? "<p class=\"alert\" role=\"alert\" id=\"wrong\">\(visit.text(.keyWrong))</p>" : nil
        let mark: HTML? = isWrong ? " aria-invalid=\"true\"" : nil
        var frame = PageFrame(visit: visit, title: visit.text(.signIn))
        frame.hasMenu = false
        let content = visit.form(
            "/sign-in",
            """
            <input type="hidden" name="next" value="\(ours(next))">
            <label>\(visit.text(.key))<input type="password" name="key" required autofocus autocomplete="current-password"
            maxlength="128" aria-describedby="hint"\(mark)></label>
            <p class="hint" id="hint">\(visit.text(.keyHint))</p>
            <button>\(visit.text(.signIn))</button>
            """)
        return frame.response("<div class=\"narrow\">\(error)\(content)</div>", status: isWrong ? 403 : 200)
    }

    private static func enter(_ visit: Visit) throws(ToolkitError) -> HTTPResponse {
        let (call, form) = (visit.call, visit.form)
        // Whoever guesses is slowed down, by address.
        try call.service.access.count(
            Principal(name: "sign-in \(call.request.address)", scopes: [], requestsPerMinute: 30),
            at: call.service.environment.microseconds())
        let key = (form?.text("key") ?? "").filter { !$0.isWhitespace }
        guard let principal = try call.service.access.principal(key: key, at: call.now) else {
            return signIn(visit, next: form?.text("next") ?? "/", isWrong: true)
        }
        let name = try call.service.sessions.begin(principal.name, at: call.now)
        var response = Visit.go(to: ours(form?.text("next")))
        response.set("Set-Cookie", cookie(PageSessions.cookie, name, seconds: PageSessions.hours * 3600, visit))
        return response
    }

    private static func cookie(_ name: String, _ value: String, seconds: Int, _ visit: Visit) -> String {
        let isSecure =
            visit.call.service.environment.isSecure || visit.call.request.field("x-forwarded-proto") == "https"
        let secure = isSecure ? "; Secure" : ""
        return "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(secure)"
    }

    /// A path of ours to go on to, whatever somebody wrote into an address.
    private static func ours(_ path: String?) -> String {
        guard let path, path.hasPrefix("/"), !path.hasPrefix("//"), path.utf8.count <= 500,
            path.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") })
        else { return "/" }
        return path
    }
}
