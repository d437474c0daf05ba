import Issuing
import Synchronization
import Testing

@Suite("Ordered pool: many threads, results in the order of the inputs")
struct OrderedPoolTests {
    /// Hands out 0, 1, 2 … to whichever thread feeds.
    private final class Counter: Sendable {
        private let value = Mutex(0)
        private let end: Int
        init(to end: Int) { self.end = end }
        func next() -> Int? {
            value.withLock { value in
                guard value < end else { return nil }
                value += 1
                return value - 1
            }
        }
    }

    @Test("delivers every result once and in order", arguments: [1, 2, 7])
    func order(workers: Int) {
        let counter = Counter(to: 500)
        var delivered: [Int] = []
        OrderedPool(workers: workers).run(
            next: { counter.next() }, makeTools: { 3 },
            work: { factor, item -> Int in
                var noise = item
                for _ in 0..<(item % 13) * 100 { noise = noise &* 31 &+ 7 }
                return noise == .min ? 0 : item * factor
            },
            deliver: { result in
                delivered.append(result)
                return true
            })
        #expect(delivered == (0..<500).map { $0 * 3 })
    }

    @Test("ends at once when delivery says so")
    func stop() {
        let counter = Counter(to: .max)
        var delivered = 0
        OrderedPool(workers: 3).run(
            next: { counter.next() }, makeTools: {}, work: { _, item in item },
            deliver: { _ in
                delivered += 1
                return delivered < 10
            })
        #expect(delivered == 10)
        #expect((counter.next() ?? 0) < 1000, "the feeder stopped as well")
    }

    @Test("an empty stream delivers nothing")
    func empty() {
        OrderedPool(workers: 2).run(
            next: { nil as Int? }, makeTools: {}, work: { _, item in item },
            deliver: { _ in
                Issue.record("nothing was fed")
                return true
            })
    }
}
