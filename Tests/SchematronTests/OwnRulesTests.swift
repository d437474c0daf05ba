import Foundation
import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("The rule files of our own")
struct OwnRulesTests {
    private static func load(_ entry: String) throws -> RuleSet {
        try RuleSet(entry: entry) { try? PackageFolder.bytes("schemas/pechat/\($0)") }
    }

    private static let norm = Result { try load("en16931-ubl.sch") }

    private static func ids(_ report: RuleReport) -> Set<String> { Set(report.outcomes.map { $0.id ?? "-" }) }

    @Test("have the rules of CEN's file with the same weights, and give what its unit tests expect", .needsSharedFolder)
    func units() throws {
        let own = try Self.norm.get()
        let official = try OfficialSet.rules()
        func weights(_ rules: RuleSet) -> [String: String] {
            Dictionary(rules.rules.rules.flatMap(\.checks).map { ($0.id ?? "-", $0.flag ?? "-") }) { $1 }
        }
        let (ours, theirs) = (weights(own), weights(official))
        #expect(ours.count > 900)
        #expect(ours.filter { theirs[$0.key] != $0.value } == [:])
        let cases = try UnitCase.all(in: "vectors/rules/cen-unit").filter { ours[$0.id] != nil }
        var faults: [String] = []
        for one in cases {
            // Only whether the rule fails is the same on purpose; how often is each file's own affair.
            let fails = Self.ids(own.verdict(on: try XMLDocument(parsing: one.xml))).contains(one.id)
            if fails != (one.expectation != .success) { faults.append("\(one.name): \(one.id)") }
        }
        #expect(faults == [])
        #expect(cases.count > 560, "\(cases.count) cases")
    }

    @Test("fail the same rules as CEN's file on the official examples and on mutants", .needsSharedFolder)
    func mutants() throws {
        let own = try Self.norm.get()
        let official = try OfficialSet.rules()
        let known = Set(own.ids)
        var documents = try OfficialSet.examples("cen-examples") + OfficialSet.examples("serbia-examples")
        for base in DifferentialTests.bases {
            let all = try Mutation.all(of: try SharedFolder.bytes("vectors/rules/\(base)"))
            documents += stride(from: 7, to: all.count, by: 120).map { ("\(base): \(all[$0].name)", all[$0].xml) }
        }
        var compared = 0
        for (name, xml) in documents {
            let document = try XMLDocument(parsing: xml)
            let theirs = official.verdict(on: document)
            guard theirs.verdict != .undecided else { continue }
            let ours = own.verdict(on: document)
            compared += 1
            let expected = Self.ids(theirs).intersection(known)
            #expect(Self.ids(ours) == expected, "\(name)")
        }
        #expect(compared > 60, "\(compared) documents")
    }

    @Test("of specifications accept and reject, each rule once")
    func profiles() throws {
        var rules: [String: RuleSet] = [:]
        var seen: [String: Set<Substring>] = [:]
        let path = "Tests/SchematronTests/Fixtures/profile-rules.txt"
        for line in String(decoding: try PackageFolder.bytes(path), as: UTF8.self).split(separator: "\n") {
            guard !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: " ", maxSplits: 4)
            try #require(parts.count == 5, "\(line)")
            let (file, id, root) = (String(parts[0]), String(parts[1]), parts[3])
            let set = try rules[file] ?? Self.load("\(file).sch")
            rules[file] = set
            let space = "urn:oasis:names:specification:ubl:schema:xsd:"
            let text = """
                <\(root) xmlns="\(space)\(root)-2" xmlns:cac="\(space)CommonAggregateComponents-2" \
                xmlns:cbc="\(space)CommonBasicComponents-2" xmlns:ext="\(space)CommonExtensionComponents-2">\
                \(parts[4])</\(root)>
                """
            let report = set.verdict(on: try XMLDocument(parsing: Array(text.utf8)))
            let found = report.outcomes.filter { $0.id == id }
            #expect(found.isEmpty == (parts[2] == "accepts") && !found.contains(where: \.isError), "\(line)")
            seen[id, default: []].insert(parts[2])
        }
        let all = Set(rules.values.flatMap(\.ids))
        #expect(rules.count == 3 && all == Set(seen.keys))
        #expect(seen.values.allSatisfy { $0.count == 2 })
    }
}
