import XMLCore

extension TemplateCompiler {
    /// Compiles `<mark style="…">{mark}</mark>`, the line across the pages of a draft, a copy or a void document.
    mutating func mark(_ element: XMLElement) -> TextBlock {
        var attributes = AttributeReader(element)
        let style = attributes.text("style").map { named($0, at: element) } ?? styles["text"] ?? plainStyle
        finish(attributes)
        let block = textBlock(element, style: style, separator: "")
        if !block.spans.contains(where: { $0.expression.prints("mark") }) {
            fault(
                "template.mark", "The mark of the pages does not say what it marks.",
                fix: "Print the field: <mark>{mark}</mark>.", at: element)
        }
        return block
    }
}

extension Expression {
    /// Whether it prints a field of the document.
    func prints(_ name: String) -> Bool {
        parts.contains { if case .field(let field, _, _) = $0 { field.name == name } else { false } }
    }
}
