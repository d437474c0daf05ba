import Certificates
import Diagnostics
import Foundation
import Signing
import TestSupport
import Testing
import XMLCore

@Suite("XAdESSigner")
struct XAdESSignerTests {
    static let kinds: [TestAuthority.KeyKind] = [.rsa2048, .p256]

    /// Documents that lay traps for byte splicing and canonical form.
    static let documents: [(String, String, [UInt8])] = [
        ("plain", "Invoice", Fixtures.invoice()),
        ("credit note", "CreditNote", Fixtures.invoice(type: "CreditNote")),
        (
            "existing extension", "Invoice",
            Fixtures.invoice(
                extensions: "<ext:UBLExtensions xmlns:ext=\"\(extensions)\"><ext:UBLExtension><ext:ExtensionContent>"
                    + "<a xmlns=\"urn:a\" b=\"1\"/></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>")
        ),
        (
            "vacant slot", "Invoice",
            Fixtures.invoice(
                extensions: "<ext:UBLExtensions xmlns:ext=\"\(extensions)\"><ext:UBLExtension><ext:ExtensionContent>"
                    + "<sig:UBLDocumentSignatures xmlns:sig=\"\(signatures)\"><sac:SignatureInformation xmlns:sac=\""
                    + "urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2\"/>"
                    + "</sig:UBLDocumentSignatures></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>")
        ),
        (
            "comments and instructions", "Invoice",
            Fixtures.invoice(beforeSupplier: "<!-- c --><?p i?>", prolog: "<!-- before -->\n")
        ),
        (instructionInFront, "Invoice", Fixtures.invoice(prolog: "<?p  q ?>\n")),
        ("byte order mark", "Invoice", [0xEF, 0xBB, 0xBF] + Fixtures.invoice()),
        (
            "Windows line ends", "Invoice",
            Array(String(decoding: Fixtures.invoice(), as: UTF8.self).replacingOccurrences(of: "\n", with: "\r\n").utf8)
        ),
    ]
    /// An instruction outside the root belongs to what a whole-document reference covers; signxml leaves it out.
    static let instructionInFront = "instruction in front"
    private let invoiceNamespace = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    static let extensions = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
    static let signatures = "urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2"

    @Test("xmlsec1 verifies and the schema accepts what is signed", .needsTool("xmlsec1"), arguments: kinds)
    func judged(kind: TestAuthority.KeyKind) throws {
        let signer = try Fixtures.xades(kind)
        let authority = try Fixtures.authority(kind).caPEM
        for (name, type, document) in Self.documents {
            let signed = try signer.sign(document, at: Fixtures.now)
            let verdict = try Judge.xmlsec(signed, trusting: authority)
            #expect(verdict.status == 0, "\(name): \(verdict.errors)")
            let schema = try Judge.schema(signed, type: type)
            #expect(schema.status == 0, "\(name): \(schema.errors)")
        }
    }

    @Test("xmlsec1 refuses it when one digit has changed", .needsTool("xmlsec1"), arguments: kinds)
    func tampered(kind: TestAuthority.KeyKind) throws {
        let signed = try Fixtures.xades(kind).sign(Fixtures.invoice(), at: Fixtures.now)
        let text = String(decoding: signed, as: UTF8.self)
        for (from, to) in [("10620.00", "10620.01"), ("<xades:SigningTime>2", "<xades:SigningTime>3")] {
            let forged = text.replacingOccurrences(of: from, with: to)
            #expect(forged != text)
            let verdict = try Judge.xmlsec(Array(forged.utf8), trusting: Fixtures.authority(kind).caPEM)
            #expect(verdict.status != 0)
        }
    }

    @Test(
        "signxml accepts it, and refuses a changed one",
        .needsPython("signxml.xades"),
        arguments: kinds, [XAdESSigner.CertificateForm.v1, .v2])
    func signxml(kind: TestAuthority.KeyKind, form: XAdESSigner.CertificateForm) throws {
        let authority = try Fixtures.authority(kind).caPEM
        for (name, _, document) in Self.documents where name != Self.instructionInFront {
            let signed = try Fixtures.xades(kind, form).sign(document, at: Fixtures.now)
            #expect(try Judge.signxml(signed, trusting: authority), "\(name)")
            let forged = String(decoding: signed, as: UTF8.self).replacingOccurrences(of: "10620.00", with: "10620.01")
            #expect(try !Judge.signxml(Array(forged.utf8), trusting: authority))
        }
    }

    @Test("xmlsec1 verifies the second form of the certificate too", .needsTool("xmlsec1"))
    func secondForm() throws {
        let signed = try Fixtures.xades(.p256, .v2).sign(Fixtures.invoice(), at: Fixtures.now)
        #expect(try Judge.xmlsec(signed, trusting: Fixtures.authority(.p256).caPEM).status == 0)
        #expect(String(decoding: signed, as: UTF8.self).contains("<xades:SigningCertificateV2>"))
    }

    @Test("what is signed is exactly what stands in the file: the parts are canonical as written")
    func canonicalParts() throws {
        let signed = try Fixtures.xades(.rsa2048).sign(Fixtures.invoice(), at: Fixtures.now)
        let document = try XMLDocument(parsing: signed)
        var pending = [document.root]
        var seen = 0
        while let element = pending.popLast() {
            pending += element.elements
            guard ["SignedInfo", "SignedProperties"].contains(element.name) else { continue }
            seen += 1
            let part = Array(signed[element.range])
            #expect(try CanonicalXML.exclusive(part) == part)
        }
        #expect(seen == 2)
    }

    @Test("nothing but the splices changes, and the same input gives the same bytes")
    func untouched() throws {
        let signer = try Fixtures.xades(.rsa2048)
        for (name, _, document) in Self.documents where name != "vacant slot" {
            let signed = try signer.sign(document, at: Fixtures.now)
            #expect(try signer.sign(document, at: Fixtures.now) == signed)
            // The document is a subsequence of three pieces: before the slot, between slot and link, behind the link.
            let common = zip(document, signed).prefix { $0 == $1 }.count
            let tail = zip(document.reversed(), signed.reversed()).prefix { $0 == $1 }.count
            #expect(common > 100 && tail > 500, "\(name)")
            let middle = document[common..<(document.count - tail)]
            let text = String(decoding: signed, as: UTF8.self)
            #expect(text.contains(String(decoding: middle, as: UTF8.self)), "\(name)")
        }
    }

    @Test("refuses what cannot be signed, and says why")
    func refusals() throws {
        let signer = try Fixtures.xades(.p256)
        let signed = try signer.sign(Fixtures.invoice(), at: Fixtures.now)
        let text = String(decoding: Fixtures.invoice(), as: UTF8.self)
        let start = "<?xml version='1.0' encoding='windows-1251'?><Invoice xmlns='\(invoiceNamespace)'>"
        let foreign = Array(start.utf8) + [0xC0] + Array("</Invoice>".utf8)
        let cases: [([UInt8], ToolkitError.Code)] = [
            (signed, .signatureAlreadyThere),
            (Array("<a/>".utf8), .signatureNotUBL),
            (Array(text.replacingOccurrences(of: "AccountingSupplierParty", with: "Other").utf8), .signatureNotUBL),
            (
                Array(text.replacingOccurrences(of: "xsd:Invoice-2", with: "xsd:Order-2").utf8), .signatureNotUBL
            ),
            (foreign, .signatureEncoding),
            (
                Array(
                    text.replacingOccurrences(
                        of: "</Invoice>", with: "<s:Signature xmlns:s='http://www.w3.org/2000/09/xmldsig#'/></Invoice>"
                    ).utf8), .signatureAlreadyThere
            ),
        ]
        for (document, code) in cases {
            let error = #expect(throws: ToolkitError.self) { try signer.sign(document, at: Fixtures.now) }
            #expect(error?.code == code)
            #expect(error?.fix.isEmpty == false)
        }
        let late = #expect(throws: ToolkitError.self) {
            try signer.sign(Fixtures.invoice(), at: Fixtures.now.adding(seconds: 400 * 86_400))
        }
        #expect(late?.code == .keyExpired)
        #expect(late?.message == "Certificate expired")
    }

    @Test("many threads share one signer", .needsTool("xmlsec1"))
    func threads() async throws {
        let signer = try Fixtures.xades(.p256)
        let results = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 { group.addTask { try signer.sign(Fixtures.invoice(), at: Fixtures.now) } }
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        for signed in results.prefix(8) {
            #expect(try Judge.xmlsec(signed, trusting: Fixtures.authority(.p256).caPEM).status == 0)
        }
        #expect(results.count == 64)
    }
}
