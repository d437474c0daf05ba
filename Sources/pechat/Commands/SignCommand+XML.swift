import Certificates
import Diagnostics
import Issuing
import Signing

/// `pechat sign` with XAdES or plain XMLDSig.
extension SignCommand {
    static let packaging = OptionDescription(
        "--packaging", value: "PACKAGING", choices: XAdESSigner.Packaging.allCases.map(\.rawValue),
        "where an XML signature stands; ubl by default")
    static let transform = OptionDescription(
        "--transform", value: "NAME", choices: XAdESSigner.Transform.allCases.map(\.rawValue),
        "ubl-xpath leaves room for further signatures in a UBL document; enveloped by default")
    static let certificateForm = OptionDescription(
        "--xades-cert", value: "FORM", choices: XAdESSigner.CertificateForm.allCases.map(\.rawValue),
        "SigningCertificate (v1, by default inside of UBL) or SigningCertificateV2 (v2)")
    static let xmlOptions: [OptionDescription] = [
        packaging, transform, certificateForm, .timestampAuthority, .timestampLogin, .timestampPolicy, .trust,
        .allowAddress,
    ]

    /// Signs one file.
    static func signXML(
        _ bytes: [UInt8], from file: String, by signer: any Signer, _ arguments: Arguments, in world: World
    ) throws(ToolkitError) -> [UInt8] {
        var options = XAdESSigner.Options()
        options.packaging = arguments.value(packaging).flatMap(XAdESSigner.Packaging.init(rawValue:)) ?? .ubl
        options.transform = arguments.value(transform).flatMap(XAdESSigner.Transform.init(rawValue:)) ?? .enveloped
        options.certificateForm = arguments.value(certificateForm).flatMap(XAdESSigner.CertificateForm.init(rawValue:))
        options.hasProperties = arguments.value(format) != "xmldsig"
        let level = arguments.value(level).flatMap(SignatureLevel.init(rawValue:)) ?? .bB
        guard level == .bB || options.hasProperties else {
            throw .usage("Plain XMLDSig has no levels.", in: description)
        }
        guard level == .bB || !arguments.all(.timestampAuthority).isEmpty else {
            throw .usage("The level \(level.rawValue) needs --tsa URL.", in: description)
        }
        var order = SignOrder(.xml(options), level: level, name: file == "-" ? "" : World.lastName(of: file))
        if level > .bB {
            let service = try world.timestampService(arguments)
            order.timestamps = service
            order.collector = EvidenceCollector(anchors: service.anchors, fetch: try world.fetch(arguments))
        }
        let signed = try order.sign(bytes, by: signer, at: world.now(arguments))
        if let shortfall = signed.shortfall, !arguments.has(.quiet) {
            world.note("warning: the signature is on level \(signed.level.rawValue) only: \(shortfall.message)")
        }
        return signed.bytes
    }
}
