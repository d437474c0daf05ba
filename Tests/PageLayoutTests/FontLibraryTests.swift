import Diagnostics
import Foundation
import InvoiceModel
import TestSupport
import Testing
import Typography

@testable import PageLayout

@Suite("Font libraries")
struct FontLibraryTests {
    static let dejaVu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
    static let symbols = "/usr/share/fonts/truetype/noto/NotoSansSymbols2-Regular.ttf"
    static let nimbus = "/usr/share/fonts/opentype/urw-base35/"

    static func deferred(_ path: String) -> DeferredFace {
        DeferredFace { () throws(ToolkitError) in
            guard let bytes = try? PackageFolder.bytes("fonts/\(path).ttf") else { throw .fontsMissing }
            return try FontFace(bytes: bytes)
        }
    }

    static func family(_ name: String, _ folder: String) -> FontLibrary.Family {
        let file = "\(folder)/\(name.split(separator: " ").joined())"
        return FontLibrary.Family(
            name: name, regular: deferred("\(file)-Regular"), bold: deferred("\(file)-Bold"),
            italic: deferred("\(file)-Italic"), boldItalic: deferred("\(file)-BoldItalic"))
    }

    /// Fresh faces, none of them open.
    static func library(_ others: [FontLibrary.Family] = []) -> (library: FontLibrary, serif: FontLibrary.Family) {
        let serif = family("Noto Serif", "noto-serif")
        return (FontLibrary(sans: family("Noto Sans", "noto-sans"), serif: serif, others: others), serif)
    }

    static func key(serif: Bool = false, bold: Bool = false, italic: Bool = false) -> Int {
        var key = FontKey()
        key.isSerif = serif
        key.isBold = bold
        key.isItalic = italic
        return key.index
    }

    @Test("open a face when a text needs it, and no other")
    func lazy() throws {
        let (library, serif) = Self.library()
        let fonts = try library.fonts(for: .macedonian)
        #expect(fonts[Self.key(bold: true)].face.postScriptName == "NotoSans-Bold")
        #expect(![serif.regular, serif.bold, serif.italic, serif.boldItalic].contains { $0.isOpen })
        #expect(fonts[Self.key(serif: true, italic: true)].face.postScriptName == "NotoSerif-Italic")
        #expect(serif.italic.isOpen && !serif.regular.isOpen && fonts.failure == nil)
        let again = try library.fonts(for: .macedonian)[Self.key(bold: true)]
        #expect(again == fonts[Self.key(bold: true)], "one font for each use: words are cached under it")
    }

    @Test("give every thread the same face")
    func threads() async throws {
        let face = Self.deferred("noto-sans/NotoSans-Regular")
        let faces = try await withThrowingTaskGroup(of: FontFace.self) { group in
            for _ in 0..<16 { group.addTask { try face.face() } }
            return try await group.reduce(into: Set<FontFace>()) { $0.insert($1) }
        }
        #expect(faces.count == 1)
    }

    @Test("tell of a face that cannot be opened, each time")
    func broken() throws {
        let broken = DeferredFace { () throws(ToolkitError) in throw .fontsMissing }
        let good = Self.deferred("noto-sans/NotoSans-Regular")
        let family = FontLibrary.Family(name: "X", regular: good, bold: broken, italic: good, boldItalic: good)
        let fonts = try FontLibrary(sans: family).fonts(for: .macedonian)
        #expect(fonts[Self.key(bold: true)].face.postScriptName == "NotoSans-Regular")
        #expect(fonts.failure?.code == .fontUnreadable)
        let composer = PageComposer(
            template: try Fixtures.template(
                "<text style=\"b\">{number}</text>", head: "<style name=\"b\" size=\"9pt\" weight=\"bold\"/>"),
            catalogue: try Fixtures.catalogue(.macedonian), fonts: FontLibrary(sans: family))
        var sink = CollectedPages()
        #expect(throws: ToolkitError.self) {
            try composer.compose(Fixtures.invoice(), shaper: Shaper(), into: &sink)
        }
    }

    @Test("let a theme choose families by name, in its order", .needsFile(dejaVu))
    func choosing() throws {
        let folder = try FontFolder([.init(name: "DejaVuSans.ttf", bytes: SystemFont.bytes(Self.dejaVu))])
        let (library, _) = Self.library(folder.families)
        #expect(library.familyNames == ["Noto Sans", "Noto Serif", "DejaVu Sans"])
        let chosen = try library.choosing(sans: "dejavu sans , Noto Serif", serif: nil)
        let fonts = try chosen.fonts(for: .macedonian)
        let index = Self.key()
        #expect(fonts[index].face.family == "DejaVu Sans")
        #expect(fonts[Self.key(serif: true)].face.family == "Noto Serif")
        #expect((1...3).map { fonts.fallback($0, for: index)?.face.family } == ["Noto Serif", "Noto Sans", nil])
        let error = #expect(throws: ToolkitError.self) { try library.choosing(sans: "Futura", serif: nil) }
        #expect(error?.code == .fontFamilyUnknown && error?.fix.contains("DejaVu Sans") == true)
    }

    /// File, weight bold, italic: what a family of four files gives for each style.
    static let styles = [
        ("NimbusSans-Regular", false, false), ("NimbusSans-Bold", true, false), ("NimbusSans-Italic", false, true),
        ("NimbusSans-BoldItalic", true, true),
    ]

    @Test("group the files of a user by family, weight and slant", .needsFile(nimbus + "NimbusSans-Regular.otf"))
    func grouping() throws {
        let names = Self.styles.map(\.0).reversed() + ["C059-Bold", "NimbusMonoPS-Regular"]
        let folder = try FontFolder(
            names.map { .init(name: $0, bytes: try SystemFont.bytes("\(Self.nimbus)\($0).otf")) })
        #expect(folder.families.map(\.name) == ["C059", "Nimbus Mono PS", "Nimbus Sans"])
        for (name, isBold, isItalic) in Self.styles {
            let key = FontKey(index: Self.key(bold: isBold, italic: isItalic))
            #expect(try folder.families[2].face(key).face().postScriptName == name)
            #expect(try folder.families[1].face(key).face().postScriptName == "NimbusMonoPS-Regular")
        }
    }

    @Test("name the file that is no font")
    func unusable() throws {
        let error = #expect(throws: ToolkitError.self) {
            try FontFolder([.init(name: "fonts/Brand.ttf", bytes: Array("ttcf and more bytes".utf8))])
        }
        #expect(error?.code == .fontFileUnusable && error?.message.hasPrefix("fonts/Brand.ttf ") == true)
        #expect(error?.fix.isEmpty == false)
        let many = #expect(throws: ToolkitError.self) {
            try FontFolder((0...FontFolder.fileLimit).map { .init(name: "\($0)", bytes: []) })
        }
        #expect(many?.code == .fontFileUnusable)
    }
}

@Suite("Fallback faces", .needsFile(FontLibraryTests.dejaVu), .needsFile(FontLibraryTests.symbols))
struct FallbackTests {
    /// Name of a line item, and the faces of its runs.
    ///
    /// Noto Sans lacks ✓ and Hebrew, DejaVu Sans has them;
    /// Noto Sans Symbols2 has ✓ and no letters.
    static let cases = [
        ("Ѓорѓи", ["NotoSans-Regular"]),
        ("\u{2713}", ["DejaVuSans"]),
        ("да\u{2713}", ["DejaVuSans"]),
        ("Ѓорѓи \u{2713} крај", ["NotoSans-Regular", "DejaVuSans", "NotoSans-Regular"]),
        ("\u{271F}Ѓ\u{5D0}", ["DejaVuSans"]),
    ]

    static func pages(_ name: String, _ files: [String]) throws -> CollectedPages {
        let folder = try FontFolder(files.map { .init(name: $0, bytes: try SystemFont.bytes($0)) })
        let composer = PageComposer(
            template: try Fixtures.template("<each each=\"l in lines\"><text>{l.item.name}</text></each>"),
            catalogue: try Fixtures.catalogue(.macedonian), fonts: FontLibraryTests.library(folder.families).library)
        var sink = CollectedPages()
        sink.report = try composer.compose(
            Fixtures.invoice { $0["lines"] = [Fixtures.line(name)] }, shaper: Shaper(), into: &sink)
        return sink
    }

    static let files = [FontLibraryTests.dejaVu, FontLibraryTests.symbols]

    @Test("set a whole word in the first face that has all of it", arguments: cases)
    func words(name: String, faces: [String]) throws {
        let pages = try Self.pages(name, Self.files)
        #expect(pages.report.findings.isEmpty)
        let runs = pages.pages.flatMap(\.runs)
        #expect(runs.map(\.face.postScriptName) == faces)
        #expect(runs.map(\.text).joined() == name)
    }

    @Test("divide a word that no face has as a whole, and place its parts one behind the other")
    func split() throws {
        let pages = try Self.pages("аб\u{2713}\u{301}Ѓ", [FontLibraryTests.symbols])
        #expect(pages.report.findings.map(\.message).joined().contains("U+2713"))
        let good = try Self.pages("аб\u{2713}Ѓ\u{E9}", [FontLibraryTests.symbols])
        #expect(good.report.findings.isEmpty)
        let runs = good.pages.flatMap(\.runs)
        #expect(runs.map(\.text) == ["аб", "\u{2713}", "Ѓé"])
        for (left, right) in zip(runs, runs.dropFirst()) {
            let width = left.pieces.reduce(Length.zero) { $0 + $1.shaped.width(at: left.size) }
            #expect(left.origin.x + width == right.origin.x && left.origin.y == right.origin.y)
        }
    }
}

/// Fonts of the system, which only tests use.
enum SystemFont {
    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

extension ToolkitError {
    fileprivate static var fontsMissing: ToolkitError { ToolkitError(.fontUnreadable, "The font is missing.") }
}
