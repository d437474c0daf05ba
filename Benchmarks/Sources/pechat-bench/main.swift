import Glibc
import Issuing

/// What the first word asks for.
let words = Array(CommandLine.arguments.dropFirst())
do {
    switch words.first {
    case "warm": try Warm(words.dropFirst()).run()
    case "json":
        let options = try Options(words.dropFirst())
        let document = Documents(lines: Int(try options.number("--lines", 20)))
        let json = document.json(Int(try options.number("--index", 1)))
        try Rules.write(json, to: "/dev/stdout")
    case "once":
        let options = try Options(words.dropFirst())
        let json = Documents(lines: Int(try options.number("--lines", 20))).json(1)
        print(try Workbench(Toolkit.bundled()).pdfSize(json))
    case "table": try Table(words.dropFirst()).run()
    case "pades": try Pades(words.dropFirst()).run()
    case "ledger": try LedgerBench(words.dropFirst()).run()
    case "rules": try Rules(words.dropFirst()).run()
    default:
        print(
            """
            pechat-bench warm --lines 20 --docs 200 --seconds 5 [--what pdf|xml|sign|verify|all] [--key rsa|ec]
                one line of JSON: {"docs_per_s","p50_ms","peak_kb","bytes"}; one core, every document different;
                with --rounds N so many documents, however long that takes: what a profiler can compare
            pechat-bench json --lines 20 [--index 1]
                one of these documents, to standard output
            pechat-bench once [--lines 20]
                the size of one PDF: what a process does for its first document, for profilers
            pechat-bench rules --rules FILE.sch --lines 200 [--seconds 3] [--write FILE.xml]
                one line of JSON: the time to load the rules, and from the bytes of an invoice to the verdict
            pechat-bench pades [--seconds 2]
                one line of JSON: PDF signatures (PAdES-B-B, RSA-2048) a second on one core and on two, verifications
            pechat-bench ledger [--seconds 1] [--documents 20000] [--clients 8] [--postgres postgres://...]
                         [--parts commits,clients,grouped,imported,growth,server] [--grown FILE]
                lines of JSON: documents issued a second by one and by several clients beside bare commits of the same
                engine, 22,500 in groups, issuing and listing in a ledger with so many documents beside an empty one;
                FILE is a ledger that has them already, or gets them from the part `fill`, and stays
            pechat-bench table [--seconds 2]
                the table of the README: our stages beside the bare cost of their parts, in one run
            """)
        exit(words.isEmpty || words.first == "--help" ? 0 : 2)
    }
} catch {
    print("pechat-bench: \(error)")
    exit(1)
}
