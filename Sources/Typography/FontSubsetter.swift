import CText
public import Diagnostics

/// A font file with only the glyphs that a document uses.
public struct FontSubset: Sendable {
    /// The TrueType file.
    public let bytes: [UInt8]
    /// The new number of each glyph, in the order in which the glyphs were asked for.
    public let glyphs: [UInt16]
}

/// Makes subsets of one face for one worker.
///
/// Subsets are made from the face itself at first; a worker that makes many gets a prepared copy of the face
/// (HarfBuzz's preprocessing), with which each is five times cheaper. The copy is not shared between threads, because
/// this version of HarfBuzz does not promise that it may be.
@safe public final class FontSubsetter {
    /// The face.
    public let face: FontFace
    private let input: OpaquePointer?
    private var prepared: OpaquePointer?
    private var uses = 0

    /// Preparing costs as much as 40 subsets without it save, so it starts when a worker has made about that many.
    private static let usesBeforePreparing = 40

    /// What a PDF does not need: layout, names and maps, which its own objects replace; and hints, which no reader
    /// of today draws with at the sizes of paper and screen.
    private static let unneeded = [
        "GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "OS/2", "name", "post", "cmap", "DSIG", "STAT", "gasp", "kern",
        "fvar", "gvar", "avar", "HVAR", "MVAR", "VVAR", "COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix", "EBDT", "EBLC",
        "hdmx", "VDMX", "LTSH", "PCLT", "meta", "vhea", "vmtx", "VORG",
    ]

    /// Prepares nothing yet.
    public init(face: FontFace) {
        self.face = face
        unsafe input = hb_subset_input_create_or_fail()
        guard let input = unsafe input else { return }
        let flags = HB_SUBSET_FLAGS_NO_HINTING.rawValue | HB_SUBSET_FLAGS_NOTDEF_OUTLINE.rawValue
        unsafe hb_subset_input_set_flags(input, flags)
        let dropped = unsafe hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG)
        for table in Self.unneeded { unsafe hb_set_add(dropped, hb_tag_from_string(table, -1)) }
    }

    deinit {
        if let input = unsafe input { unsafe hb_subset_input_destroy(input) }
        if let prepared = unsafe prepared { unsafe hb_face_destroy(prepared) }
    }

    /// Makes a subset.
    ///
    /// - Parameter glyphs: The glyphs to keep; glyph 0 and the parts of composite glyphs come along by themselves.
    /// - Returns: The file, and what became of each glyph.
    /// - Throws: `font.subsetFailed` when the outlines are damaged or memory ran out.
    public func subset(_ glyphs: [UInt16]) throws(ToolkitError) -> FontSubset {
        guard let input = unsafe input else { throw Self.failure }
        let kept = unsafe hb_subset_input_glyph_set(input)
        unsafe hb_set_clear(kept)
        for glyph in glyphs { unsafe hb_set_add(kept, hb_codepoint_t(glyph)) }
        uses += 1
        if uses == Self.usesBeforePreparing { unsafe prepared = face.withFace { unsafe hb_subset_preprocess($0) } }
        let plan =
            if let prepared = unsafe prepared {
                unsafe hb_subset_plan_create_or_fail(prepared, input)
            } else {
                unsafe face.withFace { unsafe hb_subset_plan_create_or_fail($0, input) }
            }
        guard let plan = unsafe plan else { throw Self.failure }
        defer { unsafe hb_subset_plan_destroy(plan) }
        guard let result = unsafe hb_subset_plan_execute_or_fail(plan) else { throw Self.failure }
        defer { unsafe hb_face_destroy(result) }
        guard let blob = unsafe hb_face_reference_blob(result) else { throw Self.failure }
        defer { unsafe hb_blob_destroy(blob) }
        var length: UInt32 = 0
        guard let data = unsafe hb_blob_get_data(blob, &length), length > 0 else { throw Self.failure }
        let map = unsafe hb_subset_plan_old_to_new_glyph_mapping(plan)
        return FontSubset(
            bytes: unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length))),
            glyphs: glyphs.map { UInt16(exactly: unsafe hb_map_get(map, hb_codepoint_t($0))) ?? 0 })
    }

    private static var failure: ToolkitError {
        ToolkitError(
            .fontSubsetFailed, "No subset of the font could be made.",
            fix: "Get the font file again from its origin and check its digest.")
    }
}

@available(*, unavailable)
extension FontSubsetter: Sendable {}
