import Certificates
import Diagnostics
import Synchronization

/// What was found out about certificates that come again with every document of the same sender.
///
/// Decoding a certificate and building its path cost more than the rest of a verification. Everything is kept under the
/// bytes of the certificates themselves, so a hit means the same as doing the work again; refusals are not kept.
final class SignerCache: Sendable {
    private struct Path {
        let certificates: [Certificate]
        /// The period in which every certificate of the path is valid.
        let validity: ClosedRange<Timestamp>
    }

    private struct State {
        var certificates: [[UInt8]: Certificate] = [:]
        var keys: [Certificate: PublicKey] = [:]
        var paths: [[Certificate]: Path] = [:]
    }

    /// Beyond it everything is forgotten: a stream of new certificates costs time, never memory.
    private static let limit = 256

    private let state = Mutex(State())

    /// The certificate with these bytes; nil where they are none.
    func certificate(_ der: [UInt8]) -> Certificate? {
        if let known = state.withLock({ $0.certificates[der] }) { return known }
        guard let certificate = try? Certificate(der: der) else { return nil }
        state.withLock {
            if $0.certificates.count >= Self.limit { $0.certificates = [:] }
            $0.certificates[der] = certificate
        }
        return certificate
    }

    /// The key of a certificate.
    ///
    /// - Throws: `key.unsuitable` where its kind is not known.
    func key(of certificate: Certificate) throws(ToolkitError) -> PublicKey {
        if let known = state.withLock({ $0.keys[certificate] }) { return known }
        let key = try PublicKey(of: certificate)
        state.withLock {
            if $0.keys.count >= Self.limit { $0.keys = [:] }
            $0.keys[certificate] = key
        }
        return key
    }

    /// A path to one of the anchors, which must be the same ones at every call.
    func path(
        from certificate: Certificate, through others: [Certificate], to anchors: TrustAnchors, at time: Timestamp
    ) throws(ToolkitError) -> CertificatePath {
        let question = [certificate] + others
        if let known = state.withLock({ $0.paths[question] }), known.validity.contains(time) {
            return .trusted(known.certificates)
        }
        let found = try anchors.path(from: certificate, through: others, at: time)
        guard case .trusted(let path) = found, let start = path.map(\.notBefore).max(),
            let end = path.map(\.notAfter).min(), start <= end
        else { return found }
        state.withLock {
            if $0.paths.count >= Self.limit { $0.paths = [:] }
            $0.paths[question] = Path(certificates: path, validity: start...end)
        }
        return found
    }
}
