import Certificates
import Diagnostics
import Glibc
import HTTPServer
import InvoiceService
import JSONCore
import Synchronization

/// What a running service has of its process: sockets, clock, log and the service manager.
final class ServiceHost: Sendable {
    private let world: World
    private let server = Mutex<HTTPServer?>(nil)
    private let logLock = Mutex(())

    init(_ world: World) { self.world = world }

    /// Lets the metrics tell of the server.
    func serve(_ server: HTTPServer) { self.server.withLock { $0 = server } }

    /// Whether the server still takes connections.
    var isListening: Bool { server.withLock { $0 }?.isListening ?? false }

    var environment: InvoiceService.Environment {
        InvoiceService.Environment(
            toolkit: world.toolkit, now: { Timestamp(secondsSince1970: time(nil)) }, microseconds: Self.microseconds,
            random: Self.random, log: { self.log($0) }, load: { self.server.withLock { $0 }?.load })
    }

    private static func microseconds() -> Int {
        var clock = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &clock)
        return clock.tv_sec * 1_000_000 + clock.tv_nsec / 1000
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Writes one line, whole.
    func log(_ line: [UInt8]) {
        logLock.withLock { _ in
            try? FileBytes.write(line + [UInt8(ascii: "\n")], to: STDERR_FILENO, named: "standard error")
        }
    }

    /// Writes an event of the service itself.
    func say(_ event: String, _ facts: [String: String]) {
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
