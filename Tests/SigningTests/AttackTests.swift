import Certificates
import Foundation
import Signing
import TestSupport
import Testing

@Suite("Attacks on signatures", .needsTool("xmlsec1"), .needsTool("openssl"))
struct AttackTests {
    @Test("every attack is refused with its own sub-indication", arguments: AttackRecipes.all.indices)
    func attacks(index: Int) throws {
        let attack = AttackRecipes.all[index]
        let report = try VerificationTests.verify(attack.make())
        #expect(!report.isValid, "\(attack.name)")
        #expect(
            report.status == attack.status && report.subIndication == attack.subIndication,
            "\(attack.name): \(report.code) \(report.text)")
        #expect(
            report.code.hasPrefix("signature.") && report.code != "signature.valid" || report.code.hasPrefix("xml."))
        #expect(!report.message.isEmpty)
    }

    @Test("a byte-flipped document never passes unless its canonical form is the same")
    func flips() throws {
        let document = Array(try Recipe().signed().utf8)
        let verifier = XMLSignatureVerifier(anchors: try TrustAnchors([ForeignKeys.made.get().root.certificate]))
        let original = try verifier.verify(document, at: ForeignKeys.now)
        #expect(original.isValid)
        var generator = Counter(state: 20_260_102)
        var passed = 0
        for _ in 0..<600 {
            var changed = document
            let index = Int.random(in: changed.indices, using: &generator)
            changed[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            let report = try verifier.verify(changed, at: ForeignKeys.now)
            guard report.isValid else { continue }
            passed += 1
            #expect(report.covered?.digest == original.covered?.digest)
        }
        print("byte flips: 600, of them without a change of the signed form: \(passed)")
    }

    @Test("a truncated document never passes")
    func truncation() throws {
        let document = Array(try Recipe().signed().utf8)
        let verifier = XMLSignatureVerifier(anchors: try TrustAnchors([ForeignKeys.made.get().root.certificate]))
        for size in stride(from: 0, to: document.count - 2, by: 61) {
            #expect(try !verifier.verify(Array(document[..<size]), at: ForeignKeys.now).isValid)
        }
    }

    @Test("files of hostile XML are refused quickly", .needsSharedFolder)
    func hostileFiles() throws {
        let folder = "vectors/signing/bad-xml"
        let names =
            SharedFolder.names(in: folder, suffix: ".xml")
            + SharedFolder.names(in: folder + "/defusedxml").map { "defusedxml/\($0)" }
        #expect(names.count >= 8)
        for name in names {
            guard let bytes = try? SharedFolder.bytes("\(folder)/\(name)") else { continue }
            let took = try processorTime {
                let report = try XMLSignatureVerifier().verify(bytes, at: ForeignKeys.now)
                #expect(report.subIndication == .formatFailure, "\(name)")
                #expect(!report.isValid && report.integrity == .failed, "\(name)")
            }
            #expect(took < .milliseconds(500), "\(name)")
        }
    }

    @Test("the samples of DSS: nothing that must be rejected is accepted", .needsSharedFolder)
    func samplesOfDSS() throws {
        let manifest = String(decoding: try SharedFolder.bytes("vectors/signing/manifest.tsv"), as: UTF8.self)
        let rows = manifest.split(separator: "\n").filter { $0.hasPrefix("dss-xades/") }.map {
            $0.split(separator: "\t")
        }
        #expect(rows.count > 60)
        var outcomes: [String: Int] = [:]
        for row in rows where row.count == 2 {
            let bytes = try SharedFolder.bytes("vectors/signing/\(row[0])")
            let report = try XMLSignatureVerifier().verify(bytes, at: ForeignKeys.now)
            outcomes["\(row[1]) -> \(report.status.rawValue) \(report.code)", default: 0] += 1
            #expect(!report.isValid, "\(row[0])")
            if row[1] == "reject" { #expect(report.integrity == .failed, "\(row[0])") }
        }
        for (outcome, count) in outcomes.sorted(by: { $0.key < $1.key }) { print("DSS \(count) x \(outcome)") }
    }
}

/// Numbers that are the same in every run.
private struct Counter: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
