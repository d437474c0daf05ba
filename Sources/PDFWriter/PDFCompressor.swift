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
        /// Half the speed, for what compresses well and comes once, such as an attached XML file.
        case small
        /// As `small`, but once: for data that one document after the other holds, such as a colour profile.
        case constant
    }

    private var fast: OpaquePointer?
    private var small: OpaquePointer?
    private var scratch: [UInt8] = []
    /// The last data that was marked as constant, and what became of it.
    private var constant: (data: [UInt8], compressed: [UInt8]) = ([], [])

    /// Makes a compressor without any memory yet.
    public init() {}

    deinit {
        unsafe libdeflate_free_compressor(fast)
        unsafe libdeflate_free_compressor(small)
    }

    /// Compresses to the zlib format that `/FlateDecode` reads.
    ///
    /// - Parameters:
    ///   - data: The bytes to compress.
    ///   - effort: How hard to try.
    ///   - body: Takes the compressed bytes; they are valid only while it runs. It gets nil when compression would
    ///     not make the data smaller.
    /// - Throws: `pdf.memory` when there is no memory for a compressor.
    func compress(_ data: [UInt8], effort: Effort, _ body: (ArraySlice<UInt8>?) -> Void) throws(ToolkitError) {
        if effort == .constant {
            if constant.data != data || data.isEmpty {
                var compressed: [UInt8] = []
                try compress(data, effort: .small) { compressed = Array($0 ?? []) }
                constant = (data, compressed)
            }
            return body(constant.compressed.isEmpty ? nil : constant.compressed[...])
        }
        if unsafe effort == .fast && fast == nil { unsafe fast = libdeflate_alloc_compressor(1) }
        if unsafe effort == .small && small == nil { unsafe small = libdeflate_alloc_compressor(6) }
        guard let compressor = unsafe effort == .fast ? fast : small else {
            throw ToolkitError(.pdfMemory, "There is not enough memory to compress the document.")
        }
        if scratch.count < data.count { scratch = [UInt8](repeating: 0, count: max(data.count, 65_536)) }
        let limit = data.count
        let size = unsafe data.withUnsafeBytes { source in
            unsafe scratch.withUnsafeMutableBytes { target in
                unsafe libdeflate_zlib_compress(compressor, source.baseAddress, source.count, target.baseAddress, limit)
            }
        }
        body(size > 0 ? scratch[..<size] : nil)
    }
}

@available(*, unavailable)
extension PDFCompressor: Sendable {}

extension ToolkitError.Code {
    /// No memory was left for compression.
    public static let pdfMemory = Self("pdf.memory", .later)
    /// A page that does not exist was to be drawn on.
    public static let pdfPageUnknown = Self("pdf.pageUnknown", .defect)
}
