import Certificates
public import Diagnostics
import JSONCore

/// The configuration file of the service: values only, files are named and not opened.
public struct ServiceConfiguration: Sendable {
    /// The certificate by which the service is known, and the authorities of its clients.
    public struct TLS: Sendable, Hashable {
        /// PEM, the certificate and those above it.
        public var certificate: String
        /// PEM, without a password.
        public var key: String
        /// PEM, of those whose certificates clients may show; nil asks for none.
        public var clientAuthorities: String?
    }

    /// A key to sign with.
    public struct SigningKey: Sendable, Hashable {
        /// How requests name it.
        public var name: String
        /// A file or a `pkcs11:` URI.
        public var key: String
        /// The file with its password; nil takes the systemd credential `pechat.password`.
        public var passwordFile: String?
        /// The API keys that may use it; nil for all that may sign.
        public var callers: Set<String>?
        /// Signatures a day.
        public var dailyLimit: Int?
        /// Whether it signs digests of what the service never sees.
        public var allowsDigests = false
    }

    /// Addresses to listen at.
    public var listen = ["127.0.0.1:8080"]
    /// TLS; nil speaks plainly.
    public var tls: TLS?
    /// Who may use the service; nil lets in everybody, which is for loopback and Unix sockets only.
    public var apiKeys: [AccessKey]?
    /// The keys to sign with.
    public var signingKeys: [SigningKey] = []
    /// Files with authorities that are recognised.
    public var trust: [String] = []
    /// The file that gets a line for each signature; nil for standard error.
    public var auditLog: String?
    /// Requests a minute of one API key.
    public var requestsPerMinute = 6_000
    /// Connections at the same time.
    public var connections = 1_024
    /// Connections of one address; 0 where all may be of one, as behind a proxy.
    public var connectionsPerAddress = 0
    /// Seconds from the first chance to send a request until its head is there.
    public var headSeconds = 20
    /// Seconds from the request line until the content is there.
    public var bodySeconds = 60
    /// Seconds that requests may take when the service stops.
    public var stopSeconds = 30
    /// Threads that work; nil goes by the cores.
    public var workers: Int?

    /// Who may call; without API keys that is this machine.
    ///
    /// - Parameter local: What this machine may do then.
    /// - Returns: The policy, with the keys by their prefix.
    public func accessPolicy(local: Set<Scope>) -> AccessPolicy {
        var policy = AccessPolicy()
        policy.requestsPerMinute = requestsPerMinute
        guard let apiKeys else {
            policy.local = Principal(name: "local", scopes: local)
            return policy
        }
        for key in apiKeys { policy.keys[key.prefix] = key }
        return policy
    }

    /// What holds without a file.
    public init() {}

    /// Reads a configuration file.
    ///
    /// - Parameter bytes: JSON in UTF-8. Unknown keys are errors: a misspelt limit would be none.
    /// - Throws: `json.*`; `config.invalid` with the place of the first fault.
    public init(json bytes: [UInt8]) throws(ToolkitError) {
        let document = try JSONDocument(parsing: bytes)
        self.init()
        try Self.members(of: document.root) { key, value throws(ToolkitError) in try self.read(key, value) }
        let names = apiKeys?.map(\.name) ?? []
        let prefixes = apiKeys?.map(\.prefix) ?? []
        guard Set(names).count == names.count, Set(prefixes).count == prefixes.count,
            Set(signingKeys.map(\.name)).count == signingKeys.count
        else {
            throw Self.invalid("Two keys have the same name or prefix.", document.root)
        }
        for key in signingKeys {
            guard let unknown = key.callers?.subtracting(names).sorted().first else { continue }
            throw Self.invalid("\(key.name) is for \(unknown), which is no API key.", document.root)
        }
    }

    private mutating func read(_ key: String, _ value: JSONValue) throws(ToolkitError) {
        switch key {
        case "$schema": break
        case "listen": listen = try Self.texts(value)
        case "tls":
            var tls = TLS(certificate: "", key: "")
            try Self.members(of: value) { key, value throws(ToolkitError) in
                switch key {
                case "certificate": tls.certificate = try Self.text(value)
                case "key": tls.key = try Self.text(value)
                case "clientAuthorities": tls.clientAuthorities = try Self.text(value)
                default: throw Self.unknown(key, value)
                }
            }
            guard !tls.certificate.isEmpty, !tls.key.isEmpty else {
                throw Self.invalid("TLS needs certificate and key.", value)
            }
            self.tls = tls
        case "apiKeys": apiKeys = try Self.list(value, Self.apiKey)
        case "signingKeys": signingKeys = try Self.list(value, Self.signingKey)
        case "trust": trust = try Self.texts(value)
        case "auditLog": auditLog = try Self.text(value)
        case "requestsPerMinute": requestsPerMinute = try Self.number(value, 1...1_000_000)
        case "connections": connections = try Self.number(value, 1...100_000)
        case "connectionsPerAddress": connectionsPerAddress = try Self.number(value, 0...100_000)
        case "headSeconds": headSeconds = try Self.number(value, 1...3_600)
        case "bodySeconds": bodySeconds = try Self.number(value, 1...3_600)
        case "stopSeconds": stopSeconds = try Self.number(value, 1...3_600)
        case "workers": workers = try Self.number(value, 1...256)
        default: throw Self.unknown(key, value)
        }
    }

    private static func apiKey(_ object: JSONValue) throws(ToolkitError) -> AccessKey {
        var (name, prefix) = ("", "")
        var digest: [UInt8]?
        var role: Role?
        var issuers: Set<String>?
        var requestsPerMinute: Int?
        var expires: Timestamp?
        try members(of: object) { key, value throws(ToolkitError) in
            switch key {
            case "name": name = try self.name(value)
            case "prefix": prefix = try text(value)
            case "sha256": digest = try bytes(hexadecimal: value)
            case "role":
                role = Role(rawValue: try text(value))
                guard role != nil else {
                    throw invalid("A role is one of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).", value)
                }
            case "issuers": issuers = Set(try texts(value))
            case "requestsPerMinute": requestsPerMinute = try number(value, 1...1_000_000)
            case "expires":
                do throws(ToolkitError) { expires = try Timestamp(text(value)) } catch {
                    throw invalid(error.message, value)
                }
            default: throw unknown(key, value)
            }
        }
        guard !name.isEmpty, prefix.utf8.count == 11, let digest, let role else {
            throw invalid(
                "An API key needs name, prefix, sha256 and role, as `pechat serve key new` prints them.", object)
        }
        return AccessKey(
            prefix: prefix, digest: digest, name: name, scopes: role.scopes, issuers: issuers,
            requestsPerMinute: requestsPerMinute, expires: expires)
    }

    private static func signingKey(_ object: JSONValue) throws(ToolkitError) -> SigningKey {
        var found = SigningKey(name: "", key: "")
        try members(of: object) { key, value throws(ToolkitError) in
            switch key {
            case "name": found.name = try name(value)
            case "key": found.key = try text(value)
            case "passwordFile": found.passwordFile = try text(value)
            case "apiKeys": found.callers = Set(try texts(value))
            case "dailyLimit": found.dailyLimit = try number(value, 1...1_000_000_000)
            case "allowDigests":
                guard let truth = value.bool else { throw invalid("true or false is needed here.", value) }
                found.allowsDigests = truth
            default: throw unknown(key, value)
            }
        }
        guard !found.name.isEmpty, !found.key.isEmpty else {
            throw invalid("A signing key needs name and key.", object)
        }
        return found
    }

    private static func members(
        of object: JSONValue, _ body: (String, JSONValue) throws(ToolkitError) -> Void
    ) throws(ToolkitError) {
        guard object.kind == .object else { throw invalid("An object is needed here.", object) }
        for member in object.members { try body(member.key.string ?? "", member.value) }
    }

    private static func list<T>(
        _ value: JSONValue, _ element: (JSONValue) throws(ToolkitError) -> T
    ) throws(ToolkitError) -> [T] {
        guard value.kind == .array else { throw invalid("A list is needed here.", value) }
        var found: [T] = []
        for item in value.elements { found.append(try element(item)) }
        return found
    }

    private static func texts(_ value: JSONValue) throws(ToolkitError) -> [String] { try list(value, text) }

    private static func text(_ value: JSONValue) throws(ToolkitError) -> String {
        guard let text = value.string, !text.isEmpty else { throw invalid("A text is needed here.", value) }
        return text
    }

    /// Names stand in logs, metrics and addresses, so they are plain.
    private static func name(_ value: JSONValue) throws(ToolkitError) -> String {
        let text = try text(value)
        guard isName(text) else {
            throw invalid("A name has at most 64 letters a-z, A-Z, digits, dots, dashes and underscores.", value)
        }
        return text
    }

    /// Whether a text may name a key.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    private static func number(_ value: JSONValue, _ range: ClosedRange<Int>) throws(ToolkitError) -> Int {
        guard value.isInteger, let number = value.integer, range.contains(number) else {
            throw invalid("A whole number from \(range.lowerBound) to \(range.upperBound) is needed here.", value)
        }
        return number
    }

    private static func bytes(hexadecimal value: JSONValue) throws(ToolkitError) -> [UInt8] {
        let digits = Array(try text(value))
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        guard digits.count == 64, bytes.count == 32, digits.allSatisfy(\.isHexDigit) else {
            throw invalid("SHA-256 in 64 hexadecimal digits is needed here.", value)
        }
        return bytes
    }

    private static func unknown(_ key: String, _ value: JSONValue) -> ToolkitError {
        invalid("The configuration has a key that is not known: \(key).", value)
    }

    private static func invalid(_ message: String, _ value: JSONValue) -> ToolkitError {
        ToolkitError(.configInvalid, message, fix: "docs/service.md lists the keys.", place: value.place)
    }
}

extension ToolkitError.Code {
    /// The configuration of the service is wrong.
    public static let configInvalid = Self("config.invalid", .usage)
}
