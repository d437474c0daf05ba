public import Diagnostics

/// A font file with only the glyphs that a document uses.
public struct FontSubset: Sendable {
    /// A TrueType file, or for CFF outlines the bare `CFF ` table.
    public let bytes: [UInt8]
    /// The new number of each glyph, in the order in which the glyphs were asked for; for TrueType outlines that is
    /// 1, 2, 3 and so on.
    public let glyphs: [UInt16]
}

/// Makes subsets of one face for one worker.
///
/// TrueType outlines are copied by `OutlineCopier`; other outlines are left to HarfBuzz, which renumbers and rewrites
/// them.
public final class FontSubsetter {
    /// Stands for no glyph in a request: its place stays empty.
    ///
    /// No font has a glyph of that number (OpenType 1.9, `maxp`).
    public static let blank: UInt16 = 0xFFFF

    /// The face.
    public let face: FontFace
    private var copier: OutlineCopier?
    private var library: LibrarySubsetter?

    /// Prepares what all subsets of the face share.
    public init(face: FontFace) {
        self.face = face
        copier = OutlineCopier(face)
    }

    /// Makes a subset.
    ///
    /// - Parameter glyphs: The glyphs to keep; one that is named twice has two numbers where outlines are TrueType.
    ///   `blank` leaves a place empty. Glyph 0 and the parts of composite glyphs come along by themselves.
    /// - Returns: The file, and what became of each glyph.
    /// - Throws: `font.subsetFailed` when an outline is damaged or memory ran out.
    public func subset(_ glyphs: [UInt16]) throws(ToolkitError) -> FontSubset {
        if let bytes = try copier?.subset(glyphs) {
            return FontSubset(bytes: bytes, glyphs: glyphs.indices.map { UInt16($0 + 1) })
        }
        if library == nil { library = LibrarySubsetter() }
        guard let subset = library?.subset(glyphs, of: face) else { throw .fontSubsetFailed }
        return subset
    }
}

@available(*, unavailable)
extension FontSubsetter: Sendable {}

extension ToolkitError {
    static var fontSubsetFailed: ToolkitError {
        ToolkitError(
            .fontSubsetFailed, "No subset of the font could be made.",
            fix: "Get the font file again from its origin and check its digest.")
    }
}
