import Testing

@testable import Schematron

@Suite("The verdict of a rule report")
struct RuleReportTests {
    @Test(
        "follows from the weight of its outcomes",
        arguments: [
            ([], .valid), ([(.failedAssert, "warning")], .valid), ([(.successfulReport, "information")], .valid),
            ([(.failedAssert, nil)], .invalid), ([(.failedAssert, "warning"), (.failedAssert, "fatal")], .invalid),
            ([(.failedAssert, "fatal"), (.error("FORG0001"), "warning")], .undecided),
        ] as [([(RuleOutcome.Kind, String?)], RuleReport.Verdict)])
    func verdict(outcomes: [(RuleOutcome.Kind, String?)], expected: RuleReport.Verdict) {
        let report = RuleReport(
            outcomes: outcomes.map { kind, flag in
                RuleOutcome(
                    kind: kind, id: "T-1", flag: flag, role: nil, pattern: nil, ruleContext: "a", test: "b",
                    message: "",
                    location: "/a", place: nil)
            }, firedRules: 1)
        #expect(report.verdict == expected)
    }
}
