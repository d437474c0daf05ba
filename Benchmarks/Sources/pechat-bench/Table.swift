import BundledFiles
import CBare
import Diagnostics
import Issuing
import PDFWriter
import PageLayout
import Signing
import Typography

/// `pechat-bench table`: our stages and, from the same run, the bare cost of their indispensable parts.
struct Table {
    private let seconds: Double

    init(_ words: ArraySlice<String>) throws { seconds = try Options(words).number("--seconds", 2) }

    func run() throws {
        Measuring.stayOnOneCore()
        print("One core, every document different, 20 lines;")
        print("microseconds are means of a document, ratios go by medians.\n")
        let documents = Documents(lines: 20)
        let inputs = (0..<200).map { documents.json($0) }
        let bench = Workbench(Toolkit.bundled())
        let (rsa, verifier) = try Options.sealAndVerifier("rsa")
        let ec = try Options.seal("ec")
        let xml = try bench.eInvoice(inputs[0])
        let signed = try rsa.sign(xml: xml)
        print("| stage | documents/s | µs | median ms |\n|---|---|---|---|")
        let render = try row("render: JSON to PDF with the XML inside") {
            _ = try bench.pdfSize(inputs[$0])
        }
        let eInvoice = try row("xml: JSON to validated XML") { _ = try bench.eInvoice(inputs[$0]) }
        let signRSA = try row("sign: XAdES-B-B, RSA-2048") { _ in _ = try rsa.sign(xml: xml) }
        let signEC = try row("sign: XAdES-B-B, P-256") { _ in _ = try ec.sign(xml: xml) }
        let verify = try row("verify: XAdES-B-B, RSA-2048") { _ in _ = try verifier.verify(signed, at: rsa.time) }
        let allRSA = try row("build: everything, RSA-2048") { _ = try bench.everything(inputs[$0], rsa) }
        let allEC = try row("build: everything, P-256") { _ = try bench.everything(inputs[$0], ec) }
        print("\n| bare part | µs |\n|---|---|")
        let bare = Bare(try Runs(inputs[0], bench), xml: signed, pdf: try bench.pdf(inputs[0]), seconds: seconds)
        let shaping = bare.row("hb_shape on every run of the page", bare.shaping)
        let subsetting = bare.row("hb_subset of its faces, preprocessed", bare.subsetting)
        let content = bare.row("libdeflate 1 of all that the file compresses", bare.deflate(level: 1))
        let rsaSign = bare.row("RSA-2048 signature of a digest", bare_sign(2048, seconds))
        let ecSign = bare.row("P-256 signature of a digest", bare_sign(256, seconds))
        let parse = bare.row("libxml2 parse of the signed XML", bare.parse)
        let canonical = bare.row("libxml2 exclusive canonical form", bare.canonical)
        let validate = bare.row("libxml2 schema validation", bare.validate)
        print("\n| ratio | value |\n|---|---|")
        ratio("render ÷ (shape + subset + compress)", render, shaping + subsetting + content)
        ratio("xml ÷ (parse + validate)", eInvoice, parse + validate)
        ratio("sign RSA ÷ RSA signature", signRSA, rsaSign)
        ratio("sign P-256 ÷ (parse + canonical form + P-256 signature)", signEC, parse + canonical + ecSign)
        ratio("verify ÷ (parse + canonical form)", verify, parse + canonical)
        let sum = shaping + subsetting + content + parse + canonical + validate
        ratio("build RSA ÷ sum of all bare parts", allRSA, sum + rsaSign)
        ratio("build P-256 ÷ sum of all bare parts", allEC, sum + ecSign)
        print("\nPeak memory \(Measuring.peakKilobytes / 1024) MB.")
    }

    private func row(_ name: String, _ body: (Int) throws -> Void) throws -> Double {
        let result = try Measuring.run(count: 200, seconds: seconds, body)
        let rate = Int(result.rate.rounded())
        print(
            "| \(name) | \(rate) | \(Int(result.microseconds.rounded())) | \(thousandths(result.medianMilliseconds)) |")
        // The median, because the bare parts are the best of ten batches: other work on the machine moves neither.
        return result.medianMilliseconds * 1000
    }

    private func ratio(_ name: String, _ ours: Double, _ bare: Double) {
        print("| \(name) | \((ours / bare * 100).rounded() / 100) |")
    }
}

/// The text runs of one document, as the bare library gets them.
struct Runs {
    private(set) var texts: [(text: [UInt8], face: Int)] = []
    private(set) var faces: [FontFace] = []

    init(_ json: [UInt8], _ bench: Workbench) throws {
        var sink = Collector()
        guard try bench.layOut(json, DocumentOptions(), into: &sink) == nil else { throw Failure("rejected") }
        for case .text(let run) in sink.elements {
            let face = faces.firstIndex { $0 === run.face } ?? faces.count
            if face == faces.count { faces.append(run.face) }
            texts.append((run.pieces.flatMap(\.shaped.text), face))
        }
    }

    private struct Collector: PageSink {
        var elements: [PageElement] = []
        mutating func append(_ page: Page) { elements += page.elements }
        mutating func overlay(_ elements: [PageElement], onPage index: Int) { self.elements += elements }
    }
}

/// Calls into the bare libraries with the same material.
struct Bare {
    private let runs: Runs
    private let xml: [UInt8]
    private let pdf: [UInt8]
    private let seconds: Double

    init(_ runs: Runs, xml: [UInt8], pdf: [UInt8], seconds: Double) {
        self.runs = runs
        self.xml = xml
        self.pdf = pdf
        self.seconds = seconds
    }

    var shaping: Double { withRuns { bare_shape($0, $1, $2, $3, seconds) } }
    var subsetting: Double { withRuns { bare_subset($0, $1, $2, $3, seconds) } }
    var parse: Double { withXML { bare_parse($0, seconds) } }
    var canonical: Double { withXML { bare_canonical($0, seconds) } }
    var validate: Double { withXML { bare_validate(Self.schema, $0, seconds) } }

    /// Every compressed stream of the PDF: drawing, fonts, objects, XML.
    func deflate(level: Int) -> Double {
        pdf.withUnsafeBufferPointer {
            bare_deflate_streams(bare_bytes(bytes: $0.baseAddress, size: $0.count), CInt(level), seconds)
        }
    }

    func row(_ name: String, _ microseconds: Double) -> Double {
        print("| \(name) | \((microseconds * 10).rounded() / 10) |")
        return microseconds
    }

    private static var schema: String {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
            separator: "/")
        return "\(folder)/schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
    }

    private func withXML(_ body: (bare_bytes) -> Double) -> Double {
        xml.withUnsafeBufferPointer { body(bare_bytes(bytes: $0.baseAddress, size: $0.count)) }
    }

    private func withRuns(
        _ body: (UnsafePointer<bare_bytes>?, Int, UnsafePointer<bare_run>?, Int) -> Double
    ) -> Double {
        let fonts = runs.faces.map {
            Self.keep(BundledFiles.contents(of: "fonts/noto-sans/\($0.postScriptName).ttf") ?? [])
        }
        let texts = runs.texts.map { bare_run(text: Self.keep($0.text), font: $0.face) }
        defer { for bytes in fonts + texts.map(\.text) { bytes.bytes.deallocate() } }
        return body(fonts, fonts.count, texts, texts.count)
    }

    /// A copy that stays where it is while C works on it.
    private static func keep(_ bytes: [UInt8]) -> bare_bytes {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        copy.initialize(from: bytes, count: bytes.count)
        return bare_bytes(bytes: copy, size: bytes.count)
    }
}
