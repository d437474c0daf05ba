import Certificates
import Diagnostics
import Foundation
import Signing
import TestSupport
import Testing

/// Signatures outside of the UBL slot, and several of them in it.
@Suite("Forms of XML signatures", .needsTool("openssl"), .needsTool("python3"))
struct XMLFormTests {
    static let xml = "<order Id='o'><total>100.00</total></order>"
    typealias Sub = SignatureReport.SubIndication

    @Test("foreign judges accept each form", .needsTool("xmlsec1"), .needsPython("signxml.xades"))
    func judges() throws {
        let shop = try LevelShop()
        let authority = try shop.pki.bytes("root.pem")
        for kind in ["signer", "seal"] {
            for packaging in [XAdESSigner.Packaging.ubl, .enveloped, .enveloping] {
                let document = packaging == .ubl ? Fixtures.invoice() : Array(Self.xml.utf8)
                for hasProperties in [true, false] {
                    let signed = try shop.sign(document, by: kind) {
                        $0.packaging = packaging
                        $0.hasProperties = hasProperties
                    }
                    let verdict = try Judge.xmlsec(signed, trusting: authority)
                    #expect(verdict.status == 0, "\(kind) \(packaging) \(hasProperties): \(verdict.errors)")
                    let report = try shop.verify(signed)
                    #expect(report.isValid && report.format == (hasProperties ? "XAdES" : "XMLDSig"), "\(report.text)")
                    // signxml wants digitalSignature, which the other certificate does not have.
                    if hasProperties, kind == "seal" { #expect(try Judge.signxml(signed, trusting: authority)) }
                }
            }
        }
    }

    @Test("a detached signature needs the file that was signed, under its name, and no other")
    func detached() throws {
        let shop = try LevelShop()
        let signed = try shop.sign(XAdESLevelTests.file) { $0.packaging = .detached }
        #expect(String(decoding: signed, as: UTF8.self).contains("URI=\"file%20name.bin\""))
        let good = try shop.verify(signed, files: XAdESLevelTests.files)
        #expect(good.isValid && good.covered?.extent == .file && good.covered?.canonical == XAdESLevelTests.file)
        #expect(try shop.verify(signed).subIndication == .signedDataNotFound)
        #expect(try shop.verify(signed, files: ["file name.bin": [1]]).subIndication == .hashFailure)
    }

    @Test("several signers in one UBL document: each is reported, one forged spoils the verdict")
    func several() throws {
        let shop = try LevelShop()
        var document = Fixtures.invoice()
        for name in ["signer", "seal", "short"] {
            document = try shop.sign(document, by: name) { $0.transform = .ublXPath }
        }
        let report = try shop.verify(document)
        #expect(report.isValid && report.others.count == 2 && report.others.allSatisfy(\.isValid), "\(report.text)")
        #expect(Set(([report] + report.others).compactMap(\.signer?.subject)).count == 3)
        let text = String(decoding: document, as: UTF8.self)
        // libxml2 takes whole numbers of more than 24 digits for none.
        let short = text.replacing(/<ds:X509SerialNumber([^>]*)>[0-9]+</) { "<ds:X509SerialNumber\($0.1)>1<" }
        #expect(try Judge.schema(Array(short.utf8)).status == 0)
        let amount = try shop.verify(Array(text.changing("10620.00", "10620.01").utf8))
        #expect(amount.subIndication == .hashFailure && amount.others.allSatisfy { $0.subIndication == .hashFailure })
        let value = try text.piece("<ds:SignatureValue>", "</ds:SignatureValue>")
        let one = try shop.verify(Array(text.changing(value, value.replacing("A", with: "B")).utf8))
        #expect(one.status == .failed && one.others.count(where: \.isValid) == 2)
        // A signature that covers everything leaves no room for another, and none is squeezed in.
        let closed = try shop.sign(Fixtures.invoice())
        let error = #expect(throws: ToolkitError.self) { try shop.sign(closed) { $0.transform = .ublXPath } }
        #expect(error?.code == .signatureAlreadyThere)
    }

    @Test("the policy is applied")
    func policy() throws {
        let shop = try LevelShop()
        let signed = try shop.sign(Array(Self.xml.utf8)) { $0.packaging = .enveloped }
        let plain = try shop.sign(Array(Self.xml.utf8)) {
            $0.packaging = .enveloped
            $0.hasProperties = false
        }
        for (json, bytes, expected) in [
            (#"{"minimumRSABits": 3072}"#, signed, Sub.cryptoConstraintsFailure),
            (#"{"algorithms": ["ecdsaSHA256"]}"#, signed, .cryptoConstraintsFailure),
            (#"{"digests": ["SHA512"]}"#, signed, .cryptoConstraintsFailure),
            (#"{"certificateReference": "v1"}"#, signed, .signatureConstraintsFailure),
            (#"{"certificateReference": "v2"}"#, signed, nil),
            (#"{"minimumLevel": "B-T"}"#, signed, .signatureConstraintsFailure),
            (#"{"acceptsPlainXMLDSig": false}"#, plain, .signatureConstraintsFailure),
            (#"{}"#, plain, nil), (#"{"revocation": "require"}"#, signed, .tryLater),
        ] {
            let policy = try SignaturePolicy(json: Array(json.utf8))
            let report = try shop.verify(bytes) { $0 = policy }
            #expect(report.subIndication == expected, "\(json): \(report.text)")
        }
        for bad in ["[]", #"{"x": 1}"#, #"{"digests": ["MD5"]}"#, #"{"minimumRSABits": 1}"#, #"{"revocation": 1}"#] {
            let error = #expect(throws: ToolkitError.self) { try SignaturePolicy(json: Array(bad.utf8)) }
            #expect(error?.code == .policyInvalid, "\(bad)")
        }
    }

    /// Where the signed original is hidden, and what becomes of a document that shows something else.
    static let wrappings: [(String, Sub, @Sendable (String, String) throws -> String)] = [
        // (name, expected, forgery from the signed document and its signature)
        (
            "1: the original in the signature, a forged root", .formatFailure,
            { text, signature in
                let original = try text.changing(signature, "")
                return "<order><total>1.00</total>"
                    + (try signature.changing("</ds:Signature>", "<ds:Object>\(original)</ds:Object></ds:Signature>"))
                    + "</order>"
            }
        ),
        (
            "2: the original beside the signature", .hashFailure,
            { text, signature in
                "<order><total>1.00</total>\(try text.changing(signature, ""))\(signature)</order>"
            }
        ),
        (
            "3: the signed document under a forged root", .hashFailure,
            { text, _ in "<order><total>1.00</total>\(text)</order>" }
        ),
        (
            "4: the original inside of a forged element", .hashFailure,
            { text, signature in
                "<order><total>1.00<x>\(try text.changing(signature, ""))</x></total>\(signature)</order>"
            }
        ),
        (
            "5: the signature inside of the original, inside of the forgery", .hashFailure,
            { text, _ in
                "<order Id='p'><total>1.00</total><wrap>\(text)</wrap></order>"
            }
        ),
        (
            "6: the original in the key information", .formatFailure,
            { text, signature in
                let original = try text.changing(signature, "")
                return "<order><total>1.00</total>"
                    + (try signature.changing("</ds:X509Data>", "</ds:X509Data><ds:KeyName>\(original)</ds:KeyName>"))
                    + "</order>"
            }
        ),
        (
            "7: the original in the unsigned properties", .formatFailure,
            { text, signature in
                let original = try text.changing(signature, "")
                return "<order><total>1.00</total>"
                    + (try signature.changing(
                        "</xades:SignedProperties>",
                        "</xades:SignedProperties><xades:UnsignedProperties>\(original)</xades:UnsignedProperties>"))
                    + "</order>"
            }
        ),
        (
            "8: the signature around the forgery", .formatFailure,
            { text, signature in
                try signature.changing(
                    "</ds:Signature>", "<ds:Object><order><total>1.00</total></order></ds:Object></ds:Signature>")
            }
        ),
        (
            "the same identifier twice", .formatFailure,
            { text, signature in
                "<order Id='o'><total>1.00</total>\(text)</order>"
            }
        ),
        (
            "a second, empty signature", .hashFailure,
            { text, signature in
                try text.changing("</order>", "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></order>")
            }
        ),
        (
            "a forged amount in an object of its own", .formatFailure,
            { text, _ in
                try text.changing("<ds:Object>", "<ds:Object><total>1.00</total></ds:Object><ds:Object>")
            }
        ),
        ("a changed amount", .hashFailure, { text, _ in try text.changing("100.00", "1.00") }),
        (
            "a style sheet", .signatureConstraintsFailure,
            { text, _ in
                try text.changing(Recipe.enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116")
            }
        ),
        (
            "an expression that selects nothing", .signatureConstraintsFailure,
            { text, _ in
                try text.changing(
                    "\(Recipe.enveloped)\">", "\(Recipe.xpath)\"><ds:XPath>false()</ds:XPath>")
            }
        ),
        (
            "a subtraction of the amount", .signatureConstraintsFailure,
            { text, _ in
                try text.changing(
                    "\(Recipe.enveloped)\">",
                    "http://www.w3.org/2002/06/xmldsig-filter2\"><XPath xmlns="
                        + "'http://www.w3.org/2002/06/xmldsig-filter2' Filter='subtract'>//total</XPath>")
            }
        ),
        (
            "a file of this machine", .signedDataNotFound,
            { text, _ in
                try text.changing(
                    "URI=\"\"><ds:Transforms><ds:Transform Algorithm=\"\(Recipe.enveloped)\"></ds:Transform>",
                    "URI=\"file:///etc/hostname\"><ds:Transforms>")
            }
        ),
    ]

    @Test("wrapped originals and their kin are refused in enveloped signatures", arguments: wrappings.indices)
    func wrapping(index: Int) throws {
        let shop = try LevelShop()
        let signed = String(decoding: try shop.sign(Array(Self.xml.utf8)) { $0.packaging = .enveloped }, as: UTF8.self)
        #expect(try shop.verify(Array(signed.utf8)).isValid)
        let (name, expected, forge) = Self.wrappings[index]
        let forged = try forge(signed, signed.piece("<ds:Signature ", "</ds:Signature>"))
        let report = try shop.verify(Array(forged.utf8))
        #expect(!report.isValid && report.subIndication == expected, "\(name): \(report.code) \(report.text)")
    }
}
