import Certificates
import Diagnostics
import Foundation
import Signing
import TestSupport
import Testing

@Suite("Our own signatures, verified")
struct VerificationOwnTests {
    /// Document type, kind of key, form of the certificate's name.
    static let cases: [(String, TestAuthority.KeyKind, XAdESSigner.CertificateForm)] = [
        ("Invoice", .rsa2048, .v1), ("Invoice", .rsa2048, .v2), ("Invoice", .p256, .v1), ("Invoice", .p256, .v2),
        ("CreditNote", .rsa2048, .v1), ("CreditNote", .p256, .v2),
    ]

    private func verifier(_ kind: TestAuthority.KeyKind) throws -> XMLSignatureVerifier {
        XMLSignatureVerifier(anchors: try TrustAnchors(pem: Fixtures.authority(kind).caPEM))
    }

    @Test("pass with all facts", arguments: cases)
    func passes(type: String, kind: TestAuthority.KeyKind, form: XAdESSigner.CertificateForm) throws {
        let signed = try Fixtures.xades(kind, form).sign(Fixtures.invoice(type: type), at: Fixtures.now)
        let report = try verifier(kind).verify(signed, at: Fixtures.now)
        #expect(report.isValid && report.level == "B-B" && report.warnings.isEmpty, "\(report.text)")
        #expect(report.covered?.isWholeDocument == true && report.claimedSigningTime == Fixtures.now)
        #expect(report.path.count == 2)
    }

    @Test("pass beside other extensions, comments and instructions")
    func surroundings() throws {
        let other = """
            <ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2">\
            <ext:UBLExtension><ext:ExtensionContent><x xmlns="urn:x" id="a"/></ext:ExtensionContent></ext:UBLExtension>\
            </ext:UBLExtensions>
            """
        let document = Fixtures.invoice(
            extensions: other, beforeSupplier: "<!-- note --><?keep this?>", prolog: "<?sheet href='x'?>")
        let signed = try Fixtures.xades(.p256).sign(document, at: Fixtures.now)
        let report = try verifier(.p256).verify(signed, at: Fixtures.now)
        #expect(report.isValid && report.warnings.map(\.rule) == ["signature.comments"], "\(report.text)")
    }

    @Test("fail when any digit changes, and say what was changed")
    func tampered() throws {
        let signed = String(
            decoding: try Fixtures.xades(.rsa2048).sign(Fixtures.invoice(), at: Fixtures.now), as: UTF8.self)
        let report = try verifier(.rsa2048).verify(
            Array(signed.changing("10620.00", "10620.01").utf8), at: Fixtures.now)
        #expect(report.status == .failed && report.subIndication == .hashFailure && report.integrity == .failed)
        #expect(report.code == "signature.hashMismatch" && report.covered == nil && !report.fix.isEmpty)
    }

    @Test("are indeterminate under another authority")
    func anotherAuthority() throws {
        let signed = try Fixtures.xades(.p256).sign(Fixtures.invoice(), at: Fixtures.now)
        let report = try verifier(.rsa2048).verify(signed, at: Fixtures.now)
        #expect(report.status == .indeterminate && report.subIndication == .noCertificateChain)
        #expect(report.integrity == .passed && report.path.isEmpty)
    }

    @Test("pass in another encoding, with and without a byte order mark: the canonical form is the same")
    func encodings() throws {
        let signed = String(
            decoding: try Fixtures.xades(.p256).sign(Fixtures.invoice(), at: Fixtures.now), as: UTF8.self)
        let wide = try signed.changing("encoding=\"UTF-8\"", "encoding=\"UTF-16\"")
        let utf16 = [UInt8](try #require(wide.data(using: .utf16)))
        for bytes in [utf16, [0xEF, 0xBB, 0xBF] + Array(signed.utf8)] {
            let report = try verifier(.p256).verify(bytes, at: Fixtures.now)
            #expect(report.isValid, "\(report.text)")
        }
        // The same bytes under another name are other text.
        let lie = try signed.changing("encoding=\"UTF-8\"", "encoding=\"windows-1251\"")
        #expect(try !verifier(.p256).verify(Array(lie.utf8), at: Fixtures.now).isValid)
    }

    @Test("are judged at the time that is asked for")
    func times() throws {
        let signed = try Fixtures.xades(.p256).sign(Fixtures.invoice(), at: Fixtures.now)
        let late = try verifier(.p256).verify(signed, at: Fixtures.now.adding(seconds: 366 * 86_400))
        #expect(late.status == .indeterminate && late.subIndication == .outOfBounds && late.integrity == .passed)
        let early = try verifier(.p256).verify(signed, at: Fixtures.now.adding(seconds: -1800))
        #expect(early.isValid && early.warnings.map(\.rule) == ["signature.time"], "\(early.text)")
    }
}
