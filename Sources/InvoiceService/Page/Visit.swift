import Diagnostics
import HTTPServer
import Ledger

/// One request of a browser on its way through a page.
struct Visit {
    /// The same as a request of a program: pages call what the routes call.
    let call: Call
    /// The language of the page.
    let language: PageLanguage
    /// Who is signed in with a key; nil where nobody needs to.
    let session: PageSessions.Session?
    /// What the form of a request carries; nil for what is no form.
    var form: FormContent?

    init(_ call: Call) throws(ToolkitError) {
        self.call = call
        language = PageLanguage(of: call.request)
        session = try call.service.sessions.session(of: call.request, at: call.now)
    }

    /// What forms of this visitor carry.
    var token: String { session?.token ?? call.service.sessions.openToken }

    /// Whether the visitor may do what a scope stands for.
    func may(_ scope: Scope) -> Bool { call.principal.scopes.contains(scope) }

    /// A text in the language of the page.
    func text(_ word: PageWord) -> String { word.text(in: language) }

    /// A form that is sent to a path, with what proves that it is ours.
    func form(_ action: String, _ content: HTML, isUpload: Bool = false) -> HTML {
        let type: HTML = isUpload ? " enctype=\"multipart/form-data\"" : ""
        return """
            <form method="post" action="\(action)"\(type)>
            <input type="hidden" name="csrf" value="\(token)">\(content)</form>
            """
    }

    /// Takes the content of a form that our own page sent.
    ///
    /// - Throws: `access.denied` where it is somebody else's; `request.malformed`.
    mutating func takeForm() throws(ToolkitError) {
        let content = try FormContent(call.request)
        let (given, wanted) = (Array(content.text("csrf").utf8), Array(token.utf8))
        // Every byte is looked at, whatever the first ones say.
        let difference = zip(given, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        let site = call.request.field("sec-fetch-site") ?? "same-origin"
        guard given.count == wanted.count, difference == 0, site == "same-origin" || site == "none" else {
            throw ToolkitError(
                .accessDenied, "The form was not sent by this page, or it is too old.",
                fix: "Go back, load the page again, and send the form once more.")
        }
        form = content
    }

    /// Sends the browser to another page (RFC 9110 §15.4.4).
    static func go(to path: String) -> HTTPResponse { HTTPResponse(303, fields: [("Location", path)]) }
}

@available(*, unavailable)
extension Visit: Sendable {}  // the workbench of the call belongs to one thread

/// The languages of the page.
enum PageLanguage: String, CaseIterable {
    case mk, en

    static let cookie = "pechat_language"

    /// The one that was chosen, else the first that the browser names.
    init(of request: HTTPRequest) {
        if let chosen = PageSessions.cookie(Self.cookie, of: request).flatMap(PageLanguage.init(rawValue:)) {
            self = chosen
            return
        }
        for part in (request.field("accept-language") ?? "").split(separator: ",") {
            let tag = part.filter { $0 != " " }.prefix(2).lowercased()
            if let language = PageLanguage(rawValue: tag) {
                self = language
                return
            }
        }
        self = .en
    }
}
