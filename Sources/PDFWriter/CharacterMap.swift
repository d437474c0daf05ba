/// What all CMap files begin and end with (Adobe Technical Note 5014; ISO 32000-1, 9.7.5 and 9.10.3).
enum CharacterMap {
    /// A CMap from codes to text.
    ///
    /// - Parameters:
    ///   - size: How many bytes a code has, 1 or 2.
    ///   - body: Writes the entries.
    /// - Returns: The whole file.
    static func unicode(size: Int, _ body: (inout PDFSyntax) -> Void) -> [UInt8] {
        var map = PDFSyntax()
        map.raw(
            """
            /CIDInit/ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
            /CMapName/Adobe-Identity-UCS def
            /CMapType 2 def

            """)
        finish(&map, size, body)
        return map.bytes
    }

    /// A CMap from codes to CIDs.
    ///
    /// - Parameters:
    ///   - name: Its name, as the stream's dictionary has it.
    ///   - size: How many bytes a code has, 1 or 2.
    ///   - body: Writes the entries.
    /// - Returns: The whole file.
    static func codes(_ name: StaticString, size: Int, _ body: (inout PDFSyntax) -> Void) -> [UInt8] {
        var map = PDFSyntax()
        map.raw(
            """
            %!PS-Adobe-3.0 Resource-CMap
            /CIDInit/ProcSet findresource begin
            12 dict begin
            begincmap
            /CIDSystemInfo 3 dict dup begin/Registry(Adobe)def/Ordering(Identity)def/Supplement 0 def end def
            /CMapName/
            """)
        map.raw(name)
        map.raw(" def\n/CMapType 1 def\n/WMode 0 def\n")
        finish(&map, size, body)
        return map.bytes
    }

    private static func finish(_ map: inout PDFSyntax, _ size: Int, _ body: (inout PDFSyntax) -> Void) {
        map.raw("1 begincodespacerange\n")
        map.raw(size == 1 ? "<00><FF>\n" : "<0000><FFFF>\n")
        map.raw("endcodespacerange\n")
        body(&map)
        map.raw("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
    }
}
