public import Certificates

/// What became of one timestamp of a signature.
public struct TimestampReport: Sendable, Hashable {
    /// What a timestamp proves the existence of.
    public enum Kind: String, Sendable, Hashable {
        /// What was signed, before it was signed.
        case content
        /// The signature value.
        case signature
        /// The signature with all that it carries.
        case archive
        /// A document with all that is in it.
        case document
    }

    /// What it proves the existence of.
    public let kind: Kind
    /// The time that it states; nil where it cannot be read.
    public internal(set) var time: Timestamp?
    /// The name of its authority; nil where it cannot be read.
    public internal(set) var authority: Certificate?
    /// Whether it is intact, belongs to this signature, and its authority is trusted and not revoked.
    public internal(set) var isGood = false
    /// Whether it is intact and belongs to this signature, whoever made it.
    public internal(set) var isIntact = false
    /// One sentence that says what is wrong; empty where nothing is.
    public internal(set) var message = ""

    init(_ kind: Kind) { self.kind = kind }

    /// One line for people.
    var text: String {
        let moment = time.map { " \($0)" } ?? ""
        let maker = authority.map { " by \($0.subject)" } ?? ""
        return "\(kind.rawValue) timestamp:\(moment)\(maker), \(isGood ? "good" : message)"
    }
}

extension RevocationStatus {
    /// A few words for people.
    public var text: String {
        switch self {
        case .good(let source): "not revoked, says \(source == .ocsp ? "an OCSP answer" : "a revocation list")"
        case .revoked(let time, let reason): "revoked at \(time) (\(reason))"
        case .unknown(let gap): "not known (\(gap.rawValue))"
        }
    }
}
