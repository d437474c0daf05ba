import Certificates
import Diagnostics
import Glibc
import HTTPServer
import InvoiceService
import Issuing
import Synchronization

/// `pechat serve`: what the commands do, over HTTP.
struct ServeCommand: Command {
    static let listen = OptionDescription(
        "--listen", value: "ADDRESS", repeatable: true,
        "HOST:PORT or unix:PATH, instead of those of --config; 127.0.0.1:8080 by default")
    static let config = OptionDescription(
        "--config", value: "FILE", "keys, limits, TLS and addresses, in JSON; docs/service.md lists them")
    static let workers = OptionDescription(
        "--workers", value: "N", "threads that work; twice the cores by default, at least 4")
    static let description = CommandDescription(
        "serve", summary: "answer requests over HTTP",
        options: [config, listen, workers],
        details: """
            Everything is described by /v1/openapi.json. The log goes to standard error, one JSON object a line, without
            anything that a document says.

            Without apiKeys in the configuration the service answers its own machine only; `pechat serve key new` makes one. SIGTERM ends it after the requests that are there.
            Under systemd it takes the sockets that it is given, and says when it is ready.
            """,
        examples: [
            ("pechat serve", "on 127.0.0.1:8080, for this machine"),
            ("pechat serve --config /etc/pechat/service.json", "with keys to sign with and for programs"),
            ("pechat serve --listen unix:/run/pechat/pechat.sock", "behind a proxy on the same machine"),
        ], exits: [.unreadable, .key])

    private let arguments: Arguments
    private let workerCount: Int?

    init(_ arguments: Arguments) throws(ToolkitError) {
        self.arguments = arguments
        workerCount = try arguments.number(Self.workers, in: 1...256)
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        ServiceManager.holdSignals()
        let configuration = try world.serviceConfiguration(arguments.value(Self.config))
        let addresses = arguments.has(Self.listen) ? arguments.all(Self.listen) : configuration.listen
        for address in addresses where configuration.apiKeys == nil && !Self.isLocal(address) {
            throw ToolkitError(
                .configInvalid, "\(address) can be reached by others, and there are no API keys.",
                fix: "Make one with `pechat serve key new NAME`, and put its line into apiKeys of --config.")
        }
        let host = ServiceHost(world)
        let desk = try world.signingDesk(configuration, host)
        var environment = host.environment
        environment.readiness = { now in ["keys": desk.isUsable(at: now), "listening": host.isListening] }
        environment.gauges = { desk.gauges }
        let tls = try world.serverTLS(configuration)
        let service = InvoiceService(
            environment, access: AccessControl(configuration.accessPolicy(local: Set(Scope.allCases))),
            further: Routes.sealing(desk) + Routes.catalogue(version: Version.text))
        let server = try HTTPServer(
            limits: limits(configuration), screen: { service.screen($0) }, refusal: { service.refusal($0, $1) },
            makeHandler: { service.makeHandler() })
        host.serve(server)
        for socket in try host.sockets(addresses) {
            let name = socket.name
            try server.listen(on: socket, tls: name.hasPrefix("unix:") || name == "inherited:unix" ? nil : tls)
            host.say("listening", ["address": name])
        }
        host.notify("READY=1")
        while true {
            let signal = ServiceManager.nextSignal(within: host.watchdogSeconds ?? 3600)
            host.notify("WATCHDOG=1")
            if signal == SIGTERM || signal == SIGINT { break }
        }
        host.notify("STOPPING=1")
        host.say("stopping", [:])
        guard server.stop(within: configuration.stopSeconds) else {
            host.say("requests were cut off", [:])
            return .later
        }
        return .done
    }

    private func limits(_ configuration: ServiceConfiguration) -> HTTPLimits {
        var limits = HTTPLimits()
        limits.connections = configuration.connections
        limits.connectionsPerAddress = configuration.connectionsPerAddress
        limits.headSeconds = configuration.headSeconds
        limits.bodySeconds = configuration.bodySeconds
        limits.workers = workerCount ?? configuration.workers ?? max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return limits
    }

    /// Whether only this machine can reach an address.
    static func isLocal(_ address: String) -> Bool {
        if address.hasPrefix("unix:") { return true }
        let host = address.prefix(upTo: address.lastIndex(of: ":") ?? address.endIndex)
        return ["127.0.0.1", "[::1]", "localhost"].contains(host)
    }
}
