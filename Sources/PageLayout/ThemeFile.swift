public import Diagnostics
import XMLCore

/// A theme as its user writes it: a small XML file with logo, colours, fonts and sizes, described in docs/templates.md.
public struct ThemeFile: Sendable {
    /// The look.
    public let theme: Theme
    /// The path of the logo as the file names it, relative to the file; nil where there is none.
    public let logo: String?
    /// Where the file names its logo.
    public let logoPlace: SourcePlace?
    /// Warnings: colours that can hardly be read.
    public let warnings: [Finding]

    /// Reads a theme.
    ///
    /// - Parameters:
    ///   - bytes: The XML text.
    ///   - file: The name for messages.
    /// - Throws: `theme.rejected` with the place and fix of the first fault; `check` tells all of them.
    public init(parsing bytes: [UInt8], file: String) throws(ToolkitError) {
        var reader = ThemeReader(file: file)
        reader.read(bytes)
        let faults = reader.findings.filter { $0.severity == .error }
        if let first = faults.first {
            let others = faults.count == 1 ? "" : " `pechat template check` tells all \(faults.count) faults."
            throw ToolkitError(.themeRejected, first.message, fix: first.fix + others, place: first.place)
        }
        theme = reader.theme
        logo = reader.logo
        logoPlace = reader.logoPlace
        warnings = reader.findings
    }

    /// Finds everything that is wrong with a theme: each finding has file, line, column and a fix.
    public static func check(_ bytes: [UInt8], file: String) -> Report {
        var reader = ThemeReader(file: file)
        reader.read(bytes)
        return Report(findings: reader.findings)
    }
}

extension ToolkitError.Code {
    /// A theme has faults.
    public static let themeRejected = Self("theme.rejected", .rejected)
}

/// Collects a theme and everything that is wrong with it.
private struct ThemeReader {
    let file: String
    var findings: [Finding] = []
    var theme = Theme.standard
    var logo: String?
    var logoPlace: SourcePlace?
    private var document: XMLDocument?

    static let namespace = "urn:pechat:theme:1"
    static var colors: [(attribute: String, path: WritableKeyPath<Theme, Color>)] {
        [
            ("accent", \.accent), ("credit-accent", \.creditAccent), ("text", \.text), ("muted", \.muted),
            ("hairline", \.hairline), ("tint", \.tint), ("mark", \.mark),
        ]
    }
    /// What is printed as text, and on what.
    static let printed: [(ink: String, ground: String?)] = [
        ("text", nil), ("muted", nil), ("accent", nil), ("credit-accent", nil), ("text", "tint"), ("muted", "tint"),
        ("text", "mark"), ("muted", "mark"),
    ]

    init(file: String) { self.file = file }

    private func place(of element: XMLElement, _ attribute: String?) -> SourcePlace {
        var place = element.place
        if let document, let attribute,
            let offset = TemplateCompiler.offset(of: Array("\(attribute)=".utf8), in: document.bytes, element.range)
        {
            place = document.place(of: offset)
        }
        return SourcePlace(file: file, line: place.line, column: place.column)
    }

    private mutating func fault(
        _ rule: String, _ message: String, fix: String, at element: XMLElement, _ attribute: String? = nil,
        severity: Finding.Severity = .error
    ) {
        findings.append(
            Finding(
                rule: rule, severity: severity, pointer: "", place: place(of: element, attribute), message: message,
                fix: fix))
    }

    mutating func read(_ bytes: [UInt8]) {
        let document: XMLDocument
        do {
            document = try XMLDocument(parsing: bytes)
        } catch {
            let place = SourcePlace(file: file, line: error.place?.line ?? 1, column: error.place?.column)
            findings.append(
                Finding(rule: "theme.xml", pointer: "", place: place, message: error.message, fix: error.fix))
            return
        }
        self.document = document
        let root = document.root
        guard root.name == "theme", root.namespace == Self.namespace else {
            return fault(
                "theme.root", "The root is not a theme.", fix: "Begin with <theme xmlns=\"\(Self.namespace)\">.",
                at: root)
        }
        finish(AttributeReader(root))
        var seen: Set<String> = []
        for element in root.elements {
            guard seen.insert(element.name).inserted else {
                fault("theme.element", "<\(element.name)> is there twice.", fix: "Remove one.", at: element)
                continue
            }
            read(element)
        }
        for text in root.children.compactMap({ if case .text(let text) = $0 { text.trimmingBlanks } else { nil } })
        where !text.isEmpty {
            fault("theme.text", "A theme has no text of its own.", fix: "Remove it.", at: root)
        }
        if let colors = root.elements.first(where: { $0.name == "colors" }) { checkContrast(at: colors) }
    }

    private mutating func read(_ element: XMLElement) {
        var attributes = AttributeReader(element)
        switch element.name {
        case "logo":
            logo = attributes.text("file")
            logoPlace = place(of: element, "file")
            if (logo ?? "").isEmpty {
                fault("theme.attribute", "The logo has no file.", fix: "Write <logo file=\"logo.png\"/>.", at: element)
            }
        case "colors": for (name, path) in Self.colors { color(name, path, &attributes) }
        case "fonts":
            theme.sansFamily = family("sans", &attributes)
            theme.serifFamily = family("serif", &attributes)
        case "text": theme.scale.text = percentage(TemplateScale.textRange, &attributes)
        case "spacing": theme.scale.spacing = percentage(TemplateScale.spacingRange, &attributes)
        default:
            return fault(
                "theme.element", "<\(element.name)> does not belong into a theme.",
                fix: "Use <logo>, <colors>, <fonts>, <text> and <spacing>.", at: element)
        }
        finish(attributes)
        if let inner = element.elements.first {
            fault("theme.element", "<\(element.name)> has nothing inside.", fix: "Remove <\(inner.name)>.", at: inner)
        }
    }

    private mutating func finish(_ attributes: AttributeReader) {
        for name in attributes.unknown {
            let known = attributes.known
            fault(
                "theme.attribute", "<\(attributes.element.name)> has no attribute \(name).",
                fix: known.isEmpty ? "Remove it." : "Use \(known.joined(separator: ", ")).", at: attributes.element,
                name)
        }
    }

    private mutating func color(
        _ name: String, _ path: WritableKeyPath<Theme, Color>, _ attributes: inout AttributeReader
    ) {
        guard let value = attributes.text(name) else { return }
        guard case .fixed(let color) = ColorRole(value) else {
            return fault(
                "theme.attribute", "\(value) is no colour.", fix: "Write it like #1B3A5C.", at: attributes.element, name
            )
        }
        theme[keyPath: path] = color
    }

    private mutating func family(_ name: String, _ attributes: inout AttributeReader) -> String? {
        guard let value = attributes.text(name) else { return nil }
        guard !value.trimmingBlanks.isEmpty else {
            fault(
                "theme.attribute", "\(name) names no family.", fix: "Write such as \(name)=\"Noto Sans\".",
                at: attributes.element, name)
            return nil
        }
        return value.trimmingBlanks
    }

    /// `scale="95%"`.
    private mutating func percentage(_ range: ClosedRange<Int>, _ attributes: inout AttributeReader) -> Int {
        let value = attributes.text("scale") ?? ""
        if value.hasSuffix("%"), let number = Int(value.dropLast()), range.contains(number) { return number }
        fault(
            "theme.attribute", value.isEmpty ? "<\(attributes.element.name)> has no scale." : "\(value) is no scale.",
            fix: "Write scale=\"95%\", from \(range.lowerBound)% to \(range.upperBound)%.", at: attributes.element,
            "scale")
        return 100
    }

    /// Warns of text that can hardly be read, on paper and on the grounds that templates put it on.
    private mutating func checkContrast(at element: XMLElement) {
        let table = Dictionary(uniqueKeysWithValues: Self.colors.map { ($0.attribute, $0.path) })
        for (ink, ground) in Self.printed {
            // What the file does not change is none of its faults.
            let name = element.attribute(ink) != nil ? ink : ground
            guard let name, element.attribute(name) != nil, let path = table[ink] else { continue }
            let paper = ground.flatMap { table[$0] }.map { theme[keyPath: $0] } ?? Color.paper
            let tenths = Int(theme[keyPath: path].contrast(with: paper) * 10)
            guard tenths < 45 else { continue }
            fault(
                "theme.contrast",
                "The contrast of \(ink) on \(ground ?? "paper") is \(tenths / 10).\(tenths % 10) to 1; text needs 4.5.",
                fix: name == ink ? "Take a darker \(ink)." : "Take a paler \(name).", at: element, name,
                severity: .warning)
        }
    }
}
