public import Certificates
public import Diagnostics
public import Ledger

/// Tells webhooks of events: threads that come and go with the work, one for each webhook that is in hand.
///
/// A webhook that hangs keeps its own thread and nobody else's, and is left alone for a while afterwards. Every message
/// comes at least once: a deliverer that dies between the answer and its entry leaves the message to the next one.
public final class WebhookCourier: Sendable {
    /// Posts a message and gives the status of the answer, which is one of success; where there was an answer that is
    /// none, the error has its `status` as a fact.
    public typealias Post = @Sendable (NetworkRequest) throws(ToolkitError) -> Int

    /// What is told of the work.
    public struct News: Sendable {
        /// The webhook.
        public let webhook: Webhook
        /// The number of the event.
        public let event: Int
        /// What became of the try.
        public let outcome: WebhookQueue.Outcome
    }

    /// How long a deliverer may stay silent before another one takes over, in seconds; longer than one exchange.
    private static let leaseSeconds = 60
    /// How long a webhook is left alone that could not be reached, in seconds.
    private static let restSeconds = 30
    /// How many webhooks are in hand at once.
    private static let threads = 16
    /// How many messages are sent before another webhook has its turn.
    private static let turn = 100

    private let queue: WebhookQueue
    private let book: WebhookBook
    private let issuer: String?
    private let now: @Sendable () -> Timestamp
    private let post: Post

    /// Sets a courier up.
    ///
    /// - Parameters:
    ///   - ledger: The books.
    ///   - issuer: Whose webhooks; nil for everybody's.
    ///   - now: The clock.
    ///   - post: Sends a request.
    public init(
        _ ledger: DocumentLedger, issuer: String? = nil, now: @escaping @Sendable () -> Timestamp,
        post: @escaping Post
    ) {
        queue = WebhookQueue(ledger)
        book = WebhookBook(ledger)
        self.issuer = issuer
        self.now = now
        self.post = post
    }

    /// Tells events until it is asked to stop; what is under way then is finished.
    ///
    /// - Parameters:
    ///   - isStopped: Asked by all threads, between messages.
    ///   - tell: Takes what happens; called by all threads.
    public func run(
        isStopped: @escaping @Sendable () -> Bool, tell: @escaping @Sendable (News) -> Void
    ) {
        let busy = Monitor(0)
        while !isStopped() {
            let free = Self.threads - busy.update { $0 }
            // A store that is away now is asked again.
            let holds =
                free > 0 ? try? queue.claim(free, issuer: issuer, at: now(), leaseSeconds: Self.leaseSeconds) : []
            for hold in holds ?? [] {
                busy.update { $0 += 1 }
                let isStarted = startThread {
                    self.deliver(hold, isStopped, tell)
                    busy.update { $0 -= 1 }
                }
                if !isStarted { busy.update { $0 -= 1 } }
            }
            if holds?.isEmpty ?? true { Self.pause(busy) }
        }
        _ = busy.wait { $0 == 0 ? true : nil }
    }

    /// Waits half a second, or until a thread ends.
    private static func pause(_ busy: Monitor<Int>) {
        var before: Int?
        _ = busy.wait(askingEvery: 500) { count in
            defer { before = count }
            return before == nil ? nil : true
        }
    }

    /// Tells one webhook what waits for it, in order.
    private func deliver(_ hold: WebhookQueue.Hold, _ isStopped: () -> Bool, _ tell: (News) -> Void) {
        var rest: Timestamp?
        do throws(ToolkitError) {
            var sent = 0
            turn: while sent < Self.turn, !isStopped() {
                guard let messages = try queue.next(for: hold, 20, at: now(), leaseSeconds: Self.leaseSeconds) else {
                    return
                }
                guard !messages.isEmpty else { break }
                for message in messages {
                    if isStopped() { break turn }
                    let outcome = send(WebhookMessage(message, issuer: hold.webhook.issuer), hold)
                    sent += 1
                    guard
                        try queue.report(outcome, of: message, for: hold, at: now(), leaseSeconds: Self.leaseSeconds)
                    else { return }
                    tell(News(webhook: hold.webhook, event: message.event, outcome: outcome))
                    switch outcome {
                    case .failed(nil, _):
                        rest = now().adding(seconds: Self.restSeconds)
                        break turn
                    case .failed(410, _):
                        try disable(hold.webhook)
                        break turn
                    case .failed, .delivered: break
                    }
                }
            }
            try queue.release(hold, restingUntil: rest, at: now())
        } catch {
            // The lease runs out, and another deliverer, or this one, goes on.
        }
    }

    /// A receiver that is gone for good (HTTP 410) wants no more messages; they wait, as for one that was switched off by hand.
    private func disable(_ webhook: Webhook) throws(ToolkitError) {
        let request = LedgerRequest(issuer: webhook.issuer, actor: "receiver", now: now(), identifier: { webhook.id })
        _ = try book.setEnabled(false, webhook.id, request)
    }

    /// Sends one message.
    private func send(_ message: WebhookMessage, _ hold: WebhookQueue.Hold) -> WebhookQueue.Outcome {
        do throws(ToolkitError) {
            return .delivered(
                status: try post(try message.request(to: hold.webhook.url, signedBy: hold.secrets, at: now())))
        } catch { return .failed(status: error.facts["status"].flatMap { Int($0) }, problem: error.code.name) }
    }

    /// Sends a message out of turn, to try a webhook.
    ///
    /// - Parameters:
    ///   - id: The webhook.
    ///   - issuer: Whose.
    ///   - identifier: A name that was never given before.
    /// - Returns: What became of it.
    /// - Throws: `webhook.unknown`.
    public func test(_ id: String, of issuer: String, identifier: String) throws(ToolkitError) -> WebhookQueue.Outcome {
        let hold = try queue.look(at: id, of: issuer, now: now())
        return send(WebhookMessage(trying: hold.webhook, identifier: identifier, at: now()), hold)
    }
}
