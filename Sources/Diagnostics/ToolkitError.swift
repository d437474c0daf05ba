/// Why an operation could not be carried out.
public struct ToolkitError: Error, Sendable, CustomStringConvertible {
    /// A stable name such as `xml.malformed`, for programs; each module declares its own in an extension.
    public struct Code: Sendable, Hashable {
        /// The name as it stands in JSON output.
        public let name: String
        /// What kind of failure this is; it decides the exit code of a command and the status of a response.
        public let kind: Kind

        /// Declares a code; a name never changes its meaning once released.
        public init(_ name: String, _ kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    /// The failures that a caller tells apart (DESIGN §1: exit codes).
    public enum Kind: Sendable, Hashable {
        /// The command or call was put wrongly.
        case usage
        /// The input cannot be read at all.
        case unreadable
        /// The document was read and is wrong.
        case rejected
        /// The key or certificate cannot be used.
        case key
        /// The state of something forbids the operation.
        case state
        /// A file, disk or connection failed.
        case inputOutput
        /// Trying again later can help.
        case later
        /// A defect of this toolkit.
        case defect
    }

    /// A stable name such as `xml.malformed`, for programs; each module declares its own in an extension.
    public let code: Code
    /// One sentence without customer data, safe for logs and HTTP clients.
    public let message: String
    /// What to do about it, in one sentence; empty where there is nothing to add.
    public var fix: String
    /// Where in the input it is, when that is known.
    public var place: SourcePlace?
    /// Facts for the developer, such as a line; shown by `String(reflecting:)` only.
    public var facts: [String: String]
    /// The error beneath this one.
    public var cause: (any Error)?

    /// Puts an error together; `fix` and `place` are what turns it into help.
    public init(
        _ code: Code, _ message: String, fix: String = "", place: SourcePlace? = nil, facts: [String: String] = [:],
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.fix = fix
        self.place = place
        self.facts = facts
        self.cause = cause
    }

    /// The code and the message, never the facts: this text reaches logs and clients.
    public var description: String { "\(code.name): \(message)" }
}
