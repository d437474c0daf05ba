import CDeflate
public import Diagnostics

/// Takes the bytes of a file piece by piece, from the first to the last.
public typealias PDFSink = (_ piece: [UInt8]) throws(ToolkitError) -> Void

/// A file that was compressed while it came into being, so that it never stood in memory as a whole.
public struct PackedFile: Sendable {
    /// What it compressed to, in the zlib format.
    let pieces: [[UInt8]]
    /// How long it is.
    public let size: Int

    var packedSize: Int { pieces.reduce(0) { $0 + $1.count } }
}

/// Compresses a file while it comes into being.
///
/// libdeflate wants its input as a whole, which is why it is not at work here.
@safe public struct FilePacker: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private var pieces: [[UInt8]] = []
    private var piece: [UInt8] = []
    private var size = 0
    private static let pieceSize = 65_536
    /// Of an e-invoice, level 4 makes no less in twice the time.
    private static let effort: CInt = 2

    /// Starts an empty file.
    ///
    /// - Throws: `pdf.memory`.
    public init() throws(ToolkitError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe deflateInit_(stream, Self.effort, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Self.noMemory
        }
        piece.reserveCapacity(Self.pieceSize)
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Adds to the file.
    ///
    /// - Throws: `pdf.memory`.
    public mutating func write(_ bytes: [UInt8]) throws(ToolkitError) {
        size += bytes.count
        try deflate(bytes, Z_NO_FLUSH)
    }

    /// Ends the file.
    ///
    /// - Throws: `pdf.memory`.
    public consuming func finish() throws(ToolkitError) -> PackedFile {
        try deflate([], Z_FINISH)
        return PackedFile(pieces: pieces + [piece], size: size)
    }

    private mutating func deflate(_ bytes: [UInt8], _ flush: CInt) throws(ToolkitError) {
        guard let count = UInt32(exactly: bytes.count) else { throw Self.noMemory }
        var left = count
        var result = Z_OK
        repeat {
            let room = Self.pieceSize - piece.count
            unsafe bytes.withUnsafeBufferPointer { source in
                piece.append(addingCapacity: room) { output in
                    unsafe output.withUnsafeMutableBufferPointer { target, initialized in
                        // zlib never writes to its input, but its header does not say so.
                        unsafe stream.pointee.next_in = UnsafeMutablePointer(
                            mutating: source.baseAddress.map { unsafe $0 + Int(count - left) })
                        unsafe stream.pointee.avail_in = left
                        unsafe stream.pointee.next_out = target.baseAddress.map { unsafe $0 + initialized }
                        unsafe stream.pointee.avail_out = UInt32(room)
                        result = unsafe CDeflate.deflate(stream, flush)
                        left = unsafe stream.pointee.avail_in
                        initialized += room - Int(unsafe stream.pointee.avail_out)
                    }
                }
            }
            // An empty call (Z_BUF_ERROR) is no failure: there was nothing to do.
            guard result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR else { throw Self.noMemory }
            if piece.count == Self.pieceSize {
                pieces.append(piece)
                piece.removeAll(keepingCapacity: true)
                piece.reserveCapacity(Self.pieceSize)
            }
        } while left > 0 || flush == Z_FINISH && result != Z_STREAM_END
    }

    private static var noMemory: ToolkitError {
        ToolkitError(.pdfMemory, "There is not enough memory to compress the document.")
    }
}

@available(*, unavailable)
extension FilePacker: Sendable {}  // zlib: one thread at a time on a stream
