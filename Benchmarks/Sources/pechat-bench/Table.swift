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
        print("microseconds are means of a document, bare parts and ratios are medians.\n")
        let documents = Documents(lines: 20)
        let inputs = (0..<200).map { documents.json($0) }
        let bench = Workbench(Toolkit.bundled())
        print("| stage | documents/s | µs | median ms |\n|---|---|---|---|")
        let render = try row("render: JSON to PDF with the XML inside") {
            _ = try bench.pdfSize(inputs[$0])
        }
        let eInvoice = try row("xml: JSON to validated XML") { _ = try bench.eInvoice(inputs[$0]) }
        // What only signing needs is made when drawing has been measured: a process that draws does not have it in memory.
        let (rsa, verifier) = try Options.sealAndVerifier("rsa")
        let ec = try Options.seal("ec")
        let xml = try inputs.map { try bench.eInvoice($0) }
        let signed = try xml.map { try rsa.sign(xml: $0) }
        let signRSA = try row("sign: XAdES-B-B, RSA-2048") { _ = try rsa.sign(xml: xml[$0]) }
        let signEC = try row("sign: XAdES-B-B, P-256") { _ = try ec.sign(xml: xml[$0]) }
        let verify = try row("verify: XAdES-B-B, RSA-2048") {
            _ = try verifier.verify(signed[$0], at: rsa.time)
        }
        let allRSA = try row("build: everything, RSA-2048") { _ = try bench.everything(inputs[$0], rsa) }
        let allEC = try row("build: everything, P-256") { _ = try bench.everything(inputs[$0], ec) }
        print("\n| bare part | µs |\n|---|---|")
        let bare = try Bare(inputs, xml: signed, bench, seconds: seconds)
        let shaping = bare.row("hb_shape on every run of the page", BARE_SHAPE)
        let subsetting = bare.row("hb_subset of its faces, preprocessed", BARE_SUBSET)
        let content = bare.row("libdeflate 1 of all that the file compresses", BARE_DEFLATE)
        let rsaSign = bare.row("RSA-2048 signature of a digest", bare_sign(2048, seconds))
        let ecSign = bare.row("P-256 signature of a digest", bare_sign(256, seconds))
        let parse = bare.row("libxml2 parse of the signed XML", BARE_PARSE)
        let canonical = bare.row("libxml2 exclusive canonical form", BARE_CANONICAL)
        let validate = bare.row("libxml2 schema validation", BARE_VALIDATE)
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
        // The median here and there: other work on the machine hardly moves it.
        return result.medianMilliseconds * 1000
    }

    private func ratio(_ name: String, _ ours: Double, _ bare: Double) {
        print("| \(name) | \((ours / bare * 100).rounded() / 100) |")
    }
}
