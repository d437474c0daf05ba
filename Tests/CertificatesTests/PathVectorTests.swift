import Foundation
import TestSupport
import Testing

@testable import Certificates

@Suite("TrustAnchors: the public path validation cases of NIST (PKITS)", .needsSharedFolder)
struct PathVectorTests {
    struct Case: Decodable {
        struct Failure: Decodable { let msg_regex: String? }
        let id: String
        let name: String
        let cert: String
        let other_certs: [String]?
        let revocation: Bool?
        let error: Failure?
        let params: Parameters?
        struct Parameters: Decodable {}
    }

    static let folder = "vectors/signing/pkits"

    /// Cases that need no revocation lists and no chosen policies, neither of which a path search here looks at.
    ///
    /// DSA is left out: it is below the strength that a path must have.
    static func cases() throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(SharedFolder.bytes("\(folder)/pkits.json"))).filter {
            !$0.name.contains("dsa_") && $0.revocation != true && $0.params == nil
                && !(($0.error?.msg_regex ?? "").contains("revo"))
        }
    }

    @Test("accepts the good paths and refuses the bad ones")
    func vectors() throws {
        func certificate(_ name: String) throws -> Certificate {
            try #require(try Certificate.all(in: SharedFolder.bytes("\(Self.folder)/certs/\(name)")).first)
        }
        let anchors = try TrustAnchors([certificate("TrustAnchorRootCertificate.crt")])
        let time = try Timestamp("2022-06-01T00:00:00Z")
        var accepted = 0
        var refused = 0
        for item in try Self.cases() {
            let result: CertificatePath
            do {
                let others = try (item.other_certs ?? []).map(certificate)
                result = try anchors.path(from: certificate(item.cert), through: others, at: time)
            } catch {
                Issue.record("\(item.id) \(item.name): \(error)")
                continue
            }
            if case .trusted = result {
                accepted += 1
                #expect(item.error == nil, "\(item.id) \(item.name): trusted")
            } else {
                refused += 1
                #expect(item.error != nil, "\(item.id) \(item.name): \(result)")
            }
        }
        #expect(accepted > 30 && refused > 30)
    }
}
