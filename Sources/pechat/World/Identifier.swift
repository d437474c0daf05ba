import Glibc
import Synchronization

/// Identifiers that were never given before, in rising order: UUIDs of version 7 (RFC 9562 §5.7).
enum Identifier {
    private static let last = Mutex<UInt64>(0)

    /// The next one: milliseconds since 1970, a count, then random bits.
    static func next() -> String {
        var clock = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &clock)
        let milliseconds = UInt64(clock.tv_sec) * 1000 + UInt64(clock.tv_nsec) / 1_000_000
        // 48 bits of time, then 12 that count within a millisecond and where the clock went back.
        let time = last.withLock { last in
            last = max(last + 1, milliseconds << 12)
            return last
        }
        let high = (time >> 12) << 16 | 0x7000 | time & 0x0FFF
        let low = UInt64.random(in: 0 ... .max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hexadecimal(high) + hexadecimal(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
