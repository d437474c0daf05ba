import CText

extension FontFace {
    /// A copy of the font file, for a library that draws the glyphs.
    public var file: [UInt8] {
        unsafe withFace { face in
            let blob = unsafe hb_face_reference_blob(face)
            defer { unsafe hb_blob_destroy(blob) }
            var length: UInt32 = 0
            let data = unsafe hb_blob_get_data(blob, &length)
            let bytes = unsafe UnsafeRawBufferPointer(start: data, count: Int(length))
            return unsafe Array(bytes)
        }
    }
}
