import BundledFiles
public import Diagnostics
import InvoiceModel
import PageLayout
import Typography
import UBL

/// Fonts, templates, labels and schemas, prepared once for the process and shared by all threads.
///
/// Nothing is prepared before it is needed: a command that draws no page opens no font.
public final class Toolkit: Sendable {
    /// The default template.
    static let defaultTemplate = "classic"

    private let file: @Sendable (String) -> [UInt8]?
    private let preparedFonts: Prepared<FontLibrary>
    private let templates: PreparedByName<Template>
    private let catalogues: PreparedByName<LabelCatalogue>
    /// Checks e-invoice XML against the OASIS schemas.
    let validator: UBLValidator

    /// Takes the files from a caller.
    ///
    /// - Parameters:
    ///   - file: Gives the bytes of a path such as `templates/classic/template.xml`; nil where there is no such file.
    ///   - paths: Gives all paths that begin with a prefix.
    public init(
        file: @escaping @Sendable (String) -> [UInt8]?, paths: @escaping @Sendable (_ prefix: String) -> [String]
    ) {
        self.file = file
        validator = UBLValidator(schemas: file)
        preparedFonts = Prepared { () throws(ToolkitError) in
            func face(_ style: String) throws(ToolkitError) -> FontFace {
                try FontFace(bytes: Self.bytes(of: "fonts/noto-sans/NotoSans-\(style).ttf", from: file))
            }
            return FontLibrary(
                sans: FontLibrary.Family(
                    regular: try face("Regular"), bold: try face("Bold"), italic: try face("Italic"),
                    boldItalic: try face("BoldItalic")))
        }
        templates = PreparedByName { name throws(ToolkitError) in
            let folder = "templates/\(name)/"
            let main = "\(folder)template.xml"
            guard let bytes = file(main), !name.contains("..") else {
                throw ToolkitError(
                    .templateUnknown, "There is no template of that name.",
                    fix: "The default is \(Self.defaultTemplate).")
            }
            let parts = paths(folder).filter { $0 != main && $0.hasSuffix(".xml") }
            return try Template(
                Template.Source(file: main, bytes: bytes),
                parts: parts.compactMap { path in file(path).map { Template.Source(file: path, bytes: $0) } })
        }
        catalogues = PreparedByName { language throws(ToolkitError) in
            let path = "templates/labels/\(language).xml"
            guard let bytes = file(path) else {
                throw ToolkitError(
                    .languageUnsupported, "Pages cannot be made in \(language) yet.",
                    fix: "Choose another language for the document.")
            }
            return try LabelCatalogue(parsing: bytes, file: path)
        }
    }

    /// A toolkit with the files that are compiled into the program.
    public static func bundled() -> Toolkit {
        Toolkit(
            file: { BundledFiles.contents(of: $0) }, paths: { BundledFiles.paths(beginningWith: $0) })
    }

    /// The faces of the page.
    func fonts() throws(ToolkitError) -> FontLibrary { try preparedFonts.get() }

    /// A template by its name.
    func template(_ name: String?) throws(ToolkitError) -> Template { try templates.get(name ?? Self.defaultTemplate) }

    /// The labels of a language.
    func catalogue(_ language: DocumentLanguage) throws(ToolkitError) -> LabelCatalogue {
        try catalogues.get(language.rawValue)
    }

    private static func bytes(
        of path: String, from file: (String) -> [UInt8]?
    ) throws(ToolkitError) -> [UInt8] {
        guard let bytes = file(path) else {
            throw ToolkitError(.bundleIncomplete, "The program lacks a file that belongs to it.", facts: ["path": path])
        }
        return bytes
    }
}

extension ToolkitError.Code {
    /// No template has that name.
    public static let templateUnknown = Self("template.unknown", .usage)
    /// There are no labels in that language.
    public static let languageUnsupported = Self("language.unsupported", .rejected)
    /// A file that is compiled in is missing.
    static let bundleIncomplete = Self("bundle.incomplete", .defect)
}
