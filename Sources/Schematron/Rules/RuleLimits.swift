/// What the judgement of one document may cost; whatever ends at a limit is undecided, never valid.
public struct RuleLimits: Sendable, Hashable {
    /// Nodes visited, items made, bytes searched and expressions evaluated, together.
    ///
    /// A 2,000-line invoice takes some millions with the largest official rule files.
    public var steps: Int
    /// The most outcomes of one report.
    public var outcomes: Int
    /// Nested expressions and function calls.
    public var depth: Int

    /// Sets limits; the standard ones hold for what is left out.
    public init(steps: Int = 500_000_000, outcomes: Int = 20_000, depth: Int = 200) {
        self.steps = steps
        self.outcomes = outcomes
        self.depth = depth
    }

    /// Far above any invoice: a document that reaches them was made to.
    public static let standard = RuleLimits()
}
