public import Certificates
public import Diagnostics
import JSONCore

/// Signs JSON documents as JSON Web Signatures in the compact form, with the signer's certificates in the header.
///
/// The header holds `alg` and `x5c` and nothing else, which is what the e-Faktura of North Macedonia takes. The payload
/// is signed as it is, byte for byte. One value serves any number of documents on any number of threads. Source: RFC 7515.
public struct JWSSigner: Sendable {
    private let signer: any Signer
    private let algorithm: SignatureAlgorithm
    /// The header in Base64 with the dot behind it.
    private let start: [UInt8]

    /// Prepares a signer: the header is written once.
    ///
    /// - Parameters:
    ///   - signer: Holds the key.
    ///   - algorithm: How to sign; nil takes RS256, or for a key on a curve ES256, ES384 or ES512 after its size.
    /// - Throws: `key.unsuitable` where the key cannot make such a signature.
    public init(signer: any Signer, algorithm: SignatureAlgorithm? = nil) throws(ToolkitError) {
        guard let certificate = signer.chain.first else { throw Self.unsuitable }
        let chosen = signer.algorithms.first { candidate in
            (algorithm ?? candidate) == candidate && JWSAlgorithm.allows(candidate, keyBits: certificate.publicKeyBits)
        }
        guard let chosen, let name = JWSAlgorithm.name(of: chosen) else { throw Self.unsuitable }
        self.signer = signer
        self.algorithm = chosen
        var header = JSONWriter()
        header.beginObject()
        header.member("alg", name)
        header.key("x5c")
        header.beginArray()
        for certificate in signer.chain {
            header.string(String(decoding: Base64.encode(certificate.der), as: UTF8.self))
        }
        header.endArray()
        header.endObject()
        start = Base64.encodeURL(header.bytes) + [UInt8(ascii: ".")]
    }

    /// Signs a JSON document.
    ///
    /// - Parameter payload: JSON in UTF-8, at most 16 MiB; it is checked to be JSON and not changed.
    /// - Returns: Header, payload and signature in Base64 with dots between them, ASCII.
    /// - Throws: `json.*`; what the signer throws.
    public func sign(_ payload: [UInt8]) throws(ToolkitError) -> [UInt8] {
        _ = try JSONDocument(parsing: payload)
        let message = start + Base64.encodeURL(payload)
        return message + [UInt8(ascii: ".")] + Base64.encodeURL(try signer.sign(message, with: algorithm))
    }

    private static let unsuitable = ToolkitError(
        .keyUnsuitable, "The key cannot make a JSON Web Signature.",
        fix: "Use an RSA key of 2048 bits or more, or an EC key on P-256 or P-384.")
}
