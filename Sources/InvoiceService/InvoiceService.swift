public import Certificates
import Diagnostics
public import HTTPServer
public import Issuing
import JSONCore
import Ledger
import Synchronization

/// The service: routes over the functions that the commands call as well.
///
/// It knows no socket, clock or file: what comes from outside is in the environment.
public final class InvoiceService: Sendable {
    /// What the service gets from outside.
    public struct Environment: Sendable {
        /// The parts, prepared once.
        public var toolkit: Toolkit
        /// The clock.
        public var now: @Sendable () -> Timestamp
        /// Microseconds of a clock that never goes back.
        public var microseconds: @Sendable () -> Int
        /// Random bytes, so many.
        public var random: @Sendable (Int) -> [UInt8]
        /// Takes one line of the log, a JSON object.
        public var log: @Sendable ([UInt8]) -> Void
        /// How busy the server is; nil before it runs.
        public var load: @Sendable () -> HTTPServer.Load?
        /// Whether it is reached by TLS only, so that cookies are for TLS only too.
        public var isSecure = false

        /// Brings the pieces together.
        public init(
            toolkit: Toolkit, now: @escaping @Sendable () -> Timestamp,
            microseconds: @escaping @Sendable () -> Int, random: @escaping @Sendable (Int) -> [UInt8],
            log: @escaping @Sendable ([UInt8]) -> Void, load: @escaping @Sendable () -> HTTPServer.Load? = { nil }
        ) {
            self.toolkit = toolkit
            self.now = now
            self.microseconds = microseconds
            self.random = random
            self.log = log
            self.load = load
        }
    }

    /// What comes from outside.
    public let environment: Environment
    /// Who may call.
    public let access: AccessControl
    /// All operations.
    public let routes: RouteTable
    /// The keys that sign.
    public let keys: SigningKeys
    /// The authorities that are recognised; nil where none is.
    public let anchors: TrustAnchors?
    /// The time-stamping authorities, and what gathers evidence; nil where there are none.
    public let timestamps: (service: TimestampService, collector: EvidenceCollector)?
    /// Gets revocation lists and OCSP answers for verdicts; nil where nothing is got from the network.
    public let evidence: EvidenceCollector?
    /// The books; nil where the service keeps none.
    public let ledger: ServiceLedger?
    /// Tells how jobs go; nil where the service keeps no books.
    public let feed: JobFeed?
    /// The description of all operations.
    public let description: OpenAPI
    /// Who is signed in at the page.
    let sessions: PageSessions
    /// What is counted.
    public let metrics = ServiceMetrics()

    /// Sets the service up.
    ///
    /// - Parameters:
    ///   - environment: What comes from outside.
    ///   - access: Who may call.
    ///   - keys: The keys that sign.
    ///   - anchors: The authorities that are recognised when signatures are verified.
    ///   - timestamps: The time-stamping authorities, and what gathers evidence.
    ///   - evidence: Gets revocation lists and OCSP answers for verdicts.
    ///   - ledger: The books.
    ///   - routes: The operations beside those of this module, such as those of jobs.
    public init(
        _ environment: Environment, access: AccessControl, keys: SigningKeys, anchors: TrustAnchors? = nil,
        timestamps: (service: TimestampService, collector: EvidenceCollector)? = nil,
        evidence: EvidenceCollector? = nil, ledger: ServiceLedger? = nil,
        further routes: [Route] = []
    ) {
        self.environment = environment
        self.access = access
        self.keys = keys
        self.anchors = anchors
        self.timestamps = timestamps
        self.evidence = evidence
        self.ledger = ledger
        sessions = PageSessions(random: environment.random)
        feed = ledger.map { JobFeed(JobBoard($0.ledger)) }
        self.routes = RouteTable(Routes.all + routes)
        description = OpenAPI(self.routes)
    }

    /// Looks at the head of a request: what is wrong with it is said before any content is sent.
    public func screen(_ request: HTTPRequest) -> HTTPServer.Screening {
        do {
            let (route, _) = try routes.route(for: request)
            _ = try admit(request, to: route)
            return .accept(bodyLimit: route.content?.limit ?? 0, isQuick: route.isQuick)
        } catch {
            return .answer(refuse(request, error))
        }
    }

    /// The answer to a request that is not worked on.
    public func refusal(_ status: Int, _ request: HTTPRequest) -> HTTPResponse {
        refuse(
            request,
            status == 413
                ? tooLarge(request)
                : ToolkitError(.serviceBusy, "All workers are busy.", fix: "Try again in some seconds."))
    }

    /// What a request is told whose content is too large: how large it may be.
    private func tooLarge(_ request: HTTPRequest) -> ToolkitError {
        let content = (try? routes.route(for: request))?.0.content
        let size = content.map { $0.limit >= 1 << 20 ? "\($0.limit >> 20) MiB" : "\($0.limit >> 10) KiB" } ?? "nothing"
        return ToolkitError(
            .contentTooLarge, "The content is larger than this operation takes: at most \(size).",
            fix: content?.summary ?? "Leave the content out.")
    }

    private func refuse(_ request: HTTPRequest, _ error: ToolkitError) -> HTTPResponse {
        let start = environment.microseconds()
        let requestID = requestID(of: request)
        let trace = TraceContext(parent: request.field("traceparent"), random: environment.random(24))
        let response = finished(answer(to: request, error, requestID: requestID), requestID)
        record(
            RequestRecord(
                route: nil, method: request.method, principal: nil, requestID: requestID, trace: trace,
                received: request.body.count, code: error.code.name, microseconds: environment.microseconds() - start),
            response)
        return response
    }

    /// Makes the handler of one worker thread.
    public func makeHandler() -> HTTPServer.Handler {
        let workbench = Workbench(environment.toolkit)
        return { request in self.respond(to: request, with: workbench) }
    }

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - request: With its content.
    ///   - workbench: The memory of the thread.
    /// - Returns: The answer; what went wrong is an answer as well.
    public func respond(to request: HTTPRequest, with workbench: Workbench) -> HTTPResponse {
        let start = environment.microseconds()
        let requestID = requestID(of: request)
        let trace = TraceContext(parent: request.field("traceparent"), random: environment.random(24))
        var record = RequestRecord(
            route: nil, method: request.method, principal: nil, requestID: requestID, trace: trace,
            received: request.body.count, code: nil, microseconds: 0)
        var response: HTTPResponse
        do {
            let (route, values) = try routes.route(for: request)
            record.route = route.path.template
            let principal = try principal(of: request, for: route)
            record.principal = principal.name
            try RequestCheck.check(request, against: route)
            let call = Call(
                request: try Upload.unpacked(request, for: route), path: values, principal: principal,
                requestID: requestID, trace: trace,
                now: environment.now(), workbench: workbench, service: self)
            response = try route.run(call)
        } catch {
            record.code = error.code.name
            response = answer(to: request, error, requestID: requestID)
        }
        response = finished(response, requestID)
        record.microseconds = environment.microseconds() - start
        self.record(record, response)
        return response
    }

    /// Who calls, if the request is one that may be worked on now.
    private func admit(_ request: HTTPRequest, to route: Route) throws(ToolkitError) -> Principal {
        let principal = try principal(of: request, for: route)
        if route.access != .open, route.access != .door { try access.count(principal, at: environment.microseconds()) }
        try RequestCheck.checkHead(request, against: route)
        return principal
    }

    private func finished(_ response: HTTPResponse, _ requestID: String) -> HTTPResponse {
        var response = response
        response.set("X-Request-Id", requestID)
        response.set("X-Content-Type-Options", "nosniff")
        if response.field("Cache-Control") == nil { response.set("Cache-Control", "no-store") }
        return response
    }

    /// The name that the caller gave the request, if it can stand in a log, else one of ours.
    private func requestID(of request: HTTPRequest) -> String {
        if let name = request.field("x-request-id"), (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({
                0x30...0x39 ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || [0x2D, 0x2E, 0x5F].contains($0)
            })
        {
            return name
        }
        return Digest.hexadecimal(environment.random(8))
    }

    private func record(_ record: RequestRecord, _ response: HTTPResponse) {
        metrics.count(record, status: response.status)
        environment.log(record.line(at: environment.now(), response))
    }

    /// Writes a line of the log about something else than the end of a request.
    func say(_ event: String, code: String, requestID: String) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", environment.now().description)
        writer.member("level", "warning")
        writer.member("event", event)
        writer.member("code", code)
        writer.member("requestId", requestID)
        writer.endObject()
        environment.log(writer.bytes)
    }
}
