public import Diagnostics
import InvoiceModel
import Synchronization
public import Typography

/// A face that is opened when it is first asked for, by whichever thread comes first.
///
/// A document that is set in one family thus never pays for another. A failure is kept: it comes back each time.
public final class DeferredFace: Sendable {
    private let result = Mutex<Result<FontFace, ToolkitError>?>(nil)
    private let open: @Sendable () throws(ToolkitError) -> FontFace

    /// Says how the face is opened.
    public init(_ open: @escaping @Sendable () throws(ToolkitError) -> FontFace) { self.open = open }

    /// Takes a face that is open already.
    public convenience init(_ face: FontFace) { self.init { () throws(ToolkitError) in face } }

    /// Whether somebody asked for the face.
    public var isOpen: Bool { result.withLock { $0 != nil } }

    func face() throws(ToolkitError) -> FontFace {
        let result = result.withLock { result in
            if let result { return result }
            let opened = Result { () throws(ToolkitError) -> FontFace in try open() }
            result = opened
            return opened
        }
        return try result.get()
    }
}

/// The faces of documents, by family and language: made once per process and shared by all threads.
public struct FontLibrary: Sendable {
    /// The four faces of one family.
    public struct Family: Sendable {
        /// The name by which a theme asks for it, such as `Noto Sans`; case does not matter.
        public let name: String
        /// Upright, normal weight.
        public let regular: DeferredFace
        /// Upright, bold.
        public let bold: DeferredFace
        /// Italic, normal weight.
        public let italic: DeferredFace
        /// Italic, bold.
        public let boldItalic: DeferredFace

        /// Takes faces that are opened on demand; one may stand in for another.
        public init(
            name: String, regular: DeferredFace, bold: DeferredFace, italic: DeferredFace, boldItalic: DeferredFace
        ) {
            self.name = name
            self.regular = regular
            self.bold = bold
            self.italic = italic
            self.boldItalic = boldItalic
        }

        /// Takes four open faces; one may stand in for another.
        public init(regular: FontFace, bold: FontFace, italic: FontFace, boldItalic: FontFace) {
            self.init(
                name: regular.family, regular: DeferredFace(regular), bold: DeferredFace(bold),
                italic: DeferredFace(italic), boldItalic: DeferredFace(boldItalic))
        }

        func face(_ key: FontKey) -> DeferredFace {
            switch (key.isBold, key.isItalic) {
            case (false, false): regular
            case (true, false): bold
            case (false, true): italic
            case (true, true): boldItalic
            }
        }
    }

    /// The families, and the fonts that were made of them: words are cached by font, so there is one for each use.
    private final class Store: Sendable {
        struct Key: Hashable {
            let family: Int
            let language: DocumentLanguage
            let index: Int
        }

        let families: [Family]
        private let fonts = Mutex<[Key: TextFont]>([:])

        init(_ families: [Family]) { self.families = families }

        func font(_ family: Int, _ key: FontKey, _ language: DocumentLanguage) throws(ToolkitError) -> TextFont {
            var style = key
            style.isSerif = false
            let place = Key(family: family, language: language, index: style.index)
            if let known = fonts.withLock({ $0[place] }) { return known }
            let face = try families[family].face(style).face()
            let font = TextFont(
                face: face, language: language.rawValue, figures: style.isTabular ? .tabular : .normal)
            return fonts.withLock { fonts in
                if let known = fonts[place] { return known }
                fonts[place] = font
                return font
            }
        }
    }

    private let store: Store
    /// The families that `font="sans"` asks, in this order; then those for `font="serif"`.
    private let sans: [Int]
    private let serif: [Int]

    /// Brings families together.
    ///
    /// - Parameters:
    ///   - sans: What `font="sans"` means.
    ///   - serif: What `font="serif"` means; nil stands for `sans`.
    ///   - others: Families of the user. They are asked for what the chosen one lacks, and a theme may choose them.
    public init(sans: Family, serif: Family? = nil, others: [Family] = []) {
        store = Store([sans, serif ?? sans] + others)
        let ownSerif = serif == nil ? 0 : 1
        let users = Array(2..<2 + others.count)
        self.sans = Self.order([0], users, [ownSerif])
        self.serif = Self.order([ownSerif], users, [0])
    }

    private init(_ library: FontLibrary, sans: [Int], serif: [Int]) {
        store = library.store
        self.sans = sans
        self.serif = serif
    }

    private static func order(_ parts: [Int]...) -> [Int] {
        var order: [Int] = []
        for family in parts.joined() where !order.contains(family) { order.append(family) }
        return order
    }

    /// The names of all families, for messages and lists.
    public var familyNames: [String] {
        var names: [String] = []
        for family in store.families where !names.contains(family.name) { names.append(family.name) }
        return names
    }

    /// Returns the same library with other families for `sans` and `serif`.
    ///
    /// What the chosen families lack is looked for in the program's own family of that kind, in those of the user, and
    /// then in the program's other family.
    ///
    /// - Parameters:
    ///   - sans: Names of families divided by commas, the best first; nil for the program's own.
    ///   - serif: The same for `serif`.
    /// - Returns: A library that shares faces and fonts with this one.
    /// - Throws: `font.familyUnknown`, with the names that there are in its fix.
    public func choosing(sans: String?, serif: String?) throws(ToolkitError) -> FontLibrary {
        if sans == nil, serif == nil { return self }
        return FontLibrary(
            self, sans: Self.order(try families(sans), self.sans), serif: Self.order(try families(serif), self.serif))
    }

    private func families(_ names: String?) throws(ToolkitError) -> [Int] {
        var result: [Int] = []
        for part in (names ?? "").split(separator: ",") {
            let name = part.trimmed.lowercased()
            guard let family = store.families.firstIndex(where: { $0.name.lowercased() == name }) else {
                throw ToolkitError(
                    .fontFamilyUnknown, "There is no font family of the name \(part.trimmed).",
                    fix: "There are: \(familyNames.joined(separator: ", ")). Others come from a folder of font files.")
            }
            result.append(family)
        }
        return result
    }

    /// The fonts of one document.
    ///
    /// - Throws: When the upright sans face cannot be opened.
    func fonts(for language: DocumentLanguage) throws(ToolkitError) -> FontSet {
        FontSet(
            standIn: try store.font(sans[0], FontKey(), language)
        ) { rank, key throws(ToolkitError) in
            let order = key.isSerif ? serif : sans
            return rank < order.count ? try store.font(order[rank], key, language) : nil
        }
    }
}

/// The fonts that one document asks for, each opened when a text first needs it.
final class FontSet {
    private let standIn: TextFont
    private let open: (Int, FontKey) throws(ToolkitError) -> TextFont?
    /// One object a font: to look into an array that changes is checked for its exclusivity each time.
    private final class Cell { var font: TextFont? }
    private let cells = (0..<FontKey.count).map { _ in Cell() }
    /// Why a face could not be opened; the document must not be made then.
    private(set) var failure: ToolkitError?

    fileprivate init(standIn: TextFont, _ open: @escaping (Int, FontKey) throws(ToolkitError) -> TextFont?) {
        self.standIn = standIn
        self.open = open
    }

    /// The font of a `FontKey.index`.
    subscript(index: Int) -> TextFont {
        let cell = cells[index]
        if let font = cell.font { return font }
        let font = opened(0, FontKey(index: index)) ?? standIn
        cell.font = font
        return font
    }

    /// The font that is asked for what the others before it lack.
    ///
    /// - Parameters:
    ///   - rank: 1 for the first after the chosen one.
    ///   - index: A `FontKey.index`.
    /// - Returns: nil when there are no more.
    func fallback(_ rank: Int, for index: Int) -> TextFont? { opened(rank, FontKey(index: index)) }

    /// A font of this document with a face.
    func font(of face: FontFace) -> TextFont {
        for cell in cells {
            if let font = cell.font, font.face == face { return font }
        }
        return standIn
    }

    private func opened(_ rank: Int, _ key: FontKey) -> TextFont? {
        do {
            return try open(rank, key)
        } catch {
            failure = failure ?? error
            return nil
        }
    }
}

@available(*, unavailable)
extension FontSet: Sendable {}  // it belongs to one document

extension Substring {
    /// Without blanks at its ends.
    fileprivate var trimmed: String {
        var part = self
        while part.first == " " { part.removeFirst() }
        while part.last == " " { part.removeLast() }
        return String(part)
    }
}

extension ToolkitError.Code {
    /// A theme asks for a family that nobody brought.
    public static let fontFamilyUnknown = Self("font.familyUnknown", .usage)
    /// A font file of the user cannot be used, or the files are too many.
    public static let fontFileUnusable = Self("font.fileUnusable", .unreadable)
}
