import Certificates
import Diagnostics
import Foundation
import Signing
import TestSupport
import Testing

@Suite("Signatures by xmlsec1", .needsTool("xmlsec1"), .needsTool("openssl"))
struct VerificationTests {
    static func verify(_ document: String, trusting: Bool = true, at time: Timestamp = ForeignKeys.now) throws
        -> SignatureReport
    {
        let anchors = trusting ? try TrustAnchors([ForeignKeys.made.get().root.certificate]) : nil
        return try XMLSignatureVerifier(anchors: anchors).verify(Array(document.utf8), at: time)
    }

    /// A name and the change of the plain recipe.
    static let good: [(String, @Sendable (inout Recipe) -> Void)] = [
        ("ECDSA P-256", { _ in }),
        ("RSA-SHA256", { $0.use($0.keys.rsa, Recipe.rsa256) }),
        ("RSA-SHA384", { $0.use($0.keys.rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384") }),
        ("RSA-SHA512", { $0.use($0.keys.rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512") }),
        ("ECDSA P-384", { $0.use($0.keys.ec384, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384") }),
        ("SigningCertificateV2", { $0.isVersion2 = true }),
        (
            "SHA-512 of the certificate",
            { $0.certificateDigest = ("http://www.w3.org/2001/04/xmlenc#sha512", "SHA512") }
        ),
        ("inclusive canonical form of SignedInfo", { $0.canonical = Recipe.inclusive }),
        (
            "inclusive canonical form of all",
            {
                $0.references =
                    Recipe.documentReference(Recipe.transform(Recipe.enveloped) + Recipe.transform(Recipe.inclusive))
                    + Recipe.propertiesReference(Recipe.transform(Recipe.inclusive))
            }
        ),
        (
            "no canonical form named",
            {
                $0.references =
                    Recipe.documentReference(Recipe.transform(Recipe.enveloped)) + Recipe.propertiesReference("")
            }
        ),
        (
            "references the other way round",
            { $0.references = Recipe.propertiesReference() + Recipe.documentReference() }
        ),
        (
            "SHA-384 of the document",
            {
                $0.references =
                    Recipe.documentReference(digest: "http://www.w3.org/2001/04/xmldsig-more#sha384")
                    + Recipe.propertiesReference()
            }
        ),
        ("XPath of UBL 2.1", { $0.references = Self.xpath(AttackRecipes.ublXPath) + Recipe.propertiesReference() }),
        (
            "XPath of XML signatures",
            {
                $0.references = Self.xpath(AttackRecipes.dsigXPath) + Recipe.propertiesReference()
            }
        ),
        ("root beside the signer", { $0.shown = [$0.keys.root, $0.keys.ec] }),
    ]

    static func xpath(_ expression: String) -> String {
        let element = """
            <ds:XPath xmlns:sig="urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2">\
            \(expression)</ds:XPath>
            """
        return Recipe.documentReference(
            Recipe.transform(Recipe.xpath, element) + Recipe.transform(Recipe.exclusive))
    }

    @Test("passes, with all facts", arguments: good.indices)
    func passes(index: Int) throws {
        let recipe = try Recipe(Self.good[index].1)
        let report = try Self.verify(recipe.signed())
        #expect(report.isValid, "\(Self.good[index].0): \(report.text)")
        #expect(report.status == .passed && report.subIndication == nil && report.integrity == .passed)
        #expect(report.code == "signature.valid" && report.format == "XAdES" && report.level == "B-B")
        #expect(report.signer == recipe.named.certificate)
        #expect(report.path.map(\.subject) == [recipe.named.certificate.subject, recipe.keys.root.certificate.subject])
        #expect(report.claimedSigningTime?.description == "2026-01-02T03:04:05Z")
        let covered = try #require(report.covered)
        #expect(covered.isWholeDocument)
        let text = String(decoding: covered.canonical, as: UTF8.self)
        #expect(text.contains("10620.00") && !text.contains("SignatureValue"))
    }

    @Test("is indeterminate without anchors, and says that the document is intact")
    func withoutAnchors() throws {
        let report = try Self.verify(Recipe().signed(), trusting: false)
        #expect(report.status == .indeterminate && report.subIndication == .noCertificateChain)
        #expect(report.integrity == .passed && !report.isValid && report.covered?.isWholeDocument == true)
    }

    /// The change of the recipe, the days from now, and what comes out.
    static let certificates: [(String, @Sendable (inout Recipe) -> Void, Int, SignatureReport.SubIndication)] = [
        ("an untrusted signer", { $0.use($0.keys.selfMade, Recipe.ec256) }, 0, .noCertificateChain),
        ("expired", { _ in }, 61, .outOfBounds),
        ("not yet valid", { _ in }, -10, .notYetValid),
        ("1024 bits", { $0.use($0.keys.short, Recipe.rsa256) }, 0, .cryptoConstraintsFailure),
        ("encryption only", { $0.use($0.keys.encryption, Recipe.ec256) }, 0, .chainConstraintsFailure),
        ("another serial number", { $0.serialNumber = "4711" }, 0, .signatureConstraintsFailure),
    ]

    @Test("is indeterminate because of the certificate", arguments: certificates.indices)
    func badCertificates(index: Int) throws {
        let (name, change, days, expected) = Self.certificates[index]
        let report = try Self.verify(Recipe(change).signed(), at: ForeignKeys.now.adding(seconds: days * 86_400))
        #expect(report.status == .indeterminate && report.subIndication == expected, "\(name): \(report.text)")
        #expect(report.integrity == (expected == .signatureConstraintsFailure ? .failed : .passed))
    }

    @Test("a comment between elements is no part of the signature, and is mentioned")
    func comments() throws {
        let document = try Recipe().signed().changing("<cbc:ID>ФАК", "<!-- paid --><cbc:ID>ФАК")
        let report = try Self.verify(document)
        #expect(report.isValid && report.warnings.contains { $0.rule == "signature.comments" }, "\(report.text)")
    }

    @Test("an unsigned invoice fails: there is no signature")
    func unsigned() throws {
        let template = try Recipe().template
        let plain = template.replacingOccurrences(of: try template.piece("<ds:Signature ", "</ds:Signature>"), with: "")
        let report = try Self.verify(plain)
        #expect(report.status == .failed && report.subIndication == .formatFailure)
        #expect(report.code == "signature.missing" && report.integrity == .failed)
    }

    @Test("four threads come to the same verdicts")
    func threads() async throws {
        let good = try Recipe().signed()
        let bad = try good.changing("10620.00", "10620.01")
        let verifier = XMLSignatureVerifier(anchors: try TrustAnchors([ForeignKeys.made.get().root.certificate]))
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<50 {
                        let isGood = (round + worker) % 2 == 0
                        let report = try verifier.verify(Array((isGood ? good : bad).utf8), at: ForeignKeys.now)
                        if report.isValid != isGood { wrong += 1 }
                        if !isGood, report.subIndication != .hashFailure { wrong += 1 }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
