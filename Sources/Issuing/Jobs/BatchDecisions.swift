public import Diagnostics
public import InvoiceModel
import JSONCore
import Ledger

/// What the user decides about all documents of a batch: it travels with the job, and the worker holds to it.
public struct BatchDecisions: Sendable {
    /// Series, issue date and permissions.
    public var policy = IssuePolicy()
    /// The bundled template; nil takes the document's, else that of the worker.
    public var template: String?
    /// The language of the page; nil takes the document's.
    public var language: DocumentLanguage?
    /// The e-invoice specification; nil takes the document's.
    public var profile: ProfileName?
    /// Whether the XML must satisfy the rules of EN 16931.
    public var checksRules = false
    /// Which files are signed; nil leaves them unsigned.
    public var sealed: Seal.Target?

    /// The documents decide.
    public init() {}

    /// Reads what `json` wrote, or what a client wrote in the same form.
    ///
    /// - Throws: `json.*`; `job.decisions` for what is not understood.
    public init(parsing json: [UInt8]) throws(ToolkitError) {
        guard !json.isEmpty else { return }
        for member in try JSONDocument(parsing: json).root.members {
            let name = member.key.string ?? ""
            guard try take(name, member.value) else {
                throw ToolkitError(
                    .jobDecisions, "The options of the batch hold something that is not understood: \(name).",
                    fix:
                        "Use series, issueDate, givenNumber, futureDate, overCredit, template, language, profile, check, sign."
                )
            }
        }
    }

    private mutating func take(_ name: String, _ value: JSONValue) throws(ToolkitError) -> Bool {
        switch (name, value.string, value.bool) {
        case ("series", let text?, _):
            guard let series = SeriesTemplate(text) else { return false }
            policy.series = series
        case ("issueDate", "today"?, _): policy.issueDate = .today
        case ("issueDate", let text?, _):
            guard let day = CalendarDate(iso: text) else { return false }
            policy.issueDate = .day(day)
        case ("givenNumber", _, let flag?): policy.allowsGivenNumber = flag
        case ("futureDate", _, let flag?): policy.allowsFutureDate = flag
        case ("overCredit", _, let flag?): policy.allowsOverCredit = flag
        case ("template", let text?, _): template = text
        case ("language", let text?, _): language = DocumentLanguage(rawValue: text)
        case ("profile", let text?, _): profile = ProfileName(rawValue: text)
        case ("check", _, let flag?): checksRules = flag
        case ("sign", let text?, _): sealed = Seal.Target(rawValue: text)
        default: return false
        }
        return (name != "language" || language != nil) && (name != "profile" || profile != nil)
            && (name != "sign" || sealed != nil)
    }

    /// The decisions as compact JSON.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("series", policy.series?.text)
        switch policy.issueDate {
        case nil: break
        case .today: writer.member("issueDate", "today")
        case .day(let day): writer.member("issueDate", day.description)
        }
        for (name, flag) in [
            ("givenNumber", policy.allowsGivenNumber), ("futureDate", policy.allowsFutureDate),
            ("overCredit", policy.allowsOverCredit), ("check", checksRules),
        ] where flag { writer.member(name, flag) }
        writer.member("template", template)
        writer.member("language", language?.rawValue)
        writer.member("profile", profile?.rawValue)
        writer.member("sign", sealed?.rawValue)
        writer.endObject()
        return writer.bytes
    }

    /// The worker's options with the user's decisions in place of them.
    func options(over base: DocumentOptions) -> DocumentOptions {
        var options = base
        if let template {
            options.template = template
            options.ownTemplate = nil
        }
        if let language { options.language = language }
        if let profile { options.profile = profile }
        if checksRules { options.checksRules = true }
        return options
    }
}

extension ToolkitError.Code {
    /// The options of a batch hold something else than they may.
    static let jobDecisions = Self("job.decisions", .rejected)
}
