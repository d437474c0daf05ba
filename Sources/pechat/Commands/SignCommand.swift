import Certificates
import Diagnostics
import Issuing
import Signing

/// `pechat sign FILE.xml --key KEY`: a signature into the UBL slot.
struct SignCommand: Command {
    static let output = OptionDescription(
        "--output", value: "FILE", "the signed XML to write (-o); standard output by default")
    static let format = OptionDescription(
        "--format", value: "FORMAT", choices: ["xades", "xmldsig", "pades", "jws"],
        "the signature format; xades by default, pades for .pdf, jws for .json")
    static let level = OptionDescription(
        "--level", value: "LEVEL", choices: SignatureLevel.allCases.map(\.rawValue),
        "the baseline level; B-B by default")
    static let renew = OptionDescription(
        "--renew", "add evidence and another timestamp of --tsa to a signature that is there; takes no key")
    static let description = CommandDescription(
        "sign", summary: "sign an e-invoice, XML, PDF or JSON", operands: "FILE(.xml | .pdf | .json)…",
        operandCount: 0...Int.max,
        options: [.key, .passwordFile, output, format, level, renew] + xmlOptions + pdfOptions + manyOptions
            + [.now, .json, .quiet],
        details: """
            XAdES-B-B with RSA or ECDSA and SHA-256, enveloped, in the signature slot of UBL; the file stays valid
            against the UBL schemas. What was there before stays byte for byte. Do not change or reformat the file
            afterwards. --packaging enveloped signs any XML, enveloping any file inside of the signature, detached any
            file beside it; xmldsig leaves out the properties of XAdES.

            B-T adds a timestamp of --tsa, B-LT also certificates and revocation evidence from the addresses in the
            certificates, B-LTA a timestamp over all of that. Several TSAs are asked in order.

            --renew keeps an XML or PDF signature verifiable before the certificate of its last timestamp ends.

            pades: a signature of a PDF, appended to it, out of sight unless --visible gives it a place.
            --visible auto takes the blank for a signature on our own pages, elsewhere a place without text or pictures.

            jws: a JSON Web Signature in the compact form (RS256; ES256 or ES384 on a curve), with the certificates in
            x5c. The JSON is signed as it is, byte for byte.

            With --out many files are signed with one key, opened once, on several threads. One that fails does not stop the
            others; exit code 6 tells of it.
            """,
        examples: [
            (
                "pechat sign invoice.xml --key signer.p12 --password-file password.txt -o signed.xml",
                "with a PKCS#12 file"
            ),
            (
                "pechat sign payload.json --key signer.p12 --password-file password.txt -o payload.jws",
                "a JSON e-invoice, such as that of e-Faktura"
            ),
            (
                "pechat sign invoice.xml --key signer.p12 --level B-LTA --tsa https://tsa.example/ --trust ca.pem -o signed.xml",
                "with timestamps and evidence, for decades"
            ),
            (
                "pechat sign invoice.pdf --key signer.p12 --visible auto --reason 'Одобрено' -o signed.pdf",
                "a PDF with a box that shows who signed"
            ),
            (
                "pechat sign archived.pdf --renew --tsa https://tsa.example/ --trust ca.pem -o renewed.pdf",
                "another timestamp, before the last one's certificate ends"
            ),
            ("pechat xml invoice.json | pechat sign - --key signer.pem > signed.xml", "in a pipe, with a PEM file"),
            (
                "find out -name '*.xml' | pechat sign --stdin-paths --key signer.pem --out signed",
                "thousands of files, the key opened once"
            ),
        ], exits: [.rejected, .unreadable, .key, .batchFailures, .later])

    let arguments: Arguments
    /// The key; nil where a signature is renewed.
    let key: String?

    init(_ arguments: Arguments) throws(ToolkitError) {
        let renews = arguments.has(Self.renew)
        guard arguments.has(.key) != renews else {
            throw .usage(
                renews ? "`sign --renew` takes no key." : "`sign` needs --key KEY.", in: Self.description)
        }
        guard !renews || (arguments.has(.timestampAuthority) && !arguments.has(Self.out)) else {
            throw .usage("`sign --renew` takes one file and --tsa URL.", in: Self.description)
        }
        guard arguments.has(Self.out) || (arguments.operands.count == 1 && !arguments.has(ValidateCommand.stdinPaths))
        else {
            throw .usage("`sign` takes one file, or many with --out DIR.", in: Self.description)
        }
        guard !arguments.has(Self.out) || !arguments.has(Self.output) else {
            throw .usage("`sign` takes --out or -o, not both.", in: Self.description)
        }
        self.arguments = arguments
        key = arguments.value(.key)
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        if let folder = arguments.value(Self.out) { return try runMany(into: folder, in: world) }
        guard let key else { return try renewed(in: world) }
        let signer = try world.signer(key, passwordFile: arguments.value(.passwordFile), at: world.now(arguments))
        let signed = try Self.sign(arguments.operands[0], by: signer, arguments, in: world)
        try world.write(signed, to: arguments.value(Self.output) ?? "-")
        return .done
    }

    /// Adds evidence and a timestamp to the signatures of a file.
    private func renewed(in world: World) throws(ToolkitError) -> Exit {
        let service = try world.timestampService(arguments)
        let collector = EvidenceCollector(anchors: service.anchors, fetch: try world.fetch(arguments))
        let now = try world.now(arguments)
        let bytes = try world.inFile(arguments.operands[0], atMost: 64 << 20) { bytes throws(ToolkitError) in
            PDFVerification.concerns(bytes)
                ? try PAdESExtender(timestamps: service, collector: collector).renew(bytes, at: now).bytes
                : try XAdESExtender(timestamps: service, collector: collector).renew(bytes, at: now).bytes
        }
        try world.write(bytes, to: arguments.value(Self.output) ?? "-")
        return .done
    }

    /// Signs one file, in the form that the command line or its name asks for.
    static func sign(
        _ file: String, by signer: any Signer, _ arguments: Arguments, in world: World
    ) throws(ToolkitError) -> [UInt8] {
        try world.inFile(file, atMost: 64 << 20) { bytes throws(ToolkitError) in
            if isPDF(bytes, arguments) { return try signPDF(bytes, by: signer, arguments, in: world) }
            if isJSON(file, arguments) { return try JWSSigner(signer: signer).sign(bytes) }
            return try signXML(bytes, from: file, by: signer, arguments, in: world)
        }
    }

    /// Whether a file gets a JSON Web Signature.
    static func isJSON(_ file: String, _ arguments: Arguments) -> Bool {
        (arguments.value(format) ?? (file.hasSuffix(".json") ? "jws" : "xades")) == "jws"
    }
}
