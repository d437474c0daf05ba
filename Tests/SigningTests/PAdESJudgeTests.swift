import Certificates
import Diagnostics
import Foundation
import HTTPClient
import PDFReader
import TestSupport
import Testing

@testable import Signing

@Suite("PAdES: what others say of single parts", .needsTool("openssl"), .needsTool("python3"))
struct PAdESJudgeTests {
    /// What stands in the hole of the last signature of a file, and what it is about.
    ///
    /// The zeros behind the message stay: its own last byte may be one, and a reader of DER knows where it ends.
    private static func parts(_ pdf: [UInt8]) throws -> (message: [UInt8], content: [UInt8]) {
        let document = try PDFDocument(parsing: pdf)
        let field = try #require(try PDFForm(document).signed(in: document).last)
        let signature = try EmbeddedSignature(field, in: document)
        return (signature.contents, signature.covered(in: pdf))
    }

    private static func openssl(_ pdf: [UInt8], _ shop: LevelShop, changing: Bool = false) throws -> Tool.Outcome {
        try Tool.withTemporaryFolder { folder in
            var (message, content) = try parts(pdf)
            if changing { content[100] ^= 1 }
            try Data(message).write(to: URL(fileURLWithPath: "\(folder)/message"))
            try Data(content).write(to: URL(fileURLWithPath: "\(folder)/content"))
            return try Tool.run(
                "openssl",
                [
                    "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "\(folder)/message", "-content",
                    "\(folder)/content", "-CAfile", shop.pki.path("root.pem"), "-purpose", "any", "-out", "/dev/null",
                ])
        }
    }

    static let keys: [(String, SignatureAlgorithm)] = [
        ("signer", .rsaSHA256), ("signer", .rsaPSSSHA256), ("seal", .ecdsaSHA256), ("seal384", .ecdsaSHA384),
    ]

    @Test("openssl cms -cades verifies the message with every kind of key, and no changed content", arguments: keys)
    func message(key: String, algorithm: SignatureAlgorithm) throws {
        let shop = try LevelShop()
        let signed = try shop.pades(key, algorithm).sign(PDFFixtures.plain(), level: .bT, at: shop.now).bytes
        let outcome = try Self.openssl(signed, shop)
        #expect(outcome.status == 0 && outcome.errors.contains("CAdES Verification successful"), "\(outcome.errors)")
        #expect(try Self.openssl(signed, shop, changing: true).status != 0)
    }

    @Test("P-384 is valid for pdfsig", .needsTool("pdfsig"))
    func curve() throws {
        let shop = try LevelShop()
        let signed = try shop.pades("seal384").sign(PDFFixtures.plain(), at: shop.now).bytes
        let seen = try Tool.run("pdfsig", ["{}"], file: signed).output
        #expect(seen.contains("Signature is Valid.") && seen.contains("Total document signed"), "\(seen)")
        #expect(seen.contains("SHA-384"))
    }

    /// The plain page with a table and, for readers that know them, a stream with one more object (ISO 32000-1, 7.5.8.4).
    static func hybrid() -> [UInt8] {
        var file = String(decoding: PDFFixtures.plain(page: "/PieceInfo 7 0 R"), as: UTF8.self)
        let start =
            file.ranges(of: "xref\n").first.map { file.utf8.distance(from: file.startIndex, to: $0.lowerBound) } ?? 0
        let tail = String(file.utf8.dropFirst(start)) ?? ""
        file = String(file.utf8.prefix(start)) ?? ""
        let packed = "7 0 <</Hybrid true>>"
        let container = file.utf8.count
        file +=
            "6 0 obj\n<</Type/ObjStm/N 1/First 4/Length \(packed.utf8.count)>>\nstream\n\(packed)\nendstream\nendobj\n"
        let table = file.utf8.count
        func hexadecimal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        let rows = "01\(hexadecimal(container, 4))00 02000600 01\(hexadecimal(table, 4))00".filter { $0 != " " } + ">"
        file +=
            "8 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Index[6 3]/Root 1 0 R/Filter/ASCIIHexDecode/Length \(rows.utf8.count)>>"
        file += "\nstream\n\(rows)\nendstream\nendobj\n"
        let place = file.utf8.count
        file += tail.replacing("/Root", with: "/XRefStm \(table)/Root").replacing("/Size 6", with: "/Size 9")
            .replacing(/startxref\n\d+/, with: "startxref\n\(place)")
        return Array(file.utf8)
    }

    @Test(
        "a file with a hybrid cross-reference, certified, is accepted by pyHanko, pdfsig and qpdf",
        .needsTool("pdfsig"),
        .needsTool("qpdf"), .needsPython("pyhanko"), arguments: PDFSignatureOptions.Certification.allCases)
    func certified(certification: PDFSignatureOptions.Certification) throws {
        let shop = try LevelShop()
        let source = Self.hybrid()
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: source).status == 0)
        var options = PDFSignatureOptions()
        options.certification = certification
        let signed = try shop.pades().sign(source, options: options, at: shop.now).bytes
        #expect(signed.starts(with: source))
        let verdicts = try PAdESTests.pyHanko(signed, trust: shop.root, isLenient: true)
        #expect(verdicts.count == 1 && verdicts.allSatisfy(\.bottomLine), "\(verdicts)")
        #expect(verdicts.first?.coverage == "ENTIRE_FILE" && verdicts.first?.docmdp == true)
        let seen = try Tool.run("pdfsig", ["{}"], file: signed).output
        #expect(seen.contains("Signature is Valid.") && seen.contains("Total document signed"), "\(seen)")
        #expect(try Tool.run("qpdf", ["--check", "{}"], file: signed).status == 0)
        let own = try PAdESTests.verify(signed)
        #expect(own.isValid && own.pdf?.certification == certification.rawValue, "\(own.text)")
    }

    @Test("a certificate that was revoked after the timestamp passes, before it or without one it does not")
    func revocation() throws {
        let shop = try LevelShop()
        let stamped = try shop.pades("later").sign(PDFFixtures.plain(), level: .bT, at: shop.now).bytes
        let plain = try shop.pades("later").sign(PDFFixtures.plain(), at: shop.now).bytes
        let xml = try shop.extend(shop.sign(Array("<a/>".utf8), by: "later") { $0.packaging = .enveloped }, to: .bT)
            .bytes
        // The clock of the revocation list counts whole seconds.
        sleep(2)
        _ = try shop.fetch(NetworkRequest(.signature, url: shop.pki.url("/revoke/later"), body: [0], sizeLimit: 64))
        sleep(1)
        let lists = Evidence(revocationLists: [try shop.pki.bytes("ca.crl"), try shop.pki.bytes("root.crl")])
        try #require(
            try RevocationList(file: shop.pki.bytes("ca.crl")).der.count > 0
                && shop.anchors.verdict(
                    on: shop.signer("later").chain[0], through: [shop.signer("later").chain[1]], with: lists,
                    at: shop.now,
                    now: shop.now
                ).worst != nil)
        let verifier = XMLSignatureVerifier(anchors: shop.anchors, evidence: lists)
        func verdict(_ pdf: [UInt8]) throws -> SignatureReport {
            try #require(try PDFSignatureVerifier(judgingBy: verifier).verify(pdf, at: shop.now.adding(seconds: 5)))
        }
        let after = try verdict(stamped)
        #expect(after.isValid && after.level == "B-T", "\(after.text)")
        #expect(try verifier.verify(xml, at: shop.now.adding(seconds: 5)).isValid)
        let unproved = try verdict(plain)
        #expect(unproved.status == .indeterminate && unproved.subIndication == .revokedNoPOE, "\(unproved.text)")
        // A timestamp that is later than the revocation proves nothing.
        let late = try verdict(shop.pades("later").sign(PDFFixtures.plain(), level: .bT, at: shop.now).bytes)
        #expect(late.status == .indeterminate && late.subIndication == .revokedNoPOE, "\(late.text)")
        #expect(
            try verdict(shop.pades("revoked").sign(PDFFixtures.plain(), level: .bT, at: shop.now).bytes).status
                == .indeterminate)
    }
}
