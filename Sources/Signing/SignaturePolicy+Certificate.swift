import Certificates

extension SignaturePolicy {
    /// Refuses a signing certificate whose key is too short, or that is for something else than signing documents.
    func requireSuitability(of certificate: Certificate) throws(VerificationStop) {
        let isRSA = certificate.publicKeyAlgorithm.hasPrefix("RSA")
        guard certificate.publicKeyBits >= (isRSA ? minimumRSABits : minimumECBits) else {
            throw .indeterminate(
                .cryptoConstraintsFailure, "signature.weakKey", "The key of the certificate is too short.",
                fix: "Ask the sender to sign with RSA of at least \(minimumRSABits) bits or with P-256.")
        }
        guard certificate.allowsSigning else {
            throw .indeterminate(
                .chainConstraintsFailure, "signature.keyUsage", "The certificate does not allow signing documents.",
                fix: "Ask the sender to use a certificate with digitalSignature or nonRepudiation.")
        }
    }
}
