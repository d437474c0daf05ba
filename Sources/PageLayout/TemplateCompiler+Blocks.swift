import XMLCore

extension TemplateCompiler {
    /// The elements that take room.
    static let blockNames = [
        "text", "row", "pairs", "table", "area", "group", "each", "rule", "space", "bottom", "include",
        "image", "qr",
    ]

    /// Compiles what stands in an element.
    mutating func blocks(of element: XMLElement) -> [Block] {
        var result: [Block] = []
        for child in children(element, allowed: Self.blockNames) { result += blocks(child) }
        return result
    }

    /// Compiles one element; an include gives many.
    private mutating func blocks(_ element: XMLElement) -> [Block] {
        if element.name == "include" { return include(element) }
        var attributes = AttributeReader(element)
        let condition = condition(&attributes)
        let keep = keep(&attributes)
        let content: Block.Content?
        switch element.name {
        case "text": content = .text(text(element, &attributes))
        case "row": content = .row(row(element, &attributes))
        case "pairs": content = .pairs(pairs(element, &attributes))
        case "table": content = table(element, &attributes).map { .table($0) }
        case "area": content = .area(area(element, &attributes))
        case "group": content = .group(blocks(of: element), together: keep == "together")
        case "each":
            content = repetition(&attributes) { compiler in compiler.blocks(of: element) }.map { .each($0.0, $0.1) }
        case "rule": content = .rule(rule(&attributes))
        case "image": content = .picture(image(element, &attributes))
        case "qr": content = .picture(symbol(element, &attributes))
        case "space": content = .space(length("height", &attributes) ?? 0)
        default: content = .bottom(blocks(of: element))
        }
        finish(attributes)
        guard var content else { return [] }
        switch content {
        case .text, .table, .each:
            // These may break; in a group that keeps together they do not.
            if keep == "together" {
                content = .group([Block(condition: nil, keepsWithNext: false, content: content)], together: true)
            }
        default: break
        }
        return [Block(condition: condition, keepsWithNext: keep == "next", content: content)]
    }

    /// Reads `keep`, and refuses it where it could mean nothing.
    private mutating func keep(_ attributes: inout AttributeReader) -> String? {
        let element = attributes.element
        guard let value = choice("keep", ["next", "together"], &attributes) else { return nil }
        let isTable = element.name == "table" || element.name == "each"
        let isNeverParted = element.name == "bottom" || element.name == "space"
        guard isNeverParted || (isTable && value == "next") else { return value }
        fault(
            "template.attribute", "<\(element.name)> cannot have keep=\"\(value)\".",
            fix: isTable
                ? "Leave it out: the last rows of a table stay with what follows; else put a <group keep=\"next\"> around."
                : "Leave it out: <\(element.name)> is never parted, and stays with what is above.", at: element,
            text: "keep=")
        return nil
    }

    /// Compiles with the variable of an `each` in scope.
    private mutating func repetition<T>(
        _ attributes: inout AttributeReader, _ body: (inout TemplateCompiler) -> T
    ) -> (ItemList, T)? {
        guard let (variable, list) = each(&attributes) else { return nil }
        let outer = variables
        variables[variable] = list
        defer { variables = outer }
        return (list, body(&self))
    }

    // MARK: - Text

    private mutating func text(_ element: XMLElement, _ attributes: inout AttributeReader) -> TextBlock {
        let style = attributes.text("style").map { named($0, at: element) } ?? styles["text"] ?? plainStyle
        let separator = attributes.text("separator") ?? ""
        let isFitted = choice("fit", ["yes", "no"], &attributes) == "yes"
        return textBlock(element, style: style, separator: separator, isFitted: isFitted)
    }

    /// Compiles mixed content: text, `<span>` and `<br/>`.
    mutating func textBlock(
        _ element: XMLElement, style: TextStyle, separator: String, isFitted: Bool = false
    ) -> TextBlock {
        var spans: [TextSpan] = []
        for child in element.children {
            switch child {
            case .text(let text):
                let words = text.joiningBlanks
                let isBlank = words.trimmingBlanks.isEmpty
                if isBlank && (!separator.isEmpty || spans.isEmpty) { continue }
                spans.append(
                    TextSpan(expression: expression(words, at: element), style: style, condition: nil))
            case .element(let inner) where inner.name == "span" && inner.namespace == Self.namespace:
                spans.append(span(inner, in: style))
            case .element(let inner) where inner.name == "br" && inner.namespace == Self.namespace:
                finish(AttributeReader(inner))
                spans.append(
                    TextSpan(expression: Expression(parts: [.literal([0x0A])]), style: style, condition: nil))
            case .element(let inner):
                fault(
                    "template.element", "<\(inner.name)> does not belong into <\(element.name)>.",
                    fix: "Use <span> or <br/>.", at: inner)
            case .comment, .processingInstruction: break
            }
        }
        return Self.block(style, spans, separator: separator, isFitted: isFitted)
    }

    private static func block(
        _ style: TextStyle, _ spans: [TextSpan], separator: String, isFitted: Bool = false
    ) -> TextBlock {
        TextBlock(
            style: style, spans: spans, separator: Array(separator.utf8),
            needsPageCount: spans.contains { $0.expression.needsPageCount }, isFitted: isFitted)
    }

    private mutating func span(_ element: XMLElement, in style: TextStyle) -> TextSpan {
        var attributes = AttributeReader(element)
        let condition = condition(&attributes)
        var own = style
        if let name = attributes.text("style") {
            let chosen = named(name, at: element)
            own.font = chosen.font
            own.size = chosen.size
            own.color = chosen.color
        }
        finish(attributes)
        var content = ""
        for child in element.children {
            switch child {
            case .text(let text): content += text
            case .element(let inner):
                fault(
                    "template.element", "<\(inner.name)> does not belong into <span>.", fix: "End the span before.",
                    at: inner)
            case .comment, .processingInstruction: break
            }
        }
        return TextSpan(expression: expression(content.joiningBlanks, at: element), style: own, condition: condition)
    }

    /// A text given in an attribute.
    private mutating func textBlock(_ value: String, style: TextStyle, at element: XMLElement) -> TextBlock {
        let span = TextSpan(expression: expression(value, at: element), style: style, condition: nil)
        return Self.block(style, [span], separator: "")
    }

    // MARK: - Columns and areas

    private mutating func row(_ element: XMLElement, _ attributes: inout AttributeReader) -> RowBlock {
        let gap = length("gap", &attributes) ?? 0
        let align = choice("align", ["baseline", "top"], &attributes)
        var columns: [RowBlock.Column] = []
        for child in children(element, allowed: ["column"]) {
            var own = AttributeReader(child)
            let width = columnWidth(&own)
            let condition = condition(&own)
            finish(own)
            columns.append(RowBlock.Column(width: width, condition: condition, blocks: blocks(of: child)))
        }
        return RowBlock(columns: columns, gap: gap, isTopAligned: align == "top")
    }

    private mutating func area(_ element: XMLElement, _ attributes: inout AttributeReader) -> AreaBlock {
        let background = color("background", &attributes)
        let padding = attributes.text("padding").map { lengths($0, of: "padding", at: element) } ?? [0, 0, 0, 0]
        return AreaBlock(background: background, padding: padding, blocks: blocks(of: element))
    }

    private mutating func rule(_ attributes: inout AttributeReader) -> RuleBlock {
        RuleBlock(
            thickness: length("thickness", &attributes) ?? 500, color: color("color", &attributes) ?? .hairline,
            width: length("width", &attributes))
    }

    /// `name="accent"` or `name="accent 1pt"`.
    private mutating func rule(_ name: String, _ attributes: inout AttributeReader) -> RuleBlock? {
        guard let value = attributes.text(name) else { return nil }
        let words = value.split(separator: " ").map(String.init)
        guard let color = words.first.flatMap(ColorRole.init), words.count <= 2,
            let thickness = words.count == 2 ? Self.millipoints(words[1]) : 500
        else {
            fault(
                "template.attribute", "\(value) is no rule.", fix: "Write a colour and a thickness: hairline 0.5pt.",
                at: attributes.element, text: "\(name)=")
            return nil
        }
        return RuleBlock(thickness: thickness, color: color, width: nil)
    }

    private mutating func pairs(_ element: XMLElement, _ attributes: inout AttributeReader) -> PairsBlock {
        let keyStyle =
            attributes.text("key-style").map { named($0, attribute: "key-style", at: element) } ?? plainStyle
        let style = attributes.text("style").map { named($0, at: element) } ?? plainStyle
        let keys = choice("keys", ["left", "above"], &attributes) ?? "left"
        let count = attributes.text("columns").flatMap(Int.init) ?? 1
        var entries: [PairsBlock.Entry] = []
        for child in children(element, allowed: ["pair"]) {
            var own = AttributeReader(child)
            let condition = condition(&own)
            let ownStyle = own.text("style").map { named($0, at: child) } ?? style
            let ownKeyStyle =
                own.text("key-style").map { named($0, attribute: "key-style", at: child) } ?? keyStyle
            // The blank, which takes no room at the end of a line, parts the label from the value in copied text.
            let key = textBlock((own.text("key") ?? "") + " ", style: ownKeyStyle, at: child)
            let separator = own.text("separator") ?? ""
            finish(own)
            entries.append(
                PairsBlock.Entry(
                    condition: condition, key: key,
                    values: [textBlock(child, style: ownStyle, separator: separator)]))
        }
        return PairsBlock(
            entries: entries, columnsAbove: keys == "above" ? min(max(count, 1), 12) : nil,
            keyWidth: length("key-width", &attributes), gap: length("gap", &attributes) ?? 6_000,
            rowGap: length("row-gap", &attributes) ?? 0)
    }

    // MARK: - Tables

    private mutating func table(_ element: XMLElement, _ attributes: inout AttributeReader) -> TableBlock? {
        let style = attributes.text("style").map { named($0, at: element) } ?? styles["text"] ?? plainStyle
        let headStyle =
            attributes.text("head-style").map { named($0, attribute: "head-style", at: element) } ?? style
        let carryStyle =
            attributes.text("carry-style").map { named($0, attribute: "carry-style", at: element) } ?? style
        let gap = length("gap", &attributes) ?? 6_000
        let padding = length("padding", &attributes) ?? 0
        let inset = length("inset", &attributes) ?? 0
        let rowRule = rule("row-rule", &attributes)
        let headRule = rule("head-rule", &attributes)
        let endRule = rule("end-rule", &attributes)
        let headBackground = color("head-background", &attributes)
        let zebra = color("zebra", &attributes)
        let columns = repetition(&attributes) { compiler in
            compiler.children(element, allowed: ["column"]).map {
                compiler.tableColumn($0, style: style, headStyle: headStyle)
            }
        }
        guard let (list, columns) = columns else { return nil }
        return TableBlock(
            list: list, columns: columns, gap: gap, padding: padding, inset: inset, rowRule: rowRule,
            headRule: headRule, endRule: endRule, headBackground: headBackground, zebra: zebra, carryStyle: carryStyle)
    }

    private mutating func tableColumn(
        _ element: XMLElement, style: TextStyle, headStyle: TextStyle
    ) -> TableBlock.Column {
        var attributes = AttributeReader(element)
        let width = columnWidth(&attributes)
        let condition = condition(&attributes)
        let own = attributes.text("style").map { named($0, at: element) } ?? style
        let needed = optionalField("needs", &attributes)
        let carry = optionalField("carry", &attributes)
        let gap = length("gap", &attributes)
        if let carry, carry.type != .money {
            fault(
                "template.field", "Only an amount can be carried.", fix: "Use a field such as line.net.", at: element,
                text: "carry=")
        }
        var labelStyle = headStyle
        labelStyle.align = own.align == .decimal ? .right : own.align
        let label = textBlock(attributes.text("label") ?? "", style: labelStyle, at: element)
        finish(attributes)
        let hasBlocks = element.elements.contains { Self.blockNames.contains($0.name) }
        let cell =
            hasBlocks
            ? cellBlocks(element, style: own)
            : [
                Block(
                    condition: nil, keepsWithNext: false,
                    content: .text(textBlock(element, style: own, separator: "")))
            ]
        return TableBlock.Column(
            width: width, condition: condition, needed: needed, label: label, cell: cell, style: own, carry: carry,
            gap: gap)
    }

    /// The blocks of a cell, whose texts have the column's style unless they say otherwise.
    private mutating func cellBlocks(_ element: XMLElement, style: TextStyle) -> [Block] {
        let outer = styles["text"]
        styles["text"] = style
        defer { styles["text"] = outer }
        return blocks(of: element)
    }

    private mutating func optionalField(_ name: String, _ attributes: inout AttributeReader) -> Field? {
        guard let value = attributes.text(name) else { return nil }
        return field(value, at: attributes.element, raw: "\(name)=")?.0
    }
}

extension String {
    /// With every run of blanks and line ends as one blank.
    var joiningBlanks: String {
        var result = ""
        var isBlank = false
        for scalar in unicodeScalars {
            if scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" {
                if !isBlank { result.unicodeScalars.append(" ") }
                isBlank = true
            } else {
                result.unicodeScalars.append(scalar)
                isBlank = false
            }
        }
        return result
    }
}
