import Diagnostics
import Issuing
import JSONCore
import Signing

/// `pechat verify FILE`: XML by its signature, PDF by the e-invoice inside of it.
struct VerifyCommand: Command {
    static let description = CommandDescription(
        "verify", summary: "check the signature of an e-invoice XML, or a PDF against the XML inside",
        operands: "FILE(.xml | .pdf | .jws)", operandCount: 1...1,
        options: [
            .trust, .trustedList, .listSigner, .at, .policy, .covered, .content, .revocationList, .ocspAnswer, .fetch,
            .allowAddress, .json, .quiet,
        ],
        details: """
            XAdES (levels B-B to B-LTA) and XMLDSig: in the UBL slot, enveloped, enveloping, detached (--content), several
            in one document. A timestamp that is good proves when the signature existed, and revocation counts where
            evidence is embedded, given (--crl, --ocsp) or fetched (--fetch).

            The status is one of ETSI EN 319 102-1: passed, indeterminate (such as a signature that is intact, by a signer
            whom no --trust vouches for) or failed. Only "passed" exits with 0. Without --fetch
            nothing is fetched from the network.

            A PDF passes when its pages show every amount, date, identifier and name of the UBL e-invoice inside and no
            amount that the e-invoice lacks, and when that e-invoice satisfies its schema and its signature, if it has
            one, passed. Each disagreement is named with both sides. What no paper has to show, such as an order number,
            is a warning. Pages are read through their tags, else by position; encrypted files are refused.

            The signatures of a PDF itself are verified too: what each covers, and what was changed afterwards; every
            change that its signature does not allow is a failure. A PDF without an e-invoice passes by its signature. With
            --trust, a PDF passes only where it or the e-invoice inside is signed.

            --json of a PDF: kind "pdf", status, valid, code, message, fix, pages, tagged, language, revisions, repaired,
            attachments [name, description, mimeType, relationship, bytes, sha256, isInvoice],
            schema {valid, findings} | null, signature {as for XML} | null, pdfSignature {as for XML, with
            coverage {extent, field, bytes, revisionsAfter, certification, reason, violations, notes}} | null,
            paper {agrees, compared, agreeing, lines, readOnPaper,
            disagreements [rule, severity, term, page, paper, xml, pointer, line, message, fix]} | null.
            Codes: pdf.agrees, pdf.disagrees, pdf.xmlInvalid, pdf.xmlUnreadable, pdf.noInvoice, pdf.otherXML,
            pdf.severalInvoices, signature.missing, or that of the signature.
            """,
        examples: [
            ("pechat verify signed.xml --trust ca.pem", "against an authority that you trust"),
            ("pechat verify signed.xml --trust ca.pem --at 2026-12-31T00:00:00Z --json", "as of a day, for a program"),
            (
                "pechat verify signed.xml --trust ca.pem --policy policy.json --fetch --covered what-was-signed.xml",
                "with a policy and fresh revocation, keeping what was signed"
            ),
            ("pechat verify invoice.pdf", "whether the pages say what the XML inside says"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let time = try world.now(arguments)
        let verifier = try world.signatureVerifier(arguments)
        let files = try world.contents(arguments)
        // A PDF may be larger than an XML document; one that is too large for its kind is refused by its reader.
        return try world.inFile(arguments.operands[0], atMost: 64 << 20) { bytes throws(ToolkitError) in
            if PDFVerification.concerns(bytes) {
                let pdfVerifier = PDFSignatureVerifier(judgingBy: verifier)
                let verdict = try Workbench(world.toolkit).verify(pdf: bytes, by: verifier, pdfVerifier, at: time)
                if let file = arguments.value(.covered) { try write(verdict.pdfSignature, to: file, in: world) }
                return try report(verdict.isValid, verdict.text, in: world) { verdict.write(to: &$0) }
            }
            let verdict =
                JWSVerifier.concerns(bytes)
                ? try JWSVerifier(judgingBy: verifier).verify(bytes, at: time)
                : try verifier.verify(bytes, files: files, at: time)
            if let file = arguments.value(.covered) { try write(verdict, to: file, in: world) }
            let lines = verdict.text.split(separator: "\n", omittingEmptySubsequences: false)
            let text = lines.map { String($0).printable }.joined(separator: "\n")
            return try report(verdict.isValid, text, in: world) { verdict.write(to: &$0) }
        }
    }

    /// Writes what was signed.
    private func write(_ verdict: SignatureReport?, to file: String, in world: World) throws(ToolkitError) {
        guard let covered = verdict?.covered else {
            throw ToolkitError(
                .nothingCovered, "There is nothing to write: no signed bytes are intact.",
                fix: "Verify without --covered to see what is wrong.")
        }
        try world.write(covered.canonical, to: file)
    }

    private func report(
        _ isValid: Bool, _ text: @autoclosure () -> String, in world: World, json: (inout JSONWriter) -> Void
    ) throws(ToolkitError) -> Exit {
        if arguments.has(.json) {
            var writer = JSONWriter()
            json(&writer)
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            try world.print(text())
        }
        return isValid ? .done : .rejected
    }
}

extension ToolkitError.Code {
    /// The bytes that were signed were asked for, and there are none that are intact.
    fileprivate static let nothingCovered = Self("verify.nothingCovered", .rejected)
}
