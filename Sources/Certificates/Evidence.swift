/// What is brought along to judge certificates: other certificates, revocation lists and OCSP answers.
///
/// Nothing of it is trusted by being here. It is what long-term signatures embed, and what a folder of evidence holds.
public struct Evidence: Sendable, Hashable {
    /// Authorities that may lie on a path, responders, and time-stamping authorities.
    public var certificates: [Certificate]
    /// Revocation lists in DER.
    public var revocationLists: [[UInt8]]
    /// OCSP answers in DER: the whole `OCSPResponse`.
    public var ocspResponses: [[UInt8]]

    /// Collects evidence; none by default.
    public init(
        certificates: [Certificate] = [], revocationLists: [[UInt8]] = [], ocspResponses: [[UInt8]] = []
    ) {
        self.certificates = certificates
        self.revocationLists = revocationLists
        self.ocspResponses = ocspResponses
    }

    /// Adds other evidence, each thing once.
    public mutating func formUnion(_ other: Evidence) {
        certificates += other.certificates.filter { !certificates.contains($0) }
        revocationLists += other.revocationLists.filter { !revocationLists.contains($0) }
        ocspResponses += other.ocspResponses.filter { !ocspResponses.contains($0) }
    }
}
