import Diagnostics
import HTTPServer
import InvoiceModel
import Issuing
import JSONCore
import Ledger

extension Routes {
    /// Batches, and the files that are made behind the caller's back.
    static var jobs: [Route] {
        [
            Route(
                "POST", "/v1/jobs", operation: "submitBatch", tag: "jobs",
                summary: "Queues many documents, one on each line, to be issued by workers",
                details: """
                    As `pechat jobs submit`. A document that is wrong never stops the others: its item fails, with the reasons. With
                    `strict=true` the whole batch is refused where a document cannot be read, with the line of each fault.
                    At most \(BatchOrder.itemLimit) documents. The same Idempotency-Key gives the same job again.
                    """,
                access: .scope(.issue), parameters: [idempotencyKey] + batchParameters,
                content: RouteContent(
                    [("application/x-ndjson", .binary), ("application/jsonl", .binary)], limit: batchLimit,
                    "Invoice JSON, one document on each line; at most \(BatchOrder.itemLimit) of them."),
                answers: [.json("It is queued.", .reference("Job"), status: 202).naming("job", at: "/id")],
                problems: [403, 404, 409, 413, 422]
            ) { call throws(ToolkitError) in try submit(call) },
            Route(
                "GET", "/v1/jobs", operation: "listJobs", tag: "jobs",
                summary: "Lists jobs, the newest first",
                details: "Without `state`, jobs that are completed are left out.",
                access: .scope(.readJobs),
                parameters: [
                    issuerParameter,
                    RouteParameter(
                        "state", .choice(JobState.allCases.map(\.rawValue) + ["all"]), "In this state only."),
                    RouteParameter(
                        "kind", .choice([JobKind.batch, JobKind.files, JobKind.signedFiles, JobKind.draft]),
                        "Of this kind."),
                    RouteParameter("limit", .integer(1...1000), "The most jobs; 20 by default."),
                    RouteParameter("cursor", .string(longest: 100), "The `cursor` of the page before."),
                ], answers: [.json("A page.", .reference("JobPage")).naming("job", at: "/jobs/0/id")], problems: [404]
            ) { call throws(ToolkitError) in try listJobs(call) },
            Route(
                "GET", "/v1/jobs/{job}", operation: "getJob", tag: "jobs",
                summary: "Shows a job and how far it got", details: "The ETag changes with its standing.",
                access: .scope(.readJobs),
                answers: [.json("The job.", .reference("Job")), RouteAnswer(304, "It has not changed.")],
                problems: [404]
            ) { call throws(ToolkitError) in
                let job = try call.job()
                let tag = "W/\"\(job.version)\""
                if call.request.field("if-none-match") == tag { return HTTPResponse(304, fields: [("ETag", tag)]) }
                return shown(job, call)
            },
            Route(
                "GET", "/v1/jobs/{job}/events", operation: "watchJob", tag: "jobs",
                summary: "Tells how a job goes until it ends, as server-sent events",
                details: """
                    Each event `progress` has the job as its data; the last one is named `end`. Last-Event-ID goes on where a
                    connection broke: a job that ended since then answers 204, so that browsers ask no more.
                    """,
                access: .scope(.readJobs),
                parameters: [
                    RouteParameter(
                        "Last-Event-ID", .string(longest: 200), in: .header, "The id of the last event seen.")
                ],
                answers: [
                    RouteAnswer(200, "The events.", [("text/event-stream", event)]),
                    RouteAnswer(204, "The job has ended, and its last event was seen."),
                ], problems: [404]
            ) { call throws(ToolkitError) in try JobEvents.response(to: call, call.job()) },
            Route(
                "GET", "/v1/jobs/{job}/items", operation: "listJobItems", tag: "jobs",
                summary: "Lists what became of each document of a batch, with the reasons of those that failed",
                access: .scope(.readJobs),
                parameters: [
                    RouteParameter("state", .choice(JobItemState.allCases.map(\.rawValue)), "In this state only."),
                    RouteParameter("limit", .integer(1...1000), "The most items; 100 by default."),
                    RouteParameter("cursor", .integer(0...Int.max), "The `cursor` of the page before."),
                ], answers: [.json("A page.", .reference("JobItemPage")).naming("index", at: "/items/0/index")],
                problems: [404]
            ) { call throws(ToolkitError) in try listItems(call) },
            Route(
                "GET", "/v1/jobs/{job}/items/{index}", operation: "getJobItem", tag: "jobs",
                summary: "Gives an item as JSON, or the file of its document as PDF or XML",
                details: "Accept chooses. Where the batch was signed, both files carry their signatures.",
                access: .scope(.readJobs),
                answers: [
                    RouteAnswer(
                        200, "The item, or the file.",
                        [
                            ("application/json", .reference("JobItem")), ("application/pdf", .binary),
                            ("application/xml", .binary),
                        ])
                ], problems: [404, 406, 409]
            ) { call throws(ToolkitError) in try item(call) },
            Route(
                "DELETE", "/v1/jobs/{job}", operation: "forgetJob", tag: "jobs",
                summary: "Forgets a job that ended; its documents stay", access: .scope(.manageJobs),
                answers: [RouteAnswer(204, "It is forgotten.")], problems: [404, 409]
            ) { call throws(ToolkitError) in
                let job = try call.job()
                try call.board().forget(job.id, call.change(of: job.issuer, in: call.books()))
                return HTTPResponse(204)
            },
            Route(
                "POST", "/v1/jobs/flush", operation: "flushJobs", tag: "jobs",
                summary: "Forgets all jobs that failed; their documents stay", access: .scope(.manageJobs),
                parameters: [issuerParameter],
                answers: [.json("How many.", .object([("forgotten", .integer(0...Int.max))], required: ["forgotten"]))],
                problems: [404]
            ) { call throws(ToolkitError) in
                var count = 0
                for issuer in try call.issuers() {
                    count += try call.board().flush(call.change(of: issuer, in: call.books()))
                }
                return counted("forgotten", count)
            },
            Route(
                "POST", "/v1/jobs/retry", operation: "retryJobs", tag: "jobs",
                summary: "Tries again everything that failed",
                access: .scope(.manageJobs), parameters: [issuerParameter],
                answers: [
                    .json("How many jobs.", .object([("retried", .integer(0...Int.max))], required: ["retried"]))
                ],
                problems: [404]
            ) { call throws(ToolkitError) in
                var count = 0
                for issuer in try call.issuers() {
                    try call.board().retryAll(call.change(of: issuer, in: call.books())) { _ in count += 1 }
                }
                return counted("retried", count)
            },
        ] + JobStep.allCases.map(step)
    }

    /// One server-sent event; its data is a job as JSON.
    private static var event: Schema {
        .object(
            [("id", .string()), ("event", .choice(["progress", "end"])), ("data", .string())],
            required: ["id", "event", "data"], isOpen: true)
    }

    /// An operation that brings one job a step on.
    private static func step(_ step: JobStep) -> Route {
        Route(
            "POST", "/v1/jobs/{job}/\(step.rawValue)", operation: "\(step.rawValue)Job", tag: "jobs",
            summary: step.summary, details: "Repeating it changes nothing.", access: .scope(.manageJobs),
            answers: [.json("The job.", .reference("Job"))], problems: [404, 409]
        ) { call throws(ToolkitError) in
            let job = try call.job()
            return shown(try step.take(job, on: call.board(), call.change(of: job.issuer, in: call.books())), call)
        }
    }

    private static var issuerParameter: RouteParameter {
        RouteParameter("issuer", .string(longest: 200), "Only the books of this issuer.")
    }

    /// The most bytes of a batch.
    static let batchLimit = 64 << 20

    private static var batchParameters: [RouteParameter] {
        [
            RouteParameter(
                "issuer", .string(longest: 200), "Whose documents they are; the first one's seller by default."),
            RouteParameter("strict", .boolean, "Whether one document that cannot be read refuses them all."),
            RouteParameter("priority", .choice(JobPriority.allCases.map(\.rawValue)), "How urgent it is."),
            RouteParameter(
                "sign", .choice(Seal.Target.allCases.map(\.rawValue)), "What the workers sign; nothing by default."),
            RouteParameter("series", .string(longest: 100), "The series that numbers them."),
            RouteParameter("issueDate", .string(longest: 10), "`today`, or a day, instead of the documents' own."),
            RouteParameter("givenNumber", .boolean, "Whether documents may bring their own numbers."),
            RouteParameter("futureDate", .boolean, "Whether documents may be dated later than today."),
            RouteParameter("overCredit", .boolean, "Whether credit notes may give back more than their invoices."),
            checkRules,
        ] + wishes
    }
}

/// What people do with one job.
enum JobStep: String, CaseIterable {
    case cancel, pause, resume, retry

    var summary: String {
        switch self {
        case .cancel: "Calls a job off; documents in hand are finished"
        case .pause: "Holds a job until it is resumed"
        case .resume: "Lets a job go on that is paused"
        case .retry: "Tries again what failed: a job, or the failed documents of a batch"
        }
    }

    func take(_ job: JobRecord, on board: JobBoard, _ request: LedgerRequest) throws(ToolkitError) -> JobRecord {
        switch self {
        case .cancel: try board.cancel(job.id, request)
        case .pause: try board.pause(job.id, request)
        case .resume: try board.resume(job.id, request)
        case .retry: try board.retry(job.id, request)
        }
    }
}
