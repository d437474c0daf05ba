import Certificates
import Diagnostics
import Foundation
import Issuing
import Signing
import TestSupport
import Testing

@Suite("What else is said about a PDF", .needsSharedFolder)
struct PDFVerificationTests {
    private let bench = Workbench(.bundled())

    @Test("a PDF without an e-invoice has its own answer", .needsPython("pikepdf"))
    func withoutInvoice() throws {
        let pdf = try Paper.pdf("serbia", bench)
        let bare = try Paper.rewritten(
            pdf, ["-"],
            "for name in list(pdf.attachments): del pdf.attachments[name]\nif '/AF' in pdf.Root: del pdf.Root.AF")[0]
        let verification = try Paper.verify(bare, bench)
        #expect(verification.status == .indeterminate)
        #expect(verification.code == "pdf.noInvoice")
        #expect(verification.paper == nil && verification.schema == nil && verification.attachments.isEmpty)
        let other = try Paper.rewritten(
            pdf, ["-"], "next(iter(pdf.attachments.values())).obj.EF.F.write(b'<CrossIndustryInvoice/>')")[0]
        #expect(try Paper.verify(other, bench).code == "pdf.otherXML")
        let broken = try Paper.rewritten(
            pdf, ["-"], "next(iter(pdf.attachments.values())).obj.EF.F.write(b'<Invoice><open>')")[0]
        #expect(try Paper.verify(broken, bench).code == "pdf.xmlUnreadable")
        let twice = try Paper.rewritten(
            pdf, ["-"],
            """
            data = next(iter(pdf.attachments.values())).get_file().read_bytes()
            pdf.attachments['second.xml'] = pikepdf.AttachedFileSpec(pdf, data)
            """)[0]
        #expect(try Paper.verify(twice, bench).code == "pdf.severalInvoices")
        #expect(try Paper.verify(twice, bench).status == .failed)
    }

    @Test("glyphs that say another sum than their text are caught", .needsPython("pikepdf"))
    func disguise() throws {
        let pdf = try Paper.pdf("serbia", bench)
        let changed = try Paper.rewritten(
            pdf, ["-"],
            """
            page = pdf.pages[0]
            font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            page.Resources.Font['/X'] = pdf.make_indirect(font)
            page.contents_add(b'BT /X 9 Tf 300 20 Td /Span<</ActualText(180.986,20)>>BDC (999.986,20) Tj EMC ET')
            """)[0]
        let verification = try Paper.verify(changed, bench)
        #expect(Paper.rules(verification) == ["paper.textReplaced -"])
        #expect(verification.status == .failed)
    }

    @Test("XML that breaks its schema is said to", .needsPython("pikepdf"))
    func schema() throws {
        let pdf = try Paper.pdf("serbia", bench)
        let changed = try Paper.edited(pdf, [("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "<cbc:Wrong/>")])[0]
        let verification = try Paper.verify(changed, bench)
        #expect(verification.code == "pdf.xmlInvalid")
        #expect(verification.schema?.isAcceptable == false)
        #expect(verification.paper?.isFaithful == true)
    }

    @Test("the signature of the XML inside counts")
    func signature() throws {
        let authority = try TestAuthority.make(now: Paper.now, algorithm: .p256)
        let anchors = try TrustAnchors(pem: authority.caPEM)
        let json = try SharedFolder.bytes("samples/four-rates.json")
        let identity = try SigningIdentity(keyFile: authority.signerPEM, password: nil)
        let seal = try Seal(FileSigner(identity, at: Paper.now), at: Paper.now)
        guard case .built(let document) = try bench.build(json, DocumentOptions(seal: seal)) else {
            Issue.record("rejected")
            return
        }
        let untrusted = try Paper.verify(document.pdf, bench)
        #expect(untrusted.status == .indeterminate)
        #expect(untrusted.signature?.integrity == .passed)
        let trusted = try Paper.verify(document.pdf, bench, XMLSignatureVerifier(anchors: anchors))
        #expect(trusted.status == .passed)
        #expect(trusted.signature?.status == .passed)
    }
}
