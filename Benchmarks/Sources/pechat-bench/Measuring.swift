import CBare
import Glibc

/// Times work on one core.
struct Measuring {
    /// What was measured.
    struct Result {
        let count: Int
        let seconds: Double
        /// The median time of one item, in milliseconds.
        let medianMilliseconds: Double
        /// Items a second.
        var rate: Double { Double(count) / seconds }
        /// The mean time of one item, in microseconds.
        var microseconds: Double { seconds * 1e6 / Double(count) }
    }

    /// Runs items until the time is over, after a warm-up that is not counted.
    ///
    /// - Parameters:
    ///   - count: How many different items there are; they are gone through in turn.
    ///   - seconds: How long at least.
    ///   - body: Does one item.
    /// - Returns: How many items in what time.
    static func run(count: Int, seconds: Double, _ body: (Int) throws -> Void) rethrows -> Result {
        try run(count: count, seconds: seconds, prepare: { $0 }, body)
    }

    /// The same for items that are made one by one, outside of the time and out of the way of the memory of the others;
    /// with `rounds`, for so many items, however long that takes.
    static func run<Item>(
        count: Int, seconds: Double, rounds: Int = 0, prepare: (Int) -> Item, _ body: (consuming Item) throws -> Void
    ) rethrows -> Result {
        for index in 0..<min(count, 20) { try body(prepare(index)) }
        var times: [Double] = []
        var total = 0.0
        while rounds > 0 ? times.count < rounds : total < seconds {
            let item = prepare(times.count % count)
            let start = now()
            try body(consume item)
            let time = now() - start
            times.append(time)
            total += time
        }
        return Result(count: times.count, seconds: total, medianMilliseconds: times.sorted()[times.count / 2] * 1e3)
    }

    /// Seconds of a clock that never goes back.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The most memory that the process ever had, in KiB.
    static var peakKilobytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
    }

    /// Keeps the process on one core, so that figures are figures of one core.
    static func stayOnOneCore() { bare_stay_on_one_core() }
}
