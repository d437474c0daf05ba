/// Bytes that nobody can foretell.
enum RandomBytes {
    /// Takes them from the system, eight with each call.
    static func take(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let word = generator.next()
            for place in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word >> (8 * place)))
            }
        }
        return bytes
    }
}
