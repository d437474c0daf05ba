import Certificates
import Diagnostics
import Glibc
import PDFReader
import Signing

/// What is fuzzed: one reader of bytes that strangers make.
///
/// Nothing is expected of the result; every input must be judged without a crash, a hang or a report of the sanitizer.
enum Target: String {
    case pkcs12, certificate, pdf, xml, jws

    func run(_ bytes: [UInt8]) {
        let time = Timestamp(secondsSince1970: 1_795_000_000)
        switch self {
        case .pkcs12:
            for password in [nil, Array("лозинка".utf8)] {
                _ = CertificateCheck(keyFile: bytes, password: password, anchors: nil, now: time)
            }
        case .certificate:
            for certificate in (try? Certificate.all(in: bytes)) ?? [] { Self.walk(certificate, time) }
            _ = try? RevocationList(file: bytes)
            _ = try? TimestampToken(der: bytes)
            _ = try? PublicKey(subjectPublicKeyInfo: bytes)
        case .pdf:
            _ = try? PDFSignatureVerifier().verify(bytes, at: time)
            _ = (try? PDFDocument(parsing: bytes)).map { _ in 0 }
        case .xml: _ = try? XMLSignatureVerifier().verify(bytes, at: time)
        case .jws: _ = try? JWSVerifier().verify(bytes, at: time)
        }
    }

    private static func walk(_ certificate: Certificate, _ time: Timestamp) {
        _ = certificate.extensions.count + certificate.policies.count + certificate.ocspAddresses.count
        _ = certificate.issuerAddresses.count + certificate.revocationListAddresses.count
        _ = (certificate.qualifiedStatements, certificate.pem)
        _ = try? PublicKey(of: certificate)
        _ = try? TrustAnchors([certificate]).path(from: certificate, through: [], at: time)
    }
}

/// The target of this process, from `PECHAT_FUZZ`.
private let target: Target = {
    let name = unsafe getenv("PECHAT_FUZZ").map { unsafe String(cString: $0) } ?? ""
    guard let target = Target(rawValue: name) else { exit(2) }
    return target
}()

/// Called by libFuzzer with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe target.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
