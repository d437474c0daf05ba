import Diagnostics
import HTTPServer
import Issuing

extension InvoiceService {
    /// Who calls an operation: with a key or certificate, or with the cookie of whoever signed in at the page.
    ///
    /// - Throws: `access.missing`; `access.denied`.
    func principal(of request: HTTPRequest, for route: Route) throws(ToolkitError) -> Principal {
        let now = environment.now()
        guard case .page(let scope) = route.access else {
            return try access.principal(of: request, for: route.access, at: now)
        }
        if let session = try sessions.session(of: request, at: now),
            let principal = access.principal(prefix: session.prefix, at: now)
        {
            guard scope.map(principal.scopes.contains) ?? true else { throw AccessControl.scopeMissing(scope) }
            return principal
        }
        return try access.principal(of: request, for: route.access, at: now)
    }

    /// What went wrong: a page for those who look at pages, a problem for everybody else.
    func answer(to request: HTTPRequest, _ error: ToolkitError, requestID: String) -> HTTPResponse {
        let problem = Problem(error)
        guard Self.isOfPage(request) else { return problem.response(requestID: requestID) }
        if error.code == .accessMissing, request.method == "GET" {
            return Visit.go(to: "/sign-in?next=\(Routes.escaped(String(request.target.prefix(500))))")
        }
        let call = Call(
            request: request, path: [:], principal: Principal(name: "open", scopes: []), requestID: requestID,
            trace: TraceContext(parent: nil, random: environment.random(24)), now: environment.now(),
            workbench: Workbench(environment.toolkit), service: self)
        guard let visit = try? Visit(call) else { return problem.response(requestID: requestID) }
        return PageFrame.problem(problem, visit)
    }

    /// Whether a request comes from somebody who looks at pages.
    private static func isOfPage(_ request: HTTPRequest) -> Bool {
        guard let first = request.path?.first, !["v1", "health", "metrics"].contains(first) else { return false }
        return request.field("accept")?.contains("text/html") ?? false
    }
}

extension Routes {
    /// The media types of forms.
    static func formContent(limit: Int = 64 << 10) -> RouteContent {
        RouteContent(
            [("application/x-www-form-urlencoded", .string()), ("multipart/form-data", .binary)], limit: limit,
            "A form of the page.")
    }

    /// An operation of the page: it is not described to programs.
    static func page(
        _ method: String, _ path: String, _ operation: String, _ access: Route.Access, query: [String] = [],
        limit: Int = 64 << 10, run: @escaping @Sendable (inout Visit) throws(ToolkitError) -> HTTPResponse
    ) -> Route {
        Route(
            method, path, operation: operation, tag: "page", summary: "A page for people", access: access,
            parameters: query.map { RouteParameter($0, .string(longest: 600), "Of the page.") },
            content: method == "POST" ? formContent(limit: limit) : nil,
            answers: [RouteAnswer(200, "The page.", [("text/html", .string())])]
        ) { call throws(ToolkitError) in
            var visit = try Visit(call)
            if method == "POST" { try visit.takeForm() }
            return try run(&visit)
        }
    }
}
