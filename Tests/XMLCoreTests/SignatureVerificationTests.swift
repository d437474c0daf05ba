import Foundation
import TestSupport
import Testing

@testable import XMLCore

/// Documents signed by the `xmlsec1` command with keys made by `openssl`.
private struct Foreign {
    var document: [UInt8] = []
    var certificate: [UInt8] = []

    static func template(_ algorithm: String, _ digest: String = "2001/04/xmlenc#sha256") -> String {
        """
        <doc xmlns="urn:example"><amount>10.00</amount><ds:Signature \
        xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="sig"><ds:SignedInfo><ds:CanonicalizationMethod \
        Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod \
        Algorithm="http://www.w3.org/\(algorithm)"/><ds:Reference URI=""><ds:Transforms><ds:Transform \
        Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform \
        Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod \
        Algorithm="http://www.w3.org/\(digest)"/><ds:DigestValue/></ds:Reference><ds:Reference \
        URI="#object"><ds:DigestMethod Algorithm="http://www.w3.org/\(digest)"/><ds:DigestValue/></ds:Reference>\
        </ds:SignedInfo><ds:SignatureValue/><ds:Object Id="object">kept</ds:Object></ds:Signature></doc>
        """
    }

    init(_ key: [String], _ template: String) throws {
        let result = try TestSupport.Tool.withTemporaryFolder { folder -> ([UInt8], [UInt8]) in
            func path(_ name: String) -> String { "\(folder)/\(name)" }
            func read(_ name: String) throws -> [UInt8] {
                [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
            }
            let make = try TestSupport.Tool.run(
                "openssl",
                ["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=t", "-keyout", path("k"), "-out", path("c")]
                    + key)
            try #require(make.status == 0, "\(make.errors)")
            _ = try TestSupport.Tool.run("openssl", ["x509", "-in", path("c"), "-outform", "DER", "-out", path("d")])
            try Data(template.utf8).write(to: URL(fileURLWithPath: path("t")))
            let sign = try TestSupport.Tool.run(
                "xmlsec1",
                [
                    "--sign", "--privkey-pem", path("k"), "--id-attr:Id", "http://www.w3.org/2000/09/xmldsig#:Object",
                    "--output", path("o"), path("t"),
                ])
            try #require(sign.status == 0, "\(sign.errors)")
            return (try read("o"), try read("d"))
        }
        (document, certificate) = result
    }

    func key() throws -> SignatureKey { try #require(try SignatureKey(certificate: certificate)) }
}

@Suite("XML signature arithmetic", .needsTool("xmlsec1"), .needsTool("openssl"))
struct SignatureVerificationTests {
    static let rsa = ["-newkey", "rsa:2048"]
    static let ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    static let accepted = [
        (rsa, "2001/04/xmldsig-more#rsa-sha256"), (rsa, "2001/04/xmldsig-more#rsa-sha384"),
        (rsa, "2001/04/xmldsig-more#rsa-sha512"), (ec, "2001/04/xmldsig-more#ecdsa-sha256"),
        (ec, "2001/04/xmldsig-more#ecdsa-sha384"),
    ]

    @Test("accepts what xmlsec1 signed and hands out the covered bytes", arguments: accepted)
    func accepts(key: [String], algorithm: String) throws {
        let foreign = try Foreign(key, Foreign.template(algorithm))
        let result = try SignatureCore.check(foreign.document, key: foreign.key())
        #expect(result.verdict == .valid, "\(result.detail)")
        #expect(
            result.covered.map { String(decoding: $0, as: UTF8.self) } == [
                #"<doc xmlns="urn:example"><amount>10.00</amount></doc>"#,
                #"<ds:Object xmlns="urn:example" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="object">kept</ds:Object>"#,
            ])
    }

    @Test("tells a changed text from another key, and names the reference")
    func mismatches() throws {
        let foreign = try Foreign(Self.ec, Foreign.template("2001/04/xmldsig-more#ecdsa-sha256"))
        let other = try Foreign(Self.ec, Foreign.template("2001/04/xmldsig-more#ecdsa-sha256"))
        func changed(_ old: String, _ new: String) throws -> SignatureCoreResult.Verdict {
            let text = String(decoding: foreign.document, as: UTF8.self).replacingOccurrences(of: old, with: new)
            return try SignatureCore.check(Array(text.utf8), key: foreign.key()).verdict
        }
        #expect(try changed("10.00", "90.00") == .digestMismatch(reference: 0))
        #expect(try changed("kept", "lost") == .digestMismatch(reference: 1))
        #expect(
            try SignatureCore.check(foreign.document, key: other.key()).verdict == .signatureValueWrong)
        #expect(try changed("<doc", "<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/><doc") != .valid)
        #expect(try SignatureKey(certificate: [1, 2]) == nil)
        #expect(
            try SignatureCore.check(Array("<a/>".utf8), key: foreign.key()).verdict == .noSingleSignature)
    }

    @Test(
        "refuses algorithms that are not on the list",
        arguments: [
            (rsa, "2000/09/xmldsig#rsa-sha1", "2001/04/xmlenc#sha256"),
            (rsa, "2001/04/xmldsig-more#rsa-sha256", "2000/09/xmldsig#sha1"),
        ])
    func refusesAlgorithms(key: [String], algorithm: String, digest: String) throws {
        let foreign = try Foreign(key, Foreign.template(algorithm, digest))
        #expect(try SignatureCore.check(foreign.document, key: foreign.key()).verdict == .unsupported)
    }

    @Test("opens no file and no address, and runs no style sheet")
    func refusesOutside() throws {
        let foreign = try Foreign(Self.ec, Foreign.template("2001/04/xmldsig-more#ecdsa-sha256"))
        let text = String(decoding: foreign.document, as: UTF8.self)
        for uri in ["file:///etc/passwd", "http://localhost/x", "/etc/passwd", "#nowhere"] {
            let changed = text.replacingOccurrences(of: "URI=\"#object\"", with: "URI=\"\(uri)\"")
            let result = try SignatureCore.check(Array(changed.utf8), key: foreign.key())
            #expect(result.verdict == .unsupported, "\(uri)")
        }
        for transform in ["TR/1999/REC-xslt-19991116", "TR/1999/REC-xpath-19991116", "2002/06/xmldsig-filter2"] {
            let changed = text.replacingOccurrences(
                of: "2000/09/xmldsig#enveloped-signature", with: transform)
            let result = try SignatureCore.check(Array(changed.utf8), key: foreign.key())
            #expect(result.verdict == .unsupported, "\(transform)")
        }
    }
}
