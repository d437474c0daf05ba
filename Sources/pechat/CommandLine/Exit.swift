import Diagnostics

/// How a command ended, as its exit code (DESIGN §1); scripts rely on these numbers.
enum Exit: Int32, Sendable {
    case done = 0
    case rejected = 1
    case usage = 2
    case unreadable = 3
    case key = 4
    case threshold = 5
    case batchFailures = 6
    case state = 7
    case defect = 70
    case inputOutput = 74
    case later = 75
    case interrupted = 130
    case terminated = 143

    /// The code for an operation that failed.
    init(_ kind: ToolkitError.Kind) {
        self =
            switch kind {
            case .usage: .usage
            case .unreadable: .unreadable
            case .rejected: .rejected
            case .key: .key
            case .state: .state
            case .inputOutput: .inputOutput
            case .later: .later
            case .defect: .defect
            }
    }

    /// What the code means, for the help text.
    var meaning: String {
        switch self {
        case .done: "done"
        case .rejected: "the document is rejected"
        case .usage: "the command is put wrongly"
        case .unreadable: "the input cannot be read"
        case .key: "the key or certificate cannot be used"
        case .threshold: "a certificate ends within a threshold"
        case .batchFailures: "the batch is finished, some documents failed"
        case .state: "the state of something forbids it"
        case .defect: "a defect of pechat"
        case .inputOutput: "a file or disk failed"
        case .later: "try again later"
        case .interrupted: "stopped by Ctrl-C"
        case .terminated: "stopped by a termination signal"
        }
    }
}
