import Certificates
import Diagnostics
import Glibc
import HTTPServer
import InvoiceService
import Issuing
import Synchronization

/// `pechat serve`: what the commands do, over HTTP.
struct ServeCommand: Command {
    static let config = OptionDescription("--config", value: "FILE", "the configuration, as JSON")
    static let listen = OptionDescription(
        "--listen", value: "ADDRESS", repeatable: true,
        "HOST:PORT or unix:PATH, instead of the configuration's; 127.0.0.1:8080 by default")
    static let workers = OptionDescription(
        "--workers", value: "N", "threads that work; twice the cores by default, at least 4")
    static let description = CommandDescription(
        "serve", summary: "answer requests over HTTP", options: [config, listen, workers],
        details: """
            Everything is described by /v1/openapi.json. The log goes to standard error, one JSON object a line, without
            anything that a document says.

            Without keys the service answers its own machine only. SIGTERM ends it after the requests that are there, SIGHUP
            reads access keys and TLS certificate again. With a ledger it does jobs as `pechat worker` does, `jobWorkers` at a time. Under
            systemd it takes the sockets that it is given, and says when it is ready.
            """,
        examples: [
            ("pechat serve", "on 127.0.0.1:8080, for this machine"),
            ("pechat serve --config pechat.json", "as a file says"),
            ("pechat serve --listen unix:/run/pechat/pechat.sock", "behind a proxy on the same machine"),
        ], exits: [.unreadable, .key, .later])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        var configuration = try world.serviceConfiguration(arguments)
        if arguments.has(Self.listen) { configuration.listen = arguments.all(Self.listen) }
        let workerCount = try arguments.number(Self.workers, in: 1...256) ?? configuration.workers
        let host = ServiceHost(world)
        let access = AccessControl(try host.policy(configuration))
        let keys = try host.keys(configuration)
        let open = try host.openLedger(configuration)
        ServiceManager.holdSignals()
        var environment = host.environment
        environment.isSecure = configuration.tlsCertificate != nil
        let anchors = try host.anchors(configuration)
        let books = try host.books(open, configuration)
        let service = InvoiceService(
            environment, access: access, keys: keys, anchors: anchors,
            timestamps: try host.timestamps(configuration, anchors),
            evidence: configuration.fetchesEvidence ? try host.collector(configuration, anchors) : nil, ledger: books)
        var limits = HTTPLimits()
        limits.workers = workerCount ?? max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        limits.connections = configuration.connections ?? limits.connections
        limits.connectionsPerAddress = configuration.connectionsPerAddress ?? limits.connectionsPerAddress
        let server = try HTTPServer(
            limits: limits, screen: { service.screen($0) }, refusal: { service.refusal($0, $1) },
            makeHandler: { service.makeHandler() })
        host.serve(server)
        let tls = try host.tls(configuration)
        for socket in try host.sockets(configuration.listen) {
            try server.listen(on: socket, tls: socket.isInternet ? tls : nil)
            host.say("listening", ["address": socket.name])
        }
        let duties = Duties()
        try host.begin(duties, books, keys, configuration)
        try host.work(duties, open, keys, configuration)
        host.notify("READY=1")
        wait(host, access, server, configuration)
        host.notify("STOPPING=1")
        host.say("stopping")
        duties.ask()
        let areAnswered = server.stop(within: 30)
        if !areAnswered { host.say("requests were cut off") }
        // Documents in hand are finished, and the rest of their jobs is given back.
        duties.end()
        return areAnswered ? .done : .later
    }

    /// Waits for the signal that ends the service.
    private func wait(
        _ host: ServiceHost, _ access: AccessControl, _ server: HTTPServer, _ configuration: ServiceConfiguration
    ) {
        while true {
            let signal = ServiceManager.nextSignal(within: host.watchdogSeconds ?? 3600)
            host.notify("WATCHDOG=1")
            switch signal {
            case SIGTERM, SIGINT: return
            case SIGHUP:
                renew("access keys", host) { () throws(ToolkitError) in
                    access.replace(with: try host.policy(configuration))
                }
                guard configuration.tlsCertificate != nil else { continue }
                renew("TLS certificate", host) { () throws(ToolkitError) in
                    if let tls = try host.tls(configuration) { try server.renew(tls) }
                }
            default: break
            }
        }
    }

    /// Takes a file again that has changed; where it is wrong, what is there stays.
    private func renew(_ what: String, _ host: ServiceHost, _ take: () throws(ToolkitError) -> Void) {
        do throws(ToolkitError) {
            try take()
            host.say("\(what) read again")
        } catch {
            host.say("\(what) not read", ["code": error.code.name])
        }
    }
}
