import Certificates
import Diagnostics
import JSONCore

/// The end of an issuer's chain of audit entries.
///
/// Each entry is one line of JSON that holds the hash of the entry before it; its own hash is the SHA-256 of that line.
/// Anyone can verify an exported chain with any SHA-256 at hand.
struct AuditChain: Sendable, Hashable {
    /// The hash before the first entry: 32 zero bytes.
    static let start = [UInt8](repeating: 0, count: 32)

    /// The number of the last entry; 0 before the first.
    private(set) var sequence: Int
    /// The hash of the last entry.
    private(set) var hash: [UInt8]

    init(sequence: Int = 0, hash: [UInt8] = start) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Adds an entry and gives its line.
    mutating func append(
        at moment: Timestamp, actor: String, action: String, subject: String, before: [UInt8]?, after: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("seq", sequence + 1)
        writer.member("at", moment.description)
        writer.member("actor", actor)
        writer.member("action", action)
        writer.member("subject", subject)
        writer.member("before", orNull: try Self.digest(orNil: before))
        writer.member("after", try Self.digest(after))
        writer.member("previous", Digest.hexadecimal(hash))
        writer.endObject()
        sequence += 1
        hash = try Digest.sha256(writer.bytes)
        return writer.bytes
    }

    private static func digest(orNil bytes: [UInt8]?) throws(ToolkitError) -> String? {
        guard let bytes else { return nil }
        return try digest(bytes)
    }

    private static func digest(_ bytes: [UInt8]) throws(ToolkitError) -> String {
        Digest.hexadecimal(try Digest.sha256(bytes))
    }
}
