import COpenSSL
public import Diagnostics

/// What became of the search for a path from a certificate to an authority that the caller trusts.
public enum CertificatePath: Sendable, Hashable {
    /// A path was found; the certificate first, the anchor last.
    case trusted([Certificate])
    /// Every path was refused.
    case refused(Reason)

    /// Why there is no path.
    public enum Reason: String, Sendable, Hashable {
        /// No issuer leads to an anchor.
        case noPath
        /// A certificate of the path has expired.
        case expired
        /// A certificate of the path is not valid yet.
        case notYetValid
        /// A key or a digest on the path is too weak.
        case weak
        /// A certificate was signed by somebody else than it says, or breaks a rule of RFC 5280.
        case invalid
    }
}

/// Which certificate policies a path must have been issued under, the inputs of RFC 5280 §6.1.1.
public struct PolicyDemands: Sendable, Hashable {
    /// The policies that are welcome, dotted; empty welcomes any.
    public var accepted: [String] = []
    /// Whether the path must be valid under one of them at all.
    public var requiresExplicitPolicy = false
    /// Whether authorities may not declare two policies to be the same.
    public var inhibitsMapping = false
    /// Whether `anyPolicy` in a certificate stands for nothing.
    public var inhibitsAnyPolicy = false

    /// Demands nothing: any policy is welcome, and none is needed unless a certificate of the path says so.
    public init() {}
}

/// The certificates of authorities that the caller trusts.
///
/// Anchors may be roots or authorities below one. Nothing is fetched from the network, and revocation is not looked at:
/// that takes evidence which the caller would have to bring. A value may be used on many threads.
public struct TrustAnchors: Sendable {
    /// The anchors in the order given.
    public let certificates: [Certificate]

    let store: StoreHandle

    /// Trusts these certificates.
    ///
    /// - Parameter certificates: At least one.
    /// - Throws: `certificate.unreadable` where there is none.
    public init(_ certificates: [Certificate]) throws(ToolkitError) {
        guard !certificates.isEmpty else { throw .certificateUnreadable }
        guard let store = StoreHandle(certificates) else { throw .cryptographyFailed("trust store") }
        self.certificates = certificates
        self.store = store
    }

    /// Trusts all certificates of PEM text.
    ///
    /// - Parameter pem: PEM, or one certificate in DER; at most 4 MiB.
    /// - Throws: `certificate.unreadable`.
    public init(pem: [UInt8]) throws(ToolkitError) {
        try self.init(Certificate.all(in: pem))
    }

    /// Looks for a path from a certificate to an anchor, with OpenSSL's strict checks.
    ///
    /// Source: RFC 5280 §6.
    ///
    /// - Parameters:
    ///   - certificate: The certificate in question.
    ///   - others: Authorities that may lie between; they are not trusted by being here.
    ///   - time: The moment at which all of the path must be valid.
    ///   - demands: The certificate policies that are asked for.
    /// - Returns: The path, or why there is none.
    /// - Throws: `cryptography.failed`.
    public func path(
        from certificate: Certificate, through others: [Certificate], at time: Timestamp,
        demands: PolicyDemands = PolicyDemands()
    ) throws(ToolkitError) -> CertificatePath {
        let found = try search(certificate, others, time, demands)
        guard found == .refused(.expired) else { return found }
        // RFC 5280 §4.1.2.5 counts the very second of notAfter in, OpenSSL counts it out: a path that holds a second
        // earlier and whose certificates all say that they are valid now is one.
        guard case .trusted(let path) = try search(certificate, others, time.adding(seconds: -1), demands),
            path.allSatisfy({ $0.isValid(at: time) })
        else { return found }
        return .trusted(path)
    }

    private func search(
        _ certificate: Certificate, _ others: [Certificate], _ time: Timestamp, _ demands: PolicyDemands
    ) throws(ToolkitError) -> CertificatePath {
        guard let result = store.path(from: certificate, through: others, at: time, demands) else {
            throw .cryptographyFailed("path")
        }
        return result
    }
}

/// Owner of one `X509_STORE`.
///
/// It is filled before anyone else sees it and only read afterwards; OpenSSL guards its own caches with locks. Hence it
/// is sendable.
@safe final class StoreHandle: @unchecked Sendable {
    private let store: OpaquePointer

    init?(_ certificates: [Certificate]) {
        guard let store = unsafe X509_STORE_new() else { return nil }
        unsafe self.store = store
        for certificate in certificates {
            guard let handle = X509Handle(der: certificate.der),
                unsafe handle.with({ unsafe X509_STORE_add_cert(store, $0) }) == 1
            else { return nil }
        }
    }

    deinit { unsafe X509_STORE_free(store) }

    func path(
        from certificate: Certificate, through others: [Certificate], at time: Timestamp, _ demands: PolicyDemands
    ) -> CertificatePath? {
        guard let leaf = X509Handle(der: certificate.der), let stack = X509Stack(others) else { return nil }
        return unsafe leaf.with { leaf in unsafe stack.with { unsafe search(leaf, $0, time, demands) } }
    }

    /// Begins a search in the store.
    func begin(_ context: OpaquePointer, _ leaf: OpaquePointer, _ others: OpaquePointer) -> Bool {
        unsafe X509_STORE_CTX_init(context, store, leaf, others) == 1
    }

    private func search(_ leaf: OpaquePointer, _ others: OpaquePointer, _ time: Timestamp, _ demands: PolicyDemands)
        -> CertificatePath?
    {
        guard let context = unsafe X509_STORE_CTX_new() else { return nil }
        defer {
            unsafe X509_STORE_CTX_free(context)
            ERR_clear_error()
        }
        guard unsafe X509_STORE_CTX_init(context, store, leaf, others) == 1,
            let parameters = unsafe X509_STORE_CTX_get0_param(context)
        else { return nil }
        // Without the policy check OpenSSL reads policyConstraints and mappings (RFC 5280 §6.1.4) and ignores them. Any
        // policy is welcome; said aloud, because an empty list makes OpenSSL refuse paths that require one.
        var flags = X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK
        if demands.requiresExplicitPolicy { flags |= X509_V_FLAG_EXPLICIT_POLICY }
        if demands.inhibitsMapping { flags |= X509_V_FLAG_INHIBIT_MAP }
        if demands.inhibitsAnyPolicy { flags |= X509_V_FLAG_INHIBIT_ANY }
        unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(flags))
        for policy in demands.accepted.isEmpty ? ["2.5.29.32.0"] : demands.accepted {
            // The parameters own the identifier from here on.
            guard let identifier = unsafe OBJ_txt2obj(policy, 1),
                unsafe X509_VERIFY_PARAM_add0_policy(parameters, identifier) == 1
            else { return nil }
        }
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(time.secondsSince1970))
        // Level 2 is 112 bits: RSA from 2048 bits, no SHA-1.
        unsafe X509_VERIFY_PARAM_set_auth_level(parameters, 2)
        unsafe X509_VERIFY_PARAM_set_depth(parameters, 8)
        if unsafe X509_verify_cert(context) == 1 {
            guard let chain = unsafe X509_STORE_CTX_get0_chain(context) else { return nil }
            return unsafe X509Stack.certificates(of: chain).map { .trusted($0) }
        }
        return unsafe .refused(Self.reason(X509_STORE_CTX_get_error(context)))
    }

    private static func reason(_ error: CInt) -> CertificatePath.Reason {
        switch error {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_CHAIN_TOO_LONG:
            .noPath
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: .weak
        default: .invalid
        }
    }
}

/// Owner of a stack of certificates, which owns them in turn.
@safe struct X509Stack: ~Copyable {
    private let stack: OpaquePointer

    /// Fills a stack; nil where memory is exhausted, because the certificates were read before.
    init?(_ certificates: [Certificate]) {
        guard let empty = unsafe OPENSSL_sk_new_null() else { return nil }
        let made = unsafe X509Stack(owning: empty)
        for certificate in certificates {
            guard let handle = X509Handle(der: certificate.der), made.push(handle) else { return nil }
        }
        self = made
    }

    private init(owning stack: OpaquePointer) { unsafe self.stack = stack }

    private func push(_ certificate: borrowing X509Handle) -> Bool {
        unsafe certificate.with { pointer in
            guard unsafe X509_up_ref(pointer) == 1 else { return false }
            if unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(pointer)) > 0 { return true }
            unsafe X509_free(pointer)
            return false
        }
    }

    deinit {
        while let next = unsafe OPENSSL_sk_pop(stack) { unsafe X509_free(OpaquePointer(next)) }
        unsafe OPENSSL_sk_free(stack)
    }

    /// Lends the pointer.
    borrowing func with<T, E: Error>(_ body: (OpaquePointer) throws(E) -> T) throws(E) -> T { try unsafe body(stack) }

    /// The certificates of a stack that the library owns; nil where one of them cannot be copied.
    static func certificates(of stack: OpaquePointer) -> [Certificate]? {
        var certificates: [Certificate] = []
        for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
            guard let value = unsafe OPENSSL_sk_value(stack, index),
                let der = unsafe LibCrypto.encoding({ unsafe i2d_X509(OpaquePointer(value), $0) }),
                let certificate = try? Certificate(der: der)
            else { return nil }
            certificates.append(certificate)
        }
        return certificates
    }
}
