import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Queues the documents of a request.
    static func submit(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        var batch = BatchSubmission(BatchSubmission.items(ofLines: call.body), try decisions(call))
        batch.issuer = call.query("issuer")
        batch.priority = call.query("priority").flatMap(JobPriority.init(rawValue:)) ?? .default
        if call.flag("strict") {
            let findings = batch.findings()
            guard findings.isEmpty else { return Problem(rejected: findings).response(requestID: call.requestID) }
        }
        return try submit(batch, call)
    }

    /// Queues one document, for a caller who does not wait for it (`Prefer: respond-async`, RFC 7240 §4.1).
    static func submitLater(_ json: [UInt8], _ call: Call) throws(ToolkitError) -> HTTPResponse {
        let batch = BatchSubmission([BatchOrder.Item(label: "document", content: json)])
        let findings = batch.findings()
        guard findings.isEmpty else { return Problem(rejected: findings).response(requestID: call.requestID) }
        var response = try submit(batch, call)
        response.set("Preference-Applied", "respond-async")
        return response
    }

    /// Queues a batch in the name of whoever calls.
    static func submit(_ batch: BatchSubmission, _ call: Call) throws(ToolkitError) -> HTTPResponse {
        let job = try call.submit(batch, key: call.request.field("idempotency-key"))
        var response = shown(job, call, status: 202)
        response.set("Location", "/v1/jobs/\(job.id)")
        return response
    }

    private static func decisions(_ call: Call) throws(ToolkitError) -> BatchDecisions {
        var writer = JSONWriter()
        writer.beginObject()
        for name in ["series", "issueDate", "template", "language", "profile", "sign"] {
            writer.member(name, call.query(name))
        }
        for name in ["givenNumber", "futureDate", "overCredit", "check"] where call.flag(name) {
            writer.member(name, true)
        }
        writer.endObject()
        return try BatchDecisions(parsing: writer.bytes)
    }

    static func listJobs(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        var filter = JobBoard.Filter()
        let limit = call.number("limit") ?? 20
        filter.limit = limit + 1
        filter.before = call.query("cursor")
        filter.kind = call.query("kind")
        switch call.query("state") {
        case "all": break
        case let state?: filter.states = JobState(rawValue: state).map { [$0] } ?? []
        case nil: filter.states = JobState.allCases.filter { $0 != .completed }
        }
        let found = try call.board().jobs(ofAll: call.issuers(), filter)
        let jobs = found.prefix(limit)
        return json { writer in
            writer.beginObject()
            writer.key("jobs")
            writer.beginArray()
            for job in jobs { write(job, call, to: &writer) }
            writer.endArray()
            writer.member("cursor", orNull: found.count > limit ? jobs.last?.id : nil)
            writer.member("hasMore", found.count > limit)
            writer.endObject()
        }
    }

    static func shown(_ job: JobRecord, _ call: Call, status: Int = 200) -> HTTPResponse {
        var response = json(status) { writer in write(job, call, to: &writer) }
        response.set("ETag", "W/\"\(job.version)\"")
        return response
    }

    /// A job with where to go from it; a batch of one document that is issued leads to the document.
    static func write(_ job: JobRecord, _ call: Call, to writer: inout JSONWriter) {
        job.write(to: &writer, at: call.now) { writer in
            writer.member("issuer", job.issuer)
            writer.key("links")
            writer.beginObject()
            for (name, path) in [("self", ""), ("items", "/items"), ("events", "/events")] {
                writer.member(name, "/v1/jobs/\(job.id)\(path)")
            }
            if let number = number(of: job, call) { writer.member("document", documentPath(job.issuer, number)) }
            writer.endObject()
        }
    }

    /// The number of the only document of a job.
    private static func number(of job: JobRecord, _ call: Call) -> String? {
        if let number = job.number { return number }
        guard job.kind == JobKind.batch, job.counts.total == 1, job.counts.successful == 1 else { return nil }
        return (try? call.board().items(of: job.id, issuer: job.issuer, limit: 1))?.first?.number
    }

    static func documentPath(_ issuer: String, _ number: String) -> String {
        "/v1/issuers/\(escaped(issuer))/documents/\(escaped(number))"
    }

    static func listItems(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let job = try call.job()
        let limit = call.number("limit") ?? 100
        let found = try call.board().items(
            of: job.id, issuer: job.issuer, in: call.query("state").flatMap(JobItemState.init(rawValue:)),
            after: call.number("cursor"), limit: limit + 1)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for item in found.prefix(limit) { try write(item, of: job, to: &writer) }
        writer.endArray()
        writer.member("cursor", orNull: found.count > limit ? found[limit - 1].ordinal : nil)
        writer.member("hasMore", found.count > limit)
        writer.endObject()
        return HTTPResponse(type: "application/json", writer.bytes)
    }

    private static func write(
        _ item: JobBoard.Item, of job: JobRecord, to writer: inout JSONWriter
    ) throws(ToolkitError) {
        try item.write(to: &writer) { writer in
            writer.member("document", orNull: item.number.map { documentPath(job.issuer, $0) })
        }
    }

    /// One item, or a file of its document.
    static func item(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let type = try call.preferred(["application/json", "application/pdf", "application/xml"])
        let job = try call.job()
        let index = call.path["index"].flatMap { Int($0) } ?? -1
        guard index >= 0,
            let item = try call.board().items(of: job.id, issuer: job.issuer, after: index - 1, limit: 1).first,
            item.ordinal == index
        else {
            throw ToolkitError(
                .resourceUnknown, "The job has no such item.", fix: "Its items count from 0 to one less than `total`.")
        }
        guard type != "application/json" else {
            var writer = JSONWriter()
            try write(item, of: job, to: &writer)
            return HTTPResponse(type: type, writer.bytes)
        }
        guard let document = item.document, item.number != nil else {
            throw ToolkitError(
                .resourceUnknown, "The item has no document.", fix: "Ask for it as application/json: it says why.")
        }
        return try call.documentFile(type == "application/pdf" ? "pdf" : "xml", of: document, issuer: job.issuer)
    }

    static func counted(_ name: String, _ count: Int) -> HTTPResponse {
        json { writer in
            writer.beginObject()
            writer.member(name, count)
            writer.endObject()
        }
    }
}

extension Call {
    /// The jobs of the service.
    ///
    /// - Throws: `resource.unknown` where it keeps no books.
    func board() throws(ToolkitError) -> JobBoard { JobBoard(try books().ledger) }

    /// The job of the path, if the caller may know that there is one.
    ///
    /// - Throws: `job.unknown`, in the same words for one that there is and one that there is not.
    func job() throws(ToolkitError) -> JobRecord {
        try board().job(path["job"] ?? "", among: principal.issuers)
    }

    /// The issuers that a request is about: the one that it names, else all that the caller may see.
    ///
    /// - Throws: `resource.unknown` where the caller may not see it.
    func issuers() throws(ToolkitError) -> [String] {
        let all = try books().ledger.issuers().filter { mayUse($0) }
        guard let wanted = query("issuer") else { return all }
        guard all.contains(wanted) else { throw Self.issuerUnknown }
        return [wanted]
    }

    /// Queues a batch in the name of the caller.
    ///
    /// - Throws: `access.denied` where its seller's books are not the caller's to use; as `BatchSubmission.submit`.
    func submit(_ batch: BatchSubmission, key: String?) throws(ToolkitError) -> JobRecord {
        let books = try books()
        guard mayUse(try batch.owner()) else { throw Self.sellerDenied }
        let moment = now
        let caller = IssueCaller(
            actor: "api:\(principal.name)", now: moment, today: { books.today(moment, $0) }, idempotencyKey: key,
            identifier: books.identifier)
        return try batch.submit(to: JobBoard(books.ledger), caller)
    }
}
