import Certificates
import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Signing

@Suite("TrustedList", .needsTool("openssl"), .needsTool("python3"), .needsPython("signxml", "lxml"))
struct TrustedListTests {
    private static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970))
    private let pki: LoopbackPKI

    init() throws { pki = try LoopbackPKI.shared() }

    /// A list with a granted authority, a withdrawn one, and a time-stamping service.
    private func list(next: Int = 30) throws -> String {
        func certificate(_ name: String) throws -> String {
            String(decoding: Base64.encode(try Certificate.all(in: pki.bytes(name))[0].der), as: UTF8.self)
        }
        func service(_ type: String, _ status: String, _ since: String, _ file: String, history: String = "") throws
            -> String
        {
            """
            <TSPService><ServiceInformation>
            <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/\(type)</ServiceTypeIdentifier>
            <ServiceName><Name xml:lang="en">\(file)</Name></ServiceName>
            <ServiceDigitalIdentity><DigitalId><X509Certificate>\(try certificate(file))</X509Certificate></DigitalId></ServiceDigitalIdentity>
            <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/\(status)</ServiceStatus>
            <StatusStartingTime>\(since)</StatusStartingTime>
            </ServiceInformation>\(history)</TSPService>
            """
        }
        let past = """
            <ServiceHistory><ServiceHistoryInstance><ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted\
            </ServiceStatus><StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime></ServiceHistoryInstance></ServiceHistory>
            """
        return """
            <TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" TSLTag="http://uri.etsi.org/19612/TSLTag" Id="tl">
            <SchemeInformation><TSLSequenceNumber>7</TSLSequenceNumber><SchemeTerritory>MK</SchemeTerritory>
            <ListIssueDateTime>\(Self.now.adding(seconds: -86_400))</ListIssueDateTime>
            <NextUpdate><dateTime>\(Self.now.adding(seconds: next * 86_400))</dateTime></NextUpdate></SchemeInformation>
            <TrustServiceProviderList><TrustServiceProvider>
            <TSPInformation><TSPName><Name xml:lang="mk">Издавач</Name></TSPName></TSPInformation><TSPServices>
            \(try service("CA/QC", "granted", "2021-05-01T00:00:00Z", "issuing.pem"))
            \(try service("CA/QC", "withdrawn", "2024-01-01T00:00:00Z", "root.pem", history: past))
            \(try service("TSA/QTST", "granted", "2021-05-01T00:00:00Z", "tsa.pem"))
            </TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>
            """
    }

    private func signed(_ list: String, by name: String = "seal") throws -> [UInt8] {
        let script = """
            import sys
            from lxml import etree
            from signxml import DigestAlgorithm, SignatureMethod, CanonicalizationMethod
            from signxml.xades import XAdESSigner, XAdESDataObjectFormat
            signer = XAdESSigner(
                signature_algorithm=SignatureMethod.ECDSA_SHA256,
                data_object_format=XAdESDataObjectFormat(Description="list", MimeType="text/xml"),
                c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0)
            root = signer.sign(etree.fromstring(sys.stdin.buffer.read()), key=open(sys.argv[1], 'rb').read(),
                cert=open(sys.argv[2]).read())
            sys.stdout.buffer.write(etree.tostring(root))
            """
        let outcome = try Tool.run(
            "python3", ["-c", script, pki.path("\(name).key"), pki.path("\(name).pem")], input: Array(list.utf8))
        #expect(outcome.status == 0, "\(outcome.errors)")
        return Array(outcome.output.utf8)
    }

    private func pinned() throws -> [Certificate] { try Certificate.all(in: pki.bytes("seal.pem")) }

    @Test("a list that signxml signed vouches for the services that are granted, at the time in question")
    func reading() throws {
        let list = try TrustedList(verifying: signed(list()), signedBy: pinned(), at: Self.now)
        #expect(list.territory == "MK" && list.sequenceNumber == 7 && list.services.count == 3)
        #expect(list.services.first?.provider == "Издавач")
        let issuing = try Certificate.all(in: pki.bytes("issuing.pem"))
        let root = try Certificate.all(in: pki.bytes("root.pem"))
        #expect(list.certificates(of: [.qualifiedAuthority], at: Self.now) == issuing)
        #expect(list.certificates(of: [.qualifiedAuthority], at: try Timestamp("2023-01-01")) == issuing + root)
        #expect(list.certificates(of: [.qualifiedAuthority], at: try Timestamp("2019-01-01")).isEmpty)
        #expect(list.certificates(of: [.qualifiedTimestamps], at: Self.now).count == 1)
    }

    @Test("a list that was changed, signed by another, unsigned or out of date is refused")
    func refusing() throws {
        let good = try signed(list())
        let text = String(decoding: good, as: UTF8.self)
        let bad: [([UInt8], ToolkitError.Code)] = [
            (Array(text.replacing("withdrawn", with: "granted  ").utf8), .trustedListUnsigned),
            (Array(try list().utf8), .trustedListUnsigned),
            (try signed(list(), by: "revoked"), .trustedListUnsigned),
            (try signed(list(next: -1)), .trustedListStale),
            (try signed("<a Id='x'/>"), .trustedListUnreadable),
        ]
        for (bytes, code) in bad {
            let error = #expect(throws: ToolkitError.self) {
                try TrustedList(verifying: bytes, signedBy: pinned(), at: Self.now)
            }
            #expect(error?.code == code, "\(String(describing: error))")
        }
    }
}
