import InvoiceModel
import XMLCore

extension TemplateCompiler {
    /// Compiles a text with `{…}` in it; blanks are kept as they are.
    mutating func expression(_ text: String, at element: XMLElement) -> Expression {
        var parts: [Expression.Part] = []
        var literal: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            rest.removeFirst()
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}"), rest.first == byte {
                rest.removeFirst()
                literal.append(byte)
            } else if byte == UInt8(ascii: "{") {
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    fault(
                        "template.expression", "A brace is not closed.", fix: "Write {field}, or {{ for a brace.",
                        at: element, text: "{")
                    break
                }
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                let source = String(decoding: rest[..<end], as: UTF8.self)
                rest = rest[(end + 1)...]
                if let part = part(source, at: element) { parts.append(part) }
            } else {
                literal.append(byte)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        return Expression(parts: parts)
    }

    private mutating func part(_ source: String, at element: XMLElement) -> Expression.Part? {
        let text = source.trimmingBlanks
        let raw = "{\(source)}"
        if text == "page" || text == "pages" {
            guard isOnEveryPage else {
                fault(
                    "template.field", "{\(text)} is known in headers and footers only.",
                    fix: "Move it to <header>, <first-header> or <footer>.", at: element, text: raw)
                return nil
            }
            return text == "page" ? .page : .pages
        }
        if text.hasPrefix("label:") || text.hasPrefix("label2:") {
            let isSecond = text.hasPrefix("label2:")
            let name = String(text.dropFirst(isSecond ? 7 : 6))
            guard let label = Label(rawValue: name) else {
                fault(
                    "template.label", "There is no label called \(name).",
                    fix: Self.suggestion(for: name, among: Label.allCases.map(\.rawValue)), at: element, text: raw)
                return nil
            }
            if isSecond { placesSecondLanguage = true }
            return isSecond ? .secondLabel(label) : .label(label)
        }
        let halves = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves.first.map { String($0).trimmingBlanks } ?? ""
        guard let (field, pointer) = field(name, at: element, raw: raw) else { return nil }
        printed.insert(pointer.list.map { "\($0.name)/\(pointer.name)" } ?? name)
        let list = FieldTable.lists.first { $0.value == pointer.list }.map { "\($0.key)." }
        printedFields.insert((list ?? "") + field.name)
        guard halves.count == 2 else { return .field(field, nil, pointer: pointer) }
        let formatName = String(halves[1]).trimmingBlanks
        guard let format = FieldFormat(rawValue: formatName), format.types.contains(field.type) else {
            let suitable = FieldFormat.allCases.filter { $0.types.contains(field.type) }.map(\.rawValue)
            fault(
                "template.format", "The format \(formatName) does not suit \(name), which is a \(field.type.rawValue).",
                fix: suitable.isEmpty ? "Leave the format out." : "Use \(suitable.joined(separator: ", ")).",
                at: element, text: raw)
            return nil
        }
        return .field(field, format, pointer: pointer)
    }

    /// Finds a field of the document, or of a list item by its variable.
    mutating func field(_ name: String, at element: XMLElement, raw: String) -> (Field, FieldPointer)? {
        let head = String(name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).first ?? "")
        if let list = variables[head] {
            let tail = name == head ? "" : String(name.dropFirst(head.count + 1))
            let table = FieldTable.items[list] ?? [:]
            if let field = table[tail] { return (field, FieldPointer(list: list, name: tail)) }
            fault(
                "template.field", "There is no field called \(name).",
                fix: Self.suggestion(for: name, among: table.keys.map { $0.isEmpty ? head : "\(head).\($0)" }),
                at: element, text: raw)
            return nil
        }
        if let field = FieldTable.document[name] { return (field, FieldPointer(list: nil, name: name)) }
        let known = Array(FieldTable.document.keys) + variables.keys
        fault(
            "template.field", "There is no field called \(name).", fix: Self.suggestion(for: name, among: known),
            at: element, text: raw)
        return nil
    }

    /// Names the closest known word, so that a slip of the finger is mended at once.
    static func suggestion(for name: String, among known: [String]) -> String {
        let best = known.map { (distance($0, name), $0) }.min { $0 < $1 }
        guard let best, best.0 <= max(2, name.count / 2) else { return "See docs/templates.md for all names." }
        return "Did you mean \(best.1)? docs/templates.md lists all names."
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (i, a) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = min(diagonal + (a == b ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }

    /// Compiles an `if`: `field`, `not field`, `field = value`, `field != value`, joined by `and` or by `or`.
    mutating func condition(_ attributes: inout AttributeReader) -> Condition? {
        guard let text = attributes.text("if") else { return nil }
        let words = text.split(separator: " ").map(String.init)
        let joiners = Set(words).intersection(["and", "or"])
        guard joiners.count <= 1 else {
            fault(
                "template.condition", "A condition cannot mix and with or.", fix: "Nest two elements instead.",
                at: attributes.element, text: "if=")
            return nil
        }
        let terms = words.split(omittingEmptySubsequences: false) { $0 == "and" || $0 == "or" }
            .compactMap { term(Array($0), at: attributes.element) }
        if terms.count == 1 { return terms[0] }
        return joiners.contains("or") ? .any(terms) : .all(terms)
    }

    private mutating func term(_ words: [String], at element: XMLElement) -> Condition? {
        if words.count == 2, words[0] == "not" { return term([words[1]], at: element).map { .not($0) } }
        if words.count == 1 {
            if let list = list(words[0]) { return .list(list) }
            return field(words[0], at: element, raw: "if=").map { .field($0.0) }
        }
        if words.count == 3, words[1] == "=" || words[1] == "!=" {
            guard let (field, _) = field(words[0], at: element, raw: "if=") else { return nil }
            return words[1] == "=" ? .equals(field, words[2]) : .not(.equals(field, words[2]))
        }
        fault(
            "template.condition", "The condition cannot be read.",
            fix: "Write: field, not field, field = value, or field != value.", at: element, text: "if=")
        return nil
    }

    /// The list of a name; those of a line only within lines.
    func list(_ name: String) -> ItemList? {
        if let list = FieldTable.lists[name], list != .lineDiscounts { return list }
        let halves = name.split(separator: ".")
        if halves.count == 2, halves[1] == "discounts", variables[String(halves[0])] == .lines { return .lineDiscounts }
        return nil
    }

    /// Reads `each="line in lines"`.
    mutating func each(_ attributes: inout AttributeReader) -> (variable: String, list: ItemList)? {
        let text = attributes.text("each") ?? ""
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, words[1] == "in" else {
            fault(
                "template.each", "<\(attributes.element.name)> does not say what it repeats for.",
                fix: "Write each=\"line in lines\".", at: attributes.element, text: text.isEmpty ? nil : "each=")
            return nil
        }
        guard let list = list(words[2]) else {
            fault(
                "template.each", "There is no list called \(words[2]).",
                fix: Self.suggestion(for: words[2], among: Array(FieldTable.lists.keys)), at: attributes.element,
                text: "each=")
            return nil
        }
        return (words[0], list)
    }
}
