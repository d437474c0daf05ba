import Certificates
import Diagnostics
import Foundation
import HTTPClient
import Signing
import TestSupport
import Testing
import XMLCore

/// Signing and verifying with the authorities that answer on the loop-back interface.
struct LevelShop {
    let pki: LoopbackPKI
    let anchors: TrustAnchors
    let fetch: Fetch

    init() throws {
        pki = try LoopbackPKI.shared()
        anchors = try TrustAnchors(pem: pki.bytes("root.pem"))
        fetch = HTTPFetcher(addresses: AddressPolicy(allowing: [try AddressBlock("127.0.0.1")])).fetch
    }

    /// Now, as the authorities have it.
    var now: Timestamp { Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970)) }

    /// A minute from the first test on: later than the making of the keys.
    static let moment = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970) + 60)

    /// The certificate that is trusted.
    var root: [UInt8] { get throws { try pki.bytes("root.pem") } }

    func signer(_ name: String = "signer") throws -> FileSigner {
        let file =
            FileManager.default.fileExists(atPath: pki.path("\(name).p12"))
            ? try pki.bytes("\(name).p12") : try pki.bytes("\(name).key") + pki.bytes("\(name).pem")
        let identity = try SigningIdentity(keyFile: file, password: Array(LoopbackPKI.password.utf8))
        return try FileSigner(identity, at: now)
    }

    /// Signs PDF files on any level.
    func pades(_ name: String = "signer", _ algorithm: SignatureAlgorithm? = nil) throws -> PAdESSigner {
        try PAdESSigner(
            signer(name), algorithm: algorithm, timestamps: service(),
            collector: EvidenceCollector(anchors: anchors, fetch: fetch))
    }

    func options(_ change: (inout XAdESSigner.Options) -> Void) -> XAdESSigner.Options {
        var options = XAdESSigner.Options()
        change(&options)
        return options
    }

    func sign(
        _ document: [UInt8], by name: String = "signer", _ change: (inout XAdESSigner.Options) -> Void = { _ in }
    ) throws -> [UInt8] {
        try XAdESSigner(signer: signer(name), options: options(change)).sign(document, named: "file name.bin", at: now)
    }

    func service(
        _ paths: [String] = ["/tsa"], _ fallback: TimestampService.Fallback = .fail
    ) -> TimestampService {
        TimestampService(
            authorities: paths.map { TimestampAuthority(url: pki.url($0)) }, fallback: fallback, anchors: anchors,
            random: { count in (0..<count).map { _ in UInt8.random(in: .min ... .max) } }, fetch: fetch)
    }

    func extend(
        _ signed: [UInt8], to level: SignatureLevel, files: [String: [UInt8]] = [:], _ service: TimestampService? = nil
    ) throws -> XAdESExtender.Extended {
        let collector = EvidenceCollector(anchors: anchors, fetch: fetch)
        return try XAdESExtender(timestamps: service ?? self.service(), collector: collector)
            .extend(signed, to: level, files: files, at: now)
    }

    func verify(
        _ document: [UInt8], files: [String: [UInt8]] = [:], evidence: Evidence = Evidence(),
        after seconds: Int = 60, _ change: (inout SignaturePolicy) -> Void = { _ in }
    ) throws -> SignatureReport {
        var policy = SignaturePolicy()
        change(&policy)
        return try XMLSignatureVerifier(anchors: anchors, policy: policy, evidence: evidence)
            .verify(document, files: files, at: now.adding(seconds: seconds))
    }

    /// What xmllint says about a signature, alone, against ETSI's schemas, whose addresses are made local ones.
    static func schema(_ document: [UInt8]) throws -> Tool.Outcome {
        try Tool.withTemporaryFolder { folder in
            for (name, source) in [
                ("core.xsd", "xmldsig/xmldsig-core-schema.xsd"), ("v132.xsd", "xades/XAdES01903v132-201601.xsd"),
                ("v141.xsd", "xades/XAdES01903v141-201601.xsd"),
            ] {
                let text = String(
                    decoding: try Tool.bytes(of: "\(PackageFolder.root)/schemas/\(source)"), as: UTF8.self)
                try Data(
                    text.replacingOccurrences(of: "../../schemas/xmldsig-core-schema.xsd", with: "core.xsd")
                        .replacingOccurrences(of: "XAdES01903v132-201601.xsd", with: "v132.xsd").utf8
                ).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            }
            let parsed = try XMLDocument(parsing: document)
            let signature = try #require(SignatureScan(parsed).signatures.first)
            // libxml2 takes whole numbers of more than 24 digits for none, so the serial number gets a short one.
            let text = String(decoding: try parsed.canonical(of: signature), as: UTF8.self)
                .replacing(/<ds:X509SerialNumber([^>]*)>[0-9]+</) { "<ds:X509SerialNumber\($0.1)>1<" }
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/d.xml"))
            return try Tool.run(
                "xmllint", ["--noout", "--nonet", "--schema", "\(folder)/v141.xsd", "\(folder)/d.xml"])
        }
    }
}
