import CDeflate

/// Unpacks the zlib format of `/FlateDecode`, owner of one decompressor.
@safe struct Inflater: ~Copyable {
    private let decompressor: OpaquePointer?

    init() { unsafe decompressor = libdeflate_alloc_decompressor() }

    deinit { unsafe libdeflate_free_decompressor(decompressor) }

    /// Unpacks a whole stream.
    ///
    /// The check sum at the end is not looked at: writers get it wrong, and a signature over the file says more.
    /// libdeflate wants to know the size beforehand, so that room grows fourfold until it is enough.
    ///
    /// - Parameters:
    ///   - data: The stream; what stands behind its end is left alone.
    ///   - limit: The most bytes that it may unpack to.
    ///   - offset: Where the stream is, for faults.
    /// - Returns: The unpacked bytes.
    /// - Throws: That the stream is damaged, or too large.
    borrowing func inflate(_ data: ArraySlice<UInt8>, atMost limit: Int, at offset: Int) throws(PDFFault) -> [UInt8] {
        guard data.count >= 2 else {
            if data.isEmpty { return [] }
            throw .malformed("A compressed stream is cut short.", offset)
        }
        let (first, second) = (data[data.startIndex], data[data.startIndex + 1])
        guard first & 15 == 8, second & 0x20 == 0, (Int(first) << 8 | Int(second)) % 31 == 0 else {
            throw .malformed("A compressed stream does not begin like one.", offset)
        }
        guard let decompressor = unsafe decompressor else { throw .limit("There is no memory to unpack it.", nil) }
        var size = min(limit, max(4096, data.count &* 4))
        while true {
            var result = LIBDEFLATE_BAD_DATA
            let output = unsafe [UInt8](unsafeUninitializedCapacity: max(size, 1)) { target, count in
                var consumed = 0
                result = unsafe data.dropFirst(2).withUnsafeBytes { source in
                    unsafe libdeflate_deflate_decompress_ex(
                        decompressor, source.baseAddress, source.count, target.baseAddress, size, &consumed, &count)
                }
                if result != LIBDEFLATE_SUCCESS { count = 0 }
            }
            switch result {
            case LIBDEFLATE_SUCCESS: return output
            case LIBDEFLATE_INSUFFICIENT_SPACE:
                guard size < limit else { throw .limit("A stream unpacks to more than is allowed.", offset) }
                size = min(limit, size &* 4)
            default: throw .malformed("A compressed stream is damaged.", offset)
            }
        }
    }
}
