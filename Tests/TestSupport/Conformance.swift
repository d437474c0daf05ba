import Foundation

/// How much of the slow suites runs.
public enum Conformance: Sendable {
    /// 1 does everything (`scripts/conformance`); 3 does a third of it, in turn.
    public static let stride =
        ProcessInfo.processInfo.environment["PECHAT_CONFORMANCE_STRIDE"].flatMap { Int($0) } ?? 3
    /// Whether everything is done.
    public static var isWhole: Bool { stride == 1 }
}
