import BundledFiles
public import Diagnostics
import InvoiceModel
import PDFWriter
public import PageLayout
public import Typography
import UBL

/// Fonts, templates, labels and schemas, prepared once for the process and shared by all threads.
///
/// Nothing is prepared before it is needed: a command that draws no page opens no font.
public final class Toolkit: Sendable {
    /// The default template.
    static let defaultTemplate = "classic"

    private let file: @Sendable (String) -> [UInt8]?
    private let paths: @Sendable (String) -> [String]
    private let preparedFonts: Prepared<FontLibrary>
    private let preparedIntent: Prepared<PDFOutputIntent>
    private let templates: PreparedByName<String, DocumentTemplate>
    private let catalogues: PreparedByName<String, LabelCatalogue>
    private let preparedVocabulary: Prepared<PaperVocabulary>
    /// Checks e-invoice XML against the OASIS schemas.
    let validator: UBLValidator
    /// Judges documents by schema, rules and arithmetic.
    var documents: DocumentValidator { get throws(ToolkitError) { try preparedDocuments.get() } }
    private let preparedDocuments: Prepared<DocumentValidator>

    /// Takes the files from a caller.
    ///
    /// - Parameters:
    ///   - file: Gives the bytes of a path such as `templates/classic/template.xml`; nil where there is no such file.
    ///   - paths: Gives all paths that begin with a prefix.
    ///   - face: Opens the font with a path such as `fonts/noto-sans/NotoSans-Bold.ttf`; nil opens what `file` gives.
    ///   - fonts: Fonts of the user, for themes that ask for them and for characters that the bundled ones lack.
    public init(
        file: @escaping @Sendable (String) -> [UInt8]?, paths: @escaping @Sendable (_ prefix: String) -> [String],
        face: (@Sendable (String) throws(ToolkitError) -> FontFace?)? = nil, fonts: FontFolder? = nil
    ) {
        self.file = file
        self.paths = paths
        let validator = UBLValidator(schemas: file)
        self.validator = validator
        preparedDocuments = Prepared { () throws(ToolkitError) in DocumentValidator(schemas: validator, file: file) }
        preparedFonts = Prepared { () throws(ToolkitError) in
            func family(_ name: String, _ folder: String) -> FontLibrary.Family {
                func deferred(_ style: String) -> DeferredFace {
                    let letters = name.split(separator: " ").joined()
                    let path = "fonts/\(folder)/\(letters)-\(style).ttf"
                    return DeferredFace { () throws(ToolkitError) in
                        if let face = try face?(path) { return face }
                        return try FontFace(bytes: Self.bytes(of: path, from: file))
                    }
                }
                return FontLibrary.Family(
                    name: name, regular: deferred("Regular"), bold: deferred("Bold"), italic: deferred("Italic"),
                    boldItalic: deferred("BoldItalic"))
            }
            return FontLibrary(
                sans: family("Noto Sans", "noto-sans"), serif: family("Noto Serif", "noto-serif"),
                others: fonts?.families ?? [])
        }
        preparedIntent = Prepared { () throws(ToolkitError) in
            PDFOutputIntent(name: "sRGB IEC61966-2.1", profile: try Self.bytes(of: "colour/srgb/sRGB.icc", from: file))
        }
        templates = PreparedByName { name throws(ToolkitError) in
            let folder = "templates/\(name)/"
            guard !name.contains(".."), file("\(folder)\(DocumentTemplate.mainName)") != nil else {
                let names = Self.templateNames(paths)
                throw ToolkitError(
                    .templateUnknown, "There is no template called \(name).",
                    fix: "Bundled are \(names.joined(separator: ", ")); a template of your own is named by its folder.")
            }
            let files = paths(folder).compactMap { path in
                file(path).map { DocumentTemplate.File(path: path, bytes: $0) }
            }
            return try DocumentTemplate(files, folder: folder)
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
        preparedVocabulary = Prepared { () throws(ToolkitError) in
            try PaperVocabulary { file("templates/labels/\($0.rawValue).xml") }
        }
    }

    /// A toolkit with the files that are compiled into the program.
    ///
    /// - Parameter fonts: Fonts of the user.
    /// - Returns: The toolkit; nothing is prepared yet.
    public static func bundled(fonts: FontFolder? = nil) -> Toolkit {
        Toolkit(
            file: { BundledFiles.contents(of: $0) }, paths: { BundledFiles.paths(beginningWith: $0) },
            face: { path throws(ToolkitError) in
                try BundledFiles.withBytes(of: path) { bytes throws(ToolkitError) in
                    try unsafe FontFace(staying: bytes)  // constants of the program
                }
            }, fonts: fonts)
    }

    /// The faces of the page.
    func fonts() throws(ToolkitError) -> FontLibrary { try preparedFonts.get() }

    /// A face of the program's own, for what is drawn without a template; `style` is `Regular` or `Bold`.
    func ownFace(_ style: String) throws(ToolkitError) -> FontFace {
        try FontFace(bytes: Self.bytes(of: "fonts/noto-sans/NotoSans-\(style).ttf", from: file))
    }

    /// What the colours of the page mean.
    func outputIntent() throws(ToolkitError) -> PDFOutputIntent { try preparedIntent.get() }

    /// A bundled template by its name; nil names the default.
    ///
    /// - Throws: `template.unknown`, with the names that there are in its fix.
    public func template(_ name: String? = nil) throws(ToolkitError) -> DocumentTemplate {
        try templates.get(name ?? Self.defaultTemplate)
    }

    /// The names of the bundled templates, sorted.
    public var templateNames: [String] { Self.templateNames(paths) }

    private static func templateNames(_ paths: (String) -> [String]) -> [String] {
        let names = paths("templates/").filter { $0.hasSuffix("/\(DocumentTemplate.mainName)") }.compactMap { path in
            let parts = path.split(separator: "/")
            return parts.count == 3 ? String(parts[1]) : nil
        }
        return names.sorted()
    }

    /// The labels of a language.
    func catalogue(_ language: DocumentLanguage) throws(ToolkitError) -> LabelCatalogue {
        try catalogues.get(language.rawValue)
    }

    /// The words by which pages are understood.
    func vocabulary() throws(ToolkitError) -> PaperVocabulary { try preparedVocabulary.get() }

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
