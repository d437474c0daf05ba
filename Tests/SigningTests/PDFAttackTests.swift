import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

/// Documents that were changed after signing, each in the manner of a published attack.
struct PDFAttack: Sendable, CustomStringConvertible {
    let description: String
    /// The options of the signature that is attacked.
    var certification: PDFSignatureOptions.Certification?
    /// What is signed.
    var original: [UInt8] = PDFFixtures.plain()
    let change: @Sendable ([UInt8]) throws -> [UInt8]

    /// Replaces bytes without changing their number, outside of nothing: what is signed changes as well.
    static func replacing(_ old: String, by new: String, in pdf: [UInt8]) throws -> [UInt8] {
        let pattern = Array(old.utf8)
        let start = try #require(
            (0...pdf.count - pattern.count).first { pdf[$0..<$0 + pattern.count].elementsEqual(pattern) })
        return pdf[..<start] + Array(new.utf8) + pdf[(start + pattern.count)...]
    }

    static func text(_ pdf: [UInt8]) -> String { String(decoding: pdf, as: Unicode.ASCII.self) }

    /// The hole with its brackets.
    static func hole(_ pdf: [UInt8]) throws -> Range<Int> {
        let numbers = try #require(text(pdf).firstMatch(of: /ByteRange\[0 (\d+) (\d+)/))
        return try #require(Int(numbers.1))..<(try #require(Int(numbers.2)))
    }

    static let evilContent = "<</Length 41>>\nstream\nBT /F1 24 Tf 72 700 Td (Total 999.00) Tj ET\nendstream"

    /// Universal signature forgery (Mladenov and others, 2019): the signature is made unverifiable.
    static let forgeries: [PDFAttack] = [
        PDFAttack(description: "USF 1: no Contents") { try replacing("/Contents<", by: "/Contentz<", in: $0) },
        PDFAttack(description: "USF 2: Contents of no bytes") { pdf in
            var changed = pdf
            let hole = try hole(pdf)
            changed.replaceSubrange(hole, with: Array("<>".utf8) + [UInt8](repeating: 0x20, count: hole.count - 2))
            return changed
        },
        PDFAttack(description: "USF 3: Contents of zeros") { pdf in
            var changed = pdf
            let hole = try hole(pdf)
            for index in hole.dropFirst().dropLast() { changed[index] = 0x30 }
            return changed
        },
        PDFAttack(description: "USF 4: Contents null") { pdf in
            var changed = pdf
            let hole = try hole(pdf)
            changed.replaceSubrange(hole, with: Array(" null".utf8) + [UInt8](repeating: 0x20, count: hole.count - 5))
            return changed
        },
        PDFAttack(description: "USF 5: no ByteRange") { try replacing("/ByteRange[", by: "/ByteRangX[", in: $0) },
        PDFAttack(description: "USF 6: ByteRange of nothing") {
            let text = try #require(text($0).firstMatch(of: /ByteRange(\[[^\]]*\])/))
            return try replacing(
                String(text.1), by: "[]" + String(repeating: " ", count: text.1.count - 2), in: $0)
        },
        PDFAttack(description: "USF 7: ByteRange negative") { try replacing("[0 ", by: "[-1", in: $0) },
        PDFAttack(description: "USF 8: ByteRange of zeros") {
            let text = try #require(text($0).firstMatch(of: /ByteRange(\[[^\]]*\])/))
            return try replacing(
                String(text.1), by: "[0 0 0 0]" + String(repeating: " ", count: text.1.count - 9), in: $0)
        },
        PDFAttack(description: "USF 9: another SubFilter") {
            try replacing("/ETSI.CAdES.detached", by: "/ETSI.CAdES.detachex", in: $0)
        },
        PDFAttack(description: "USF 10: no SubFilter") { try replacing("/SubFilter", by: "/SubFiltex", in: $0) },
    ]

    /// Incremental saving (Mladenov and others, 2019): something is appended.
    static let savings: [PDFAttack] = [
        PDFAttack(description: "ISA 1: new content") { try PDFFixtures.appending([(4, evilContent)], to: $0) },
        PDFAttack(description: "ISA 2: objects without a cross-reference") {
            $0 + Array("4 0 obj\n\(evilContent)\nendobj\n".utf8)
        },
        PDFAttack(description: "ISA 3: objects with a trailer only") {
            $0 + Array("4 0 obj\n\(evilContent)\nendobj\ntrailer\n<</Root 1 0 R/Size 9>>\n%%EOF\n".utf8)
        },
        PDFAttack(description: "ISA 4: objects beside those of the cross-reference") { pdf in
            let update = try PDFFixtures.appending([(90, "<</A 1>>")], to: pdf)
            return try replacing("90 0 obj", by: "4 0 obj\n\(evilContent)\nendobj\n90 0 obj", in: update)
        },
        PDFAttack(description: "ISA 5: a whole new document behind, without the old one") {
            let start = $0.count
            let evil = text(PDFFixtures.plain("Total 999.00"))
            let shifted = evil.replacing(/(\d{10}) 00000 n/) { match in
                "\(PDFFixtures.pad((Int(match.1) ?? 0) + start)) 00000 n"
            }.replacing(/startxref\n(\d+)/) { "startxref\n\((Int($0.1) ?? 0) + start)" }
            return $0 + Array(shifted.utf8)
        },
        PDFAttack(description: "ISA 6: the signature copied into the new part") { pdf in
            let value = try #require(text(pdf).firstMatch(of: /(\d+) 0 obj\n(<<\/Type\/Sig[\s\S]*?>>)\nendobj/))
            let number = try #require(Int(value.1))
            return try PDFFixtures.appending([(4, evilContent), (number, String(value.2))], to: pdf)
        },
    ]

    /// Bytes and byte ranges.
    static let ranges: [PDFAttack] = [
        PDFAttack(description: "a changed amount") { try replacing("Total 118.00", by: "Total 918.00", in: $0) },
        PDFAttack(description: "a changed signature value") { pdf in
            var changed = pdf
            let index = try hole(pdf).lowerBound + 1600
            changed[index] = changed[index] == 0x31 ? 0x32 : 0x31
            return changed
        },
        PDFAttack(description: "something beside the value in the hole") { pdf in
            var changed = pdf
            let hole = try hole(pdf)
            changed[hole.upperBound - 2] = UInt8(ascii: ">")
            return changed
        },
        PDFAttack(description: "a byte range that ends before the file") { pdf in
            let tail = try #require(text(pdf).firstMatch(of: /ByteRange\[0 \d+ \d+ (\d+)\]/))
            let shorter = String((Int(tail.1) ?? 0) - 20)
            return try replacing(
                " \(tail.1)]", by: " \(shorter)]" + String(repeating: " ", count: tail.1.count - shorter.count), in: pdf
            )
        },
        PDFAttack(description: "a hole that is larger than the value") { pdf in
            let hole = try hole(pdf)
            return try replacing("[0 \(hole.lowerBound) ", by: "[0 \(hole.lowerBound - 8) ", in: pdf)
        },
        PDFAttack(description: "bytes behind the end") { $0 + Array("garbage".utf8) },
        PDFAttack(description: "a second end behind the end") { $0 + Array("%%EOF\n<</A 1>>".utf8) },
    ]

    /// Shadow documents (Mainka and others, 2021) and certification (Rohlmann and others, 2021).
    static let shadows: [PDFAttack] = [
        PDFAttack(description: "shadow hide: an overlay is taken away", original: overlay) { pdf in
            try PDFFixtures.appending(
                [(6, "<</Type/XObject/Subtype/Form/BBox[0 0 0 0]/Length 0>>\nstream\n\nendstream")], to: pdf)
        },
        PDFAttack(description: "shadow replace: a font is exchanged") {
            try PDFFixtures.appending([(5, "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>")], to: $0)
        },
        PDFAttack(description: "shadow hide and replace: other pages", original: hidden) { pdf in
            let form = try #require(text(pdf).firstMatch(of: /\/AcroForm ?<<[^>]*>>/))
            return try PDFFixtures.appending([(1, "<</Type/Catalog/Pages 6 0 R\(form.output)>>")], to: pdf)
        },
        PDFAttack(description: "shadow: an object is supplied that the signed page lacked", original: dangling) {
            try PDFFixtures.appending([(77, evilContent)], to: $0)
        },
        PDFAttack(description: "an appearance that the page draws with is filled in", original: shared) {
            try PDFFixtures.appending(
                [(6, "<</Type/XObject/Subtype/Form/BBox[0 0 200 50]/Length 0>>\nstream\n\nendstream")], to: $0)
        },
        PDFAttack(description: "EAA: a text is laid over a certified page", certification: .annotations) {
            try annotating($0, "<</Type/Annot/Subtype/FreeText/Rect[70 690 300 730]/Contents(999)/AP<</N 91 0 R>>>>")
        },
        PDFAttack(description: "EAA: a harmless kind with a drawing", certification: .annotations) {
            try annotating($0, "<</Type/Annot/Subtype/Highlight/Rect[70 690 300 730]/AP<</N 91 0 R>>>>")
        },
        PDFAttack(description: "an annotation where only forms may be filled in", certification: .formFilling) {
            try annotating($0, "<</Type/Annot/Subtype/Text/Rect[0 0 20 20]/Contents(note)>>")
        },
        PDFAttack(description: "an annotation on an ordinary signature") {
            try annotating($0, "<</Type/Annot/Subtype/Stamp/Rect[70 690 300 730]/AP<</N 91 0 R>>>>")
        },
        PDFAttack(description: "SSA: a signature box over text of a certified document", certification: .formFilling) {
            try signing($0, box: "70 690 300 730")
        },
        PDFAttack(description: "a signature box over text") { try signing($0, box: "70 690 300 730") },
        PDFAttack(description: "a second signature where nothing may be changed", certification: .nothing) {
            try signing($0, box: "0 0 0 0")
        },
        PDFAttack(description: "a script in the catalogue") { pdf in
            let catalogue = try catalogue(of: pdf)
            return try PDFFixtures.appending(
                [(1, catalogue.dropLast(2) + "/OpenAction<</S/JavaScript/JS(x)>>>>")], to: pdf)
        },
    ]

    private static let overlay = PDFFixtures.plain(
        catalogue: "", page: "",
        objects: ["<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Length 8>>\nstream\n0 0 m S \nendstream"])
    private static let hidden = PDFFixtures.plain(objects: [
        "<</Type/Pages/Kids[7 0 R]/Count 1>>",
        "<</Type/Page/Parent 6 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    ])
    private static let dangling = PDFFixtures.plain(page: "/PieceInfo 77 0 R")
    /// A text field whose appearance the page draws as well.
    private static let shared = PDFFixtures.plain(
        catalogue: "/AcroForm<</Fields[7 0 R]>>", page: "/Extra 6 0 R/Annots[7 0 R]",
        objects: [
            "<</Type/XObject/Subtype/Form/BBox[0 0 200 50]/Length 8>>\nstream\n0 0 m S \nendstream",
            "<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/Rect[0 0 200 50]/AP<</N 6 0 R>>/P 3 0 R>>",
        ])

    /// The newest catalogue, which the signature wrote.
    static func catalogue(of pdf: [UInt8]) throws -> String {
        try #require(text(pdf).matches(of: /\n1 0 obj\n(<<[^\n]*>>)\nendobj/).last.map { String($0.1) })
    }

    /// The newest page.
    static func page(of pdf: [UInt8]) throws -> String {
        try #require(text(pdf).matches(of: /\n3 0 obj\n(<<[^\n]*>>)\nendobj/).last.map { String($0.1) })
    }

    static func annotating(_ pdf: [UInt8], _ annotation: String) throws -> [UInt8] {
        let page = try page(of: pdf).replacing(/\/Annots ?\[([^\]]*)\]/) { "/Annots[\($0.1) 90 0 R]" }
        return try PDFFixtures.appending(
            [
                (3, page), (90, annotation),
                (
                    91,
                    "<</Type/XObject/Subtype/Form/BBox[0 0 230 40]/Length 23>>\nstream\n1 g 0 0 230 40 re f    \nendstream"
                ),
            ], to: pdf)
    }

    /// A further signature field with a drawing, which holds no signature yet.
    static func signing(_ pdf: [UInt8], box: String) throws -> [UInt8] {
        let page = try page(of: pdf).replacing(/\/Annots ?\[([^\]]*)\]/) { "/Annots[\($0.1) 90 0 R]" }
        let catalogue = try catalogue(of: pdf).replacing(/\/Fields ?\[([^\]]*)\]/) { "/Fields[\($0.1) 90 0 R]" }
        return try PDFFixtures.appending(
            [
                (1, catalogue), (3, page),
                (90, "<</Type/Annot/Subtype/Widget/FT/Sig/T(evil)/F 132/Rect[\(box)]/P 3 0 R/AP<</N 91 0 R>>>>"),
                (
                    91,
                    "<</Type/XObject/Subtype/Form/BBox[0 0 230 40]/Length 23>>\nstream\n1 g 0 0 230 40 re f    \nendstream"
                ),
            ], to: pdf)
    }
}

@Suite("attacks on signed PDF files", .needsTool("openssl"), .needsTool("python3"))
struct PDFAttackTests {
    @Test(
        "are all refused",
        arguments: PDFAttack.forgeries + PDFAttack.savings + PDFAttack.ranges + PDFAttack.shadows)
    func refusal(attack: PDFAttack) throws {
        let keys = try LevelShop()
        var options = PDFSignatureOptions()
        options.certification = attack.certification
        let signed = try keys.pades().sign(attack.original, options: options, at: LevelShop.moment).bytes
        #expect(try PAdESTests.verify(signed).isValid, "the original has to pass")
        let changed = try attack.change(signed)
        #expect(changed != signed)
        let anchors = keys.anchors
        do throws(ToolkitError) {
            let report = try PDFSignatureVerifier(anchors: anchors).verify(changed, at: LevelShop.moment)
            #expect(report?.status != .passed, "\(report?.text ?? "")")
        } catch {
            #expect(error.code.kind == .unreadable)
        }
    }

    @Test("what a certification allows is let through and told")
    func allowed() throws {
        let keys = try LevelShop()
        func signed(_ certification: PDFSignatureOptions.Certification?, _ pdf: [UInt8]) throws -> [UInt8] {
            var options = PDFSignatureOptions()
            options.certification = certification
            return try keys.pades().sign(pdf, options: options, at: LevelShop.moment).bytes
        }
        let note = try PDFAttack.annotating(
            try signed(.annotations, PDFFixtures.plain()),
            "<</Type/Annot/Subtype/Text/Rect[0 0 20 20]/Contents(note)>>")
        let annotated = try PAdESTests.verify(note)
        #expect(annotated.isValid && annotated.pdf?.changes.level == .annotations, "\(annotated.text)")
        let form = PDFFixtures.plain(
            catalogue: "/AcroForm<</Fields[6 0 R]>>", page: "/Annots[6 0 R]",
            objects: ["<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[0 0 200 50]/P 3 0 R>>"])
        for certification in [nil, PDFSignatureOptions.Certification.formFilling] {
            let filled = try PDFFixtures.appending(
                [(6, "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[0 0 200 50]/P 3 0 R/V(Ana)>>")],
                to: try signed(certification, form))
            let report = try PAdESTests.verify(filled)
            #expect(report.isValid && report.pdf?.changes.level == .formFilling, "\(report.text)")
            #expect(report.covered.map { filled.starts(with: $0.canonical) && $0.byteCount < filled.count } == true)
        }
    }

    @Test("a stranger's signature is intact and not trusted")
    func stranger() throws {
        let keys = try LevelShop()
        let signed = try PAdESSigner(keys.signer("stranger")).sign(PDFFixtures.plain(), at: LevelShop.moment).bytes
        let report = try PAdESTests.verify(signed)
        #expect(report.status == .indeterminate && report.integrity == .passed)
    }
}
