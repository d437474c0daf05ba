public import Certificates
public import Diagnostics
import XMLCore

/// Raises XAdES signatures to the levels B-T, B-LT and B-LTA: timestamps and evidence are added as unsigned properties.
///
/// Nothing of what was there is changed, so the signature stays good. What an archive timestamp is about is computed by
/// the same code that verifies it. A value serves all threads. Source: ETSI EN 319 132-1 §5.3 to §5.5, §6.3.
public struct XAdESExtender: Sendable {
    /// What came of it.
    public struct Extended: Sendable {
        /// The document; its bytes are final.
        public let bytes: [UInt8]
        /// The level that was reached.
        public let level: SignatureLevel
        /// Why that is not the level that was asked for; nil where it is.
        public let shortfall: ToolkitError?
    }

    private let timestamps: TimestampService
    private let collector: EvidenceCollector?
    private let cache = SignerCache()

    /// Prepares an extender; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - timestamps: Where timestamps come from, and whether a lower level is better than none.
    ///   - collector: Where evidence comes from; the levels from B-LT on need one.
    public init(timestamps: TimestampService, collector: EvidenceCollector? = nil) {
        self.timestamps = timestamps
        self.collector = collector
    }

    /// Raises the last signature of a document.
    ///
    /// - Parameters:
    ///   - signed: A document with a XAdES signature, in UTF-8.
    ///   - level: The level to reach.
    ///   - files: What a detached signature is about, by file name.
    ///   - now: The time at which evidence must be fresh.
    /// - Returns: The document on that level, or on a lower one where the service says so.
    /// - Throws: `timestamp.unavailable`, `signature.evidenceMissing` where a lower level is not accepted;
    ///   `signature.nothingToExtend`; `xml.*`.
    public func extend(
        _ signed: [UInt8], to level: SignatureLevel, files: [String: [UInt8]] = [:], at now: Timestamp
    ) throws(ToolkitError) -> Extended {
        var bytes = signed
        var reached = SignatureLevel.bB
        do throws(ToolkitError) {
            if level >= .bT {
                bytes = try timestamped(bytes, .signature, files)
                reached = .bT
            }
            if level >= .bLT {
                bytes = try withEvidence(bytes, at: now)
                reached = .bLT
            }
            if level >= .bLTA {
                bytes = try timestamped(bytes, .archive, files)
                reached = .bLTA
            }
        } catch {
            let mayFallBack = [.timestampUnavailable, .signatureEvidenceMissing].contains(error.code)
            guard mayFallBack, timestamps.fallback == .degrade else { throw error }
            return Extended(bytes: bytes, level: reached, shortfall: error)
        }
        return Extended(bytes: bytes, level: level, shortfall: nil)
    }

    /// Renews the protection of the last signature: evidence about its timestamps, and an archive timestamp over it all.
    ///
    /// - Parameters:
    ///   - signed: A document with a XAdES signature, in UTF-8.
    ///   - files: What a detached signature is about, by file name.
    ///   - now: The time at which evidence must be fresh.
    /// - Returns: The document on level B-LTA.
    /// - Throws: As `extend`.
    public func renew(
        _ signed: [UInt8], files: [String: [UInt8]] = [:], at now: Timestamp
    ) throws(ToolkitError) -> Extended {
        guard try !lastSignature(in: signed).timestamps().isEmpty else {
            return try extend(signed, to: .bLTA, files: files, at: now)
        }
        let bytes = try timestamped(withEvidence(signed, at: now), .archive, files)
        return Extended(bytes: bytes, level: .bLTA, shortfall: nil)
    }

    /// Adds a timestamp over the signature value, or over all that is there.
    private func timestamped(
        _ bytes: [UInt8], _ kind: TimestampReport.Kind, _ files: [String: [UInt8]]
    ) throws(ToolkitError) -> [UInt8] {
        let signature = try lastSignature(in: bytes)
        let imprint = try Self.unwrapped { () throws(VerificationStop) in
            kind == .archive
                ? try signature.archived(before: nil, .exclusive, files)
                : try signature.canonical(signature.valueElement, .exclusive)
        }
        let token = try timestamps.token(of: imprint)
        let (prefix, namespace, name) =
            kind == .archive
            ? ("xades141", SignatureNames.xades141, "ArchiveTimeStamp")
            : ("xades", SignatureNames.xades, "SignatureTimeStamp")
        var text: [UInt8] = []
        text += "<\(prefix):\(name) xmlns:\(prefix)=\"\(namespace)\"><ds:CanonicalizationMethod"
        text += " xmlns:ds=\"\(SignatureNames.dsig)\" Algorithm=\"\(SignatureNames.exclusiveCanonical)\"/>"
        text += "<xades:EncapsulatedTimeStamp xmlns:xades=\"\(SignatureNames.xades)\">"
        text += Base64.encode(token.der)
        text += "</xades:EncapsulatedTimeStamp></\(prefix):\(name)>"
        return try adding(text, to: signature)
    }

    /// Adds the certificates and the revocation evidence of the signer, and those of the time-stamping authorities.
    private func withEvidence(_ bytes: [UInt8], at now: Timestamp) throws(ToolkitError) -> [UInt8] {
        guard let collector else {
            throw ToolkitError(
                .signatureEvidenceMissing, "There is no way to get revocation evidence.",
                fix: "Allow access to the network.")
        }
        let signature = try lastSignature(in: bytes)
        let beside = signature.certificateElements.compactMap { Base64.decode($0.text.utf8).flatMap(cache.certificate) }
        guard let properties = signature.properties else { throw Self.nothing }
        let (signer, _) = try Self.unwrapped { () throws(VerificationStop) in
            try SigningCertificate(properties).choose(among: beside)
        }
        var tokens: [TimestampToken] = []
        for der in signature.timestamps().flatMap(\.tokens) { tokens.append(try TimestampToken(der: der)) }
        let pool = beside + tokens.flatMap(\.certificates) + (timestamps.anchors?.certificates ?? [])
        let own = try collector.collect(for: [signer], through: pool, now: now)
        let others = try collector.collect(for: tokens.map(\.signer), through: pool, now: now)
        guard own.gaps.isEmpty, others.gaps.isEmpty else {
            let gap = own.gaps.first ?? others.gaps[0]
            throw ToolkitError(
                .signatureEvidenceMissing,
                gap.kind == .issuer
                    ? "The issuer of a certificate could not be found."
                    : "Whether a certificate was revoked could not be found out.",
                fix: "Give the authorities as trusted ones, and allow the addresses in the certificates.",
                facts: ["certificate": gap.certificate.subject], cause: own.lastError ?? others.lastError)
        }
        var text = Self.values(own.evidence, skippingFrom: Evidence(certificates: beside))
        let further = Self.values(others.evidence, skippingFrom: own.evidence)
        if !further.isEmpty {
            text += "<xades141:TimeStampValidationData xmlns:xades141=\"\(SignatureNames.xades141)\">"
            text += further
            text += "</xades141:TimeStampValidationData>"
        }
        return try adding(text, to: signature)
    }

    /// `xades:CertificateValues` and `xades:RevocationValues`, without what stands elsewhere already.
    private static func values(_ evidence: Evidence, skippingFrom known: Evidence) -> [UInt8] {
        func list(_ name: String, _ values: [[UInt8]]) -> String {
            values.map { "<xades:\(name)>\(String(decoding: Base64.encode($0), as: UTF8.self))</xades:\(name)>" }
                .joined()
        }
        func group(_ name: String, _ content: String, _ declaration: String = "") -> String {
            content.isEmpty ? "" : "<xades:\(name)\(declaration)>\(content)</xades:\(name)>"
        }
        let declaration = " xmlns:xades=\"\(SignatureNames.xades)\""
        let certificates = evidence.certificates.filter { !known.certificates.contains($0) }.map(\.der)
        let lists = evidence.revocationLists.filter { !known.revocationLists.contains($0) }
        let answers = evidence.ocspResponses.filter { !known.ocspResponses.contains($0) }
        return Array(
            (group("CertificateValues", list("EncapsulatedX509Certificate", certificates), declaration)
                + group(
                    "RevocationValues",
                    group("CRLValues", list("EncapsulatedCRLValue", lists))
                        + group("OCSPValues", list("EncapsulatedOCSPValue", answers)), declaration)).utf8)
    }

    private func lastSignature(in bytes: [UInt8]) throws(ToolkitError) -> XMLSignature {
        let document = try XMLDocument(parsing: bytes)
        guard document.bytes == bytes else { throw UBLSignatureSlot.wrongEncoding }
        // Countersignatures stand inside of others and are not meant.
        let signatures = SignatureScan(document).signatures.filter { signature in
            var parent = signature.parent
            while let element = parent, !element.isDSig("Signature") { parent = element.parent }
            return parent == nil
        }
        guard let last = signatures.last else { throw Self.nothing }
        return try Self.unwrapped { () throws(VerificationStop) in try XMLSignature(last, in: document) }
    }

    /// The document with one more unsigned property.
    private func adding(_ text: [UInt8], to signature: XMLSignature) throws(ToolkitError) -> [UInt8] {
        guard !text.isEmpty else { return signature.document.bytes }
        guard let qualifying = signature.qualifying, let end = qualifying.contentRange?.upperBound else {
            throw Self.nothing
        }
        let declaration = " xmlns:xades=\"\(SignatureNames.xades)\""
        let group = qualifying.first("UnsignedProperties", namespace: SignatureNames.xades)
        var text = text
        let position: Int
        if let unsigned = signature.unsigned {
            guard let inside = unsigned.contentRange else { throw Self.nothing }
            position = inside.upperBound
        } else {
            text =
                Array("<xades:UnsignedSignatureProperties\(declaration)>".utf8) + text
                + Array("</xades:UnsignedSignatureProperties>".utf8)
            if let group {
                guard let inside = group.contentRange else { throw Self.nothing }
                position = inside.lowerBound
            } else {
                text =
                    Array("<xades:UnsignedProperties\(declaration)>".utf8) + text
                    + Array("</xades:UnsignedProperties>".utf8)
                position = end
            }
        }
        let bytes = signature.document.bytes
        return bytes[..<position] + text + bytes[position...]
    }

    private static let nothing = ToolkitError(
        .signatureNothingToExtend, "There is no XAdES signature in the document that could be extended.",
        fix: "Sign the document in the form XAdES first.")

    /// Runs a part of verification; a verdict is an error here.
    private static func unwrapped<T>(_ body: () throws(VerificationStop) -> T) throws(ToolkitError) -> T {
        do throws(VerificationStop) {
            return try body()
        } catch {
            switch error {
            case .failure(let failure): throw failure
            case .verdict(let fault):
                throw ToolkitError(.signatureNothingToExtend, fault.message, fix: fault.fix, place: fault.place)
            }
        }
    }
}
