import Certificates
import Foundation
import TestSupport
import Testing

/// The path validation tests of NIST.
@Suite("PKITS")
struct PKITSTests {
    /// Rows whose verdict rests on a revocation list, on policies that the caller asks for, or on DSA are left out.
    @Test("every path has the verdict of the standard", .needsSharedFolder)
    func verdicts() throws {
        let folder = "vectors/signing/pkits"
        let time = try Timestamp("2014-05-13T00:00:00Z")
        let rows = try #require(
            JSONSerialization.jsonObject(with: Data(SharedFolder.bytes("\(folder)/pkits.json"))) as? [[String: Any]])
        let root = try Certificate(der: SharedFolder.bytes("\(folder)/certs/TrustAnchorRootCertificate.crt"))
        let anchors = try TrustAnchors([root])
        var checked = 0
        for row in rows {
            let id = try #require(row["id"] as? String)
            let reason = (row["error"] as? [String: Any])?["class"] as? String ?? ""
            if reason.contains("Rev") || row["params"] != nil || id == "40105" { continue }
            checked += 1
            let others = try (row["other_certs"] as? [String] ?? []).map {
                try Certificate(der: SharedFolder.bytes("\(folder)/certs/\($0)"))
            }
            let name = try #require(row["cert"] as? String)
            let path = try anchors.path(
                from: Certificate(der: SharedFolder.bytes("\(folder)/certs/\(name)")), through: others, at: time)
            var trusted = false
            if case .trusted = path { trusted = true }
            #expect(trusted == (row["error"] == nil), "\(id) \(row["name"] ?? "")")
        }
        #expect(checked == 89)
    }
}
