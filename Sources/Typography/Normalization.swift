import CText

/// Normalization Form C.
///
/// Source: UAX #15, through utf8proc.
public enum Normalization: Sendable {
    /// Composes a text.
    ///
    /// - Parameter text: Valid UTF-8.
    /// - Returns: The text in NFC; the text itself should memory run out.
    public static func composed(_ text: Span<UInt8>) -> [UInt8] {
        var result: UnsafeMutablePointer<UInt8>?
        let options = UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue
        let length = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe utf8proc_map(bytes.baseAddress, bytes.count, &result, utf8proc_option_t(rawValue: options))
        }
        defer { unsafe free(result) }
        guard length >= 0, let result = unsafe result else {
            return unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
        }
        return unsafe Array(UnsafeBufferPointer(start: result, count: length))
    }
}
