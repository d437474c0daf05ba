import Certificates

/// The algorithms of JSON Web Signatures that count here: signatures by a key pair, with SHA-2.
///
/// `none` and the keyed digests (`HS256`) are not among them: with those, whoever knows the public key could sign.
/// Source: RFC 7518 §3.
enum JWSAlgorithm {
    /// The name in the header, the algorithm, and the only size of key on a curve that the name allows.
    private static let all: [(name: String, algorithm: SignatureAlgorithm, curveBits: Int?)] = [
        ("RS256", .rsaSHA256, nil), ("RS384", .rsaSHA384, nil), ("RS512", .rsaSHA512, nil),
        ("PS256", .rsaPSSSHA256, nil), ("PS384", .rsaPSSSHA384, nil), ("PS512", .rsaPSSSHA512, nil),
        ("ES256", .ecdsaSHA256, 256), ("ES384", .ecdsaSHA384, 384), ("ES512", .ecdsaSHA512, 521),
    ]

    /// The algorithm with this name; nil for all others, weak and keyed ones included.
    static func named(_ name: String) -> SignatureAlgorithm? { all.first { $0.name == name }?.algorithm }

    /// The name of an algorithm.
    static func name(of algorithm: SignatureAlgorithm) -> String? { all.first { $0.algorithm == algorithm }?.name }

    /// Whether a key of this size may be used; RSA keys may have any size that is long enough.
    static func allows(_ algorithm: SignatureAlgorithm, keyBits: Int) -> Bool {
        all.contains { $0.algorithm == algorithm && ($0.curveBits ?? keyBits) == keyBits }
    }
}
