import Diagnostics
import Foundation
import Issuing
import PDFReader
import TestSupport
import Testing

/// PDF files of many makers.
enum Corpus {
    /// A file and its bytes.
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// Ours, made of the samples.
    static func own(_ name: String) throws -> File {
        let json = try SharedFolder.bytes("samples/\(name).json")
        guard case .made(let pdf, _) = try Workbench(.bundled()).render(json, DocumentOptions()) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return File(name: name, bytes: pdf)
    }

    /// Made by other libraries; see `Fixtures/make.py`.
    static func fixtures() throws -> [File] {
        try ["reportlab", "weasyprint", "fpdf2"].map { name in
            File(name: name, bytes: try PackageFolder.bytes("Tests/PDFReaderTests/Fixtures/\(name).pdf"))
        }
    }

    /// Signed and attacked files out of the test suites of other verifiers.
    static func vectors() throws -> [File] {
        let folder = SharedFolder.path("vectors/signing")
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".pdf") }.sorted().map { name in
            File(name: name, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))))
        }
    }

    /// The same document rewritten by qpdf.
    static func rewritten(_ file: File, _ options: [String]) throws -> File {
        try Tool.withTemporaryFolder { folder in
            let (input, output) = ("\(folder)/in.pdf", "\(folder)/out.pdf")
            try Data(file.bytes).write(to: URL(fileURLWithPath: input))
            _ = try Tool.run("qpdf", options + [input, output])
            return File(
                name: "\(file.name) \(options.joined(separator: " "))",
                bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: output))))
        }
    }

    /// The ways in which qpdf lays a file out.
    static let layouts = [
        ["--linearize", "--object-streams=generate"], ["--linearize", "--object-streams=disable"],
        ["--qdf", "--object-streams=disable"], ["--object-streams=disable", "--stream-data=uncompress"],
        ["--object-streams=generate", "--recompress-flate"],
    ]
}

@Suite("Files of many makers are read as other readers read them", .needsSharedFolder)
struct CorpusTests {
    /// Letters and digits only: how readers part words is their own affair.
    private static func squeezed(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.precomposedStringWithCompatibilityMapping.unicodeScalars.filter {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                }))
    }

    /// What poppler reads, word by word, and we do not.
    private static func missing(in file: Corpus.File) throws -> [String] {
        let ours = squeezed(
            try PDFDocument(parsing: file.bytes).text().blocks().map(\.text).joined(separator: "\n"))
        let outcome = try Tool.run("pdftotext", ["{}", "-"], file: file.bytes)
        let words = outcome.output.split(whereSeparator: \.isWhitespace).map(String.init)
        return words.map(squeezed).filter { !$0.isEmpty && !ours.contains($0) }
    }

    @Test(
        "every word that poppler finds in our pages", .needsTool("pdftotext"),
        arguments: [
            "four-rates", "serbia", "export-eur", "credit-note", "five-hundred-lines",
        ])
    func own(name: String) throws {
        #expect(try Self.missing(in: Corpus.own(name)).isEmpty)
    }

    @Test("every word that poppler finds in pages of others", .needsTool("pdftotext"))
    func fixtures() throws {
        for file in try Corpus.fixtures() { #expect(try Self.missing(in: file).isEmpty, "\(file.name)") }
    }

    @Test("the words of the signing vectors, but for what poppler mends or misreads", .needsTool("pdftotext"))
    func vectors() throws {
        var words = 0
        for file in try Corpus.vectors() {
            do throws(ToolkitError) { _ = try PDFDocument(parsing: file.bytes) } catch {
                #expect(error.code.name == "pdf.encrypted", "\(file.name)")
                continue
            }
            let missing = try Self.missing(in: file)
            // Fonts without any table of characters: poppler prints their codes.
            let isOdd = ["pdf-signed-corrupted", "pdf-signed-added-page", "pdf-signed-out-of"].contains {
                file.name.contains($0)
            }
            #expect(missing.count <= (isOdd ? 8 : 3), "\(file.name): \(missing)")
            words += 1
        }
        #expect(words > 50)
    }

    @Test("pages, attachments and revisions are those that pikepdf sees", .needsPython("pikepdf"))
    func judged() throws {
        let script = """
            import sys, pikepdf, hashlib
            try:
                with pikepdf.open(sys.argv[1]) as pdf:
                    files = sorted(hashlib.sha256(a.get_file().read_bytes()).hexdigest() for a in pdf.attachments.values())
                    print(len(pdf.pages), pdf.is_linearized, *files)
            except pikepdf.PasswordError: print('encrypted')
            """
        var files = try Corpus.fixtures() + Corpus.vectors() + [Corpus.own("four-rates")]
        for layout in Corpus.layouts { files.append(try Corpus.rewritten(Corpus.own("serbia"), layout)) }
        for file in files {
            let verdict = try Tool.run("python3", ["-c", script, "{}"], file: file.bytes)
            let words = verdict.output.split(separator: " ").map { $0.trimmingCharacters(in: .newlines) }
            guard let first = words.first, first != "encrypted" else { continue }
            let document = try PDFDocument(parsing: file.bytes)
            #expect("\(try document.pages().count)" == first, "\(file.name)")
            let sums = try document.embeddedFiles().map { try sha256($0.bytes) }.sorted()
            #expect(sums == Array(words.dropFirst(2)), "\(file.name)")
            if words.count > 1, words[1] == "True" { #expect(document.revisions.count >= 1, "\(file.name)") }
        }
    }

    private func sha256(_ bytes: [UInt8]) throws -> String {
        try Tool.run("sha256sum", ["{}"], file: bytes).output.prefix(64).description
    }

    @Test("a file rewritten by qpdf says the same", .needsTool("qpdf"), arguments: Corpus.layouts)
    func rewritten(layout: [String]) throws {
        let own = try Corpus.own("four-rates")
        let document = try PDFDocument(parsing: own.bytes)
        let other = try PDFDocument(parsing: try Corpus.rewritten(own, layout).bytes)
        #expect(try document.text().blocks().map(\.text) == other.text().blocks().map(\.text))
        #expect(try document.embeddedFiles().map(\.bytes) == other.embeddedFiles().map(\.bytes))
        #expect(other.revisions.count == 1)
        #expect(!other.isRepaired)
    }
}

@Suite("Structure trees")
struct StructureTests {
    @Test("the text of a tagged page comes in the order of its tree, cell by cell")
    func tagged() throws {
        let bytes = try PackageFolder.bytes("Tests/PDFReaderTests/Fixtures/weasyprint.pdf")
        let text = try PDFDocument(parsing: bytes).text()
        #expect(text.isTagged)
        #expect(text.language == "mk")
        let blocks = text.blocks()
        let types = blocks.map { block in block.element.map { text.elements[$0].type } ?? "-" }
        #expect(
            blocks.map(\.text) == [
                "Фактура 7/2026", "Купувач: Ѓорѓи: Ќосев", "Опис", "Износ",
                "Столица со наслон, многу долг опис кој се крши во повеќе редови на оваа страница", "1.234,50",
                "Вкупно 1.234,50 ден.", "Страна 1",
            ])
        #expect(types.prefix(4).map(\.self) == ["H1", "P", "TH", "TH"])
        // The footer is marked, and no element owns it: it comes last.
        #expect(types.last == "-")
        let cell = try #require(text.elements.first { $0.columns == 2 })
        #expect(cell.type == "TD")
        let table = try #require(text.elements.firstIndex { $0.type == "Table" })
        #expect(text.text(of: table).hasSuffix("Вкупно 1.234,50 ден."))
    }

    @Test("roles, replaced text, forms and loops")
    func tree() throws {
        var file = PDFBuilder.page(
            """
            /P<</MCID 0>>BDC BT /F1 10 Tf 10 50 Td (one) Tj ET EMC /X Do
            /P<</MCID 2>>BDC BT /F1 10 Tf 10 20 Td (three) Tj ET EMC BT /F1 10 Tf 10 5 Td (left out) Tj ET
            """, resources: "/XObject<</X 6 0 R>>"
        ) { file in
            file.stream(
                6, "/P<</MCID 0>>BDC BT /F1 10 Tf 10 35 Td (two) Tj ET EMC", entries: "/Subtype/Form")
            file.object(1, "<</Type/Catalog/Pages 2 0 R/Lang(en)/StructTreeRoot 7 0 R>>")
            file.object(7, "<</K 8 0 R/RoleMap<</Title/H1/H1/H1/A/B/B/A>>>>")
            file.object(
                8, "<</S/Document/Pg 3 0 R/K[<</S/P/K 2>><</S/Title/Lang(mk)/K[0]>>9 0 R 8 0 R<</S/A/Alt(alt)>>]>>")
            file.object(9, "<</S/P/K[<</Type/MCR/Pg 3 0 R/Stm 6 0 R/MCID 0>><</Type/OBJR>>8 0 R]>>")
        }
        file.end()
        let text = try PDFDocument(parsing: file.bytes).text()
        #expect(text.elements.map(\.type) == ["Document", "P", "H1", "P", "A"])
        #expect(text.elements.map(\.depth) == [0, 1, 1, 1, 1])
        #expect(text.elements[2].language == "mk")
        #expect(text.elements[4].alternative == "alt")
        #expect(text.blocks().map(\.text) == ["three", "one", "two", "left out"])
    }
}
