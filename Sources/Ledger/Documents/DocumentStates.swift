public import Diagnostics

/// A state of one axis, with the states that may follow it.
public protocol AxisState: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The states that may come next.
    var followers: Set<Self> { get }
}

/// Whether a document counts; a void one keeps its number.
public enum LifecycleState: String, AxisState {
    /// Numbered, complete and unchangeable.
    case issued
    /// Withdrawn with a reason; its number is used up.
    case void

    /// The states that may come next.
    public var followers: Set<Self> {
        switch self {
        case .issued: [.void]
        case .void: []
        }
    }
}

/// How far the document got on its way to the customer.
public enum DeliveryState: String, AxisState {
    /// Nothing was sent.
    case none
    /// It left the house.
    case sent
    /// The customer opened it.
    case viewed
    /// It came back.
    case failed

    /// The states that may come next.
    public var followers: Set<Self> {
        switch self {
        case .none: [.sent, .failed]
        case .sent: [.sent, .viewed, .failed]
        case .viewed: [.sent, .viewed]
        case .failed: [.sent, .failed]
        }
    }
}

/// Whether the document's files carry a signature.
public enum SignatureState: String, AxisState {
    /// No signature yet, or none wanted.
    case unsigned
    /// Signed; the bytes are final.
    case signed
    /// Signing failed and will be tried again.
    case failed

    /// The states that may come next.
    public var followers: Set<Self> {
        switch self {
        case .unsigned, .failed: [.signed, .failed]
        case .signed: []
        }
    }
}

/// What the authority or the access point said.
public enum SubmissionState: String, AxisState {
    /// Not sent there.
    case none
    /// On its way, or to be tried again.
    case pending
    /// Received.
    case submitted
    /// Taken over as valid.
    case accepted
    /// Refused.
    case rejected
    /// Given up; a person must look.
    case needsAttention = "needs_attention"

    /// The states that may come next.
    public var followers: Set<Self> {
        switch self {
        case .none: [.pending]
        case .pending: [.pending, .submitted, .accepted, .rejected, .needsAttention]
        case .submitted: [.accepted, .rejected]
        case .needsAttention, .rejected: [.pending]
        case .accepted: []
        }
    }
}

/// How much of a document is settled; computed from the sums, never stored.
public enum PaymentState: String, Sendable, Hashable, CaseIterable {
    /// Nothing was paid or credited.
    case unpaid
    /// A part is settled.
    case partiallyPaid = "partially_paid"
    /// Nothing is outstanding.
    case paid
    /// The rest was given up.
    case writtenOff = "written_off"
}

/// A step on one of the axes that outside events move: delivery, signature, submission.
public enum AxisStep: Sendable, Hashable {
    /// How far the document got to the customer.
    case delivery(DeliveryState)
    /// Whether its files are signed.
    case signature(SignatureState)
    /// What the authority said.
    case submission(SubmissionState)
}

extension AxisState {
    /// Steps to another state.
    ///
    /// - Throws: `state.transition` where the table of this axis does not allow it.
    mutating func step(to next: Self) throws(ToolkitError) {
        guard followers.contains(next) else { throw .illegalStep(from: rawValue, to: next.rawValue) }
        self = next
    }
}

extension ToolkitError {
    static func illegalStep(from state: String, to next: String) -> ToolkitError {
        ToolkitError(
            .stateTransition, "What is \(state) cannot become \(next).",
            fix: "Look at the present state; what happened already is not done again.")
    }
}

extension ToolkitError.Code {
    /// The table of an axis does not allow this step.
    public static let stateTransition = Self("state.transition", .state)
}
