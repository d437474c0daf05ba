import Foundation
import PDFExport
import PDFWriter
import PageLayout
import Typography

/// Hand-made pages.
enum Documents {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let paper = Size(width: .millimetres(210), height: .millimetres(297))
    static let date = PDFDate(year: 2026, month: 4, day: 14, hour: 9, minute: 30, offsetMinutes: 120)
    static let metadata = PDFMetadata(
        title: "Фактура 2026-000123", author: "Вардар Технологии ДООЕЛ", subject: "Invoice",
        keywords: ["фактура", "ПДВ"], language: "mk", created: date)
    static let identifier = [UInt8](0..<16)

    static func bytes(_ style: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent("fonts/noto-sans/NotoSans-\(style).ttf")))
    }

    static func face(_ style: String) throws -> FontFace { try FontFace(bytes: bytes(style)) }

    /// Where a table of a font file is.
    static func table(_ name: String, of bytes: [UInt8]) -> Range<Int>? {
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        for index in 0..<(Int(bytes[4]) << 8 | Int(bytes[5])) {
            let record = 12 + 16 * index
            guard Array(bytes[record..<record + 4]) == Array(name.utf8) else { continue }
            return number(record + 8)..<number(record + 8) + number(record + 12)
        }
        return nil
    }

    /// Replaces the character map by one in which Ј Ѕ А а е share the glyphs of J S A a e.
    static func mapCyrillicToLatin(_ bytes: inout [UInt8]) throws {
        let face = try FontFace(bytes: bytes)
        let twins: [Unicode.Scalar: Unicode.Scalar] = ["Ј": "J", "Ѕ": "S", "А": "A", "а": "a", "е": "e"]
        func number(_ value: Int, _ size: Int) -> [UInt8] {
            (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        var groups: [UInt8] = []
        var count = 0
        for value in UInt32(0x20)..<0x460 {
            guard let scalar = Unicode.Scalar(value), let glyph = face.glyph(for: twins[scalar] ?? scalar) else {
                continue
            }
            groups += number(Int(value), 4) + number(Int(value), 4) + number(Int(glyph), 4)
            count += 1
        }
        // cmap version 0 with one subtable of format 12 for Unicode (OpenType 1.9, cmap).
        let map =
            number(0, 2) + number(1, 2) + number(3, 2) + number(10, 2) + number(12, 4)
            + number(12, 2) + number(0, 2) + number(16 + groups.count, 4) + number(0, 4) + number(count, 4) + groups
        for index in 0..<(Int(bytes[4]) << 8 | Int(bytes[5])) {
            let record = 12 + 16 * index
            guard Array(bytes[record..<record + 4]) == Array("cmap".utf8) else { continue }
            bytes.replaceSubrange(record + 8..<record + 16, with: number(bytes.count, 4) + number(map.count, 4))
        }
        bytes += map
    }

    /// A line of text with its upper left corner in millimetres.
    static func text(
        _ text: String, _ font: TextFont, _ shaper: Shaper, x: Int, y: Int, size: Length = .points(9),
        color: Color = .black
    ) -> PageElement {
        var pieces: [TextRun.Piece] = []
        var pen = 0
        for word in shaper.words(of: text, font: font) {
            pieces.append(TextRun.Piece(shaped: word.shaped, x: font.face.length(of: pen, at: size)))
            pen += word.shaped.advance
        }
        let origin = Point(x: .millimetres(x), y: .millimetres(y))
        return .text(TextRun(face: font.face, size: size, color: color, origin: origin, pieces: pieces))
    }

    static func export(
        _ pages: [Page], overlays: [(Int, [PageElement])] = [], attachments: [PDFAttachment] = [],
        outputIntent: PDFOutputIntent? = nil, workspace: PDFWorkspace = PDFWorkspace()
    ) throws -> [UInt8] {
        var exporter = PDFExporter(workspace: workspace)
        for page in pages { try exporter.append(page) }
        for overlay in overlays { try exporter.overlay(overlay.1, onPage: overlay.0) }
        return try exporter.finish(
            metadata: metadata, attachments: attachments, outputIntent: outputIntent, identifier: identifier)
    }
}
