import TestSupport
import Testing
import XMLCore

@testable import Schematron

@Suite("CEN's official rules for UBL")
struct OfficialSetTests {
    @Test("load, with all that they say of themselves", .needsSharedFolder)
    func load() throws {
        let rules = try OfficialSet.rules()
        #expect(rules.ids.count == 979)
        #expect(rules.title == "EN16931 model bound to UBL")
        #expect(rules.rules.patterns.map(\.id) == ["UBL-model", "UBL-syntax", "Codesmodel"])
    }

    @Test("give what their authors' unit tests expect: all of them, and most ids fail somewhere", .needsSharedFolder)
    func units() throws {
        let rules = try OfficialSet.rules()
        let cases = try UnitCase.all(in: "vectors/rules/cen-unit")
        let faults = try cases.compactMap { one in
            one.fault(in: rules.verdict(on: try XMLDocument(parsing: one.xml)))
        }
        #expect(faults == [])
        let failing = cases.filter { $0.expectation != .success }
        // A silent validator passes the others.
        #expect(cases.count == 572 && failing.count == 276, "\(cases.count) cases, \(failing.count) of them must fail")
        #expect(Set(failing.map(\.id)).count > 90, "\(Set(failing.map(\.id)).count) ids")
    }

    @Test("say of the official examples what Saxon says", .needsSharedFolder, .needsPython("saxonche", "lxml"))
    func examples() throws {
        let rules = try OfficialSet.rules()
        let documents = try OfficialSet.examples("cen-examples") + OfficialSet.examples("serbia-examples")
        let path = SharedFolder.path("\(OfficialSet.folder)/\(OfficialSet.entry)")
        let answers = try SaxonJudge.answers(on: documents.map(\.xml), rules: path)
        for (document, answer) in zip(documents, answers) {
            let report = rules.verdict(on: try XMLDocument(parsing: document.xml))
            #expect(.failed(OfficialSet.failed(report)) == answer, "\(document.name)")
            #expect(report.verdict != .undecided, "\(document.name)")
        }
        #expect(documents.count == 23)
    }
}
