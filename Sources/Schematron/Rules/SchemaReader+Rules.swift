import Diagnostics
import XMLCore

extension SchemaReader {
    /// Reads a rule that is not abstract.
    mutating func readRule(_ element: RuleElement, _ substitution: PatternSubstitution) -> RuleModel? {
        guard let context = substitution.source(element, "context") else {
            problems.add(
                "A rule has no context.", fix: "Name the nodes that it is about: context=\"…\".", at: element.place)
            return nil
        }
        var rule = RuleModel(
            id: element.attribute("id"), context: context, flag: element.attribute("flag"),
            role: element.attribute("role"))
        fill(&rule, from: element, substitution, extending: [])
        return rule
    }

    private mutating func fill(
        _ rule: inout RuleModel, from element: RuleElement, _ substitution: PatternSubstitution, extending: [String]
    ) {
        let children = files.children(of: element, &problems)
        guard mayExpand(children.count, at: element) else { return }
        for child in children {
            switch child.name {
            case "assert", "report":
                if let check = readCheck(child, substitution) { rule.checks.append(check) }
            case "let": if let one = readLet(child, substitution) { rule.lets.append(one) }
            case "extends": extend(&rule, by: child, substitution, extending: extending)
            case "p", "title": continue
            default: refuse(child, in: "rule")
            }
        }
    }

    /// `extends`: what the abstract rule has is put in its place (ISO/IEC 19757-3, "extends").
    private mutating func extend(
        _ rule: inout RuleModel, by element: RuleElement, _ substitution: PatternSubstitution, extending: [String]
    ) {
        if element.attribute("href") != nil {
            guard let base = files.included(by: element, &problems) else { return }
            fill(&rule, from: base, substitution, extending: extending)
            return
        }
        let name = element.attribute("rule") ?? ""
        guard let base = abstractRules[name] else {
            problems.add(
                "There is no abstract rule \u{201C}\(name)\u{201D}.", fix: "Correct extends, or include its file.",
                at: element.place)
            return
        }
        guard !extending.contains(name) else {
            problems.add("The abstract rule \u{201C}\(name)\u{201D} extends itself.", at: element.place)
            return
        }
        fill(&rule, from: base, substitution, extending: extending + [name])
    }

    private mutating func readCheck(_ element: RuleElement, _ substitution: PatternSubstitution) -> CheckModel? {
        guard let test = substitution.source(element, "test") else {
            problems.add("An assert or report has no test.", at: element.place)
            return nil
        }
        let named = (element.attribute("diagnostics") ?? "").split(separator: " ").map(String.init)
        let furthers = named.compactMap { id -> DiagnosticModel? in
            guard let diagnostic = diagnostics[id] else {
                problems.add("There is no diagnostic \u{201C}\(id)\u{201D}.", at: element.place)
                return nil
            }
            return DiagnosticModel(id: id, message: readMessage(diagnostic, substitution))
        }
        return CheckModel(
            isReport: element.name == "report", id: element.attribute("id").map(substitution.text),
            flag: element.attribute("flag").map(substitution.text),
            role: element.attribute("role").map(substitution.text), test: test,
            message: readMessage(element, substitution), diagnostics: furthers)
    }

    /// The text of an assert, a report or a diagnostic, with what is looked up when it is told.
    private mutating func readMessage(
        _ element: RuleElement, _ substitution: PatternSubstitution
    ) -> [MessageModel] {
        var pieces: [MessageModel] = []
        for node in element.element.children {
            switch node {
            case .text(let text): pieces.append(.text(substitution.text(text)))
            case .comment, .processingInstruction: continue
            case .element(let inner): pieces += readPiece(element.with(inner), substitution)
            }
        }
        return pieces
    }

    private mutating func readPiece(
        _ child: RuleElement, _ substitution: PatternSubstitution
    ) -> [MessageModel] {
        switch child.instruction ?? child.name {
        case "value-of":
            guard let select = substitution.source(child, "select") else {
                problems.add("A value-of selects nothing.", fix: "Write select=\"…\".", at: child.place)
                return []
            }
            return [.value(select)]
        case "name" where child.name != nil: return [.name(substitution.source(child, "path"))]
        case "emph" where child.name != nil, "span" where child.name != nil, "dir" where child.name != nil:
            return readMessage(child, substitution)
        case "text" where child.instruction != nil: return [.text(child.element.text)]
        case nil: return readMessage(child, substitution)
        default:
            refuse(child, in: "a message")
            return []
        }
    }
}
