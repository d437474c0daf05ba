import CHTTPClient
import Certificates
import Diagnostics

/// Owner of one connection of the C part.
///
/// It is used by one thread at a time: whoever takes it out of the fetcher's list has it alone; hence it is sendable.
@safe final class HTTPConnection: @unchecked Sendable {
    /// What is sent, and within which limits.
    struct Question {
        let address: String
        let body: [UInt8]?
        let fields: [NetworkRequest.Field]
        let sizeLimit: Int
        /// nil lets every address pass.
        let policy: AddressPolicy?
        let limits: HTTPFetcher.Limits
        let authorities: [UInt8]?

        init(
            _ request: NetworkRequest, address: String, authorization: String?, policy: AddressPolicy?,
            limits: HTTPFetcher.Limits, authorities: [UInt8]?
        ) {
            self.address = address
            body = request.body
            var fields = request.fields
            if !request.contentType.isEmpty { fields.append(.init("Content-Type", request.contentType)) }
            if let authorization { fields.append(.init("Authorization", authorization)) }
            self.fields = fields
            sizeLimit = request.sizeLimit
            self.policy = policy
            self.limits = limits
            self.authorities = authorities
        }
    }

    /// What came back.
    struct Answer {
        let status: Int
        let bytes: [UInt8]
        let redirection: String?

        /// The status, as a fact of an error.
        var facts: [String: String] { ["status": String(status)] }
    }

    private let connection: OpaquePointer

    /// - Throws: `network.unavailable`.
    init() throws(ToolkitError) {
        var outcome = PECHAT_HTTP_ANSWERED
        guard let connection = unsafe pechat_http_open(&outcome) else { throw Self.error(outcome) }
        unsafe self.connection = connection
    }

    deinit { unsafe pechat_http_close(connection) }

    /// Sends and waits.
    ///
    /// - Throws: `network.*`.
    func exchange(_ question: Question) throws(ToolkitError) -> Answer {
        // A line break in one of them would add a field.
        guard question.fields.allSatisfy({ "\($0.name)\($0.value)".utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        else {
            throw ToolkitError(.networkBadAddress, "The credentials hold characters that HTTP does not allow.")
        }
        var lines: [UInt8] = []
        for field in question.fields { lines += Array("\(field.name): \(field.value)".utf8) + [0] }
        lines.append(0)
        let outcome = unsafe withLines(question.address, lines) { url, lines in
            unsafe (question.body ?? []).withUnsafeBufferPointer { body in
                unsafe (question.authorities ?? []).withUnsafeBufferPointer { authorities in
                    unsafe withUnsafePointer(to: question.policy) { policy in
                        var empty: UInt8 = 0
                        return unsafe withUnsafePointer(to: &empty) { empty in
                            var request = unsafe pechat_http_request()
                            unsafe request.url = url
                            unsafe request.body = question.body == nil ? nil : body.baseAddress ?? empty
                            unsafe request.body_size = body.count
                            unsafe request.fields = lines
                            unsafe request.authorities = question.authorities == nil ? nil : authorities.baseAddress
                            unsafe request.authorities_size = authorities.count
                            unsafe request.size_limit = question.sizeLimit
                            unsafe request.connect_milliseconds = question.limits.connectMilliseconds
                            unsafe request.total_milliseconds = question.limits.totalMilliseconds
                            unsafe request.judge = Self.judge
                            unsafe request.judge_context = UnsafeMutableRawPointer(mutating: policy)
                            return unsafe pechat_http_exchange(connection, &request)
                        }
                    }
                }
            }
        }
        guard outcome == PECHAT_HTTP_ANSWERED else { throw Self.error(outcome) }
        var size = 0
        let start = unsafe pechat_http_bytes(connection, &size)
        let redirection = unsafe pechat_http_redirection(connection).map { unsafe String(cString: $0) }
        return Answer(
            status: Int(unsafe pechat_http_status(connection)),
            bytes: unsafe Array(UnsafeBufferPointer(start: start, count: size)), redirection: redirection)
    }

    /// Called by the C part with the policy as its context, within the exchange.
    private static let judge: pechat_http_judge = { context, address, size in
        guard let context = unsafe context, let address = unsafe address else { return 0 }
        let policy = unsafe context.assumingMemoryBound(to: AddressPolicy?.self).pointee
        let bytes = unsafe Array(UnsafeBufferPointer(start: address, count: size))
        return policy?.allows(bytes) == false ? 0 : 1
    }

    private func withLines<Result>(
        _ text: String, _ lines: [UInt8], _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        unsafe text.withCString { text in
            unsafe lines.withUnsafeBytes { lines in
                unsafe body(text, lines.bindMemory(to: CChar.self).baseAddress)
            }
        }
    }

    private static func error(_ outcome: pechat_http_outcome) -> ToolkitError {
        switch outcome {
        case PECHAT_HTTP_NO_LIBRARY:
            ToolkitError(
                .networkUnavailable, "There is no library for HTTP on this machine.", fix: "Install libcurl4.")
        case PECHAT_HTTP_BAD_URL:
            ToolkitError(
                .networkBadAddress, "The address of the service is not one of HTTP.",
                fix: "Write it as https://host/path.")
        case PECHAT_HTTP_NO_SUCH_HOST:
            ToolkitError(.networkUnreachable, "The host of the service is not known.", fix: "Check its address.")
        case PECHAT_HTTP_REFUSED_ADDRESS:
            ToolkitError(
                .networkRefusedAddress, "The service lies in a private network, which is not open to it.",
                fix: "Allow its address if it belongs there.")
        case PECHAT_HTTP_NO_CONNECTION:
            ToolkitError(.networkUnreachable, "The service cannot be reached.", fix: "Check its address, or try later.")
        case PECHAT_HTTP_BAD_CERTIFICATE:
            ToolkitError(.networkUntrusted, "The service could not prove who it is (TLS).")
        case PECHAT_HTTP_TIMED_OUT: ToolkitError(.networkTimeout, "The service did not answer in time.")
        case PECHAT_HTTP_TOO_LARGE:
            ToolkitError(.networkTooLarge, "The answer of the service is larger than one of its kind may be.")
        default: .networkBroken
        }
    }
}

extension ToolkitError {
    /// The exchange broke off.
    static var networkBroken: ToolkitError {
        ToolkitError(.networkUnreachable, "The exchange with the service broke off.")
    }
}
