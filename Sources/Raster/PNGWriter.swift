import CRasterShim
public import Diagnostics

/// A PNG that is written row by row, so that a large picture never stands in memory as a whole.
///
/// The pixels are sRGB and say so. The same rows give the same bytes with the same libpng and zlib.
@safe public struct PNGWriter: ~Copyable {
    private let writer: OpaquePointer
    private let rowSize: Int
    private let height: Int
    private var rows = 0

    /// Begins a picture.
    ///
    /// - Parameters:
    ///   - width: Pixels across.
    ///   - height: Pixels down.
    ///   - isGray: One byte for a pixel instead of three.
    ///   - dotsPerInch: How densely the pixels are meant to stand.
    /// - Throws: `image.memory`.
    public init(width: Int, height: Int, isGray: Bool = false, dotsPerInch: Int) throws(ToolkitError) {
        precondition(width > 0 && height > 0, "a picture has pixels")
        guard let columns = UInt32(exactly: width), let lines = UInt32(exactly: height),
            let writer = unsafe pechat_png_writer_make(
                columns, lines, isGray ? 1 : 3, UInt32(clamping: (dotsPerInch * 10_000 + 127) / 254))
        else { throw Self.noMemory }
        unsafe self.writer = writer
        rowSize = width * (isGray ? 1 : 3)
        self.height = height
    }

    deinit { unsafe pechat_png_writer_free(writer) }

    /// Adds rows from the top.
    ///
    /// - Parameter pixels: Whole rows.
    /// - Throws: `image.memory`.
    public mutating func add(_ pixels: ArraySlice<UInt8>) throws(ToolkitError) {
        let count = pixels.count / rowSize
        precondition(count * rowSize == pixels.count && rows + count <= height, "rows are whole and within the picture")
        rows += count
        let isWritten = unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe pechat_png_writer_add(writer, pixels.baseAddress, UInt32(count))
        }
        guard isWritten == 1 else { throw Self.noMemory }
    }

    /// Ends the picture.
    ///
    /// - Returns: The whole file.
    /// - Throws: `image.memory`.
    public consuming func finish() throws(ToolkitError) -> [UInt8] {
        precondition(rows == height, "all rows were added")
        guard unsafe pechat_png_writer_finish(writer) == 1 else { throw Self.noMemory }
        var size = 0
        let bytes = unsafe pechat_png_writer_bytes(writer, &size)
        return unsafe Array(UnsafeBufferPointer(start: bytes, count: size))
    }

    private static var noMemory: ToolkitError {
        ToolkitError(.imageMemory, "There is not enough memory for the picture.")
    }
}

@available(*, unavailable)
extension PNGWriter: Sendable {}  // libpng: one thread at a time on a file
