import Glibc

/// Finds bytes as fast as the C library does.
enum ByteSearch {
    /// The offset of the first `byte` at or after `from`; nil where there is none.
    static func first(_ byte: UInt8, in bytes: [UInt8], from: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress, from < raw.count,
                let hit = unsafe memchr(base + from, CInt(byte), raw.count - from)
            else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
    }
}
