import Certificates
import Diagnostics
import Signing
import TestSupport
import Testing

@Suite("PAdES: evidence that did not come with the file", .needsTool("openssl"), .needsTool("python3"))
struct PAdESEvidenceTests {
    @Test("revocation counts where evidence is given or fetched, and not where the policy ignores it")
    func revocation() throws {
        let shop = try LevelShop()
        let list = Evidence(revocationLists: [try shop.pki.bytes("ca.crl"), try shop.pki.bytes("root.crl")])
        let signed = try PAdESSigner(shop.signer("revoked")).sign(PDFFixtures.plain(), at: shop.now).bytes
        func verdict(_ verifier: XMLSignatureVerifier) throws -> SignatureReport {
            try #require(try PDFSignatureVerifier(judgingBy: verifier).verify(signed, at: shop.now.adding(seconds: 5)))
        }
        #expect(try verdict(XMLSignatureVerifier(anchors: shop.anchors)).isValid)
        let given = try verdict(XMLSignatureVerifier(anchors: shop.anchors, evidence: list))
        #expect(given.subIndication == .revokedNoPOE, "\(given.text)")
        let collector = EvidenceCollector(anchors: shop.anchors, fetch: shop.fetch)
        let fetched = try verdict(XMLSignatureVerifier(anchors: shop.anchors, collector: collector))
        #expect(fetched.subIndication == .revokedNoPOE, "\(fetched.text)")
        var policy = SignaturePolicy()
        policy.revocation = .ignore
        #expect(try verdict(XMLSignatureVerifier(anchors: shop.anchors, policy: policy, evidence: list)).isValid)
    }
}
