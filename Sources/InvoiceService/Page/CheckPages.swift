import Diagnostics
import HTTPServer
import Issuing
import JSONCore

extension Routes {
    /// A document that is pasted: checked, shown, and handed out; nothing is kept.
    static var checkPages: [Route] {
        [
            page("GET", "/check", "showCheck", .page(.make)) { visit in check(visit, outcome: nil) },
            page("POST", "/check", "checkDocument", .page(.make), limit: 2 << 20) { visit throws(ToolkitError) in
                let (json, options) = order(visit)
                switch try outcome(
                    of: visit, { () throws(ToolkitError) in try visit.call.workbench.render(json, options) })
                {
                case .rejected(let findings): return rejected(findings, visit)
                case .made(_, let findings):
                    let notes = PageParts.findings(findings, visit)
                    let good: HTML = "<p class=\"notice\" role=\"status\">\(visit.text(.accepted))</p>"
                    let section = notes.map { PageParts.section(visit.text(.findings), $0) }
                    let sheet = preview(json, options, visit.text(.preview), nil, visit)
                    return check(visit, outcome: "\(good)\(section)\(PageParts.section(visit.text(.preview), sheet))")
                }
            },
            page("POST", "/check/{file}", "makeDocument", .page(.make), limit: 2 << 20) { visit throws(ToolkitError) in
                let (json, options) = order(visit)
                let kind = visit.call.path["file"] ?? ""
                guard ["pdf", "xml"].contains(kind) else { throw ToolkitError(.routeUnknown, "There is no such file.") }
                let made = try outcome(of: visit) { () throws(ToolkitError) in
                    kind == "pdf"
                        ? try visit.call.workbench.render(json, options) : try visit.call.workbench.xml(json, options)
                }
                switch made {
                case .rejected(let findings): return rejected(findings, visit)
                case .made(let bytes, _):
                    var response = try file(bytes, kind == "pdf" ? "application/pdf" : "application/xml")
                    response.set("Content-Disposition", disposition("attachment", "document.\(kind)"))
                    return response
                }
            },
        ]
    }

    private static func order(_ visit: Visit) -> ([UInt8], DocumentOptions) {
        let template = visit.form?.text("template") ?? ""
        return (visit.form?.bytes("json") ?? [], DocumentOptions(template: template.isEmpty ? nil : template))
    }

    /// What is no JSON at all is a finding like any other here.
    private static func outcome(
        of visit: Visit, _ make: () throws(ToolkitError) -> MakeOutcome
    ) throws(ToolkitError) -> MakeOutcome {
        do throws(ToolkitError) { return try make() } catch {
            guard error.place != nil || error.code.kind == .rejected || error.code.kind == .unreadable else {
                throw error
            }
            return .rejected([
                Finding(
                    rule: error.code.name, pointer: "", place: error.place, message: error.message, fix: error.fix)
            ])
        }
    }

    private static func rejected(_ findings: [Finding], _ visit: Visit) -> HTTPResponse {
        let errors = findings.count { $0.severity == .error }
        return check(
            visit,
            outcome: """
                <section class="rejected"><div role="alert"><h2>\(visit.text(.rejected)) (\(errors))</h2></div>
                \(PageParts.findings(findings, visit))</section>
                """, status: 422)
    }

    private static func check(_ visit: Visit, outcome: HTML?, status: Int = 200) -> HTTPResponse {
        let templates = visit.call.service.environment.toolkit.templateNames.map { ($0, $0) }
        let choice = PageParts.choice(
            "template", visit.text(.template), [("", visit.text(.ofDocument))] + templates,
            visit.form?.text("template") ?? "")
        let form = visit.form(
            "/check",
            """
            <label>\(visit.text(.pasteJSON))<textarea name="json" required rows="14" spellcheck="false" autocomplete="off"
            aria-describedby="paste-hint">
            \(visit.form?.text("json") ?? "")</textarea></label>
            <p class="hint" id="paste-hint">\(visit.text(.pasteHint))</p>
            <div class="row">\(choice)<button>\(visit.text(.validate))</button>
            <button class="plain" formaction="/check/pdf">\(visit.text(.downloadPDF))</button>
            <button class="plain" formaction="/check/xml">\(visit.text(.downloadXML))</button></div>
            """)
        return PageFrame(visit: visit, current: .check, title: visit.text(.checkTitle)).response(
            "<div class=\"check\"><div>\(form)</div><div>\(outcome)</div></div>", status: status)
    }
}
