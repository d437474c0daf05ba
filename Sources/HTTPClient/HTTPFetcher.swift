public import Certificates
public import Diagnostics
import Synchronization

/// Gets from the network what the libraries ask for: HTTP and HTTPS, within limits of size, time and address.
///
/// What is fetched from addresses in certificates, such as revocation lists, must lie on public addresses or on the
/// list; services that the user names, such as a time-stamping authority, may lie anywhere. No proxy, cookie or file of
/// the environment has a say, and no error holds a password or an address.
///
/// One value serves all threads; connections are kept for the next request.
public final class HTTPFetcher: Sendable {
    /// How long an exchange may take.
    public struct Limits: Sendable, Hashable {
        /// Until the connection stands, in milliseconds.
        public var connectMilliseconds: Int
        /// Until the answer is complete, in milliseconds.
        public var totalMilliseconds: Int
        /// How many redirections are followed when something is got; what is posted is never redirected.
        public var redirections: Int

        /// Sets limits; 5 seconds, 15 seconds and 3 redirections by default.
        public init(connectMilliseconds: Int = 5_000, totalMilliseconds: Int = 15_000, redirections: Int = 3) {
            self.connectMilliseconds = connectMilliseconds
            self.totalMilliseconds = totalMilliseconds
            self.redirections = redirections
        }
    }

    /// Which addresses the writers of certificates may lead to.
    public let addresses: AddressPolicy
    /// How long an exchange may take.
    public let limits: Limits
    private let namedByUser: Set<NetworkRequest.Kind>
    private let authorities: [UInt8]?
    /// Idle connections, apart from those whose address was not judged: these must not serve requests that are.
    private let idle = Mutex<[Bool: [HTTPConnection]]>([:])

    /// More idle connections than this are closed.
    private static let idleLimit = 8

    /// Prepares a fetcher; no library is loaded and nothing is opened yet.
    ///
    /// - Parameters:
    ///   - addresses: Which addresses are open; public ones by default.
    ///   - limits: How long an exchange may take.
    ///   - namedByUser: The kinds whose address comes from whoever runs the program and may thus lie in his network.
    ///   - authorities: PEM certificates that HTTPS services must be certified by; nil for those of the system.
    public init(
        addresses: AddressPolicy = AddressPolicy(), limits: Limits = Limits(),
        namedByUser: Set<NetworkRequest.Kind> = [.timestamp, .trustedList, .signature], authorities: [UInt8]? = nil
    ) {
        self.addresses = addresses
        self.limits = limits
        self.namedByUser = namedByUser
        self.authorities = authorities
    }

    /// The fetcher in the form that the libraries take.
    public var fetch: Fetch { { (request) throws(ToolkitError) in try self.body(for: request) } }

    /// Sends a request and gives the body of the answer.
    ///
    /// - Parameter request: What to get or to post.
    /// - Returns: The body of an answer with a status from 200 to 299.
    /// - Throws: `network.*`.
    public func body(for request: NetworkRequest) throws(ToolkitError) -> [UInt8] { try answer(to: request).body }

    /// Sends a request and gives the answer.
    ///
    /// - Parameter request: What to get or to post.
    /// - Returns: The status, which is one from 200 to 299, and the body.
    /// - Throws: `network.*`; where there was an answer, `facts` has its `status`.
    public func answer(to request: NetworkRequest) throws(ToolkitError) -> (status: Int, body: [UInt8]) {
        var address = try ServiceAddress(request.url)
        let first = address
        var hops = 0
        while true {
            let isFirst = address.authority == first.authority
            let answer = try exchange(
                request, at: address, isOpen: isFirst && namedByUser.contains(request.kind), withSecret: isFirst)
            switch answer.status {
            case 200...299: return (answer.status, answer.bytes)
            case 301, 302, 303, 307, 308:
                guard request.body == nil, hops < limits.redirections, let location = answer.redirection,
                    let next = try? ServiceAddress(location), next.scheme == first.scheme || next.scheme == "https"
                else {
                    throw ToolkitError(
                        .networkRefused, "The service sends the request elsewhere, and that is not followed.",
                        fix: "Give the final address of the service.", facts: answer.facts)
                }
                hops += 1
                address = next
            case 401, 403:
                throw ToolkitError(
                    .networkRefused, "The service demands other credentials (HTTP \(answer.status)).",
                    fix: "Check the name and the password for the service.", facts: answer.facts)
            case 429, 500...599:
                throw ToolkitError(
                    .networkUnreachable, "The service is out of order (HTTP \(answer.status)).", facts: answer.facts)
            default:
                throw ToolkitError(
                    .networkRefused, "The service refused the request (HTTP \(answer.status)).", facts: answer.facts)
            }
        }
    }

    private func exchange(
        _ request: NetworkRequest, at address: ServiceAddress, isOpen: Bool, withSecret: Bool
    ) throws(ToolkitError) -> HTTPConnection.Answer {
        var connection = idle.withLock { $0[isOpen]?.popLast() }
        if connection == nil { connection = try HTTPConnection() }
        guard let connection else { throw .networkBroken }
        let answer = try connection.exchange(
            HTTPConnection.Question(
                request, address: address.text, authorization: withSecret ? request.authorization : nil,
                policy: isOpen ? nil : addresses, limits: limits, authorities: authorities))
        idle.withLock {
            if $0[isOpen, default: []].count < Self.idleLimit { $0[isOpen, default: []].append(connection) }
        }
        return answer
    }
}
