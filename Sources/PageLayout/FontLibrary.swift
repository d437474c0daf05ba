import InvoiceModel
public import Typography

/// The faces of a document, prepared for every language: made once per process and shared by all threads.
public struct FontLibrary: Sendable {
    /// The four faces of one family.
    public struct Family: Sendable {
        /// Upright, normal weight.
        public let regular: FontFace
        /// Upright, bold.
        public let bold: FontFace
        /// Italic, normal weight.
        public let italic: FontFace
        /// Italic, bold.
        public let boldItalic: FontFace

        /// Takes four faces; one may stand in for another.
        public init(regular: FontFace, bold: FontFace, italic: FontFace, boldItalic: FontFace) {
            self.regular = regular
            self.bold = bold
            self.italic = italic
            self.boldItalic = boldItalic
        }

        func face(_ key: FontKey) -> FontFace {
            switch (key.isBold, key.isItalic) {
            case (false, false): regular
            case (true, false): bold
            case (false, true): italic
            case (true, true): boldItalic
            }
        }
    }

    /// By language, then by `FontKey.index`.
    private let fonts: [DocumentLanguage: [TextFont]]
    private let fallbacks: [DocumentLanguage: [TextFont]]

    /// Prepares the faces.
    ///
    /// - Parameters:
    ///   - sans: What `font="sans"` means.
    ///   - serif: What `font="serif"` means; nil stands for `sans`.
    ///   - fallbacks: Faces that are asked, in this order, for words that the chosen face has no glyphs for.
    public init(sans: Family, serif: Family? = nil, fallbacks: [FontFace] = []) {
        var fonts: [DocumentLanguage: [TextFont]] = [:]
        var others: [DocumentLanguage: [TextFont]] = [:]
        for language in DocumentLanguage.allCases {
            fonts[language] = (0..<FontKey.count).map { index in
                let key = FontKey(index: index)
                let family = key.isSerif ? serif ?? sans : sans
                return TextFont(
                    face: family.face(key), language: language.rawValue, figures: key.isTabular ? .tabular : .normal)
            }
            others[language] = fallbacks.map { TextFont(face: $0, language: language.rawValue) }
        }
        self.fonts = fonts
        self.fallbacks = others
    }

    func fonts(for language: DocumentLanguage) -> [TextFont] { fonts[language] ?? [] }
    func fallbacks(for language: DocumentLanguage) -> [TextFont] { fallbacks[language] ?? [] }
}
