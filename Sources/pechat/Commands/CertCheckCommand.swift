import Certificates
import Diagnostics

/// `pechat cert check FILE…`: whether key files are fit to sign with, and for how long.
struct CertCheckCommand: Command {
    static let warn = OptionDescription("--warn", value: "DAYS", "days left at which to warn; 90d by default")
    static let urgent = OptionDescription("--urgent", value: "DAYS", "days left that are urgent; 30d by default")
    static let critical = OptionDescription("--critical", value: "DAYS", "days left that are critical; 7d by default")
    static let nagios = OptionDescription("--nagios", "print one line and exit with 0 to 3, as Nagios plug-ins do")
    static let description = CommandDescription(
        "cert check", summary: "say what is wrong with key files, and when they end", operands: "FILE|DIR|KEY…",
        operandCount: 1...10_000,
        options: [
            .passwordFile, .trust, .trustedList, .listSigner, .taxNumber, .revocationList, .ocspAnswer, .fetch,
            .allowAddress, warn, urgent, critical,
            .at,
            .json, nagios, .quiet,
        ],
        details: """
            Five checks have a name: format, password, validity, private key and authority (with --trust). The extras: pair,
            key usage, chain, revocation (with --crl, --ocsp or --fetch, and --trust), strength, encryption, tax number.
            Of several files, what ends first comes first. A key whose certificate has expired is deactivated.

            KEY is a pkcs11: URI: the token is asked once, and the key signs once to see whether it fits the certificate.

            Exit code 4 means that a file cannot be used to sign, 5 that a certificate ends within a threshold. With
            --nagios: 0 nothing is near, 1 within --warn, 2 within --urgent or unusable, 3 unknown.
            """,
        examples: [
            ("pechat cert check signer.p12 --password-file password.txt", "a PKCS#12 file"),
            ("pechat cert check keys/ --password-file password.txt --trust ca.pem", "a folder, what ends first on top"),
            ("pechat cert check 'pkcs11:token=Office;object=seal?pin-source=file:/run/pin'", "a key on a token"),
            ("pechat cert check signer.pem --trust ca.pem --fetch", "with the state of revocation, from the issuer"),
            ("pechat cert check signer.pem --trust ca.pem --warn 60d --json", "against your authority, for a program"),
        ], exits: [.unreadable, .key, .threshold])

    private let arguments: Arguments
    private let thresholds: CertificateCheck.Thresholds

    init(_ arguments: Arguments) throws(ToolkitError) {
        self.arguments = arguments
        let standard = CertificateCheck.Thresholds()
        thresholds = CertificateCheck.Thresholds(
            warning: try days(Self.warn, arguments) ?? standard.warning,
            urgent: try days(Self.urgent, arguments) ?? standard.urgent,
            critical: try days(Self.critical, arguments) ?? standard.critical)
    }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let files = try CertFiles.all(arguments.operands)
        let now = try world.now(arguments)
        let anchors = try world.trustAnchors(arguments)
        var reports: [CertCheckReport] = []
        for file in files {
            reports.append(
                CertCheckReport(
                    file: file, check: try world.check(file, anchors, thresholds, arguments, at: now),
                    thresholds: thresholds))
        }
        reports.sort {
            ($0.check.certificate?.notAfter ?? .distantPast) < ($1.check.certificate?.notAfter ?? .distantPast)
        }
        if arguments.has(Self.nagios) {
            try world.print(CertCheckReport.nagiosLine(reports))
            return reports.map(\.nagios).max { $0.rawValue < $1.rawValue } ?? .done
        }
        if arguments.has(.json) {
            let isOne = reports.count == 1 && !FileBytes.isFolder(arguments.operands[0])
            try world.write(CertCheckReport.json(reports, asList: !isOne) + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            try world.print(reports.map(\.text).joined(separator: "\n\n"))
        }
        let exits = reports.map(\.exit)
        return exits.contains(.key) ? .key : exits.contains(.threshold) ? .threshold : .done
    }
}

extension Timestamp {
    /// Before every certificate: what cannot be opened comes first.
    fileprivate static let distantPast = Timestamp(secondsSince1970: .min)
}
