import XMLCore

/// The attributes of one element; it remembers which were asked for, so that the others can be named as unknown.
struct AttributeReader {
    let element: XMLElement
    private var asked: Set<String> = []

    init(_ element: XMLElement) { self.element = element }

    /// The value of an attribute; nil where it is not given.
    mutating func text(_ name: String) -> String? {
        asked.insert(name)
        return element.attribute(name)
    }

    /// The attributes that nobody asked for.
    var unknown: [String] { element.attributes.map(\.name).filter { !asked.contains($0) } }
    /// The names that were asked for.
    var known: [String] { asked.sorted() }
}

extension TemplateCompiler {
    /// Notes the attributes that the element does not have.
    mutating func finish(_ attributes: AttributeReader) {
        for name in attributes.unknown {
            let known = attributes.known
            fault(
                "template.attribute", "<\(attributes.element.name)> has no attribute \(name).",
                fix: known.isEmpty ? "Remove it." : "Use \(known.joined(separator: ", ")).", at: attributes.element,
                text: "\(name)=")
        }
    }

    /// One of a few words.
    mutating func choice(_ name: String, _ words: [String], _ attributes: inout AttributeReader) -> String? {
        guard let value = attributes.text(name) else { return nil }
        if words.contains(value) { return value }
        fault(
            "template.attribute", "\(name) cannot be \(value).", fix: "Use \(words.joined(separator: ", ")).",
            at: attributes.element, text: "\(name)=")
        return nil
    }

    mutating func flag(_ name: String, _ attributes: inout AttributeReader) -> Bool {
        choice(name, ["yes", "no"], &attributes) == "yes"
    }

    mutating func color(_ name: String, _ attributes: inout AttributeReader) -> ColorRole? {
        guard let value = attributes.text(name) else { return nil }
        if let color = ColorRole(value) { return color }
        fault(
            "template.attribute", "\(value) is no colour.",
            fix: "Use \(ColorRole.names.joined(separator: ", ")) or #rrggbb.", at: attributes.element, text: "\(name)=")
        return nil
    }

    mutating func length(_ name: String, _ attributes: inout AttributeReader) -> Int? {
        guard let value = attributes.text(name) else { return nil }
        if let length = Self.millipoints(value) { return scaled(length, of: name, in: attributes.element.name) }
        fault(
            "template.attribute", "\(value) is no length.", fix: "Write it like 4mm or 9.5pt.", at: attributes.element,
            text: "\(name)=")
        return nil
    }

    /// One, two or four lengths: top, right, bottom, left, as in CSS.
    mutating func lengths(_ value: String, of name: String, at element: XMLElement) -> [Int] {
        let sides = value.split(separator: " ").compactMap { side in
            Self.millipoints(String(side)).map { scaled($0, of: name, in: element.name) }
        }
        switch (sides.count, value.split(separator: " ").count) {
        case (1, 1): return [sides[0], sides[0], sides[0], sides[0]]
        case (2, 2): return [sides[0], sides[1], sides[0], sides[1]]
        case (4, 4): return sides
        default:
            fault(
                "template.attribute", "\(name) needs one, two or four lengths.",
                fix: "Write them like 18mm 16mm 20mm 16mm.", at: element, text: "\(name)=")
            return [0, 0, 0, 0]
        }
    }

    /// `*`, `2*`, `auto` or a length.
    mutating func columnWidth(_ attributes: inout AttributeReader) -> ColumnWidth {
        let minimum = length("min", &attributes) ?? 0
        guard let value = attributes.text("width") else { return .share(1, minimum: minimum) }
        if value == "auto" { return .content }
        if value == "*" { return .share(1, minimum: minimum) }
        if value.hasSuffix("*"), let share = Int(value.dropLast()), (1...1000).contains(share) {
            return .share(share, minimum: minimum)
        }
        if let length = Self.millipoints(value) { return .fixed(length) }
        fault(
            "template.attribute", "\(value) is no width.", fix: "Write *, 2*, auto, or a length like 40mm.",
            at: attributes.element, text: "width=")
        return .share(1, minimum: 0)
    }

    /// Reads `9pt`, `9.5pt`, `18mm` as thousandths of a point; nil when it is something else.
    static func millipoints(_ text: String) -> Int? {
        let isMillimetres = text.hasSuffix("mm")
        guard isMillimetres || text.hasSuffix("pt") else { return text == "0" ? 0 : nil }
        let number = text.dropLast(2)
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }),
            let whole = Int(parts[0]), whole < 10_000
        else { return nil }
        let fraction = parts.count == 2 ? String((String(parts[1]) + "000").prefix(3)) : "000"
        guard let thousandths = Int(fraction) else { return nil }
        let value = whole * 1000 + thousandths
        return isMillimetres ? (value * 720 + 127) / 254 : value
    }
}

extension Character {
    /// Whether it is one of 0 to 9.
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
