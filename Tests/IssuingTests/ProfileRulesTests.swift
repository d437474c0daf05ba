import Diagnostics
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

@Suite("Pro-forma invoices")
struct ProfileRulesTests {
    private func xml(profile: ProfileName?) throws -> MakeOutcome {
        let json = try PackageFolder.bytes("samples/pro-forma/invoice.json")
        return try Workbench(Toolkit.bundled()).xml(json, DocumentOptions(profile: profile))
    }

    @Test("have code 325 where the specification takes them", arguments: [nil, ProfileName.en16931, .macedonia])
    func accepted(profile: ProfileName?) throws {
        guard case .made(let xml, _) = try xml(profile: profile) else {
            Issue.record("rejected")
            return
        }
        #expect(String(decoding: xml, as: UTF8.self).contains("<cbc:InvoiceTypeCode>325<"))
    }

    @Test("are refused where it does not", arguments: [ProfileName.peppolBIS3, .serbia, .croatia])
    func refused(profile: ProfileName) throws {
        guard case .rejected(let findings) = try xml(profile: profile) else {
            Issue.record("accepted")
            return
        }
        #expect(findings.map(\.rule) == ["profile.kind"])
        #expect(findings.first?.pointer == "/kind" && findings.first?.place?.line == 2)
    }
}
