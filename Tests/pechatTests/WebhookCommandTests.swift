import Foundation
import TestSupport
import Testing

@Suite("pechat webhooks: events reach their receivers", .needsTool("python3"))
struct WebhookCommandTests {
    private struct Desk {
        let books: LedgerDesk
        let receiver: WebhookReceiver
        /// A file, or the address of a server.
        let ledger: String
        var place: [String] { ["--ledger", ledger, "--files", "\(books.folder)/files"] }

        func run(_ words: String...) throws -> Tool.Outcome {
            try Program.run(words + (["issue", "credit"].contains(words[0]) ? place : ["--ledger", ledger]))
        }

        /// Adds a webhook and gives its id and secret.
        func add(_ path: String, _ more: String...) throws -> (id: String, secret: String) {
            let words = ["webhooks", "add", receiver.url(path), "--plain-http", "--ledger", ledger] + more
            let added = try Program.run(words)
            #expect(added.status == 0, "\(added.errors)")
            let lines = added.output.split(separator: "\n").map(String.init)
            return (String(lines[0].prefix { $0 != " " }), lines[1])
        }

        func issue() throws {
            #expect(try run("issue", books.invoice("services", ["internalNotes": "t0psecret"])).status == 0)
        }

        func deliveries(_ id: String) throws -> [[String: Any]] {
            let listed = try run("webhooks", "deliveries", id, "--json")
            return try #require(try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
        }

        /// How many events are told.
        func delivered(_ id: String) -> Int {
            guard let listed = try? run("webhooks", "deliveries", id, "--state", "delivered", "--limit", "100") else {
                return 0
            }
            return listed.output.components(separatedBy: "document.issued").count - 1
        }

        /// Changes the tables behind the back of everybody.
        func sql(_ sql: String) throws {
            if ledger.hasPrefix("postgres") {
                let schema = ledger.components(separatedBy: "search_path%3D").last ?? ""
                #expect(try TestPostgres.shared().psql("SET search_path TO \(schema); \(sql)").status == 0)
            } else {
                let script = """
                    import sqlite3, sys
                    with sqlite3.connect(sys.argv[1], timeout=10) as books: books.execute(sys.argv[2])
                    """
                #expect(try Tool.python(script, [ledger, sql]).status == 0)
            }
        }

        func startWorker(_ name: String) throws -> Process {
            try Program.start(
                ["worker", "--quiet", "--workers", "1", "--allow-address", "127.0.0.1"] + place,
                output: "\(books.folder)/worker-\(name)")
        }

        /// Lets a worker deliver until something has come true, then ends it.
        func work(_ more: [String] = ["--allow-address", "127.0.0.1"], until isTrue: () -> Bool) throws {
            let worker = try Program.start(
                ["worker", "--quiet", "--workers", "1"] + place + more, output: "\(books.folder)/worker")
            let hasCome = Program.wait(until: isTrue)
            #expect(hasCome)
            worker.terminate()
            worker.waitUntilExit()
            #expect(worker.terminationStatus == 0)
        }
    }

    private static func atDesk(server: Bool = false, _ body: (Desk) throws -> Void) throws {
        try LedgerDesk.with { books in
            let ledger = server ? try TestPostgres.shared().newAddress() : books.ledger
            try FileManager.default.createDirectory(atPath: "\(books.folder)/files", withIntermediateDirectories: true)
            let desk = Desk(books: books, receiver: try WebhookReceiver(in: books.folder), ledger: ledger)
            try desk.issue()
            try body(desk)
        }
    }

    private func deliver(server: Bool) throws {
        try Self.atDesk(server: server) { desk in
            let (id, secret) = try desk.add("/ok", "--event", "document.*", "--event", "payment.recorded")
            #expect(secret.hasPrefix("whsec_"))
            try desk.issue()
            #expect(try desk.run("pay", "FAK-2026-0002").status == 0)
            #expect(try desk.run("credit", "FAK-2026-0001").status == 0)
            try desk.work { desk.receiver.messages().count >= 7 }
            let messages = desk.receiver.messages()
            // What was there before the webhook is not told; what happened is told in its order.
            let types = messages.map(\.type).filter { $0 != "document.files" }
            #expect(
                types == [
                    "document.issued", "payment.recorded", "document.paid", "document.issued", "document.credited",
                ])
            #expect(Set(messages.map(\.id)).count == messages.count)
            let events = messages.compactMap { $0.data["event"] as? Int }
            #expect(events == events.sorted() && events.count == messages.count)
            #expect(messages.allSatisfy { !$0.body.contains("t0psecret") })
            #expect(try desk.receiver.verified(secret) == messages.count)
            #expect(try desk.receiver.verified("whsec_" + Data(count: 32).base64EncodedString()) == nil)
            #expect(try desk.deliveries(id).allSatisfy { $0["state"] as? String == "delivered" })
            #expect(try desk.run("webhooks", "list").output.contains(secret) == false)
            let audit = try Program.run(["ledger", "audit"] + desk.place)
            #expect(audit.status == 0, "\(audit.errors)")
        }
    }

    @Test("SQLite: signed, in order, each under an id of its own", .needsPython("standardwebhooks"))
    func onSQLite() throws { try deliver(server: false) }

    @Test("PostgreSQL: the same", .needsPostgres, .needsPython("standardwebhooks"))
    func onPostgres() throws { try deliver(server: true) }

    @Test("one that hangs, one that fails and one that redirects hold no other; what failed waits for its next try")
    func faults() throws {
        try Self.atDesk { desk in
            let names = ["/slow", "/500", "/redirect", "/huge", "/gone", "/ok"]
            var ids: [String: String] = [:]
            for name in names { ids[name] = try desk.add(name, "--event", "document.issued").id }
            try desk.issue()
            let begun = Date()
            let worker = try Program.start(
                ["worker", "--quiet", "--allow-address", "127.0.0.1"] + desk.place, output: "\(desk.books.folder)/w")
            defer { kill(worker.processIdentifier, SIGKILL) }
            #expect(Program.wait { Set(desk.receiver.messages().map(\.path)).count == names.count })
            #expect(
                Program.wait {
                    ((try? desk.deliveries(ids["/ok"] ?? "")) ?? []).first?["state"] as? String == "delivered"
                })
            #expect(Date().timeIntervalSince(begun) < 10)
            for (name, status, problem) in [
                ("/500", 500, "network.unreachable"), ("/redirect", 302, "network.refused"),
                ("/gone", 410, "network.refused"),
            ] {
                let delivery = try #require(try desk.deliveries(ids[name] ?? "").first)
                #expect(delivery["state"] as? String == "pending" && delivery["attempts"] as? Int == 1, "\(delivery)")
                #expect(delivery["status"] as? Int == status && delivery["problem"] as? String == problem)
            }
            #expect(try desk.deliveries(ids["/huge"] ?? "").first?["problem"] as? String == "network.tooLarge")
            let gone = "\(ids["/gone"] ?? "")  disabled"
            #expect(Program.wait { (try? desk.run("webhooks", "list").output.contains(gone)) ?? false })
            #expect(desk.receiver.messages(at: "/ok").count == 1, "nothing was redirected")
        }
    }

    @Test("addresses of the own network are refused where nobody allowed them, whatever their name")
    func privateAddresses() throws {
        try Self.atDesk { desk in
            let id = try desk.add("/ok", "--event", "document.issued").id
            for host in ["localhost", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1", "[fd00::1]", "0.0.0.0"] {
                let words = ["webhooks", "add", "http://\(host):\(desk.receiver.port)/ok", "--plain-http"]
                let added = try Program.run(words + ["--ledger", desk.ledger])
                let other = String(added.output.prefix { $0 != " " })
                let tried = try desk.run("webhooks", "test", other)
                #expect(
                    tried.status == 75 && tried.output.contains("network.refusedAddress"), "\(host): \(tried.output)")
            }
            try desk.issue()
            try desk.work([]) { ((try? desk.deliveries(id)) ?? []).first?["attempts"] as? Int == 1 }
            #expect(try desk.deliveries(id).first?["problem"] as? String == "network.refusedAddress")
            #expect(desk.receiver.messages().isEmpty)
            #expect(
                try desk.run("webhooks", "test", id, "--allow-address", "127.0.0.1").output == "delivered: HTTP 204\n")
            #expect(desk.receiver.messages().map(\.type) == ["webhook.test"])
            let plain = try desk.run("webhooks", "add", desk.receiver.url("/ok"))
            #expect(plain.status == 1 && plain.errors.contains("[webhook.address]"))
        }
    }

    private func crash(server: Bool) throws {
        try Self.atDesk(server: server) { desk in
            let (id, secret) = try desk.add("/pause", "--event", "document.issued")
            let count = 20
            for _ in 0..<count { try desk.issue() }
            for round in 1...2 {
                let workers = try (0..<2).map { try desk.startWorker("\(round)\($0)") }
                let isUnderWay = Program.wait { desk.receiver.messages().count >= round * 6 }
                #expect(isUnderWay)
                for worker in workers { kill(worker.processIdentifier, SIGKILL) }
                for worker in workers { worker.waitUntilExit() }
                #expect(Set(desk.receiver.messages().map(\.id)).count < count)
                try desk.sql("UPDATE webhook SET lease_until = 1")
            }
            try desk.work { desk.delivered(id) == count }
            let messages = desk.receiver.messages()
            // At least once, never lost; each killed deliverer may repeat what it had in hand.
            #expect(Set(messages.map(\.id)).count == count && messages.count <= count + 2)
            #expect(try desk.receiver.verified(secret) == messages.count)
        }
    }

    @Test("SQLite: deliverers that are killed lose nothing", .needsPython("standardwebhooks"))
    func killedOnSQLite() throws { try crash(server: false) }

    @Test("PostgreSQL: deliverers that are killed lose nothing", .needsPostgres, .needsPython("standardwebhooks"))
    func killedOnPostgres() throws { try crash(server: true) }

    @Test("a receiver that cannot prove who it is gets nothing", .needsTool("openssl"))
    func untrusted() throws {
        try Self.atDesk { desk in
            let pki = try LoopbackPKI.shared()
            let impostor = try WebhookReceiver(
                in: pki.folder, certificate: (pki.path("seal.pem"), pki.path("seal.key")))
            let added = try desk.run("webhooks", "add", "https://127.0.0.1:\(impostor.port)/ok")
            let tried = try desk.run(
                "webhooks", "test", String(added.output.prefix { $0 != " " }), "--allow-address", "127.0.0.1")
            #expect(tried.output == "failed: network.untrusted\n" && impostor.messages().isEmpty)
        }
    }

    @Test(
        "while a secret is changed both sign, and what was delivered can be told again under the id that it had",
        .needsPython("standardwebhooks"))
    func rotation() throws {
        try Self.atDesk { desk in
            let (id, first) = try desk.add("/ok", "--event", "document.issued")
            let second = try desk.run("webhooks", "rotate", id).output.split(separator: "\n").map(String.init)[1]
            #expect(first != second)
            try desk.issue()
            try desk.work { desk.receiver.messages().count == 1 }
            #expect(try desk.receiver.verified(first, second) == 1)
            let event = try #require(try desk.deliveries(id).first?["event"] as? Int)
            #expect(try desk.run("webhooks", "replay", id, "\(event)").output == "1\n")
            #expect(try desk.run("webhooks", "replay", id, "999").status == 7)
            try desk.work { desk.receiver.messages().count == 2 }
            #expect(Set(desk.receiver.messages().map(\.id)).count == 1)
            #expect(try desk.run("webhooks", "remove", id).status == 0)
            #expect(try desk.run("webhooks", "deliveries", id).status == 7)
        }
    }
}
