import Diagnostics
import XMLCore

/// The part of XSLT 2.0 that rule files write functions with.
extension SchemaReader {
    private static let deepest = 30

    mutating func readFunction(_ element: RuleElement) {
        guard let name = element.attribute("name"), name.contains(":") else {
            problems.add(
                "An xsl:function has no name with a prefix.", fix: "Declare a prefix with ns and use it.",
                at: element.place)
            return
        }
        var parameters: [String] = []
        var body: [RuleElement] = []
        for child in element.element.elements.map(element.with) {
            if child.instruction == "param", body.isEmpty, let parameter = child.attribute("name") {
                if child.attribute("select") != nil {
                    problems.add("A parameter of a function has no default.", at: child.place)
                }
                parameters.append(parameter)
            } else {
                body.append(child)
            }
        }
        model.functions.append(
            FunctionModel(
                name: name, parameters: parameters, result: element.attribute("as"),
                body: readBody(of: element, depth: 0, skippingParameters: true), element: element))
    }

    private mutating func readBody(
        of parent: RuleElement, depth: Int, skippingParameters: Bool = false
    ) -> [InstructionModel] {
        guard depth < Self.deepest else {
            problems.add("Instructions are nested more than \(Self.deepest) deep.", at: parent.place)
            return []
        }
        var body: [InstructionModel] = []
        var isBefore = skippingParameters
        for node in parent.element.children {
            switch node {
            case .comment, .processingInstruction: continue
            case .text(let text):
                // White space between instructions means nothing (XSLT 2.0, 4.4).
                if !SchemaReader.normalized(text).isEmpty { body.append(.text(text)) }
            case .element(let inner):
                let child = parent.with(inner)
                if isBefore, child.instruction == "param" { continue }
                isBefore = false
                if let instruction = readInstruction(child, depth: depth) { body.append(instruction) }
            }
        }
        return body
    }

    private mutating func readInstruction(_ element: RuleElement, depth: Int) -> InstructionModel? {
        switch element.instruction {
        case "sequence":
            return select(element).map { .sequence($0) }
        case "value-of":
            let separator = element.attribute("separator") ?? " "
            return select(element).map { .value($0, separator: separator) }
        case "text": return .text(element.element.text)
        case "variable":
            guard let name = element.attribute("name") else {
                problems.add("A variable has no name.", at: element.place)
                return nil
            }
            let source = RuleSource(element, "select")
            let body = source == nil ? readBody(of: element, depth: depth + 1) : []
            return .variable(name, source, body: body)
        case "if":
            guard let test = RuleSource(element, "test") else {
                problems.add("An xsl:if has no test.", at: element.place)
                return nil
            }
            return .choose([(test, readBody(of: element, depth: depth + 1))])
        case "choose":
            var branches: [(test: RuleSource?, body: [InstructionModel])] = []
            for child in element.element.elements.map(element.with) {
                let test = RuleSource(child, "test")
                guard child.instruction == "when" && test != nil || child.instruction == "otherwise" else {
                    problems.add("An xsl:choose holds xsl:when with a test, and xsl:otherwise.", at: child.place)
                    continue
                }
                let isLast = child.instruction == "otherwise"
                branches.append((isLast ? nil : test, readBody(of: child, depth: depth + 1)))
            }
            return .choose(branches)
        default:
            if element.instruction != nil {
                refuse(element, in: "a function")
            } else {
                problems.add("A function makes no elements.", at: element.place)
            }
            return nil
        }
    }

    private mutating func select(_ element: RuleElement) -> RuleSource? {
        guard let source = RuleSource(element, "select") else {
            problems.add(
                "An xsl:\(element.element.name) without select is not supported.", fix: "Write select=\"…\".",
                at: element.place)
            return nil
        }
        return source
    }
}
