import Certificates
import Diagnostics
import InvoiceService
import Issuing
import JSONCore

/// The configuration file of the service, read strictly: every fault is told with its place.
struct ServiceConfiguration {
    /// Where it listens.
    var listen = ["127.0.0.1:8080"]
    var workers: Int?
    var connections: Int?
    var connectionsPerAddress: Int?
    var requestsPerMinute: Int?
    /// The file of the access keys; nil for a service that its own machine alone can reach.
    var accessKeys: String?
    var tlsCertificate: String?
    var tlsKey: String?
    var clientAuthorities: String?
    var clients: [Client] = []
    var keys: [Key] = []
    /// The file of the audit of signatures.
    var audit: String?
    var trust: [String] = []
    var ledger: String?
    /// The threads that do jobs; nil for as many as there are cores, where there is a ledger.
    var jobWorkers: Int?
    /// The key that jobs are signed with.
    var jobKey: String?
    var files: String?
    /// What of the own network webhooks and certificates may lead to.
    var allowAddresses: [String] = []
    var plainWebhooks = false
    /// When the certificates of the keys are looked at each day, and in which zone.
    var watchAt = "06:00"
    var timeZone = "UTC"
    /// Time-stamping authorities, asked in this order, and their passwords.
    var timestampAuthorities: [String] = []
    var timestampLogin: String?
    /// Whether `/v1/verify` gets revocation lists and OCSP answers from the addresses in certificates.
    var fetchesEvidence = false
    /// Where each value stands, for `config show --origin`.
    var origins: [(name: String, value: String, origin: String)] = []

    /// A certificate of a client that is known.
    struct Client {
        let certificate: String
        let role: Role
        let issuers: Set<String>?
    }

    /// A key to sign with.
    struct Key {
        let name: String
        let key: String
        let passwordFile: String?
        let callers: Set<String>?
        let formats: Set<String>?
        let perMinute: Int?
        let perDay: Int?
        let fourEyes: Bool
    }

    /// What stands without a file.
    init() {}

    /// Reads the file.
    ///
    /// - Parameters:
    ///   - bytes: JSON.
    ///   - file: Its name, for faults and origins.
    /// - Throws: `json.*`; `config.wrong` with the place.
    init(parsing bytes: [UInt8], file: String) throws(ToolkitError) {
        let document: JSONDocument
        do throws(ToolkitError) { document = try JSONDocument(parsing: bytes) } catch {
            var error = error
            error.place?.file = file
            throw error
        }
        let top = ConfigurationReader(document.root, file: file)
        try top.allow([
            "listen", "workers", "connections", "connectionsPerAddress", "requestsPerMinute", "accessKeys", "tls",
            "clients", "keys", "audit", "trust", "ledger", "files", "jobWorkers", "jobKey", "allowAddresses",
            "plainWebhooks",
            "watchAt", "timeZone", "timestampAuthorities", "timestampLogin", "fetchEvidence",
        ])
        listen = try top.texts("listen") ?? listen
        workers = try top.number("workers", 1...256)
        connections = try top.number("connections", 1...100_000)
        connectionsPerAddress = try top.number("connectionsPerAddress", 0...100_000)
        requestsPerMinute = try top.number("requestsPerMinute", 1...1_000_000)
        accessKeys = try top.text("accessKeys")
        audit = try top.text("audit")
        trust = try top.texts("trust") ?? []
        ledger = try top.text("ledger")
        files = try top.text("files")
        jobWorkers = try top.number("jobWorkers", 0...256)
        jobKey = try top.text("jobKey")
        allowAddresses = try top.texts("allowAddresses") ?? []
        plainWebhooks = try top.flag("plainWebhooks") ?? false
        watchAt = try top.text("watchAt") ?? watchAt
        timeZone = try top.text("timeZone") ?? timeZone
        guard DailySchedule(watchAt, zone: .utc) != nil else {
            throw top.fault("watchAt", "This is no time of day.", fix: "Write it as 06:00.")
        }
        do throws(ToolkitError) { _ = try LocalDay.zone(named: timeZone) } catch {
            throw top.fault("timeZone", error.message, fix: error.fix)
        }
        timestampAuthorities = try top.texts("timestampAuthorities") ?? []
        timestampLogin = try top.text("timestampLogin")
        fetchesEvidence = try top.flag("fetchEvidence") ?? false
        if let tls = try top.object("tls") {
            try tls.allow(["certificate", "key", "clientAuthorities"])
            tlsCertificate = try tls.required("certificate")
            tlsKey = try tls.required("key")
            clientAuthorities = try tls.text("clientAuthorities")
        }
        for client in try top.objects("clients") {
            try client.allow(["certificate", "role", "issuers"])
            clients.append(
                Client(
                    certificate: try client.required("certificate"), role: try client.role("role"),
                    issuers: try client.texts("issuers").map(Set.init)))
        }
        for key in try top.objects("keys") {
            try key.allow([
                "name", "key", "passwordFile", "callers", "formats", "perMinute", "perDay", "fourEyes",
            ])
            keys.append(
                Key(
                    name: try key.required("name"), key: try key.required("key"),
                    passwordFile: try key.text("passwordFile"), callers: try key.texts("callers").map(Set.init),
                    formats: try key.texts("formats").map(Set.init),
                    perMinute: try key.number("perMinute", 1...1_000_000),
                    perDay: try key.number("perDay", 1...100_000_000), fourEyes: try key.flag("fourEyes") ?? false))
        }
        if Set(keys.map(\.name)).count < keys.count { throw top.fault("keys", "Two keys have the same name.") }
        if let jobKey {
            guard let key = keys.first(where: { $0.name == jobKey }) else {
                throw top.fault("jobKey", "No key has this name.", fix: "Name it among `keys`.")
            }
            guard !key.fourEyes else {
                throw top.fault("jobKey", "Nobody releases what jobs sign.", fix: "Take a key without `fourEyes`.")
            }
        }
        for member in document.root.members {
            var writer = JSONWriter()
            writer.value(member.value)
            let line = member.value.place.line
            origins.append((member.key.string ?? "", String(decoding: writer.bytes, as: UTF8.self), "\(file):\(line)"))
        }
    }
}

/// Reads the members of one object of the configuration.
struct ConfigurationReader {
    private let value: JSONValue
    private let file: String

    init(_ value: JSONValue, file: String) {
        self.value = value
        self.file = file
    }

    /// A fault at a member, or at the object where there is no such member.
    func fault(_ name: String, _ message: String, fix: String = "") -> ToolkitError {
        var place = (value[name] ?? value).place
        place.file = file
        return ToolkitError(.configurationWrong, message, fix: fix, place: place)
    }

    /// Refuses other keys.
    func allow(_ names: [String]) throws(ToolkitError) {
        guard value.kind == .object else { throw fault("", "An object is expected here.") }
        for member in value.members where !names.contains(member.key.string ?? "") {
            let name = member.key.string ?? ""
            let near = Spelling.nearest(to: name, among: names).map { "Did you mean \"\($0)\"?" }
            throw fault(
                name, "There is no setting \"\(name)\".",
                fix: near ?? "There are: \(names.joined(separator: ", ")).")
        }
    }

    func text(_ name: String) throws(ToolkitError) -> String? {
        guard let member = value[name] else { return nil }
        guard let text = member.string, !text.isEmpty else { throw fault(name, "\"\(name)\" is a text.") }
        return text
    }

    func required(_ name: String) throws(ToolkitError) -> String {
        guard let text = try text(name) else { throw fault("", "\"\(name)\" is missing.") }
        return text
    }

    func number(_ name: String, _ range: ClosedRange<Int>) throws(ToolkitError) -> Int? {
        guard let member = value[name] else { return nil }
        guard let number = member.integer, range.contains(number) else {
            throw fault(name, "\"\(name)\" is a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func texts(_ name: String) throws(ToolkitError) -> [String]? {
        guard let member = value[name] else { return nil }
        let texts = member.elements.compactMap(\.string)
        guard member.kind == .array, texts.count == member.count else {
            throw fault(name, "\"\(name)\" is a list of texts.")
        }
        return texts
    }

    func flag(_ name: String) throws(ToolkitError) -> Bool? {
        guard let member = value[name] else { return nil }
        guard let flag = member.bool else { throw fault(name, "\"\(name)\" is true or false.") }
        return flag
    }

    func object(_ name: String) throws(ToolkitError) -> Self? {
        guard let member = value[name] else { return nil }
        guard member.kind == .object else { throw fault(name, "\"\(name)\" is an object.") }
        return Self(member, file: file)
    }

    func objects(_ name: String) throws(ToolkitError) -> [Self] {
        guard let member = value[name] else { return [] }
        guard member.kind == .array else { throw fault(name, "\"\(name)\" is a list of objects.") }
        return member.elements.map { Self($0, file: file) }
    }

    func role(_ name: String) throws(ToolkitError) -> Role {
        guard let role = Role(rawValue: try required(name)) else {
            throw fault(
                name, "There is no such role.", fix: "One of: \(Role.allCases.map(\.rawValue).joined(separator: ", "))."
            )
        }
        return role
    }
}

extension ToolkitError.Code {
    /// A setting is wrong.
    static let configurationWrong = Self("config.wrong", .usage)
}
