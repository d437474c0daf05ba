/// What others can hear of: the topics of entries of the audit chain, which are the types of webhooks.
public enum LedgerEvent: Sendable {
    static let documentIssued = "document.issued"
    static let documentCredited = "document.credited"
    static let paymentRecorded = "payment.recorded"
    /// A certificate of a signing key ends soon, or has ended.
    public static let certificateExpiring = "certificate.expiring"

    /// Every topic that there is, sorted.
    public static let all: [String] = {
        var names: Set = [
            documentIssued, documentCredited, paymentRecorded, certificateExpiring, DocumentFile.action,
            "draft.queued", "draft.unqueued",
        ]
        names.formUnion(StandingAction.allCases.map(\.rawValue))
        names.formUnion([JobState.completed, .failed, .cancelled].map(\.event))
        for kind in MovementKind.allCases {
            // A new payment is told as recorded, whatever its state.
            var states = kind == .payment ? [] : MovementState.first(of: kind)
            for state in MovementState.allCases { states.formUnion(state.followers(of: kind)) }
            names.formUnion(states.map { Movement.action(of: kind, $0) })
        }
        return names.sorted()
    }()

    /// Whether a filter takes a topic.
    ///
    /// - Parameters:
    ///   - topic: Such as `document.issued`.
    ///   - filter: Topics, or groups such as `document.*`; none takes everything.
    /// - Returns: Whether it does.
    static func isTaken(_ topic: String, by filter: [String]) -> Bool {
        filter.isEmpty
            || filter.contains { $0 == topic || ($0.hasSuffix(".*") && topic.hasPrefix($0.dropLast(1))) }
    }
}
