import CDeflate
public import Diagnostics

/// The compressors of one worker, made when first needed and used for one document after the other.
///
/// It is not shared between threads: libdeflate keeps its tables in it.
@safe public final class PDFCompressor {
    /// How hard to try.
    public enum Effort: Sendable, Hashable {
        /// Fast; a few percent larger. For content, fonts and objects.
        case fast
        /// A third of the speed, for the small objects of long documents; more effort gains nothing there.
        case thorough
        /// A little slower still, for text that comes once, such as an attached XML file.
        case small
        /// As `small`, but once: for data that one document after the other holds, such as a colour profile.
        case constant
    }

    private var fast: OpaquePointer?
    private var thorough: OpaquePointer?
    private var small: OpaquePointer?
    private var scratch: [UInt8] = []
    /// Data that was marked as constant, the newest last, and what became of it.
    private var constants: [(data: [UInt8], compressed: [UInt8])] = []
    private static let constantLimit = 8

    /// Makes a compressor without any memory yet.
    public init() {}

    deinit {
        unsafe libdeflate_free_compressor(fast)
        unsafe libdeflate_free_compressor(thorough)
        unsafe libdeflate_free_compressor(small)
    }

    /// Compresses data that goes into more than one file.
    ///
    /// - Parameter data: The bytes to compress.
    /// - Returns: What a stream holds; the data itself when compression would not make it smaller.
    /// - Throws: `pdf.memory`.
    func packed(_ data: [UInt8]) throws(ToolkitError) -> PackedStream {
        var packed = PackedStream(bytes: data, isDeflated: false)
        try compress(data, effort: .fast) { small in
            if let small { packed = PackedStream(bytes: Array(small), isDeflated: true) }
        }
        return packed
    }

    /// Compresses to the zlib format that `/FlateDecode` reads.
    ///
    /// - Parameters:
    ///   - data: The bytes to compress.
    ///   - effort: How hard to try.
    ///   - always: Whether data that does not get smaller is compressed all the same.
    ///   - body: Takes the compressed bytes; they are valid only while it runs. It gets nil when compression would
    ///     not make the data smaller.
    /// - Throws: `pdf.memory` when there is no memory for a compressor.
    func compress(
        _ data: [UInt8], effort: Effort, always: Bool = false, _ body: (ArraySlice<UInt8>?) -> Void
    ) throws(ToolkitError) {
        if effort == .constant {
            if let known = constants.first(where: { $0.data == data }) {
                return body(known.compressed.isEmpty ? nil : known.compressed[...])
            }
            var compressed: [UInt8] = []
            try compress(data, effort: .small) { compressed = Array($0 ?? []) }
            if constants.count == Self.constantLimit { constants.removeFirst() }
            constants.append((data, compressed))
            return body(compressed.isEmpty ? nil : compressed[...])
        }
        guard let compressor = unsafe compressor(effort) else {
            throw ToolkitError(.pdfMemory, "There is not enough memory to compress the document.")
        }
        let limit = always ? unsafe libdeflate_zlib_compress_bound(compressor, data.count) : data.count
        if scratch.count < limit {
            // Not filled: what is not written takes no memory.
            let size = max(limit, 65_536)
            scratch = unsafe [UInt8](unsafeUninitializedCapacity: size) { _, count in count = size }
        }
        let size = unsafe data.withUnsafeBytes { source in
            unsafe scratch.withUnsafeMutableBytes { target in
                unsafe libdeflate_zlib_compress(compressor, source.baseAddress, source.count, target.baseAddress, limit)
            }
        }
        body(size > 0 ? scratch[..<size] : nil)
    }

    /// The compressor of an effort, made when first asked for; nil for want of memory.
    private func compressor(_ effort: Effort) -> OpaquePointer? {
        switch effort {
        case .fast:
            if unsafe fast == nil { unsafe fast = libdeflate_alloc_compressor(1) }
            return unsafe fast
        case .thorough:
            if unsafe thorough == nil { unsafe thorough = libdeflate_alloc_compressor(5) }
            return unsafe thorough
        case .small, .constant:
            if unsafe small == nil { unsafe small = libdeflate_alloc_compressor(6) }
            return unsafe small
        }
    }
}

/// The content of a stream, ready to be written.
struct PackedStream: Sendable {
    let bytes: [UInt8]
    /// Whether readers have to inflate it.
    let isDeflated: Bool
}

@available(*, unavailable)
extension PDFCompressor: Sendable {}

extension ToolkitError.Code {
    /// No memory was left for compression.
    public static let pdfMemory = Self("pdf.memory", .later)
    /// A page that does not exist was to be drawn on.
    public static let pdfPageUnknown = Self("pdf.pageUnknown", .defect)
}
