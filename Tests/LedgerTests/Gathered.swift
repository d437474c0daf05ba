import Foundation

/// What several threads bring together, under a lock that the thread sanitizer understands.
final class Gathered<Element: Sendable>: @unchecked Sendable {
    // The lock guards every touch of the elements.
    private let lock = NSLock()
    private var elements: [Element] = []

    func add(_ element: Element) { lock.withLock { elements.append(element) } }

    /// Everything so far, in the order in which it came.
    var all: [Element] { lock.withLock { elements } }
}
