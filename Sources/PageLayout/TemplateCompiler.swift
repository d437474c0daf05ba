import Diagnostics
import InvoiceModel
import XMLCore

/// Turns template files into blocks and collects all faults on the way.
struct TemplateCompiler {
    private let source: Template.Source
    private let partSources: [String: Template.Source]
    /// The file that is being read.
    private(set) var file: String
    private var document: XMLDocument?
    var report = Report()
    var styles: [String: TextStyle] = [:]
    /// How large the theme wants everything.
    let scale: TemplateScale
    /// The step of the page's grid as the template gives it; 0 without one.
    private(set) var grid = 0
    /// The item names in scope by variable, such as `line` for `lines`.
    var variables: [String: ItemList] = [:]
    /// Whether `{page}` is known here: in headers and footers only.
    var isOnEveryPage = false
    /// The fields that are printed: those of the document by name, those of items as `list/name`.
    var printed: Set<String> = []
    /// Whether a text names a label in the second language.
    var placesSecondLanguage = false
    /// The parts that were included.
    private(set) var included: Set<String> = []
    /// The names of the fields that are printed; those of items behind the name of their list: `lines.id`.
    var printedFields: Set<String> = []
    /// The parts that are being included, to find circles.
    private var including: [String] = []

    static let namespace = "urn:pechat:template:1"

    init(_ source: Template.Source, parts: [Template.Source], scale: TemplateScale = .none) {
        self.source = source
        self.scale = scale
        file = source.file
        var table: [String: Template.Source] = [:]
        for part in parts { table[Self.partName(of: part)] = part }
        partSources = table
    }

    /// The name by which a part is included.
    static func partName(of part: Template.Source) -> String {
        let last = part.file.split(separator: "/").last.map(String.init) ?? part.file
        return last.hasSuffix(".xml") ? String(last.dropLast(4)) : last
    }

    /// Notes a fault at an element, or at a text within it.
    mutating func fault(_ rule: String, _ message: String, fix: String, at element: XMLElement, text: String? = nil) {
        var place = element.place
        if let document, let text, let offset = Self.offset(of: Array(text.utf8), in: document.bytes, element.range) {
            place = document.place(of: offset)
        }
        report.findings.append(
            Finding(
                rule: rule, pointer: "", place: SourcePlace(file: file, line: place.line, column: place.column),
                message: message, fix: fix))
    }

    static func offset(of text: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard !text.isEmpty, range.count >= text.count else { return nil }
        return (range.lowerBound...range.upperBound - text.count).first { start in
            bytes[start] == text[0] && bytes[start..<start + text.count].elementsEqual(text)
        }
    }

    /// Parses a file and makes it the current one.
    private mutating func open(_ source: Template.Source) -> XMLElement? {
        file = source.file
        do {
            let document = try XMLDocument(parsing: source.bytes)
            self.document = document
            return document.root
        } catch {
            report.findings.append(
                Finding(
                    rule: "template.xml", pointer: "",
                    place: SourcePlace(file: file, line: error.place?.line ?? 1, column: error.place?.column),
                    message: error.message, fix: error.fix))
            return nil
        }
    }

    mutating func compile() -> Template? {
        guard let root = open(source) else { return nil }
        guard root.name == "template", root.namespace == Self.namespace else {
            fault(
                "template.root", "The root is not a template.",
                fix: "Begin with <template xmlns=\"\(Self.namespace)\" name=\"…\">.", at: root)
            return nil
        }
        // Everything is measured in the grid, wherever <page> stands.
        let step = root.elements.first { $0.name == "page" }?.attribute("grid")
        grid = step.flatMap(Self.millipoints) ?? 0
        styles["text"] = plainStyle
        var attributes = AttributeReader(root)
        let name = attributes.text("name") ?? ""
        if name.isEmpty { fault("template.attribute", "The template has no name.", fix: "Add name=\"…\".", at: root) }
        var kinds = Set(DocumentKind.allCases)
        if let list = attributes.text("for") {
            kinds = []
            for word in list.split(separator: " ") {
                if let kind = DocumentKind(rawValue: String(word)) {
                    kinds.insert(kind)
                } else {
                    fault(
                        "template.attribute", "There is no kind of document called \(word).",
                        fix: "Use \(DocumentKind.allCases.map(\.rawValue).joined(separator: ", ")).", at: root,
                        text: String(word))
                }
            }
        }
        finish(attributes)
        var geometry = PageGeometry()
        var sections: [String: [Block]] = [:]
        var mark: TextBlock?
        for element in children(root, allowed: ["page", "style", "first-header", "header", "footer", "mark", "body"]) {
            switch element.name {
            case "page": geometry = page(element)
            case "style": style(element)
            case "mark": mark = self.mark(element)
            default:
                isOnEveryPage = element.name != "body"
                finish(AttributeReader(element))
                sections[element.name] = blocks(of: element)
            }
        }
        guard let body = sections["body"] else {
            fault(
                "template.element", "The template has no <body>.", fix: "Add one with the content of the pages.",
                at: root)
            return nil
        }
        let header = sections["header"] ?? []
        var template = Template(
            name: name, kinds: kinds, geometry: geometry, firstHeader: sections["first-header"] ?? header,
            header: header, footer: sections["footer"] ?? [], body: body, mark: mark,
            placesSecondLanguage: placesSecondLanguage)
        template.printedFields = printedFields
        return template
    }

    /// The child elements; everything else but blanks and comments is a fault.
    mutating func children(_ element: XMLElement, allowed: [String]) -> [XMLElement] {
        var result: [XMLElement] = []
        for child in element.children {
            switch child {
            case .element(let inner):
                if allowed.contains(inner.name), inner.namespace == Self.namespace {
                    result.append(inner)
                } else {
                    fault(
                        "template.element", "<\(inner.name)> does not belong into <\(element.name)>.",
                        fix: "Use \(allowed.map { "<\($0)>" }.joined(separator: ", ")).", at: inner)
                }
            case .text(let text):
                let content = text.trimmingBlanks
                if !content.isEmpty {
                    fault(
                        "template.text", "Text cannot stand directly in <\(element.name)>.",
                        fix: "Put it into <text>.", at: element, text: content)
                }
            case .comment, .processingInstruction: break
            }
        }
        return result
    }

    /// Reads a part as if its content stood where it is included.
    mutating func include(_ element: XMLElement) -> [Block] {
        var attributes = AttributeReader(element)
        let name = attributes.text("part") ?? ""
        finish(attributes)
        guard let part = partSources[name] else {
            let known = partSources.keys.sorted().joined(separator: ", ")
            fault(
                "template.part", "There is no part called \(name).",
                fix: known.isEmpty ? "Give the part's file along." : "Use \(known).", at: element, text: "part=")
            return []
        }
        guard !including.contains(name) else {
            fault("template.part", "The part \(name) includes itself.", fix: "Break the circle.", at: element)
            return []
        }
        let outer = (file, document)
        defer { (file, document) = outer }
        including.append(name)
        included.insert(name)
        defer { including.removeLast() }
        guard let root = open(part) else { return [] }
        guard root.name == "part", root.namespace == Self.namespace else {
            fault(
                "template.root", "The root is not a part.", fix: "Begin with <part xmlns=\"\(Self.namespace)\">.",
                at: root)
            return []
        }
        finish(AttributeReader(root))
        return blocks(of: root)
    }

    // MARK: - Page and styles

    private mutating func page(_ element: XMLElement) -> PageGeometry {
        var attributes = AttributeReader(element)
        var geometry = PageGeometry()
        switch attributes.text("size") ?? "A4" {
        case "A4": break
        case "A5": (geometry.width, geometry.height) = (419_528, 595_276)
        case "Letter": (geometry.width, geometry.height) = (612_000, 792_000)
        default:
            fault(
                "template.attribute", "The paper is not known.", fix: "Use A4, A5 or Letter.", at: element,
                text: "size=")
        }
        if let margins = attributes.text("margins") {
            let sides = lengths(margins, of: "margins", at: element)
            (geometry.top, geometry.right, geometry.bottom, geometry.left) = (sides[0], sides[1], sides[2], sides[3])
        }
        geometry.grid = length("grid", &attributes) ?? 0
        finish(attributes)
        return geometry
    }

    private mutating func style(_ element: XMLElement) {
        var attributes = AttributeReader(element)
        guard let name = attributes.text("name"), !name.isEmpty else {
            return fault("template.attribute", "The style has no name.", fix: "Add name=\"…\".", at: element)
        }
        var style = plainStyle
        if let base = attributes.text("based-on") { style = named(base, attribute: "based-on", at: element) }
        apply(&attributes, to: &style)
        finish(attributes)
        styles[name] = style
    }

    private mutating func apply(_ attributes: inout AttributeReader, to style: inout TextStyle) {
        if let value = choice("font", ["sans", "serif"], &attributes) { style.font.isSerif = value == "serif" }
        if let value = choice("weight", ["regular", "bold"], &attributes) { style.font.isBold = value == "bold" }
        if let value = choice("italic", ["yes", "no"], &attributes) { style.font.isItalic = value == "yes" }
        if let value = choice("figures", ["tabular", "normal"], &attributes) {
            style.font.isTabular = value == "tabular"
        }
        if let value = choice("align", ["left", "right", "center", "decimal"], &attributes) {
            style.align = TextStyle.Align(rawValue: value) ?? .left
        }
        if let value = length("size", &attributes) { style.size = value }
        if let value = length("leading", &attributes) { style.leading = value }
        if let value = choice("level", ["0", "1", "2", "3"], &attributes) { style.level = Int(value) ?? 0 }
        if let value = length("above", &attributes) { style.spaceAbove = value }
        if let value = length("below", &attributes) { style.spaceBelow = value }
        if let value = color("color", &attributes) { style.color = value }
    }

    /// The style of a name; the plain one and a fault when there is none.
    mutating func named(_ name: String, attribute: String = "style", at element: XMLElement) -> TextStyle {
        if let style = styles[name] { return style }
        fault(
            "template.style", "There is no style called \(name).",
            fix: "Use \(styles.keys.sorted().joined(separator: ", ")), or define it before.", at: element,
            text: "\(attribute)=")
        return plainStyle
    }
}

extension String {
    /// Without blanks and line ends at both ends.
    var trimmingBlanks: String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" }
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }
}
