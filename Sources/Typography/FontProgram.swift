import CText
import Diagnostics

/// The bytes of a font file, where HarfBuzz and this module both read them.
@safe final class FontProgram: @unchecked Sendable {  // constant bytes, and a blob that HarfBuzz made immutable
    /// How many bytes there are.
    let count: Int
    private let blob: OpaquePointer
    private let start: UnsafePointer<UInt8>

    /// Copies the bytes once.
    ///
    /// - Throws: `font.unreadable` when they are too many, too few or memory ran out.
    convenience init(copying bytes: [UInt8]) throws(ToolkitError) {
        let blob = unsafe try bytes.span.withUnsafeBytes { raw throws(ToolkitError) in
            unsafe try Self.blob(raw, HB_MEMORY_MODE_DUPLICATE)
        }
        try unsafe self.init(owning: blob)
    }

    /// Reads the bytes where they are.
    ///
    /// - Parameter bytes: They must neither move nor end while the program runs.
    /// - Throws: As `init(copying:)`.
    @unsafe convenience init(staying bytes: Span<UInt8>) throws(ToolkitError) {
        let blob = unsafe try bytes.withUnsafeBytes { raw throws(ToolkitError) in
            unsafe try Self.blob(raw, HB_MEMORY_MODE_READONLY)
        }
        try unsafe self.init(owning: blob)
    }

    private static func blob(
        _ bytes: UnsafeRawBufferPointer, _ mode: hb_memory_mode_t
    ) throws(ToolkitError) -> OpaquePointer {
        guard let length = UInt32(exactly: bytes.count) else { throw .fontUnreadable("The font is too large.") }
        guard length >= 12 else { throw .fontUnreadable("The file is too short to be a font.") }
        let data = unsafe bytes.bindMemory(to: CChar.self).baseAddress
        guard let blob = unsafe hb_blob_create_or_fail(data, length, mode, nil, nil) else {
            throw .fontUnreadable("There is not enough memory for the font.")
        }
        return unsafe blob
    }

    private init(owning blob: OpaquePointer) throws(ToolkitError) {
        unsafe self.blob = blob
        unsafe hb_blob_make_immutable(blob)
        var length: UInt32 = 0
        guard let data = unsafe hb_blob_get_data(blob, &length) else {
            unsafe hb_blob_destroy(blob)
            throw .fontUnreadable("The font could not be opened.")
        }
        unsafe start = UnsafeRawPointer(data).assumingMemoryBound(to: UInt8.self)
        count = Int(length)
    }

    deinit { unsafe hb_blob_destroy(blob) }

    /// One byte; `index` must lie in the file.
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "a byte beyond the font")
        return unsafe start[index]
    }

    /// Lends the bytes.
    func withBytes<T, E: Error>(_ body: (Span<UInt8>) throws(E) -> T) throws(E) -> T {
        try body(unsafe Span(_unsafeStart: start, count: count))
    }

    /// Lends the blob; the pointer must not leave the closure.
    func withBlob<T>(_ body: (OpaquePointer) -> T) -> T { unsafe body(blob) }
}
