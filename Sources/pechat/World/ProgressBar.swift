import Glibc

/// A progress line on a terminal: how many, how fast, how long still.
struct ProgressBar {
    private let total: Int?
    private let isVisible: Bool
    private let start: Double
    private var shown = 0.0

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - total: How many items there are; nil when it is not known, as with standard input.
    ///   - isVisible: Whether a person watches; without one nothing is ever printed.
    init(total: Int?, isVisible: Bool) {
        self.total = total
        self.isVisible = isVisible
        start = Self.clock()
    }

    /// Shows the state, at most ten times a second.
    mutating func show(done: Int, failed: Int) {
        guard isVisible else { return }
        let now = Self.clock()
        guard now - shown >= 0.1 else { return }
        shown = now
        draw(line(done: done, failed: failed, seconds: now - start))
    }

    /// Takes the line away.
    func clear() {
        if isVisible && shown > 0 { draw("") }
    }

    /// Seconds since the bar began.
    var seconds: Double { Self.clock() - start }

    /// The text of the line, without control characters.
    func line(done: Int, failed: Int, seconds: Double) -> String {
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var text = total.map { "\(bar(done, of: $0)) \(done)/\($0)" } ?? "\(done)"
        text += "  \(Int(rate.rounded()))/s"
        if let total, rate > 0 { text += "  \(Self.duration(Double(total - done) / rate)) left" }
        if failed > 0 { text += "  \(failed) failed" }
        return text
    }

    /// Seconds as `12 s` or `3 min 05 s`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        guard whole >= 60 else { return "\(whole) s" }
        let rest = whole % 60
        return "\(whole / 60) min \(rest < 10 ? "0" : "")\(rest) s"
    }

    private func bar(_ done: Int, of total: Int) -> String {
        let cells = 24
        let filled = total > 0 ? min(cells, done * cells / total) : cells
        return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: cells - filled) + "]"
    }

    private func draw(_ text: String) {
        try? FileBytes.write(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO, named: "standard error")
    }

    private static func clock() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
