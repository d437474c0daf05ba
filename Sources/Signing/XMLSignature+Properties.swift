import Certificates
import Diagnostics
import XMLCore

extension XMLSignature {
    /// Reads what the signer states about the signature, once it is known to be signed.
    ///
    /// The level is `B-B` where all is there that the baseline asks for: signing time, signing certificate and the
    /// media type of the document. Source: ETSI EN 319 132-1 §6.3.
    func readProperties(into report: inout SignatureReport) {
        guard let properties else {
            report.warn(
                "signature.plain", "The signature states neither its time nor its certificate in what was signed.")
            return
        }
        let signed = properties.first("SignedSignatureProperties", namespace: SignatureNames.xades)
        let time = signed?.first("SigningTime", namespace: SignatureNames.xades)
        report.claimedSigningTime = time.flatMap { try? Timestamp(Self.trimmed($0.text)) }
        let format = properties.first("SignedDataObjectProperties", namespace: SignatureNames.xades)?
            .first("DataObjectFormat", namespace: SignatureNames.xades)
        let isDescribed =
            format?.first("MimeType", namespace: SignatureNames.xades) != nil
            && dataReferences.contains { $0.id.map { "#\($0)" } == format?.attribute("ObjectReference") }
        report.level = report.claimedSigningTime != nil && isDescribed ? "B-B" : "BES"
        warnAboutTime(&report)
        if let policy = signed?.first("SignaturePolicyIdentifier", namespace: SignatureNames.xades) {
            report.warn("signature.policy", "The signature names a policy, which was not looked at.", at: policy.place)
        }
        let known = [
            "SignatureTimeStamp", "CertificateValues", "RevocationValues", "TimeStampValidationData",
            "ArchiveTimeStamp",
            "CompleteCertificateRefs", "CompleteRevocationRefs", "CompleteCertificateRefsV2",
        ]
        for element in unsigned?.elements ?? [] {
            let isOld = element.name == "ArchiveTimeStamp" && element.namespace == SignatureNames.xades
            guard isOld || !known.contains(element.name) else { continue }
            report.warn(
                "signature.unsignedProperties", "The signature carries \(element.name), which was not looked at.",
                at: element.place)
        }
        for object in objects.flatMap(\.elements) where object.isDSig("Manifest") {
            report.warn(
                "signature.manifest", "The signature covers a list of other things, which were not looked at.",
                at: object.place)
        }
    }

    private func warnAboutTime(_ report: inout SignatureReport) {
        guard let time = report.claimedSigningTime else {
            report.warn("signature.noTime", "The signature claims no signing time that can be read.")
            return
        }
        if let signer = report.signer, !signer.isValid(at: time) {
            report.warn("signature.time", "The certificate was not valid at the claimed signing time.")
        }
        if time > report.validationTime {
            report.warn("signature.time", "The claimed signing time is later than the time of this verification.")
        }
    }

    private static func trimmed(_ text: String) -> String {
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
        let scalars = text.unicodeScalars.drop { blanks.contains($0) }
        var end = scalars.endIndex
        while end > scalars.startIndex, blanks.contains(scalars[scalars.index(before: end)]) {
            end = scalars.index(before: end)
        }
        return String(scalars[..<end])
    }
}
