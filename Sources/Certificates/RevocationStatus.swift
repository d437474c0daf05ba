/// Whether a certificate was revoked, as far as the evidence says.
public enum RevocationStatus: Sendable, Hashable {
    /// It was not revoked at the time in question.
    case good(Source)
    /// It was revoked.
    case revoked(at: Timestamp, reason: Reason)
    /// The evidence does not say.
    case unknown(Gap)

    /// What the answer rests on.
    public enum Source: String, Sendable, Hashable {
        /// A revocation list.
        case revocationList
        /// An OCSP answer.
        case ocsp
    }

    /// Why it was revoked.
    ///
    /// Source: RFC 5280 §5.3.1.
    public enum Reason: Int, Sendable, Hashable {
        /// No reason is given.
        case unspecified = 0
        /// Somebody else may have the key.
        case keyCompromise = 1
        /// Somebody else may have the key of the authority.
        case authorityCompromise = 2
        /// The subject's name or other facts have changed.
        case affiliationChanged = 3
        /// There is a new certificate.
        case superseded = 4
        /// It is not needed any more.
        case cessationOfOperation = 5
        /// It is on hold for a while.
        case certificateHold = 6
        /// It has been taken back from the hold; only lists of changes say so.
        case removedFromList = 8
        /// A privilege was withdrawn.
        case privilegeWithdrawn = 9
        /// Somebody else may have the key of the attribute authority.
        case attributeAuthorityCompromise = 10
    }

    /// Why the evidence does not say.
    public enum Gap: String, Sendable, Hashable {
        /// There is nothing about the certificate.
        case nothing
        /// What there is was made too long before, too long after, or claims to be from the future.
        case stale
        /// What there is was not made by those who may, or cannot be read.
        case unusable
        /// The responder does not know the certificate.
        case notKnown
    }
}

/// What a path and its revocation came to.
public struct CertificateVerdict: Sendable, Hashable {
    /// The path, or why there is none.
    public let path: CertificatePath
    /// The state of every certificate of the path but the anchor, in its order; empty without a path.
    public let statuses: [RevocationStatus]

    /// Whether the path is trusted and nothing on it is revoked or unknown.
    public var isGood: Bool {
        guard case .trusted = path else { return false }
        return statuses.allSatisfy { status in
            if case .good = status { true } else { false }
        }
    }

    /// The worst state on the path: the first revoked one, else the first unknown one; nil where all are good.
    public var worst: (index: Int, status: RevocationStatus)? {
        let all = statuses.enumerated().map { (index: $0.offset, status: $0.element) }
        let revoked = all.first { entry in
            if case .revoked = entry.status { true } else { false }
        }
        let unknown = all.first { entry in
            if case .unknown = entry.status { true } else { false }
        }
        return revoked ?? unknown
    }
}
