import Certificates
import Diagnostics
import Ledger
import Testing

@Suite("Webhooks: each event is kept until it is told")
struct WebhookQueueTests {
    private static let start = Timestamp(secondsSince1970: 1_800_000_000)

    private static func order(_ events: [String] = []) throws(ToolkitError) -> WebhookOrder {
        try WebhookOrder(url: "https://erp.example/hooks", events: events, secret: [UInt8](repeating: 7, count: 32))
    }

    /// Books with a webhook that hears of issued documents.
    private static func books(
        _ engine: StoreEngine = .sqlite
    ) throws -> (books: Books, webhook: Webhook, queue: WebhookQueue) {
        let books = try Books(engine)
        let book = WebhookBook(books.ledger)
        let webhook = try book.add(order(["document.issued"]), books.request())
        return (books, webhook, WebhookQueue(books.ledger))
    }

    @Test(
        "a failed try is repeated after 1, 5, 15, 60 and 240 minutes, then it failed and can be begun anew",
        arguments: Books.engines)
    func schedule(engine: StoreEngine) throws {
        let (books, webhook, queue) = try Self.books(engine)
        _ = try books.ledger.issue(books.order())
        let book = WebhookBook(books.ledger)
        var now = Self.start
        var ids: Set<String> = []
        for minutes in [1, 5, 15, 60, 240, nil] {
            let hold = try #require(try queue.claim(9, at: now, leaseSeconds: 60).first)
            let message = try #require(try queue.next(for: hold, 9, at: now, leaseSeconds: 60)?.first)
            ids.insert(message.id)
            #expect(
                try queue.report(.failed(status: 500, problem: "x"), of: message, for: hold, at: now, leaseSeconds: 60))
            try queue.release(hold, at: now)
            let delivery = try #require(try book.deliveries(of: webhook.id, issuer: Books.issuer).first)
            guard let minutes else {
                #expect(delivery.state == .failed && delivery.attempts == 6 && delivery.due == nil)
                break
            }
            let due = now.adding(seconds: minutes * 60)
            #expect(delivery.due == due && delivery.status == 500)
            #expect(try queue.claim(9, at: due.adding(seconds: -1), leaseSeconds: 60).isEmpty)
            now = due
        }
        #expect(ids.count == 1)
        now = now.adding(seconds: 1_000_000)
        #expect(try queue.claim(9, at: now, leaseSeconds: 60).isEmpty)
        #expect(try book.replay(webhook.id, event: nil, books.request()) == 1)
        #expect(try queue.claim(9, at: now, leaseSeconds: 60).count == 1)
        #expect(try books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test(
        "a webhook is in one pair of hands; after the lease the next one has it, and the first one's report is refused",
        arguments: Books.engines)
    func threadsShareLeases(engine: StoreEngine) throws {
        let (books, _, queue) = try Self.books(engine)
        for _ in 0..<3 { _ = try books.ledger.issue(books.order()) }
        let now = Self.start
        let taken = Gathered<WebhookQueue.Hold>()
        Threads.together(4) { _ in
            for hold in (try? queue.claim(9, at: now, leaseSeconds: 60)) ?? [] { taken.add(hold) }
        }
        #expect(taken.all.count == 1)
        let first = try #require(taken.all.first)
        let messages = try #require(try queue.next(for: first, 9, at: now, leaseSeconds: 60))
        #expect(messages.map(\.event) == messages.map(\.event).sorted() && messages.count == 3)
        let later = now.adding(seconds: 61)
        let second = try #require(try queue.claim(9, at: later, leaseSeconds: 60).first)
        #expect(
            try queue.report(.delivered(status: 200), of: messages[0], for: first, at: later, leaseSeconds: 60) == false
        )
        #expect(try queue.next(for: first, 9, at: later, leaseSeconds: 60) == nil)
        let again = try #require(try queue.next(for: second, 9, at: later, leaseSeconds: 60))
        #expect(again == messages)
        for message in again {
            #expect(try queue.report(.delivered(status: 200), of: message, for: second, at: later, leaseSeconds: 60))
        }
        #expect(try queue.next(for: second, 9, at: later, leaseSeconds: 60)?.isEmpty == true)
        try queue.release(second, at: later)
        #expect(try queue.claim(9, at: later, leaseSeconds: 60).isEmpty)
    }

    @Test("a webhook hears of what it asked for, from its beginning on, and while it is off everything waits")
    func filter() throws {
        let (books, webhook, queue) = try Self.books()
        let book = WebhookBook(books.ledger)
        let invoice = try books.ledger.issue(books.order())
        let late = try book.add(Self.order(["payment.*", "document.voided"]), books.request())
        _ = try books.ledger.void(invoice.id, reason: "wrong", books.request())
        _ = try book.setEnabled(false, webhook.id, books.request())
        let now = Self.start
        func topics(_ id: String) throws -> [String] {
            for hold in try queue.claim(9, at: now, leaseSeconds: 60) {
                _ = try queue.next(for: hold, 9, at: now, leaseSeconds: 60)
                try queue.release(hold, at: now)
            }
            return try book.deliveries(of: id, issuer: Books.issuer).map(\.topic)
        }
        #expect(try topics(late.id) == ["document.voided"])
        #expect(try topics(webhook.id).isEmpty)
        _ = try book.setEnabled(true, webhook.id, books.request())
        #expect(try topics(webhook.id) == ["document.issued"])
        #expect(try book.webhooks(of: "another").isEmpty)
        #expect(throws: ToolkitError.self) { try book.webhook(webhook.id, of: "another") }
        #expect(throws: ToolkitError.self) { try book.remove(webhook.id, books.request(issuer: "another")) }
    }

    static let refused = [
        "http://erp.example/", "https://", "ftp://x/", "https://a:b@c/", "https://x y/", "https:///path", "",
    ]

    @Test("only addresses of HTTPS are taken, and only events that there are", arguments: refused)
    func orders(url: String) throws {
        let secret = [UInt8](repeating: 1, count: 32)
        #expect(throws: ToolkitError.self) { try WebhookOrder(url: url, events: [], secret: secret) }
        #expect(throws: ToolkitError.self) {
            try WebhookOrder(url: "https://x/", events: ["document.isued"], secret: secret)
        }
        #expect(
            try WebhookOrder(url: "http://x/", events: ["job.*"], secret: secret, allowsPlain: true).url == "http://x/")
    }
}
