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
        "--listen", value: "ADDRESS", repeatable: true, "HOST:PORT or unix:PATH; 127.0.0.1:8080 by default")
    static let workers = OptionDescription(
        "--workers", value: "N", "threads that work; twice the cores by default, at least 4")
    static let description = CommandDescription(
        "serve", summary: "answer requests over HTTP", options: [listen, workers],
        details: """
            Everything is described by /v1/openapi.json. The log goes to standard error, one JSON object a line, without
            anything that a document says.

            Without keys the service answers its own machine only. SIGTERM ends it after the requests that are there.
            Under systemd it takes the sockets that it is given, and says when it is ready.
            """,
        examples: [
            ("pechat serve", "on 127.0.0.1:8080, for this machine"),
            ("pechat serve --listen unix:/run/pechat/pechat.sock", "behind a proxy on the same machine"),
        ], exits: [.inputOutput])

    private let addresses: [String]
    private let workerCount: Int

    init(_ arguments: Arguments) throws(ToolkitError) {
        addresses = arguments.all(Self.listen)
        workerCount =
            try arguments.number(Self.workers, in: 1...256) ?? max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        ServiceManager.holdSignals()
        let host = ServiceHost(world)
        var policy = AccessPolicy()
        policy.local = Principal(name: "local", scopes: Set(Scope.allCases))
        var limits = HTTPLimits()
        limits.workers = workerCount
        let service = InvoiceService(host.environment, access: AccessControl(policy))
        let server = try HTTPServer(
            limits: limits, screen: { service.screen($0) }, refusal: { service.refusal($0, $1) },
            makeHandler: { service.makeHandler() })
        host.serve(server)
        for socket in try host.sockets(addresses.isEmpty ? ["127.0.0.1:8080"] : addresses) {
            try server.listen(on: socket)
            host.say("listening", ["address": socket.name])
        }
        host.notify("READY=1")
        while true {
            let signal = ServiceManager.nextSignal(within: host.watchdogSeconds ?? 3600)
            host.notify("WATCHDOG=1")
            if signal == SIGTERM || signal == SIGINT { break }
        }
        host.notify("STOPPING=1")
        host.say("stopping", [:])
        guard server.stop(within: 30) else {
            host.say("requests were cut off", [:])
            return .later
        }
        return .done
    }
}
