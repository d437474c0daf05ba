/// A statement with its parameters `$1`, `$2` and so on, written so that both engines understand it.
///
/// What differs is translated by the engine: `BIGINT` and `BYTEA` are `INTEGER` and `BLOB` in SQLite, and `FOR UPDATE`
/// (with `SKIP LOCKED` or without) falls away there, because a writing transaction of SQLite is alone anyway.
public struct Statement: Sendable, Hashable {
    /// The text; the same text is prepared once for a connection.
    public let text: String
    /// The values of `$1`, `$2` and so on.
    public let values: [SQLValue]

    /// Puts a statement and its values together.
    public init(_ text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }

    /// Hashes the values, and of the text its length: that tells the few texts of a ledger apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text.utf8.count)
        hasher.combine(values)
    }
}

/// A statement's text as a key of what was prepared for it.
///
/// It is looked up for every statement that runs, so only its length is hashed; equal texts are mostly one and the same.
public struct StatementText: Sendable, Hashable {
    private let text: String

    /// The text of a statement.
    public init(of statement: Statement) { text = statement.text }

    /// Hashes the length.
    public func hash(into hasher: inout Hasher) { hasher.combine(text.utf8.count) }
}

extension Statement: ExpressibleByStringLiteral {
    /// A statement without parameters.
    public init(stringLiteral text: String) { self.init(text) }
}
