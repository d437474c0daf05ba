import Certificates
import Diagnostics
import Foundation
import PDFReader
import TestSupport
import Testing

@testable import Signing

@Suite("PAdES: signatures that others accept", .needsTool("openssl"), .needsTool("python3"))
struct PAdESTests {
    /// What pyHanko says of each signature of a file.
    struct Verdict: Decodable {
        struct Stamp: Decodable { let intact: Bool, valid: Bool, trusted: Bool }
        let field: String, kind: String, intact: Bool, valid: Bool, trusted: Bool, coverage: String
        let changes: String?, docmdp: Bool?, bottomLine: Bool, stamp: Stamp?
    }

    static func pyHanko(_ pdf: [UInt8], trust: [UInt8], isLenient: Bool = false) throws -> [Verdict] {
        try Tool.withTemporaryFolder { folder in
            try Data(pdf).write(to: URL(fileURLWithPath: "\(folder)/a.pdf"))
            try Data(trust).write(to: URL(fileURLWithPath: "\(folder)/ca.pem"))
            let outcome = try Tool.run(
                "python3",
                ["\(PackageFolder.root)/Tests/Judges/judge-signed-pdf.py", "\(folder)/ca.pem", "\(folder)/a.pdf"]
                    + (isLenient ? ["--lenient"] : []))
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try JSONDecoder().decode([String: [Verdict]].self, from: Data(outcome.output.utf8))
                .values.first ?? []
        }
    }

    static func verify(_ pdf: [UInt8], at time: Timestamp = LevelShop.moment) throws -> SignatureReport {
        let keys = try LevelShop()
        return try #require(try PDFSignatureVerifier(anchors: keys.anchors).verify(pdf, at: time))
    }

    static let sources = ["reportlab", "fpdf2", "weasyprint", "plain"]

    static func source(_ name: String) throws -> [UInt8] {
        name == "plain" ? PDFFixtures.plain() : try PDFFixtures.foreign(name)
    }

    @Test("B-B on foreign files keeps every earlier byte and passes", arguments: sources)
    func basic(source: String) throws {
        let keys = try LevelShop()
        let pdf = try Self.source(source)
        let signed = try keys.pades().sign(pdf, at: LevelShop.moment).bytes
        #expect(signed.starts(with: pdf))
        let report = try Self.verify(signed)
        #expect(report.status == .passed, "\(report.text)")
        #expect(report.level == "B-B" && report.format == "PAdES")
        #expect(report.pdf?.extent == .entireFile && report.pdf?.changes.level == PDFChanges.Level.none)
        #expect(report.covered?.canonical == signed)
    }

    @Test(
        "every algorithm is accepted by pyHanko",
        .needsPython("pyhanko"),
        arguments: [
            ("signer", SignatureAlgorithm.rsaSHA256), ("signer", .rsaSHA512), ("signer", .rsaPSSSHA256),
            ("seal", .ecdsaSHA256), ("seal384", .ecdsaSHA384),
        ])
    func algorithms(key: String, algorithm: SignatureAlgorithm) throws {
        let keys = try LevelShop()
        let signed = try keys.pades(key, algorithm).sign(Self.source("reportlab"), at: LevelShop.moment).bytes
        let verdicts = try Self.pyHanko(signed, trust: keys.root)
        try #require(verdicts.count == 1)
        #expect(verdicts[0].bottomLine && verdicts[0].coverage == "ENTIRE_FILE" && verdicts[0].changes == "NONE")
        #expect(try Self.verify(signed).isValid)
    }

    @Test("B-LTA is accepted by pyHanko, qpdf and our own verifier, level by level", .needsPython("pyhanko"))
    func levels() throws {
        let keys = try LevelShop()
        for level in SignatureLevel.allCases {
            let signed = try keys.pades().sign(Self.source("weasyprint"), level: level, at: LevelShop.moment)
            #expect(signed.level == level && signed.degradation == nil)
            let verdicts = try Self.pyHanko(signed.bytes, trust: keys.root)
            #expect(verdicts.allSatisfy { $0.bottomLine }, "\(verdicts)")
            #expect(verdicts.count == (level == .bLTA ? 2 : 1))
            #expect(verdicts[0].changes == (level >= .bLT ? "LTA_UPDATES" : "NONE"))
            if level >= .bT { #expect(verdicts[0].stamp?.trusted == true) }
            let report = try Self.verify(signed.bytes)
            #expect(report.isValid && report.level == level.rawValue, "\(report.text)")
            #expect(report.pdf?.changes.level == (level >= .bLT ? .evidence : PDFChanges.Level.none))
            if Tool.path(of: "qpdf") != nil {
                let check = try Tool.run("qpdf", ["--check", "{}"], file: signed.bytes)
                #expect(check.status == 0, "\(check.output)\(check.errors)")
            }
        }
    }

    @Test("a second signature leaves the first one valid, and pdfsig sees both", .needsTool("pdfsig"))
    func twice() throws {
        let keys = try LevelShop()
        let once = try keys.pades().sign(Self.source("plain"), at: LevelShop.moment).bytes
        let twice = try keys.pades("seal").sign(once, at: LevelShop.moment).bytes
        let report = try Self.verify(twice)
        #expect(report.isValid && report.others.count == 1, "\(report.text)")
        let all = [report] + report.others
        #expect(Set(all.map { $0.pdf?.changes.level }) == [.formFilling, PDFChanges.Level.none])
        let seen = try Tool.run("pdfsig", ["{}"], file: twice).output
        #expect(seen.ranges(of: "Signature is Valid.").count == 2)
    }

    @Test("a visible box stands in its corner and is no change to what is signed", .needsPython("pyhanko"))
    func visible() throws {
        let keys = try LevelShop()
        let drawing = Array(
            String(decoding: PDFFixtures.plain("A"), as: UTF8.self)
                .replacing("[0 0 595 842]", with: "[0 0 120 040]").utf8)
        var options = PDFSignatureOptions()
        options.reason = "Одобрено"
        options.appearance = SignatureAppearance(
            drawing: drawing, text: "Потпишано", page: 0, place: .corner(.bottomRight, margin: 20))
        let once = try keys.pades().sign(PDFFixtures.plain(), options: options, at: LevelShop.moment).bytes
        #expect(String(decoding: once, as: UTF8.self).contains("/Rect[455 20 575 60]"))
        let first = try Self.verify(once)
        #expect(first.isValid && first.pdf?.reason == "Одобрено", "\(first.text)")
        options.appearance = SignatureAppearance(
            drawing: drawing, text: "Потпишано", page: -1, place: .point(left: 20, bottom: 20))
        let twice = try keys.pades("seal").sign(once, options: options, at: LevelShop.moment).bytes
        let report = try Self.verify(twice)
        #expect(report.isValid && report.others.count == 1, "\(report.text)")
        #expect(([report] + report.others).contains { $0.pdf?.changes.changesAppearance == true })
        #expect(try Self.pyHanko(twice, trust: keys.root).allSatisfy { $0.bottomLine })
        options.appearance = SignatureAppearance(
            drawing: drawing, text: "x", page: 0, place: .point(left: 500, bottom: 20))
        let error = #expect(throws: ToolkitError.self) {
            try keys.pades().sign(PDFFixtures.plain(), options: options, at: LevelShop.moment)
        }
        #expect(error?.code == .pdfAppearance)
    }

    @Test("without an authority the signature fails or is made on a lower level, as the policy says")
    func unavailable() throws {
        let keys = try LevelShop()
        let urls = ["/500"]
        let strict = try PAdESSigner(keys.signer(), timestamps: keys.service(urls))
        let error = #expect(throws: ToolkitError.self) {
            try strict.sign(PDFFixtures.plain(), level: .bT, at: LevelShop.moment)
        }
        #expect(error?.code == .timestampUnavailable)
        let mild = try PAdESSigner(keys.signer(), timestamps: keys.service(urls, .degrade))
        let signed = try mild.sign(PDFFixtures.plain(), level: .bT, at: LevelShop.moment)
        #expect(signed.level == .bB && signed.degradation?.code == .timestampUnavailable)
        let second = try PAdESSigner(keys.signer(), timestamps: keys.service(urls + ["/tsa"]))
        #expect(try second.sign(PDFFixtures.plain(), level: .bT, at: LevelShop.moment).level == .bT)
    }
}
