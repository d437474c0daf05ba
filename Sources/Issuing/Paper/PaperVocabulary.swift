import Diagnostics
import InvoiceModel
import XMLCore

/// The words by which paper is understood: labels, months and currencies of every language that has a catalogue.
struct PaperVocabulary: Sendable {
    /// What a label can stand for, by the key of its text; the names are those of the catalogues.
    private(set) var labels: [[UInt8]: Set<String>] = [:]
    /// Months by their names in small letters, long and short.
    private(set) var months: [String: Int] = [:]
    /// What is written for a currency, as keys; its code among them.
    private(set) var currencies: [String: Set<[UInt8]>] = ["EUR": [PaperKey.of("€")]]
    /// Decimal marks by the language's tag.
    private var decimalMarks: [String: Unicode.Scalar] = [:]

    /// Languages other than those of the catalogues that write a decimal point.
    private static let pointLanguages: Set<String> = ["en", "ga", "mt", "he", "ja", "zh", "ko", "th"]
    private static let commaLanguages: Set<String> = [
        "cs", "da", "de", "el", "es", "et", "fi", "fr", "hu", "it", "lt", "lv", "nb", "nl", "nn", "no", "pl", "pt",
        "ro",
        "ru", "sk", "sl", "sr", "bs", "sv", "tr", "uk",
    ]

    /// Reads the catalogues.
    ///
    /// - Parameter catalogue: Gives the XML of a language; nil where there is none.
    /// - Throws: The errors of `XMLDocument` for a catalogue that is no XML.
    init(catalogue: (DocumentLanguage) -> [UInt8]?) throws(ToolkitError) {
        for language in DocumentLanguage.allCases {
            guard let bytes = catalogue(language) else { continue }
            read(try XMLDocument(parsing: bytes).root, language)
        }
    }

    private mutating func read(_ root: XMLElement, _ language: DocumentLanguage) {
        var month = 0
        for element in root.elements {
            let text = element.text
            switch element.name {
            case "label":
                guard let name = element.attribute("name") else { continue }
                labels[Self.labelKey(text), default: []].insert(name)
            case "month":
                month += 1
                for name in [text, element.attribute("short") ?? text] {
                    months[name.lowercased().split(separator: ".").first.map(String.init) ?? ""] = month
                }
            case "currency":
                guard let code = element.attribute("code") else { continue }
                currencies[code, default: []].insert(PaperKey.of(text))
            case "formats":
                decimalMarks[language.rawValue] = element.attribute("decimal")?.unicodeScalars.first
            default: continue
            }
        }
    }

    /// The decimal mark of a language; nil where it is not known.
    func decimalMark(of language: String?) -> Unicode.Scalar? {
        guard let language else { return nil }
        if let mark = decimalMarks[language] { return mark }
        let base = language.prefix { $0 != "-" && $0 != "_" }.lowercased()
        if let mark = decimalMarks[base] { return mark }
        if ["de-CH", "de-LI", "es-MX"].contains(language) || Self.pointLanguages.contains(base) { return "." }
        return Self.commaLanguages.contains(base) ? "," : nil
    }

    /// What a text stands for as a label, also as one of two languages on one page; nothing for other texts.
    func names(of text: String) -> Set<String> {
        let key = Self.labelKey(text)
        guard !key.isEmpty, key.count <= 160 else { return [] }
        if let names = labels[key] { return names }
        var names: Set<String> = []
        for part in text.split(whereSeparator: { "/·|()".contains($0) }) where !part.allSatisfy(\.isWhitespace) {
            guard let more = labels[Self.labelKey(String(part))] else { return [] }
            names.formUnion(more)
        }
        return names
    }

    /// The label that a text begins with, and what follows it; nil where it begins with none, or nothing follows.
    func leadingLabel(of text: String) -> (names: Set<String>, rest: String)? {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count > 1 else { return nil }
        for count in stride(from: min(words.count - 1, 8), through: 1, by: -1) {
            let head = words.prefix(count).joined(separator: " ")
            if let names = labels[Self.labelKey(head)] {
                return (names, words.dropFirst(count).joined(separator: " "))
            }
        }
        return nil
    }

    /// A label without the colon or point behind it.
    private static func labelKey(_ text: String) -> [UInt8] {
        var key = PaperKey.of(text)
        while let last = key.last, last == 0x3A || last == 0x2E { key.removeLast() }
        return key
    }
}
