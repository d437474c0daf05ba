import Certificates
import Foundation
import TestSupport
import Testing

/// The path validation tests of NIST.
@Suite("PKITS")
struct PKITSTests {
    /// The inputs of one row.
    private struct Row {
        let id: String
        let name: String
        let certificate: Certificate
        let others: [Certificate]
        let lists: [[UInt8]]
        let demands: PolicyDemands
        let checksRevocation: Bool
        let isValid: Bool
    }

    private static let folder = "vectors/signing/pkits"
    private static let time = try? Timestamp("2014-05-13T00:00:00Z")

    private static func rows() throws -> [Row] {
        let bytes = try SharedFolder.bytes("\(folder)/pkits.json")
        let all = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        return try all.map { row in
            func strings(_ key: String) -> [String] { row[key] as? [String] ?? [] }
            let values = row["params"] as? [String: Any] ?? [:]
            var demands = PolicyDemands()
            demands.accepted = values["user_initial_policy_set"] as? [String] ?? []
            demands.requiresExplicitPolicy = values["initial_explicit_policy"] as? Bool ?? false
            demands.inhibitsMapping = values["initial_policy_mapping_inhibit"] as? Bool ?? false
            demands.inhibitsAnyPolicy = values["initial_any_policy_inhibit"] as? Bool ?? false
            let known = [
                "user_initial_policy_set", "initial_explicit_policy", "initial_policy_mapping_inhibit",
                "initial_any_policy_inhibit",
            ]
            #expect(values.keys.allSatisfy(known.contains), "\(values)")
            return Row(
                id: try #require(row["id"] as? String), name: row["name"] as? String ?? "",
                certificate: try certificate(#require(row["cert"] as? String)),
                others: try strings("other_certs").map(certificate),
                lists: try (strings("crls") + ["TrustAnchorRootCRL.crl"]).map {
                    try SharedFolder.bytes("\(folder)/crls/\($0)")
                }, demands: demands, checksRevocation: row["revocation"] as? Bool ?? true,
                isValid: row["error"] == nil)
        }
    }

    private static func certificate(_ name: String) throws -> Certificate {
        try Certificate(der: SharedFolder.bytes("\(folder)/certs/\(name)"))
    }

    /// DSA is not accepted at all, and the test about it therefore refused: openssl verify has it, we do not want it.
    private static let dsa = ["40105"]
    /// A list's issuer whose path is not that of the certificate: refused by openssl verify too, never wrongly accepted.
    private static let listPaths = ["40419", "40504"]

    @Test("every path has the verdict of the standard, revocation lists and policies included", .needsSharedFolder)
    func verdicts() throws {
        let time = try #require(Self.time)
        let anchors = try TrustAnchors([Self.certificate("TrustAnchorRootCertificate.crt")])
        var checked = 0
        for row in try Self.rows() where !Self.dsa.contains(row.id) {
            checked += 1
            let path = try anchors.path(
                from: row.certificate, through: row.others, at: time, demands: row.demands)
            var isTrusted = false
            if case .trusted = path { isTrusted = true }
            if row.checksRevocation {
                let verdict = try anchors.verdict(
                    on: row.certificate, through: row.others, with: Evidence(revocationLists: row.lists), at: time,
                    now: time)
                isTrusted = isTrusted && verdict.isGood
                let isKnown = Self.listPaths.contains(row.id)
                #expect(
                    isTrusted == (row.isValid && !isKnown), "\(row.id) \(row.name): \(verdict.statuses)")
            } else {
                #expect(isTrusted == row.isValid, "\(row.id) \(row.name)")
            }
        }
        #expect(checked == 130)
    }
}
