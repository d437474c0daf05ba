import CText

/// HarfBuzz's subsetter: what it is asked for is the same for every face.
@safe struct LibrarySubsetter: ~Copyable {
    private let input: OpaquePointer

    /// What a PDF does not need: layout, names and maps, which its own objects replace; and hints, which no reader
    /// of today draws with at the sizes of paper and screen.
    private static let unneeded = [
        "GSUB", "GPOS", "GDEF", "BASE", "JSTF", "MATH", "OS/2", "name", "post", "cmap", "DSIG", "STAT", "gasp", "kern",
        "fvar", "gvar", "avar", "HVAR", "MVAR", "VVAR", "COLR", "CPAL", "SVG ", "CBDT", "CBLC", "sbix", "EBDT", "EBLC",
        "hdmx", "VDMX", "LTSH", "PCLT", "meta", "vhea", "vmtx", "VORG",
    ]

    /// - Returns: nil when memory ran out.
    init?() {
        guard let input = unsafe hb_subset_input_create_or_fail() else { return nil }
        unsafe self.input = input
        let flags = HB_SUBSET_FLAGS_NO_HINTING.rawValue | HB_SUBSET_FLAGS_NOTDEF_OUTLINE.rawValue
        unsafe hb_subset_input_set_flags(input, flags)
        let dropped = unsafe hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG)
        for table in Self.unneeded { unsafe hb_set_add(dropped, hb_tag_from_string(table, -1)) }
    }

    deinit { unsafe hb_subset_input_destroy(input) }

    /// - Returns: A TrueType file or a bare `CFF ` table; nil when the outlines are damaged, a glyph is not in the font
    ///   or memory ran out.
    func subset(_ glyphs: [UInt16], of face: FontFace) -> FontSubset? {
        let kept = unsafe hb_subset_input_glyph_set(input)
        unsafe hb_set_clear(kept)
        for glyph in glyphs where glyph != FontSubsetter.blank { unsafe hb_set_add(kept, hb_codepoint_t(glyph)) }
        guard let plan = unsafe face.withFace({ unsafe hb_subset_plan_create_or_fail($0, input) }) else { return nil }
        defer { unsafe hb_subset_plan_destroy(plan) }
        guard let result = unsafe hb_subset_plan_execute_or_fail(plan) else { return nil }
        defer { unsafe hb_face_destroy(result) }
        let blob =
            switch face.outlines {
            case .trueType: unsafe hb_face_reference_blob(result)
            case .compact: unsafe hb_face_reference_table(result, hb_tag_from_string("CFF ", -1))
            }
        guard let blob = unsafe blob else { return nil }
        defer { unsafe hb_blob_destroy(blob) }
        var length: UInt32 = 0
        guard let data = unsafe hb_blob_get_data(blob, &length), length > 0 else { return nil }
        let map = unsafe hb_subset_plan_old_to_new_glyph_mapping(plan)
        var numbers: [UInt16] = []
        numbers.reserveCapacity(glyphs.count)
        for glyph in glyphs {
            guard glyph != FontSubsetter.blank else {
                numbers.append(0)
                continue
            }
            guard let number = UInt16(exactly: unsafe hb_map_get(map, hb_codepoint_t(glyph))) else { return nil }
            numbers.append(number)
        }
        return FontSubset(
            bytes: unsafe Array(UnsafeRawBufferPointer(start: data, count: Int(length))), glyphs: numbers)
    }
}
