/// What the evaluation of one document may cost.
struct XPathLimits: Sendable {
    /// Nodes visited, items made, bytes searched and expressions evaluated, together.
    var steps = 500_000_000
    /// Nested expressions and function calls.
    var depth = 500
    /// Bytes of computed text that exist at one time.
    var textBytes = 64 << 20
    /// Items that exist at one time.
    var items = 8 << 20
}
