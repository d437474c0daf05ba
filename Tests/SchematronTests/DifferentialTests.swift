import Foundation
import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("Beside Saxon, on documents with one thing changed")
struct DifferentialTests {
    /// Ten base documents: credit note and invoices, short and long, of CEN and of Serbia.
    static let bases = [
        "cen-examples/BIS3_Invoice_positive.XML", "cen-examples/ubl-tc434-creditnote1.xml",
        "cen-examples/ubl-tc434-example1.xml", "cen-examples/ubl-tc434-example2.xml",
        "cen-examples/ubl-tc434-example4.xml", "cen-examples/ubl-tc434-example5.xml",
        "cen-examples/ubl-tc434-example8.xml", "cen-examples/ubl-tc434-example9.xml",
        "serbia-examples/faktura-avansna.xml", "serbia-examples/faktura-kat-e.xml",
    ]

    /// Every n-th mutant: a sample here, all with `scripts/differential`.
    static let stride = ProcessInfo.processInfo.environment["PECHAT_DIFFERENTIAL_STRIDE"].flatMap { Int($0) } ?? 20

    @Test(
        "CEN's rules fail the same rules as often, and where Saxon gives up, ours says that it could not decide",
        .needsSharedFolder, .needsPython("saxonche", "lxml"))
    func mutants() throws {
        let rules = try OfficialSet.rules()
        let path = SharedFolder.path("\(OfficialSet.folder)/\(OfficialSet.entry)")
        let tally = try Self.compare(rules, path)
        print("differential: \(tally)")
        #expect(tally.compared > 8_000 / Self.stride && tally.aborted > 0 && tally.failing > tally.compared / 3)
    }

    struct Tally {
        var compared = 0
        var aborted = 0
        /// Mutants in which some rule fails.
        var failing = 0
        var ids: Set<String> = []
    }

    /// Judges all mutants on both sides, and records where they differ.
    static func compare(_ rules: RuleSet, _ path: String) throws -> Tally {
        var tally = Tally()
        var mutants: [(name: String, xml: [UInt8])] = []
        for base in bases {
            let all = try Mutation.all(of: try SharedFolder.bytes("vectors/rules/\(base)"))
            mutants += all.indices.filter { $0 % stride == 0 }.map { ("\(base): \(all[$0].name)", all[$0].xml) }
        }
        let answers = try SaxonJudge.answers(on: mutants.map(\.xml), rules: path)
        var faults = 0
        for (mutant, answer) in zip(mutants, answers) {
            let report = rules.verdict(on: try XMLDocument(parsing: mutant.xml))
            let failed = OfficialSet.failed(report)
            tally.compared += 1
            tally.failing += failed.isEmpty ? 0 : 1
            tally.ids.formUnion(failed)
            let isRight: Bool
            switch answer {
            case .aborted:
                tally.aborted += 1
                isRight = report.verdict == .undecided
            case .failed(let expected): isRight = expected == failed && report.verdict != .undecided
            }
            guard !isRight else { continue }
            faults += 1
            guard faults <= 20 else { continue }
            var expected: [String] = []
            if case .failed(let ids) = answer { expected = ids }
            let missing = Self.difference(expected, failed)
            let surplus = Self.difference(failed, expected)
            let errors = report.outcomes.filter(\.isError).prefix(3).map { "\($0.id ?? "-") \($0.kind)" }
            Issue.record(
                "\(mutant.name): missing \(missing), surplus \(surplus), errors \(errors), \(answer == .aborted)")
        }
        #expect(faults == 0)
        return tally
    }

    /// What the first list has more of.
    static func difference(_ left: [String], _ right: [String]) -> [String] {
        var right = right
        return left.filter { id in
            guard let index = right.firstIndex(of: id) else { return true }
            right.remove(at: index)
            return false
        }
    }
}
