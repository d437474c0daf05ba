import CText
import Synchronization

/// A face together with everything that decides which of its glyphs a text gets: language, script and features.
///
/// Make one per style when a template is opened and share it: words are cached under the object, not under its parts.
@safe public final class TextFont: @unchecked Sendable {  // constant properties; HarfBuzz never frees a language
    /// How digits are cut.
    public enum Figures: Sendable, Hashable {
        /// As the font has them.
        case normal
        /// All equally wide, for columns of numbers (`tnum`).
        case tabular
    }

    /// Whether a language gets its own letter forms (`locl`).
    public enum LocalForms: Sendable, Hashable {
        /// For Macedonian and Serbian only in italic faces, where г д п т differ by custom; in upright faces the
        /// font's upright б is a form that readers of these languages reject. Other languages as the font wants it.
        case automatic
        /// Always as the font wants it.
        case always
        /// Never.
        case never
    }

    /// How small letters are cut.
    public enum Letters: Sendable, Hashable {
        /// As the font has them.
        case normal
        /// As small capitals (`smcp`) where the font has any; they are never made by shrinking capitals, whose strokes
        /// would be too thin.
        case smallCapitals
    }

    /// Which script a stretch of text is shaped as.
    public enum ScriptRule: Sendable, Hashable {
        /// By its characters: Latin, Cyrillic and Greek stretches are told apart, signs and digits join the letters
        /// of their word, and words without letters follow the language.
        case byCharacters
        /// All text as one script, by its ISO 15924 code such as `Cyrl`.
        case fixed(String)
    }

    /// The face.
    public let face: FontFace
    /// The language as a BCP 47 tag.
    public let language: String
    /// The script rule.
    public let script: ScriptRule
    /// How digits are cut.
    public let figures: Figures
    /// The rule for local letter forms.
    public let localForms: LocalForms

    /// How small letters are cut: small capitals only when the face has them.
    public let letters: Letters

    /// A number that no other font of this process has; 0 is never used.
    let serial: UInt64
    let features: [hb_feature_t]
    let fixedScript: hb_script_t?
    let neutralScript: hb_script_t
    private let languageHandle: OpaquePointer?

    private static let serials = Atomic<UInt64>(1)

    /// Puts a font together.
    ///
    /// - Parameters:
    ///   - face: The face.
    ///   - language: A BCP 47 tag such as `mk`, `sr-Latn` or `en`; it chooses letter forms and the line-breaking
    ///     habits of quotation marks.
    ///   - script: How the script of a stretch is found.
    ///   - figures: How digits are cut.
    ///   - localForms: Whether the language gets its own letter forms.
    ///   - letters: How small letters are cut; a face without small capitals stays as it is.
    public init(
        face: FontFace, language: String, script: ScriptRule = .byCharacters, figures: Figures = .normal,
        localForms: LocalForms = .automatic, letters: Letters = .normal
    ) {
        self.face = face
        self.language = language
        self.script = script
        self.figures = figures
        self.localForms = localForms
        self.letters = letters == .smallCapitals && face.hasSubstitution("smcp") ? .smallCapitals : .normal
        serial = Self.serials.wrappingAdd(1, ordering: .relaxed).newValue
        unsafe languageHandle = hb_language_from_string(language, -1)
        if case .fixed(let code) = script {
            fixedScript = unsafe hb_script_from_string(code, -1)
        } else {
            fixedScript = nil
        }
        neutralScript = Self.neutralScript(of: language)
        var features: [hb_feature_t] = []
        if figures == .tabular { features.append(Self.feature("tnum", on: true)) }
        if self.letters == .smallCapitals { features.append(Self.feature("smcp", on: true)) }
        if !Self.wantsLocalForms(localForms, language: language, isItalic: face.metrics.isItalic) {
            features.append(Self.feature("locl", on: false))
        }
        self.features = features
    }

    /// Lends the language handle; nil means none.
    func withLanguage<T>(_ body: (OpaquePointer?) -> T) -> T { unsafe body(languageHandle) }

    /// Whether the letter forms of the language are wanted, by the rule at `LocalForms.automatic`.
    private static func wantsLocalForms(_ rule: LocalForms, language: String, isItalic: Bool) -> Bool {
        switch rule {
        case .always: true
        case .never: false
        case .automatic: isItalic || !["mk", "sr"].contains(primarySubtag(of: language))
        }
    }

    /// The script of words without letters: what the language is usually written in.
    private static func neutralScript(of language: String) -> hb_script_t {
        let subtags = language.lowercased().split(separator: "-")
        if subtags.contains("latn") { return HB_SCRIPT_LATIN }
        if subtags.contains("cyrl") { return HB_SCRIPT_CYRILLIC }
        return switch primarySubtag(of: language) {
        case "mk", "sr", "bg", "ru", "uk", "be": HB_SCRIPT_CYRILLIC
        case "el": HB_SCRIPT_GREEK
        default: HB_SCRIPT_LATIN
        }
    }

    private static func primarySubtag(of language: String) -> String {
        language.lowercased().split(separator: "-").first.map(String.init) ?? ""
    }

    private static func feature(_ name: String, on: Bool) -> hb_feature_t {
        hb_feature_t(tag: unsafe hb_tag_from_string(name, -1), value: on ? 1 : 0, start: 0, end: .max)
    }
}

extension TextFont: Hashable {
    /// Two fonts are equal when they are one object.
    public static func == (left: TextFont, right: TextFont) -> Bool { left === right }
    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(serial) }
}
