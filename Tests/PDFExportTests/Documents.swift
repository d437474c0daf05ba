import Foundation
import PDFExport
import PDFWriter
import PageLayout
import Typography

/// Hand-made pages, and the programs that judge the files made of them.
enum Documents {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let paper = Size(width: .millimetres(210), height: .millimetres(297))
    static let date = PDFDate(year: 2026, month: 4, day: 14, hour: 9, minute: 30, offsetMinutes: 120)
    static let metadata = PDFMetadata(
        title: "Фактура 2026-000123", author: "Вардар Технологии ДООЕЛ", subject: "Invoice",
        keywords: ["фактура", "ПДВ"], language: "mk", created: date)
    static let identifier = [UInt8](0..<16)

    static func face(_ style: String) throws -> FontFace {
        let file = root.appendingPathComponent("fonts/noto-sans/NotoSans-\(style).ttf")
        return try FontFace(bytes: [UInt8](try Data(contentsOf: file)))
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

    /// Writes a file for the judges; the directory is the caller's to remove.
    static func save(_ bytes: [UInt8]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("document.pdf")
        try Data(bytes).write(to: file)
        return file
    }

    /// Runs a program and returns what it printed, or nil when it is not installed.
    static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String)? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 127 {
            print("SKIPPED: \(program) is not installed")
            return nil
        }
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
