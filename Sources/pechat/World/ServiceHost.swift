import Certificates
import Diagnostics
import Glibc
import HTTPServer
import InvoiceService
import Issuing
import JSONCore
import Ledger
import Synchronization

/// What a running service has of its process: sockets, clock, log and the service manager.
final class ServiceHost: Sendable {
    let world: World
    private let server = Mutex<HTTPServer?>(nil)
    private let logLock = Mutex(())

    init(_ world: World) { self.world = world }

    /// Lets the metrics tell of the server.
    func serve(_ server: HTTPServer) { self.server.withLock { $0 = server } }

    var environment: InvoiceService.Environment {
        InvoiceService.Environment(
            toolkit: world.toolkit, now: { Timestamp(secondsSince1970: time(nil)) }, microseconds: Self.microseconds,
            random: RandomBytes.take, log: { self.log($0) }, load: { self.server.withLock { $0 }?.load })
    }

    private static func microseconds() -> Int {
        var clock = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &clock)
        return clock.tv_sec * 1_000_000 + clock.tv_nsec / 1000
    }

    /// Writes one line, whole.
    private func log(_ line: [UInt8]) {
        logLock.withLock { _ in
            try? FileBytes.write(line + [UInt8(ascii: "\n")], to: STDERR_FILENO, named: "standard error")
        }
    }

    /// Writes an event of the service itself.
    func say(_ event: String, _ facts: [String: String] = [:]) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", Timestamp(secondsSince1970: time(nil)).description)
        writer.member("level", "info")
        writer.member("event", event)
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
        writer.endObject()
        log(writer.bytes)
    }

    /// The sockets that systemd hands over, else those of some addresses (sd_listen_fds(3)).
    func sockets(_ addresses: [String]) throws(ToolkitError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        if Self.variable("LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = Self.variable("LISTEN_FDS").flatMap({ Int($0) }), (1...64).contains(count)
        {
            for descriptor in 3..<(3 + count) { sockets.append(try ListeningSocket(inherited: descriptor)) }
            return sockets
        }
        for address in addresses { sockets.append(try ListeningSocket(address)) }
        return sockets
    }

    /// Tells systemd, where it asked to be told.
    func notify(_ state: String) {
        guard let address = Self.variable("NOTIFY_SOCKET") else { return }
        ServiceManager.notify(state, at: address)
    }

    /// Half of the time within which systemd wants to hear of us.
    var watchdogSeconds: Int? {
        Self.variable("WATCHDOG_USEC").flatMap { Int($0) }.map { max(1, $0 / 2_000_000) }
    }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

extension ServiceHost {
    /// Who may call.
    ///
    /// Without a file of access keys the service must be out of reach for others.
    ///
    /// - Throws: `config.wrong`; what reading throws.
    func policy(_ configuration: ServiceConfiguration) throws(ToolkitError) -> AccessPolicy {
        var policy = AccessPolicy()
        policy.requestsPerMinute = configuration.requestsPerMinute
        if let name = configuration.accessKeys {
            policy.keys = try AccessKeyFile(parsing: world.read(name, atMost: 1 << 20), file: name).keys
        }
        for client in configuration.clients {
            for certificate in try Certificate.all(in: try world.read(client.certificate, atMost: 1 << 20)).prefix(1) {
                let fingerprint = Digest.hexadecimal(certificate.fingerprint)
                policy.certificates[fingerprint] = Principal(
                    name: "cert_\(fingerprint.prefix(16))", scopes: client.role.scopes, issuers: client.issuers)
            }
        }
        guard configuration.accessKeys == nil, configuration.clients.isEmpty else { return policy }
        let isLocal = configuration.listen.allSatisfy { address in
            ["127.0.0.1:", "[::1]:", "localhost:", "unix:"].contains { address.hasPrefix($0) }
        }
        guard isLocal else {
            throw ToolkitError(
                .configurationWrong, "Others can reach the service, and there are no access keys.",
                fix: "Make one with `pechat serve key create`, and name the file as accessKeys.")
        }
        policy.local = Principal(name: "local", scopes: Set(Scope.allCases))
        return policy
    }

    /// Unlocks the keys, and takes up the audit where it was left.
    ///
    /// - Throws: What the key throws; `audit.broken`.
    func keys(_ configuration: ServiceConfiguration) throws(ToolkitError) -> SigningKeys {
        let now = Timestamp(secondsSince1970: time(nil))
        var keys: [ServiceKey] = []
        for entry in configuration.keys {
            var key = ServiceKey(
                name: entry.name, signer: try world.signer(entry.key, passwordFile: entry.passwordFile, at: now))
            key.callers = entry.callers
            key.formats = entry.formats
            key.perMinute = entry.perMinute
            key.perDay = entry.perDay
            key.needsRelease = entry.fourEyes
            keys.append(key)
        }
        guard let name = configuration.audit else {
            return try SigningKeys(keys) { lines in
                for line in lines { self.log(line) }
                return true
            }
        }
        let isThere = unsafe access(name, F_OK) == 0
        let before = isThere ? try world.read(name, atMost: 1 << 30) : []
        let lines = before.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let file = try AuditFile(name)
        return try SigningKeys(keys, audit: lines) { lines in file.append(lines) }
    }

    /// The authorities that are recognised.
    func anchors(_ configuration: ServiceConfiguration) throws(ToolkitError) -> TrustAnchors? {
        var certificates: [Certificate] = []
        for file in configuration.trust {
            certificates += try Certificate.all(in: try world.read(file, atMost: 4 << 20))
        }
        return certificates.isEmpty ? nil : try TrustAnchors(certificates)
    }

    /// The certificate of the server.
    func tls(_ configuration: ServiceConfiguration) throws(ToolkitError) -> ServerTLS? {
        guard let certificate = configuration.tlsCertificate, let key = configuration.tlsKey else { return nil }
        return ServerTLS(
            certificate: try world.read(certificate, atMost: 1 << 20), key: try world.read(key, atMost: 1 << 20),
            clientAuthorities: try configuration.clientAuthorities.map { file throws(ToolkitError) in
                try world.read(file, atMost: 4 << 20)
            })
    }

    /// The ledger; nil where the service keeps no books.
    func openLedger(_ configuration: ServiceConfiguration) throws(ToolkitError) -> OpenLedger? {
        try configuration.ledger.map { name throws(ToolkitError) in
            try world.ledger(named: name, files: configuration.files)
        }
    }

    /// The books, with where their files are.
    func books(_ open: OpenLedger?, _ configuration: ServiceConfiguration) throws(ToolkitError) -> ServiceLedger? {
        guard let open else { return nil }
        let archive = try open.archive
        try archive.prepare()
        var books = ServiceLedger(
            ledger: open.ledger, identifier: { Identifier.next() },
            today: { now, country in LocalDay.zone(of: country).day(of: now) },
            keep: { bytes, role throws(ToolkitError) in try archive.keep(bytes, as: role) },
            bytes: { file throws(ToolkitError) in try archive.bytes(of: file) })
        books.post = try world.webhookPost(configuration.allowAddresses)
        books.allowsPlainWebhooks = configuration.plainWebhooks
        return books
    }
}
