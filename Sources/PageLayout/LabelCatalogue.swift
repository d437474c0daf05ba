public import Diagnostics
public import InvoiceModel
import XMLCore

/// The words and formats of one language, read from `templates/labels/<language>.xml`.
///
/// Data, not code: a language is added by adding a file. A catalogue is complete or it is refused, so that no page
/// ever mixes languages.
public final class LabelCatalogue: Sendable {
    /// The language.
    public let language: DocumentLanguage
    /// How numbers, amounts and dates are written.
    public let format: LocaleFormat
    private let labels: [String]
    /// The texts that name a law, by the country of the seller; `EU` is any other member state.
    private let legalTexts: [Label: [String: String]]
    private let units: [String: String]
    private let countries: [String: String]
    /// The national form of a VAT number's prefix by its ISO form, such as Cyrillic „МК“ for `MK`.
    private let vatPrefixes: [String: String]
    /// The names of `FurtherTerm.named`.
    private let terms: [String: String]

    /// Reads a catalogue.
    ///
    /// - Parameters:
    ///   - bytes: The XML text.
    ///   - file: The name for messages.
    /// - Throws: `labels.invalid` with the first place and everything that is wrong in `facts`; the errors of
    ///   `XMLDocument` when it is no XML.
    public init(parsing bytes: [UInt8], file: String) throws(ToolkitError) {
        let root = try XMLDocument(parsing: bytes).root
        var reader = LabelReader(file: file)
        reader.read(root)
        if let problem = reader.problems.first {
            throw ToolkitError(
                .labelsInvalid, problem.message, fix: problem.fix, place: problem.place,
                facts: ["problems": reader.problems.map(\.message).joined(separator: " | ")])
        }
        guard let language = reader.language, let format = reader.format else {
            throw ToolkitError(
                .labelsInvalid, "The catalogue names no language or no formats.",
                fix: "Give <labels language=\"…\"> and a <formats> element.", place: reader.place(of: root))
        }
        self.language = language
        self.format = format
        labels = Label.allCases.map { reader.labels[$0] ?? "" }
        legalTexts = reader.legalTexts
        units = reader.units
        countries = reader.countries
        vatPrefixes = reader.vatPrefixes
        terms = reader.terms
    }

    /// Finds everything that is wrong with a catalogue: each finding has file, line, column and a fix.
    public static func check(_ bytes: [UInt8], file: String) -> Report {
        func finding(_ rule: String, _ message: String, _ fix: String, _ place: SourcePlace?) -> Finding {
            Finding(rule: rule, pointer: "", place: place, message: message, fix: fix)
        }
        do {
            var reader = LabelReader(file: file)
            reader.read(try XMLDocument(parsing: bytes).root)
            guard reader.problems.isEmpty else {
                return Report(findings: reader.problems.map { finding("labels.invalid", $0.message, $0.fix, $0.place) })
            }
            _ = try LabelCatalogue(parsing: bytes, file: file)
            return Report()
        } catch {
            var place = error.place
            place?.file = file
            return Report(findings: [finding(error.code.name, error.message, error.fix, place)])
        }
    }

    /// Returns the words of a label.
    public subscript(label: Label) -> String { labels[label.index] }

    /// Returns the words of a label as the law of a country wants them.
    ///
    /// What is said about exemptions and the reverse charge names an article, and which one depends on where the seller
    /// is. Most labels are the same everywhere.
    ///
    /// - Parameters:
    ///   - label: The label.
    ///   - country: ISO 3166-1 alpha-2 of the seller (BT-40).
    /// - Returns: The words for that country, for the EU, or for everywhere else.
    public func text(_ label: Label, seller country: String) -> String {
        guard label.isLegal, let texts = legalTexts[label] else { return self[label] }
        if let text = texts[country] { return text }
        return (EuropeanUnion.contains(country) ? texts["EU"] : nil) ?? self[label]
    }

    /// The countries that a label has words of its own for, sorted; a test compares the catalogues with each other.
    public func countries(of label: Label) -> [String] { (legalTexts[label] ?? [:]).keys.sorted() }

    /// The codes that have a name, by what they stand for; a test compares the catalogues with each other.
    public var codes: (units: Set<String>, countries: Set<String>, currencies: Set<String>) {
        (Set(units.keys), Set(countries.keys), Set(format.currencySymbols.keys))
    }

    /// Returns what a unit is called; the code itself where the language has no name for it.
    public func name(of unit: UnitCode) -> String { units[unit.code] ?? unit.code }

    /// Returns what a country is called; the code itself where the language has no name for it.
    public func name(ofCountry code: String) -> String { countries[code] ?? code }

    /// Returns what a term of EN 16931-1 is called; nil for one that is none of `FurtherTerm.named`.
    public func name(ofTerm id: String) -> String? { terms[id] }

    /// Returns the title of a document; for a code (BT-3) without a title, that of the kind with the code behind it.
    func title(of kind: DocumentKind, received code: String?) -> String {
        guard let code else { return self[kind.label] }
        return terms["BT-3:\(code)"] ?? "\(self[kind.label]) (\(code))"
    }

    /// Returns what a VAT category is called; the code itself for one that has no name in any language.
    func name(of vat: VATTreatment) -> String {
        guard let received = vat.received, received.code != vat.category.rawValue else {
            return self[vat.category.label]
        }
        return terms["BT-118:\(received.code)"] ?? received.code
    }

    /// Returns a VAT number as the language prints it: only its prefix changes, never what follows.
    public func printed(vatNumber: String) -> String {
        guard let prefix = vatPrefixes[String(vatNumber.prefix(2))] else { return vatNumber }
        return prefix + vatNumber.dropFirst(2)
    }
}

extension ToolkitError.Code {
    /// A label catalogue lacks something or has too much.
    public static let labelsInvalid = Self("labels.invalid", .unreadable)
}

/// Collects a catalogue and everything that is wrong with it.
private struct LabelReader {
    let file: String
    var problems: [(message: String, fix: String, place: SourcePlace)] = []
    var language: DocumentLanguage?
    var format: LocaleFormat?
    var labels: [Label: String] = [:]
    var legalTexts: [Label: [String: String]] = [:]
    var units: [String: String] = [:]
    var countries: [String: String] = [:]
    var vatPrefixes: [String: String] = [:]
    var terms: [String: String] = [:]
    private var months: [[UInt8]] = []
    private var shortMonths: [[UInt8]] = []
    private var symbols: [String: [UInt8]] = [:]
    private var formats: XMLElement?

    init(file: String) { self.file = file }

    func place(of element: XMLElement) -> SourcePlace {
        SourcePlace(file: file, line: element.place.line, column: element.place.column)
    }

    private mutating func problem(_ message: String, fix: String, at element: XMLElement) {
        problems.append((message, fix, place(of: element)))
    }

    mutating func read(_ root: XMLElement) {
        guard root.name == "labels", root.namespace == "urn:pechat:labels:1" else {
            return problem(
                "The root is not a label catalogue.", fix: "Begin with <labels xmlns=\"urn:pechat:labels:1\">.",
                at: root)
        }
        language = root.attribute("language").flatMap(DocumentLanguage.init)
        for element in root.elements { read(entry: element) }
        let missing = Label.allCases.filter { (labels[$0] ?? "").isEmpty }.map(\.rawValue)
        if !missing.isEmpty {
            problem(
                "The catalogue lacks these labels: \(missing.joined(separator: ", ")).", fix: "Add a <label> for each.",
                at: root)
        }
        let nameless = FurtherTerm.named.filter { terms[$0] == nil }
        if !nameless.isEmpty {
            problem(
                "The catalogue lacks these terms: \(nameless.joined(separator: ", ")).", fix: "Add a <term> for each.",
                at: root)
        }
        if months.count != 12 {
            problem("The catalogue must have 12 months.", fix: "Add a <month> for each.", at: root)
        }
        readFormats()
    }

    private mutating func read(entry: XMLElement) {
        let text = entry.text
        switch entry.name {
        case "formats": formats = entry
        case "label":
            guard let label = entry.attribute("name").flatMap(Label.init(rawValue:)) else {
                return problem(
                    "There is no label of this name.", fix: "Use one of the names in docs/templates.md.", at: entry)
            }
            if let country = entry.attribute("country") { return enter(text, of: label, country, entry) }
            if labels.updateValue(text, forKey: label) != nil {
                problem("The label \(label.rawValue) is there twice.", fix: "Remove one.", at: entry)
            }
        case "unit": enter(text, entry, into: \.units)
        case "country": enter(text, entry, into: \.countries)
        case "vat-prefix": enter(text, entry, into: \.vatPrefixes)
        case "term": enter(text, entry, into: \.terms)
        case "currency":
            if let code = entry.attribute("code") { symbols[code] = Array(text.utf8) }
        case "month":
            months.append(Array(text.utf8))
            shortMonths.append(Array((entry.attribute("short") ?? text).utf8))
        default: problem("<\(entry.name)> does not belong here.", fix: "Remove it.", at: entry)
        }
    }

    /// Takes the words of a label for the sellers of one country.
    private mutating func enter(_ text: String, of label: Label, _ country: String, _ entry: XMLElement) {
        guard label.isLegal else {
            return problem(
                "The label \(label.rawValue) is the same in every country.", fix: "Remove the country.", at: entry)
        }
        guard country == "EU" || CodeList.countries.contains(country), !text.isEmpty else {
            return problem(
                "The country of a label is a code of ISO 3166, or EU for the other member states.",
                fix: "Write such as country=\"MK\", with a text.", at: entry)
        }
        if legalTexts[label, default: [:]].updateValue(text, forKey: country) != nil {
            problem("The label \(label.rawValue) is there twice for \(country).", fix: "Remove one.", at: entry)
        }
    }

    private mutating func enter(
        _ text: String, _ entry: XMLElement, into table: WritableKeyPath<Self, [String: String]>
    ) {
        guard let code = entry.attribute("code"), !text.isEmpty else {
            return problem("<\(entry.name)> needs a code and a text.", fix: "Give both.", at: entry)
        }
        self[keyPath: table][code] = text
    }

    private mutating func readFormats() {
        guard let formats, months.count == 12 else { return }
        guard let decimal = formats.attribute("decimal"), let group = formats.attribute("group"),
            let date = formats.attribute("date").flatMap(LocaleFormat.DatePart.parts),
            let longDate = formats.attribute("long-date").flatMap(LocaleFormat.DatePart.parts)
        else {
            return problem(
                "<formats> needs decimal, group, date and long-date.",
                fix: "Write them as in templates/labels/en.xml.", at: formats)
        }
        format = LocaleFormat(
            decimalMark: Array(decimal.utf8), groupMark: Array(group.utf8), date: date, longDate: longDate,
            currencyFirst: formats.attribute("currency") == "first", currencySymbols: symbols, months: months,
            shortMonths: shortMonths)
    }
}
