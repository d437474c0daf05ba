/// Looks for short byte strings.
enum ByteSearch {
    /// Where the pattern begins next; nil when it does not occur before `end`.
    static func first(_ pattern: [UInt8], in bytes: [UInt8], from start: Int, end: Int? = nil) -> Int? {
        let end = min(end ?? bytes.count, bytes.count)
        guard let lead = pattern.first, start >= 0 else { return nil }
        var index = start
        let last = end - pattern.count
        while index <= last {
            if bytes[index] == lead, matches(pattern, bytes, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// Where the pattern begins for the last time.
    static func last(_ pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        var index = bytes.count - pattern.count
        while index >= 0 {
            if matches(pattern, bytes, at: index) { return index }
            index -= 1
        }
        return nil
    }

    private static func matches(_ pattern: [UInt8], _ bytes: [UInt8], at index: Int) -> Bool {
        for (offset, byte) in pattern.enumerated() where bytes[index + offset] != byte { return false }
        return true
    }
}
