import Diagnostics
import HTTPServer

/// All operations, and how one is found.
public struct RouteTable: Sendable {
    /// The methods that any operation has.
    static let methods: Set = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// The operations, in the order of the description.
    public let routes: [Route]
    /// The places in `routes`, by the number of segments of their paths.
    private let places: [Int: [Int]]

    /// Takes operations; two with the same method and path are a programming error.
    public init(_ routes: [Route]) {
        precondition(
            Set(routes.map { "\($0.method) \($0.path.template)" }).count == routes.count, "each operation has one route"
        )
        self.routes = routes
        places = Dictionary(grouping: routes.indices) { routes[$0].path.segments.count }
    }

    /// Finds the operation of a request, with the values of its path.
    ///
    /// A path in words goes before one with braces, whatever methods either has.
    ///
    /// - Throws: `request.malformed`; `request.pathUnknown`; `request.methodUnknown`, with what is allowed.
    func route(for request: HTTPRequest) throws(ToolkitError) -> (Route, [String: String]) {
        guard let path = request.path, request.query != nil else {
            throw ToolkitError(
                .requestMalformed, "The request target cannot be read.",
                fix: "Percent-encode UTF-8; leave out dot segments.")
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        var (allowed, fewest): ([String], Int) = ([], .max)
        var found: (place: Int, values: [String: String])?
        for place in places[path.count] ?? [] {
            guard let values = routes[place].path.values(in: path), values.count <= fewest else { continue }
            if values.count < fewest { (allowed, fewest, found) = ([], values.count, nil) }
            let own = routes[place].method
            allowed += own == "GET" ? ["GET", "HEAD"] : [own]
            if own == method { found = (place, values) }
        }
        if let found { return (routes[found.place], found.values) }
        guard !allowed.isEmpty else {
            throw ToolkitError(
                .routeUnknown, "There is nothing at this path.", fix: "/v1/openapi.json describes all operations.")
        }
        throw ToolkitError(
            .methodUnknown, "This path has no such method.", fix: "Use \(allowed.joined(separator: " or ")).",
            facts: ["allow": allowed.joined(separator: ", ")])
    }
}

/// The operations of this module.
///
/// Another module's are one more array, given to the service.
public enum Routes: Sendable {
    /// All of them.
    static var all: [Route] {
        operations + schemas + making + checking + signing + releases + documents + books + webhooks
            + jobs + pages
    }
}
