public import Diagnostics

/// One font file, prepared once and shared by all threads.
public final class FontFace: Sendable {
    /// The file as it was given.
    public let bytes: [UInt8]

    /// Opens a TrueType or OpenType font.
    ///
    /// - Throws: `font.unreadable` when the bytes are no usable font.
    public init(bytes: [UInt8]) throws(ToolkitError) {
        self.bytes = bytes
    }
}
