import JSONCore

/// An entry of the audit chain, read from its line.
struct AuditLine: Sendable {
    let sequence: Int
    let action: String
    let subject: String
    /// The digest of the state after, in hexadecimal.
    let after: String
    /// The hash of the entry before, in hexadecimal.
    let previous: String

    /// Reads a line; nil where it is none.
    init?(_ line: [UInt8]) {
        guard let root = try? JSONDocument(parsing: line).root, let sequence = root["seq"]?.integer,
            let action = root["action"]?.string, let subject = root["subject"]?.string,
            let after = root["after"]?.string, let previous = root["previous"]?.string
        else { return nil }
        self.sequence = sequence
        self.action = action
        self.subject = subject
        self.after = after
        self.previous = previous
    }
}
