import CXMLSec
public import Diagnostics

/// What the arithmetic of an XML signature says: no more than that, and never a verdict by itself.
public struct SignatureCoreResult: Sendable, Hashable {
    /// How the digests and the signature value came out.
    public enum Verdict: Sendable, Hashable {
        /// Every reference has its digest and the signature value belongs to the key.
        case valid
        /// This reference, counted from 0 in `ds:SignedInfo`, has another digest; the value was not looked at.
        case digestMismatch(reference: Int)
        /// The digests are right; the signature value was made by another key or for another `ds:SignedInfo`.
        case signatureValueWrong
        /// Something is malformed or not on the allow-lists.
        case unsupported
        /// The document has not exactly one `ds:Signature`.
        case noSingleSignature
    }

    /// How the digests and the signature value came out.
    public let verdict: Verdict
    /// What each reference digested, in the order of `ds:SignedInfo`: the only bytes that the signer vouches for.
    public let covered: [[UInt8]]
    /// What the library complained about first, for developers; empty where it did not.
    public let detail: String
}

/// The arithmetic of XML signatures, by libxmlsec1; this file is the only caller of `CXMLSec`.
///
/// Nothing outside the document is opened, no key is taken from it, and only SHA-2 with RSA or ECDSA counts. What
/// the signature must look like, which certificate is right and whom it may be trusted to is for the caller to settle.
public enum SignatureCore: Sendable {
    /// Checks the one signature of a document with the key of a certificate.
    ///
    /// Safe on many threads. Only the basic limits are checked here; callers with documents from outside parse them as
    /// `XMLDocument` before, which checks the rest.
    ///
    /// - Parameters:
    ///   - bytes: The document, within the standard `XMLLimits`.
    ///   - key: The key of the certificate that the caller found right; `ds:KeyInfo` is never consulted.
    ///   - allowsXPath: Whether XPath transforms may run. Say so only after comparing each expression with known ones:
    ///     an expression can select nothing at all, or take hours.
    /// - Returns: The outcome and the bytes that were covered.
    /// - Throws: `xml.tooLarge`, `xml.tooDeep`, `xml.tooManyAttributes`, `xml.hasDTD`, `xml.encoding`; `xml.library`.
    public static func check(
        _ bytes: [UInt8], key: SignatureKey, allowsXPath: Bool = false
    ) throws(ToolkitError) -> SignatureCoreResult {
        let input = try XMLInput(bytes, limits: .standard)
        LibXML.quietThisThread()
        return try SignatureCheck(input, key, allowsXPath).result
    }

    /// Starts the library once.
    fileprivate static func start() throws(ToolkitError) {
        LibXML.start()
        guard started else { throw ToolkitError(.xmlLibrary, "The XML signature library could not start.") }
    }

    /// Loading the library replaces libxml2's entity loader for a moment, so no schema may be compiled meanwhile.
    private static let started: Bool = LibXML.serving([:]) { pechat_xmlsec_start() == 1 }
}

/// The public key of a certificate, for any number of checks on any number of threads.
///
/// Reading a key costs as much as a check with it, so a key that comes again is worth keeping. It is sendable because
/// nothing changes it after `init`: a check copies it, which raises an atomic reference count in OpenSSL.
@safe public final class SignatureKey: @unchecked Sendable {
    fileprivate let key: OpaquePointer

    /// Reads the key of a certificate; nil where the certificate or the kind of its key cannot be read.
    ///
    /// - Parameter certificate: The certificate in DER.
    /// - Throws: `xml.library`.
    public init?(certificate: [UInt8]) throws(ToolkitError) {
        try SignatureCore.start()
        LibXML.quietThisThread()
        let made = unsafe certificate.withUnsafeBufferPointer {
            unsafe pechat_signature_key_make($0.baseAddress, $0.count)
        }
        guard let made = unsafe made else { return nil }
        unsafe key = made
    }

    deinit { unsafe pechat_signature_key_free(key) }
}

/// Owner of one check of libxmlsec1.
@safe private struct SignatureCheck: ~Copyable {
    private let check: OpaquePointer

    init(_ input: XMLInput, _ key: SignatureKey, _ allowsXPath: Bool) throws(ToolkitError) {
        let made = unsafe input.bytes.withUnsafeBufferPointer { document in
            unsafe pechat_signature_check_make(document.baseAddress, document.count, key.key, allowsXPath)
        }
        guard let made = unsafe made else { throw LibXML.outOfMemory }
        unsafe check = made
    }

    deinit { unsafe pechat_signature_check_free(check) }

    /// The outcome as a value.
    var result: SignatureCoreResult {
        get throws(ToolkitError) {
            let count = unsafe pechat_signature_check_reference_count(check)
            let verdict: SignatureCoreResult.Verdict
            switch unsafe pechat_signature_check_outcome(check) {
            case PECHAT_SIGNATURE_VALID: verdict = .valid
            case PECHAT_SIGNATURE_DIGEST_MISMATCH: verdict = .digestMismatch(reference: max(count, 1) - 1)
            case PECHAT_SIGNATURE_VALUE_WRONG: verdict = .signatureValueWrong
            case PECHAT_SIGNATURE_UNSUPPORTED: verdict = .unsupported
            case PECHAT_SIGNATURE_NO_SINGLE_SIGNATURE: verdict = .noSingleSignature
            default: throw LibXML.outOfMemory
            }
            var covered: [[UInt8]] = []
            for index in 0..<count {
                var size = 0
                let bytes = unsafe pechat_signature_check_reference(check, index, &size)
                covered.append(unsafe Array(UnsafeBufferPointer(start: bytes, count: size)))
            }
            return SignatureCoreResult(
                verdict: verdict, covered: covered,
                detail: verdict == .valid ? "" : unsafe String(cString: pechat_xmlsec_last_error()))
        }
    }
}
