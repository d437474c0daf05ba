import Certificates
import Diagnostics
import Foundation
import Signing
import TestSupport
import Testing
import XMLCore

@Suite("XAdES levels", .needsTool("openssl"), .needsTool("python3"), .needsTool("xmllint"))
struct XAdESLevelTests {
    static let xml = Array("<?xml version=\"1.0\"?>\n<n:note xmlns:n='urn:n' a='1'><n:b>Фактура</n:b></n:note>\n".utf8)
    static let file = Array("no XML: \u{1}\u{0}<".utf8)
    /// Packaging and what is signed.
    static let packagings: [(XAdESSigner.Packaging, [UInt8])] = [
        (.ubl, Fixtures.invoice()), (.enveloped, xml), (.enveloped, Array("<a/>".utf8)), (.enveloping, xml),
        (.enveloping, file), (.detached, file),
    ]
    static let files = ["file name.bin": file]

    @Test("every packaging rises from level to level, and each is valid against the schemas", arguments: packagings)
    func ladder(packaging: XAdESSigner.Packaging, document: [UInt8]) throws {
        let shop = try LevelShop()
        let signed = try shop.sign(document) { $0.packaging = packaging }
        for level in SignatureLevel.allCases {
            let extended = try shop.extend(signed, to: level, files: Self.files)
            #expect(extended.level == level && extended.shortfall == nil)
            let report = try shop.verify(extended.bytes, files: Self.files) { $0.minimumLevel = level }
            #expect(report.isValid && report.level == level.rawValue, "\(packaging) \(level): \(report.text)")
            #expect(report.timestamps.count == [.bB: 0, .bT: 1, .bLT: 1, .bLTA: 2][level], "\(report.text)")
            #expect(report.timestamps.allSatisfy(\.isGood) && report.warnings.isEmpty, "\(report.text)")
            if level > .bB { #expect(report.bestSignatureTime < report.validationTime) }
            if level >= .bLT { #expect(report.revocation == .good(.ocsp)) }
            let schema = try LevelShop.schema(extended.bytes)
            #expect(schema.status == 0, "\(packaging) \(level): \(schema.errors)")
        }
    }

    @Test("openssl accepts the timestamps, and they are about what the standard says")
    func tokens() throws {
        let shop = try LevelShop()
        let bytes = try shop.extend(shop.sign(Self.xml) { $0.packaging = .enveloped }, to: .bLTA).bytes
        let document = try XMLDocument(parsing: bytes)
        let signature = try #require(SignatureScan(document).signatures.first)
        func all(_ name: String) -> [XMLElement] {
            var open = [document.root]
            var found: [XMLElement] = []
            while let element = open.popLast() {
                if element.name == name { found.append(element) }
                open += element.elements
            }
            return found
        }
        func form(_ name: String) throws -> [UInt8] {
            let element: XMLElement = try #require(signature.elements.first { $0.name == name })
            return try document.canonical(of: element)
        }
        // The document without its signature and the signed properties, each in the form that the reference names; then
        // the parts of the signature; then the unsigned properties in front of the timestamp.
        var archived = try document.canonical(without: [signature])
        let properties: XMLElement = try #require(all("SignedProperties").first)
        archived += try document.canonical(of: properties)
        for name in ["SignedInfo", "SignatureValue", "KeyInfo"] { archived += try form(name) }
        let unsigned = try #require(all("UnsignedSignatureProperties").first).elements
        #expect(
            unsigned.map(\.name) == [
                "SignatureTimeStamp", "CertificateValues", "RevocationValues", "TimeStampValidationData",
                "ArchiveTimeStamp",
            ])
        for element in unsigned.dropLast() { archived += try document.canonical(of: element) }
        for (stamp, data) in [(unsigned[0], try form("SignatureValue")), (unsigned[4], archived)] {
            let text: XMLElement = try #require(stamp.elements.last)
            let token = try #require(Base64.decode(text.text.utf8))
            try Tool.withTemporaryFolder { folder in
                try Data(token).write(to: URL(fileURLWithPath: "\(folder)/token"))
                try Data(data).write(to: URL(fileURLWithPath: "\(folder)/data"))
                let outcome = try Tool.run(
                    "openssl",
                    [
                        "ts", "-verify", "-token_in", "-in", "\(folder)/token", "-data", "\(folder)/data", "-CAfile",
                        shop.pki.path("root.pem"), "-untrusted", shop.pki.path("issuing.pem"),
                    ])
                #expect(outcome.status == 0, "\(stamp.name): \(outcome.errors)")
            }
        }
    }

    @Test("a faulty authority is passed over; without any, the level falls or the signing fails, as asked")
    func authorities() throws {
        let shop = try LevelShop()
        let signed = try shop.sign(Fixtures.invoice())
        let second = try shop.extend(signed, to: .bT, shop.service(["/tsa/wrongnonce", "/500", "/garbage", "/tsa"]))
        #expect(second.level == .bT)
        let degraded = try shop.extend(signed, to: .bLTA, shop.service(["/500"], .degrade))
        #expect(degraded.level == .bB && degraded.bytes == signed)
        #expect(degraded.shortfall?.code == .timestampUnavailable)
        let error = #expect(throws: ToolkitError.self) { try shop.extend(signed, to: .bT, shop.service(["/500"])) }
        #expect(error?.code == .timestampUnavailable)
        // Timestamps but no evidence: an authority that nobody reaches.
        let alone = XAdESExtender(timestamps: shop.service(["/tsa"], .degrade), collector: nil)
        #expect(try alone.extend(signed, to: .bLTA, at: shop.now).level == .bT)
    }

    @Test("an expired certificate passes with a good timestamp from its validity, and not without")
    func expiry() throws {
        let shop = try LevelShop()
        let signed = try shop.sign(Fixtures.invoice(), by: "short")
        let stamped = try shop.extend(signed, to: .bLT).bytes
        let later = 60 * 86_400
        let without = try shop.verify(signed, after: later)
        #expect(without.status == .indeterminate && without.subIndication == .outOfBounds)
        let with = try shop.verify(stamped, after: later)
        #expect(with.isValid && with.level == "B-LT", "\(with.text)")
        // Nor with a timestamp that belongs to another signature.
        let other = try shop.extend(shop.sign(Fixtures.invoice(type: "CreditNote"), by: "short"), to: .bT).bytes
        func token(_ bytes: [UInt8]) throws -> String {
            try String(decoding: bytes, as: UTF8.self)
                .piece("<xades:EncapsulatedTimeStamp ", "</xades:EncapsulatedTimeStamp>")
        }
        let copied = try String(decoding: stamped, as: UTF8.self).changing(token(stamped), token(other))
        let report = try shop.verify(Array(copied.utf8), after: later)
        #expect(report.subIndication == .outOfBounds && report.level == "B-B", "\(report.text)")
        #expect(report.timestamps.first?.message == "it is about something else")
    }

    @Test("revocation: by evidence at hand, as the policy asks, and fetched only on demand")
    func revocation() throws {
        let shop = try LevelShop()
        let list = Evidence(revocationLists: [try shop.pki.bytes("ca.crl"), try shop.pki.bytes("root.crl")])
        let revoked = try shop.sign(Fixtures.invoice(), by: "revoked")
        #expect(try shop.verify(revoked).isValid)
        let known = try shop.verify(revoked, evidence: list)
        #expect(known.status == .indeterminate && known.subIndication == .revokedNoPOE, "\(known.text)")
        #expect(try shop.verify(revoked, evidence: list) { $0.revocation = .ignore }.isValid)
        let good = try shop.sign(Fixtures.invoice())
        let required = try shop.verify(good) { $0.revocation = .require }
        #expect(required.status == .indeterminate && required.subIndication == .tryLater, "\(required.text)")
        let listed = try shop.verify(good, evidence: list) { $0.revocation = .require }
        #expect(listed.isValid && listed.revocation == .good(.revocationList), "\(listed.text)")
        // A timestamp after the revocation proves nothing.
        let late = try shop.extend(revoked, to: .bT).bytes
        #expect(try shop.verify(late, evidence: list).subIndication == .revokedNoPOE)
        let collector = EvidenceCollector(anchors: shop.anchors, fetch: shop.fetch)
        let fetching = try XMLSignatureVerifier(anchors: shop.anchors, collector: collector)
            .verify(revoked, at: shop.now.adding(seconds: 5))
        #expect(fetching.subIndication == .revokedNoPOE, "\(fetching.text)")
    }

    @Test("what an archive timestamp covers cannot be changed without its notice")
    func archive() throws {
        let shop = try LevelShop()
        let text = String(decoding: try shop.extend(shop.sign(Fixtures.invoice()), to: .bLTA).bytes, as: UTF8.self)
        let values = try text.piece("<xades:RevocationValues ", "</xades:RevocationValues>")
        for changed in [
            text.replacingOccurrences(of: values, with: ""),
            try text.changing("<xades:CertificateValues", "<xades:CertificateValues Id=\"x\""),
            try text.changing("<ds:KeyInfo>", "<ds:KeyInfo Id=\"k\">"),
        ] {
            let report = try shop.verify(Array(changed.utf8))
            #expect(report.isValid && report.level != "B-LTA", "\(report.text)")
            #expect(report.timestamps.last?.message == "it is about something else")
        }
    }
}
