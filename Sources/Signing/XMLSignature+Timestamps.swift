import Certificates
import Diagnostics
import XMLCore

/// A timestamp of a signature with what it must be about.
struct SignatureTimestamp {
    /// What it is about.
    let kind: TimestampReport.Kind
    /// The property in the file.
    let element: XMLElement
    /// The tokens in it, in DER; several are alternatives by several authorities.
    let tokens: [[UInt8]]
    /// The form in which parts are stamped.
    let method: CanonicalMethod
}

extension XMLSignature {
    /// The timestamps that can be judged here, in the order of the file: over the content, the signature, the archive.
    func timestamps() -> [SignatureTimestamp] {
        let content = properties?.first("SignedDataObjectProperties", namespace: SignatureNames.xades)?.elements ?? []
        let found =
            content.map { (element: $0, isSigned: true) }
            + (unsigned?.elements ?? []).map { (element: $0, isSigned: false) }
        return found.prefix(64).compactMap { element, isSigned in
            let kind: TimestampReport.Kind
            switch (element.name, element.namespace) {
            case ("AllDataObjectsTimeStamp", SignatureNames.xades) where isSigned: kind = .content
            case ("SignatureTimeStamp", SignatureNames.xades) where !isSigned: kind = .signature
            case ("ArchiveTimeStamp", SignatureNames.xades141) where !isSigned: kind = .archive
            default: return nil
            }
            let form = element.first("CanonicalizationMethod", namespace: SignatureNames.dsig)
            // Without a name the form is that of XML signatures; one that is not accepted makes no timestamp.
            guard let method = form.map(SignatureAllowList.canonicalMethod) ?? .some(.inclusive) else { return nil }
            let tokens = element.all("EncapsulatedTimeStamp", namespace: SignatureNames.xades)
                .prefix(8).compactMap { Base64.decode($0.text.utf8) }
            return SignatureTimestamp(kind: kind, element: element, tokens: Array(tokens), method: method)
        }
    }

    /// The bytes that a timestamp must be about.
    ///
    /// - Parameters:
    ///   - timestamp: One of this signature.
    ///   - files: What the caller has of the things outside.
    /// - Returns: The bytes.
    /// - Throws: The verdict where they cannot be had.
    func imprint(of timestamp: SignatureTimestamp, _ files: [String: [UInt8]]) throws(VerificationStop) -> [UInt8] {
        switch timestamp.kind {
        case .signature: return try canonical(valueElement, timestamp.method)
        case .archive: return try archived(before: timestamp.element, timestamp.method, files)
        case .content, .document:
            var bytes: [UInt8] = []
            for reference in dataReferences { bytes += try octets(of: reference, as: timestamp.method, files) }
            return bytes
        }
    }

    /// What an archive timestamp is about: all that is referred to, the parts of the signature, the unsigned properties
    /// in front of it, and all objects but that of the properties.
    ///
    /// Source: ETSI EN 319 132-1 §5.5.2.2, the case without `xades:Include`.
    ///
    /// - Parameters:
    ///   - property: The timestamp; nil for one that will stand behind all that is there.
    ///   - method: The form of each part.
    ///   - files: What the caller has of the things outside.
    /// - Returns: The bytes.
    /// - Throws: The verdict where they cannot be had.
    func archived(
        before property: XMLElement?, _ method: CanonicalMethod, _ files: [String: [UInt8]]
    ) throws(VerificationStop) -> [UInt8] {
        var bytes: [UInt8] = []
        for reference in references { bytes += try octets(of: reference, as: method, files) }
        bytes += try canonical(information, method)
        bytes += try canonical(valueElement, method)
        if let keyInfo { bytes += try canonical(keyInfo, method) }
        for element in unsigned?.elements ?? [] {
            if element == property { break }
            bytes += try canonical(element, method)
        }
        for object in objects where qualifying.map({ object.elements != [$0] }) ?? true {
            bytes += try canonical(object, method)
        }
        return bytes
    }

    /// The certificates and the revocation evidence that the signature carries.
    func evidence(_ cache: SignerCache) -> Evidence {
        var evidence = Evidence()
        var budget = 256
        func values(_ group: XMLElement?, _ names: [String]) -> [[UInt8]] {
            let found = (group?.elements ?? []).flatMap { element in
                names.contains(element.name) ? [element] : element.elements.filter { names.contains($0.name) }
            }
            return found.prefix(budget).compactMap { Base64.decode($0.text.utf8) }
        }
        func add(_ parent: XMLElement) {
            let certificates = values(
                parent.first("CertificateValues", namespace: SignatureNames.xades), ["EncapsulatedX509Certificate"])
            let revocation = parent.first("RevocationValues", namespace: SignatureNames.xades)
            evidence.formUnion(
                Evidence(
                    certificates: certificates.compactMap(cache.certificate),
                    revocationLists: values(revocation, ["EncapsulatedCRLValue"]),
                    ocspResponses: values(revocation, ["EncapsulatedOCSPValue"])))
            budget -= min(budget, certificates.count)
        }
        guard let unsigned else { return evidence }
        add(unsigned)
        for data in unsigned.all("TimeStampValidationData", namespace: SignatureNames.xades141).prefix(32) { add(data) }
        return evidence
    }
}
