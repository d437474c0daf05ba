/// The languages in which broken rules are explained.
///
/// The messages themselves stay as the rule files have them; what is explained is what they are about and what to do.
public enum ExplanationLanguage: String, Sendable, CaseIterable {
    /// English.
    case english = "en"
    /// Macedonian.
    case macedonian = "mk"
    /// Serbian in Latin letters; `sr` alone means this one.
    case serbianLatin = "sr-Latn"
    /// Serbian in Cyrillic letters.
    case serbianCyrillic = "sr-Cyrl"

    /// Takes a tag of BCP 47 as `--language` has it; nil for a language without explanations.
    public init?(tag: String) {
        self.init(rawValue: tag == "sr" ? "sr-Latn" : tag)
    }
}
