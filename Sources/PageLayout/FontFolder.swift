public import Diagnostics
import Typography

/// The font files of a user, grouped into families.
///
/// Files belong together when they name the same family: name 16 of the font, or name 1 where there is none. From each
/// family the faces nearest to regular, bold, italic and bold italic are taken, by weight class, width class and slant
/// (OpenType 1.9, `OS/2`).
public struct FontFolder: Sendable {
    /// A font file.
    public struct File: Sendable {
        /// What messages call it.
        public let name: String
        /// The whole file.
        public let bytes: [UInt8]

        /// Names some bytes.
        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The families, in the order of their names.
    public let families: [FontLibrary.Family]

    /// More files than this are a mistake, such as the fonts of a whole system.
    public static let fileLimit = 200

    /// Opens every file.
    ///
    /// - Parameter files: TrueType or OpenType files; of two equal faces the first counts.
    /// - Throws: `font.fileUnusable`, which names the file and says why.
    public init(_ files: [File]) throws(ToolkitError) {
        guard files.count <= Self.fileLimit else {
            throw ToolkitError(
                .fontFileUnusable, "There are \(files.count) font files; more than \(Self.fileLimit) are not opened.",
                fix: "Put the fonts that documents need into a folder of their own.")
        }
        var faces: [String: [FontFace]] = [:]
        for file in files {
            do {
                let face = try FontFace(bytes: file.bytes)
                faces[face.family, default: []].append(face)
            } catch {
                throw ToolkitError(
                    .fontFileUnusable, "\(file.name) cannot be used: \(error.message)", fix: error.fix, cause: error)
            }
        }
        var families: [FontLibrary.Family] = []
        for name in faces.keys.sorted() {
            guard let members = faces[name] else { continue }
            func nearest(isBold: Bool, isItalic: Bool) -> DeferredFace? {
                func distance(_ face: FontFace) -> (Int, Int, Int) {
                    let metrics = face.metrics
                    return (
                        metrics.isItalic == isItalic ? 0 : 1, abs(metrics.width - 5),
                        abs(metrics.weight - (isBold ? 700 : 400))
                    )
                }
                return members.min { distance($0) < distance($1) }.map { DeferredFace($0) }
            }
            guard let regular = nearest(isBold: false, isItalic: false),
                let bold = nearest(isBold: true, isItalic: false), let italic = nearest(isBold: false, isItalic: true),
                let boldItalic = nearest(isBold: true, isItalic: true)
            else { continue }
            families.append(
                FontLibrary.Family(name: name, regular: regular, bold: bold, italic: italic, boldItalic: boldItalic))
        }
        self.families = families
    }
}
