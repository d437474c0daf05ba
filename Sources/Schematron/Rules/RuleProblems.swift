public import Diagnostics

extension ToolkitError.Code {
    /// A rule file, or a file that it includes, is not there.
    public static let rulesMissing = Self("rules.missing", .unreadable)
    /// A rule file has faults: what is written in it cannot be carried out as it stands.
    public static let rulesInvalid = Self("rules.invalid", .unreadable)
}

/// Collects everything that is wrong with a rule file, so that its author sees all of it at once.
struct RuleProblems {
    private(set) var findings: [Finding] = []
    /// A file with more faults than this is no rule file.
    private static let most = 200

    /// Adds a fault; its place is worked out only if it is kept, since that costs a look at the whole line.
    mutating func add(
        _ message: String, fix: String = "", at place: @autoclosure () -> SourcePlace?, code: String = "rules.invalid"
    ) {
        guard findings.count < Self.most else { return }
        findings.append(Finding(rule: code, pointer: "", place: place(), message: message, fix: fix))
    }

    /// The error that tells the first fault and how many there are.
    var error: ToolkitError? {
        guard let first = findings.first else { return nil }
        let others = findings.count < 2 ? "" : " The rule file has \(findings.count) faults in all."
        let list = findings.prefix(20).map { finding in
            let place = finding.place
            return "\(place?.file ?? ""):\(place?.line ?? 0):\(place?.column ?? 0): \(finding.message)"
        }
        return ToolkitError(
            first.rule == "rules.missing" ? .rulesMissing : .rulesInvalid, first.message,
            fix: first.fix + others, place: first.place, facts: ["faults": list.joined(separator: "\n")])
    }
}
