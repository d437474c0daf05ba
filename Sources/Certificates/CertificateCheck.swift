public import Diagnostics

/// Everything a user should know about a key file before signing with it: named checks, each with its remedy.
public struct CertificateCheck: Sendable {
    /// What a check came to.
    public enum Verdict: String, Sendable, Hashable {
        /// It is as it should be.
        case passed
        /// It must be put right before signing.
        case failed
        /// It could not be looked at: an earlier check failed, or the caller gave nothing to compare with.
        case notChecked
        /// Signing works; it should be put right all the same.
        case warning
    }

    /// One named check.
    public struct Item: Sendable, Hashable {
        /// The check's stable name: `format`, `password`, `validity`, `privateKey`, `authority`, and the extras
        /// `pair`, `keyUsage`, `chain`, `revocation`, `strength`, `encryption`, `taxNumber`.
        public let name: String
        /// What it came to.
        public let verdict: Verdict
        /// The error code such as `key.expired`; nil where nothing failed.
        public let code: ToolkitError.Code?
        /// One sentence, fit to be shown.
        public let message: String
        /// What to do; empty where there is nothing to do.
        public let fix: String
    }

    /// How near the end of validity is.
    public enum Level: String, Sendable, Hashable {
        /// Far away.
        case good
        /// Within the first threshold: renew.
        case warning
        /// Within the second: renew now.
        case urgent
        /// Within the third: signing is about to stop.
        case critical
        /// Over.
        case expired
    }

    /// The days before the end of validity at which the levels begin.
    public struct Thresholds: Sendable, Hashable {
        /// Days for `warning`.
        public var warning: Int
        /// Days for `urgent`.
        public var urgent: Int
        /// Days for `critical`.
        public var critical: Int

        /// Sets thresholds in days; 90, 30 and 7 are what administrators are used to.
        public init(warning: Int = 90, urgent: Int = 30, critical: Int = 7) {
            self.warning = warning
            self.urgent = urgent
            self.critical = critical
        }
    }

    /// The checks in the order of the diagnosis.
    public let items: [Item]
    /// The certificate, as far as the file could be opened.
    public let certificate: Certificate?
    /// The certificates above it in the file, without the root.
    public let chain: [Certificate]
    /// Whole days until the certificate expires, negative afterwards; nil without a certificate.
    public let daysLeft: Int?
    /// How near the end is; nil without a certificate.
    public let level: Level?

    /// Whether nothing failed; what was not checked does not count against it.
    public var isAcceptable: Bool { !items.contains { $0.verdict == .failed } }

    /// The first failure, as an error; nil where nothing failed.
    public var firstFailure: ToolkitError? {
        items.first { $0.verdict == .failed }.flatMap { item in
            item.code.map { ToolkitError($0, item.message, fix: item.fix) }
        }
    }

    /// A check by its name.
    public subscript(name: String) -> Item? { items.first { $0.name == name } }

    /// Examines a key file.
    ///
    /// - Parameters:
    ///   - keyFile: PKCS#12 or PEM; a certificate alone is examined as far as it goes.
    ///   - password: In UTF-8; nil where none was given.
    ///   - anchors: The authorities that are recognised; nil leaves `authority` unchecked.
    ///   - now: The time of the examination.
    ///   - thresholds: When the end of validity is near.
    ///   - taxNumber: The issuer's tax number, digits only, to be looked for in the subject; nil where unknown.
    ///   - evidence: Revocation lists and OCSP answers; nil leaves `revocation` unchecked.
    public init(
        keyFile: [UInt8], password: [UInt8]?, anchors: TrustAnchors?, now: Timestamp,
        thresholds: Thresholds = Thresholds(), taxNumber: String? = nil, evidence: Evidence? = nil
    ) {
        var examination = Examination(anchors: anchors, now: now, taxNumber: taxNumber, evidence: evidence)
        do throws(ToolkitError) {
            try examination.examine(KeyFileHandle(keyFile, password: password))
        } catch {
            examination.fileFailed(error)
        }
        self.init(examination, thresholds)
    }

    /// Examines a key on a token.
    ///
    /// The key signs once, to see whether it and the certificate belong together.
    ///
    /// - Parameters:
    ///   - token: The token, asked for its key.
    ///   - anchors: As for files.
    ///   - now: As for files.
    ///   - thresholds: As for files.
    ///   - taxNumber: As for files.
    ///   - evidence: As for files.
    public init(
        token: TokenInspection, anchors: TrustAnchors?, now: Timestamp, thresholds: Thresholds = Thresholds(),
        taxNumber: String? = nil, evidence: Evidence? = nil
    ) {
        var examination = Examination(anchors: anchors, now: now, taxNumber: taxNumber, evidence: evidence)
        do throws(ToolkitError) {
            try examination.examine(token.key.get())
        } catch {
            examination.tokenFailed(error)
        }
        self.init(examination, thresholds)
    }

    private init(_ ended: Examination, _ thresholds: Thresholds) {
        var examination = ended
        let now = examination.now
        examination.fillGaps()
        items = examination.items
        certificate = examination.certificate
        chain = examination.chain
        daysLeft = examination.certificate.map { now.days(until: $0.notAfter) }
        level = examination.certificate.map { Self.level(of: $0, at: now, thresholds) }
    }

    private static func level(of certificate: Certificate, at now: Timestamp, _ limits: Thresholds) -> Level {
        if now > certificate.notAfter { return .expired }
        let days = now.days(until: certificate.notAfter)
        if days <= limits.critical { return .critical }
        if days <= limits.urgent { return .urgent }
        return days <= limits.warning ? .warning : .good
    }
}

/// The examination while it goes on.
private struct Examination {
    static let names = [
        "format", "password", "privateKey", "pair", "validity", "authority", "keyUsage", "chain",
        "revocation", "strength", "encryption", "taxNumber",
    ]

    let anchors: TrustAnchors?
    let now: Timestamp
    let taxNumber: String?
    let evidence: Evidence?
    var items: [CertificateCheck.Item] = []
    var certificate: Certificate?
    var chain: [Certificate] = []

    mutating func pass(_ name: String, _ message: String) {
        items.append(.init(name: name, verdict: .passed, code: nil, message: message, fix: ""))
    }

    mutating func warn(_ name: String, _ message: String, fix: String) {
        items.append(.init(name: name, verdict: .warning, code: nil, message: message, fix: fix))
    }

    mutating func skip(_ name: String, _ message: String, fix: String = "") {
        items.append(.init(name: name, verdict: .notChecked, code: nil, message: message, fix: fix))
    }

    mutating func fail(_ name: String, _ error: ToolkitError) {
        items.append(.init(name: name, verdict: .failed, code: error.code, message: error.message, fix: error.fix))
    }

    /// The file could not be opened: either its format or its password is to blame.
    mutating func fileFailed(_ error: ToolkitError) {
        if error.code == .keyInvalidPassword {
            pass("format", "The format is supported.")
            fail("password", error)
        } else {
            fail("format", error)
        }
    }

    /// The key could not be had: token, PIN, key or certificate is to blame.
    mutating func tokenFailed(_ error: ToolkitError) {
        let steps = ["format", "password", "privateKey", "pair"]
        let failed =
            switch error.code {
            case .keyInvalidPassword: 1
            case .keyMissingPrivateKey: 2
            case .keyMissingCertificate: 3
            default: 0
            }
        for step in steps.prefix(failed) where !items.contains(where: { $0.name == step }) {
            pass(step, Self.tokenSteps[step] ?? "")
        }
        fail(steps[failed], error)
    }

    private static let tokenSteps = [
        "format": "The token is there.", "password": "The token accepts the PIN.",
        "privateKey": "The private key is there.", "pair": "The private key and the certificate belong together.",
    ]

    mutating func examine(_ key: TokenKey) throws(ToolkitError) {
        let found = try TokenSigner.chain(of: key, at: now)
        for step in ["format", "password", "privateKey"] { pass(step, Self.tokenSteps[step] ?? "") }
        certificate = found[0]
        chain = Array(found.dropFirst())
        do throws(ToolkitError) {
            let signer = try TokenSigner(key, chain: found)
            guard let algorithm = signer.algorithms.first else { throw .keyCannot }
            _ = try signer.sign(Array("pechat cert check".utf8), with: algorithm)
            pass("pair", Self.tokenSteps["pair"] ?? "")
        } catch {
            fail("pair", error)
        }
        pass("encryption", "The key is on a token, which keeps it.")
        try examineCertificate()
    }

    mutating func examine(_ file: consuming KeyFileHandle) throws(ToolkitError) {
        pass("format", "The format is supported.")
        pass("password", "The file can be opened.")
        var all: [Certificate] = []
        for der in file.certificates { all.append(try Certificate(der: der)) }
        do throws(ToolkitError) {
            let identity = try SigningIdentity(file: file)
            pass("privateKey", "The private key is there.")
            pass("pair", "The private key and the certificate belong together.")
            certificate = identity.certificate
            chain = Array(identity.chain.dropFirst())
        } catch {
            if error.code == .keyMissingPrivateKey {
                fail("privateKey", error)
            } else {
                pass("privateKey", "The private key is there.")
                fail("pair", error)
            }
            certificate = all.first { !$0.isAuthority } ?? all.first
            chain = all.filter { $0 != certificate && !$0.isSelfSigned }
        }
        if let old = file.oldEncryption {
            warn(
                "encryption", "The file is protected with outdated encryption (\(old)).",
                fix: "Export it again with AES-256.")
        } else {
            pass("encryption", "The protection of the file is up to date.")
        }
        try examineCertificate()
    }

    private mutating func examineCertificate() throws(ToolkitError) {
        guard let certificate else { return }
        examineValidity(certificate)
        try examineAuthority(certificate)
        try examineRevocation(certificate)
        examineContent(certificate)
    }

    private mutating func examineValidity(_ certificate: Certificate) {
        do throws(ToolkitError) {
            try certificate.requireValidity(at: now)
            pass("validity", "The certificate is valid now.")
        } catch {
            fail("validity", error)
        }
    }

    private mutating func examineAuthority(_ certificate: Certificate) throws(ToolkitError) {
        guard let anchors else {
            skip(
                "authority", "Whether the issuer is recognised was not checked.",
                fix: "Give the certificates of the recognised authorities.")
            skip("chain", "Whether the chain is complete was not checked.")
            return
        }
        // An expired certificate is reported as such; its issuer is judged at the last moment of its validity.
        let time = min(max(now, certificate.notBefore), certificate.notAfter)
        switch try anchors.path(from: certificate, through: chain, at: time) {
        case .trusted:
            pass("authority", "The issuer is recognised.")
            pass("chain", "The chain is complete.")
        case .refused(let reason):
            let explanation =
                switch reason {
                case .noPath: "No path leads to a recognised authority: add the missing certificates of the issuer."
                case .expired: "An authority above the certificate has expired: ask the issuer for its new one."
                case .notYetValid: "An authority above the certificate is not valid yet: check the clock."
                case .weak: "A key or digest on the path is too weak: ask the issuer for a new certificate."
                case .invalid: "A certificate on the path breaks a rule of X.509: ask the issuer."
                }
            fail("authority", ToolkitError(.keyValidationFailed, "Certificate validation failed", fix: explanation))
            if reason == .noPath {
                warn("chain", "The chain ends before an authority.", fix: "Add the certificates of the issuer.")
            }
        }
    }

    private mutating func examineRevocation(_ certificate: Certificate) throws(ToolkitError) {
        guard let evidence else {
            skip(
                "revocation", "Whether the certificate was revoked was not checked.",
                fix: "Give revocation lists or OCSP answers, or have them fetched.")
            return
        }
        guard let anchors else {
            skip("revocation", "Revocation cannot be judged without recognised authorities.")
            return
        }
        let verdict = try anchors.verdict(on: certificate, through: chain, with: evidence, at: now, now: now)
        switch verdict.worst?.status {
        case .revoked(let time, let reason):
            fail(
                "revocation",
                ToolkitError(
                    .keyRevoked, "Certificate revoked",
                    fix: "It ended at \(time) (\(reason)). Ask the issuer for a new certificate."))
        case .unknown(let gap):
            let explanation =
                switch gap {
                case .nothing: "Nothing was found about it."
                case .stale: "What was found is too old or claims to be from the future: check the clock."
                case .unusable: "What was found was not made by those who may."
                case .notKnown: "The responder does not know the certificate: ask the issuer."
                }
            warn("revocation", "It is not known whether the certificate was revoked.", fix: explanation)
        case .good, nil:
            guard case .trusted = verdict.path else {
                skip("revocation", "Revocation cannot be judged without a path to a recognised authority.")
                return
            }
            pass("revocation", "Nothing on the path was revoked.")
        }
    }

    private mutating func examineContent(_ certificate: Certificate) {
        if certificate.allowsSigning {
            pass("keyUsage", "The certificate allows signing.")
        } else {
            fail(
                "keyUsage",
                ToolkitError(
                    .keyUnsuitable, "The certificate does not allow signing documents.",
                    fix: "Use a certificate whose key usage has digitalSignature or nonRepudiation."))
        }
        let weakKey = certificate.publicKeyAlgorithm == "RSA" && certificate.publicKeyBits < 2048
        let weakDigest = ["SHA1", "MD5"].contains { certificate.signatureAlgorithm.hasSuffix($0) }
        if weakKey || (weakDigest && !certificate.isSelfSigned) {
            warn("strength", "The key or its certificate uses weak algorithms.", fix: "Ask for a new certificate.")
        } else {
            pass("strength", "Key and algorithms are strong enough.")
        }
        guard let taxNumber else {
            skip("taxNumber", "No tax number was given to look for.")
            return
        }
        if certificate.names(taxNumber: taxNumber) {
            pass("taxNumber", "The certificate carries the tax number.")
        } else {
            warn(
                "taxNumber", "The certificate does not carry the tax number.",
                fix: "Check that this is the certificate of the right company.")
        }
    }

    /// What could not be looked at says so, and the order is always the same.
    mutating func fillGaps() {
        let found = items
        items = Self.names.map { name in
            found.first { $0.name == name }
                ?? .init(name: name, verdict: .notChecked, code: nil, message: "Not checked.", fix: "")
        }
    }
}
