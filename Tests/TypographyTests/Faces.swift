import Foundation
import Typography

/// The bundled faces, and dumps that a person can check.
enum Faces {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func bytes(_ style: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent("fonts/noto-sans/NotoSans-\(style).ttf")))
    }

    static func face(_ style: String) throws -> FontFace { try FontFace(bytes: bytes(style)) }

    /// `glyph=cluster+advance` for each glyph, with `@x,y` where it is moved.
    static func dump(_ text: ShapedText) -> String {
        text.glyphs.map { glyph in
            let moved = glyph.xOffset != 0 || glyph.yOffset != 0 ? "@\(glyph.xOffset),\(glyph.yOffset)" : ""
            return "\(glyph.id)=\(glyph.cluster)+\(glyph.advance)\(moved)"
        }.joined(separator: " ")
    }

    /// The words with what comes after: `|` a break may, `!` it must.
    static func dump(_ words: [ShapedWord]) -> String {
        words.map { word in
            let mark = [.none: "", .allowed: "|", .mandatory: "!"][word.breakAfter] ?? "?"
            return String(decoding: word.shaped.text, as: UTF8.self) + (word.endsWithSoftHyphen ? "~" : "") + mark
        }.joined()
    }
}
