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
    static let description = CommandDescription(
        "sign", summary: "sign an e-invoice, XML, PDF or JSON", operands: "FILE(.xml | .pdf | .json)",
        operandCount: 1...1,
        options: [.key, .passwordFile, output, format, level] + xmlOptions + pdfOptions + [.now, .json, .quiet],
        details: """
            XAdES-B-B with RSA or ECDSA and SHA-256, enveloped, in the signature slot of UBL; the file stays valid
            against the UBL schemas. What was there before stays byte for byte. Do not change or reformat the file
            afterwards. --packaging enveloped signs any XML, enveloping any file inside of the signature, detached any
            file beside it; xmldsig leaves out the properties of XAdES.

            B-T adds a timestamp of --tsa, B-LT also certificates and revocation evidence from the addresses in the
            certificates, B-LTA a timestamp over all of that. Several TSAs are asked in order.

            pades: a signature of a PDF, appended to it, out of sight unless --visible gives it a place.

            jws: a JSON Web Signature in the compact form (RS256; ES256 or ES384 on a curve), with the certificates in
            x5c. The JSON is signed as it is, byte for byte.
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
                "pechat sign invoice.pdf --key signer.p12 --visible bottom-right --reason 'Одобрено' -o signed.pdf",
                "a PDF with a box that shows who signed"
            ),
            ("pechat xml invoice.json | pechat sign - --key signer.pem > signed.xml", "in a pipe, with a PEM file"),
        ], exits: [.rejected, .unreadable, .key, .later])

    private let arguments: Arguments
    private let key: String

    init(_ arguments: Arguments) throws(ToolkitError) {
        guard let key = arguments.value(.key) else { throw .usage("`sign` needs --key KEY.", in: Self.description) }
        self.arguments = arguments
        self.key = key
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let file = arguments.operands[0]
        let signed = try world.inFile(file, atMost: 64 << 20) { bytes throws(ToolkitError) in
            if Self.isPDF(bytes, arguments) {
                let signer = try world.signer(
                    key, passwordFile: arguments.value(.passwordFile), at: world.now(arguments))
                return try Self.signPDF(bytes, by: signer, arguments, in: world)
            }
            if arguments.value(Self.format) ?? (file.hasSuffix(".json") ? "jws" : "xades") == "jws" {
                let signer = try world.signer(
                    key, passwordFile: arguments.value(.passwordFile), at: world.now(arguments))
                return try JWSSigner(signer: signer).sign(bytes)
            }
            let signer = try world.signer(
                key, passwordFile: arguments.value(.passwordFile), at: world.now(arguments))
            return try Self.signXML(bytes, from: file, by: signer, arguments, in: world)
        }
        try world.write(signed, to: arguments.value(Self.output) ?? "-")
        return .done
    }
}
