import Diagnostics
import HTTPServer

/// What all pages have around them.
struct PageFrame {
    let visit: Visit
    /// The page that the menu shows as the present one; nil for one that is not in it.
    var current: PageWord?
    let title: String
    /// Whether the page is worth loading again where no script does it.
    var isLive = false
    /// What is said about the form that led here.
    var notice: PageWord?
    /// Whether whoever looks may use the menu.
    var hasMenu = true

    /// The whole page.
    func response(_ content: HTML, status: Int = 200) -> HTTPResponse {
        let language = visit.language
        let reload: HTML = isLive ? "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>" : ""
        let said: HTML = notice.map { "<p class=\"notice\" role=\"status\">\(visit.text($0))</p>" } ?? ""
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · Pechat</title>
            <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/page/page.css">
            <script src="/page/page.js" defer></script>
            \(reload)
            </head>
            <body>
            <a class="skip" href="#content">\(visit.text(.skip))</a>
            <header>
            <a class="brand" href="/"><img src="/page/icon.svg" alt="" width="28" height="28"><span>Pechat</span></a>
            \(menu)
            \(languages)
            \(signOut)
            </header>
            <main id="content" tabindex="-1">
            <h1>\(title)</h1>
            \(said)
            \(content)
            </main>
            </body>
            </html>

            """
        return Self.answer(html, status)
    }

    private var menu: HTML? {
        guard hasMenu else { return nil }
        let pages: [(PageWord, String, Scope?)] = [
            (.overview, "/", nil), (.jobs, "/jobs", .readJobs), (.failed, "/failed", .readJobs),
            (.documents, "/documents", .read), (.certificates, "/certificates", .readKeys), (.check, "/check", .make),
        ]
        let links: [HTML] = pages.filter { $0.2.map(visit.may) ?? true }.map { page in
            let mark: HTML = page.0 == current ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(page.1)\"\(mark)>\(visit.text(page.0))</a></li>"
        }
        return "<nav class=\"main\" aria-label=\"\(visit.text(.mainMenu))\"><ul>\(links)</ul></nav>"
    }

    /// The switch of the languages, each named in itself.
    private var languages: HTML {
        let back = visit.call.request.method == "POST" ? "/" : String(visit.call.request.target.prefix(500))
        let links: [HTML] = [(PageLanguage.mk, "Македонски"), (.en, "English")].map { language, name in
            let mark: HTML = language == visit.language ? " aria-current=\"true\"" : ""
            let path = "/language/\(language.rawValue)?back=\(Routes.escaped(back))"
            return """
                <li><a href="\(path)" lang="\(language.rawValue)" hreflang="\(language.rawValue)"\(mark)>\(name)</a></li>
                """
        }
        return "<nav class=\"languages\" aria-label=\"\(visit.text(.languageMenu))\"><ul>\(links)</ul></nav>"
    }

    private var signOut: HTML? {
        guard visit.session != nil, hasMenu else { return nil }
        return visit.form("/sign-out", "<button class=\"quiet\">\(visit.text(.signOut))</button>")
    }

    /// An answer that no other site can show, and that runs and loads nothing but what is ours.
    private static func answer(_ html: HTML, _ status: Int) -> HTTPResponse {
        HTTPResponse(
            status, type: "text/html; charset=utf-8", Array(html.text.utf8),
            fields: [
                (
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
                        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                ), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
                ("Cross-Origin-Opener-Policy", "same-origin"), ("Vary", "Accept-Language, Cookie"),
            ])
    }

    /// What went wrong, as a page.
    static func problem(_ problem: Problem, _ visit: Visit) -> HTTPResponse {
        let word: PageWord = problem.status == 404 ? .notFound : .problem
        var response = PageFrame(visit: visit, title: visit.text(word)).response(
            """
            <p lang="en">\(problem.detail)</p><p lang="en">\(problem.fix)</p>
            \(PageParts.findings(problem.findings, visit))
            <p class="quiet">\(visit.text(.request)) <code>\(visit.call.requestID)</code> · <code>\(problem.code)</code></p>
            <p><a href="/">\(visit.text(.back))</a></p>
            """, status: problem.status)
        for field in problem.fields { response.set(field.name, field.value) }
        return response
    }
}
