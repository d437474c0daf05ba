/// How far a job got; the table of its legal steps is `followers`, and every statement that changes a state is made of it.
public enum JobState: String, AxisState {
    /// It waits for a worker, or for its next try.
    case pending
    /// Workers have it in hand.
    case processing
    /// It waits until somebody lets it go on.
    case paused
    /// It is done.
    case completed
    /// It is done, and some of its items failed.
    case completedWithErrors = "completed_with_errors"
    /// It was tried as often as it may be.
    case failed
    /// Somebody called it off.
    case cancelled

    /// The states that may come next.
    ///
    /// What waits may be completed by others: whoever makes a document's files ends the job that would make them. A pending
    /// batch fails or completes where its last part is ended by somebody else than a worker.
    public var followers: Set<Self> {
        switch self {
        case .pending: [.processing, .paused, .completed, .cancelled]
        case .processing: [.pending, .paused, .completed, .completedWithErrors, .failed, .cancelled]
        case .paused: [.pending, .processing, .completed, .completedWithErrors, .failed, .cancelled]
        case .failed, .completedWithErrors: [.pending, .completed]
        case .completed, .cancelled: []
        }
    }

    /// Whether nothing more happens by itself.
    public var isFinal: Bool {
        switch self {
        case .pending, .processing, .paused: false
        case .completed, .completedWithErrors, .failed, .cancelled: true
        }
    }

    /// The states before a step, as SQL: `'pending', 'paused'`.
    static func sources(of next: JobState) -> String {
        allCases.filter { $0.followers.contains(next) }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}

/// What became of one item of a batch.
public enum JobItemState: String, AxisState {
    /// It is still to be done.
    case pending
    /// It is done.
    case successful
    /// It is wrong, or could not be done; the reasons are with it.
    case failed
    /// The batch was called off before its turn.
    case cancelled

    /// The states that may come next; what failed can be tried again.
    public var followers: Set<Self> {
        switch self {
        case .pending: [.successful, .failed, .cancelled]
        case .failed: [.pending]
        case .successful, .cancelled: []
        }
    }
}

/// How urgent a job is.
public enum JobPriority: String, Sendable, Hashable, CaseIterable {
    /// Somebody waits for it: submissions, payments.
    case high
    /// Everything else.
    case `default`
    /// Whenever there is time: reports, exports, large batches.
    case low

    /// 0 for the most urgent.
    var level: Int {
        switch self {
        case .high: 0
        case .default: 1
        case .low: 2
        }
    }

    init?(level: Int) {
        guard let priority = Self.allCases.first(where: { $0.level == level }) else { return nil }
        self = priority
    }

    /// How many seconds a job must wait until it goes before those that are one level more urgent and came just now.
    ///
    /// The queue is sorted by due time plus this much for each level, so that nothing waits for ever.
    public static let ageingSeconds = 300

    /// What the queue sorts by.
    func rank(due: Int) -> Int { due + level * Self.ageingSeconds }
}

/// How often and how long a job is tried.
public enum JobTries: Sendable {
    /// How often at most.
    public static let most = 3
    /// How long one try may take, in seconds; after that its lease is not renewed any more.
    public static let timeoutSeconds = 300

    /// How long to wait after so many tries, in seconds: half a minute, then two.
    public static func pauseSeconds(after tries: Int) -> Int { 30 << (2 * max(0, min(tries, 5) - 1)) }
}
