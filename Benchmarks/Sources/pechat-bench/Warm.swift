import Issuing
import Signing

/// `pechat-bench warm`: documents a second on one core, every document different.
struct Warm {
    private let options: Options

    init(_ words: ArraySlice<String>) throws { options = try Options(words) }

    func run() throws {
        Measuring.stayOnOneCore()
        let documents = Documents(lines: Int(try options.number("--lines", 20)))
        let count = Int(try options.number("--docs", 200))
        let bench = Workbench(Toolkit.bundled())
        var bytes = 0
        let what = options.text("--what", "pdf")
        // A key takes long to make, and only some need one.
        let needsKey = ["sign", "verify", "all"].contains(what)
        let (seal, verifier) =
            needsKey ? try Options.sealAndVerifier(options.text("--key", "rsa")) : (seal: nil, verifier: nil)
        let signable = try (0..<(what == "sign" ? count : 0)).map { try bench.eInvoice(documents.json($0)) }
        let signed = try (0..<(what == "verify" ? count : 0)).map {
            try seal?.sign(xml: bench.eInvoice(documents.json($0))) ?? []
        }
        let result = try Measuring.run(
            count: count, seconds: try options.number("--seconds", 5), rounds: Int(try options.number("--rounds", 0)),
            prepare: { ($0, documents.json($0)) }
        ) { index, json in
            switch what {
            case "pdf": bytes = try bench.pdfSize(json)
            case "xml": bytes = try bench.eInvoice(json).count
            case "sign": bytes = try seal?.sign(xml: signable[index]).count ?? 0
            case "verify":
                guard let seal, let report = try verifier?.verify(signed[index], at: seal.time), report.isValid else {
                    throw Failure("the signature does not verify")
                }
                bytes = signed[index].count
            case "all": bytes = try seal.map { try bench.everything(json, $0).pdf.count } ?? 0
            default: throw Failure("--what takes pdf, xml, sign, verify or all")
            }
        }
        print(
            """
            {"docs_per_s": \(tenths(result.rate)), "p50_ms": \(thousandths(result.medianMilliseconds)), \
            "peak_kb": \(Measuring.peakKilobytes), "bytes": \(bytes)}
            """)
    }
}

/// A number with one decimal place.
func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

/// A number with three decimal places.
func thousandths(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
