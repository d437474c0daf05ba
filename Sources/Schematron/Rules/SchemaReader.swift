import Diagnostics
import XMLCore

/// Reads a rule file into a model (ISO/IEC 19757-3): includes, abstract patterns, abstract rules, phases.
///
/// What it does not know is a fault, never skipped; annotations (`p`, `title`, elements of other namespaces) are.
struct SchemaReader {
    var files: RuleFiles
    var problems = RuleProblems()
    var model = SchemaModel()
    private var patterns: [RuleElement] = []
    private var phases: [(id: String, element: RuleElement)] = []
    /// Abstract patterns and rules by id.
    private var abstractPatterns: [String: RuleElement] = [:]
    var abstractRules: [String: RuleElement] = [:]
    var diagnostics: [String: RuleElement] = [:]
    private var expanded = 0
    /// What abstract patterns and rules may grow to, in elements.
    private static let mostExpanded = 50_000

    init(read: @escaping (String) -> [UInt8]?) {
        files = RuleFiles(read: read)
    }

    /// Reads the entry file and all that it includes.
    mutating func read(_ entry: String, phase: String?) {
        guard let root = files.entry(entry, &problems) else { return }
        guard root.name == "schema" else {
            problems.add(
                "The root element is no Schematron schema.",
                fix: "A rule file begins with <schema xmlns=\"\(RuleElement.schematron)\">.", at: root.place)
            return
        }
        checkBinding(of: root)
        model.version = root.attribute("schemaVersion")
        for child in files.children(of: root, &problems) { readTop(child) }
        let active = activePatterns(phase ?? root.attribute("defaultPhase") ?? "#ALL", isChosen: phase != nil, root)
        for pattern in patterns where active?.contains(pattern.attribute("id") ?? "") ?? true {
            guard pattern.attribute("abstract") != "true" else { continue }
            readPattern(pattern)
        }
    }

    /// The query bindings that this engine is: XPath 2.0.
    ///
    /// Files for later versions load as long as they use no more.
    private static let bindings: Set = ["xslt2", "xpath2", "xslt3", "xpath3", "xpath31"]

    private mutating func checkBinding(of root: RuleElement) {
        let binding = root.attribute("queryBinding")
        if let binding, Self.bindings.contains(binding.lowercased()) { return }
        problems.add(
            binding.map { "The query binding \u{201C}\($0)\u{201D} is not supported." }
                ?? "The schema names no query binding, which means XPath 1.0; that is not supported.",
            fix: "Expressions are XPath 2.0: queryBinding=\"xslt2\".", at: root.place)
    }

    // MARK: - Schema

    private mutating func readTop(_ child: RuleElement) {
        switch child.name {
        case "title": model.title = Self.normalized(child.element.text)
        case "ns":
            guard let prefix = child.attribute("prefix"), let uri = child.attribute("uri") else {
                problems.add("A ns needs a prefix and a uri.", at: child.place)
                return
            }
            model.namespaces.append((prefix, uri))
        case "let": if let one = readLet(child, .none) { model.lets.append(one) }
        case "pattern":
            patterns.append(child)
            guard child.attribute("abstract") == "true" else { return }
            register(child, in: \.abstractPatterns, "abstract pattern")
        case "phase":
            guard let id = child.attribute("id") else {
                problems.add("A phase has no id.", at: child.place)
                return
            }
            phases.append((id, child))
        case "diagnostics":
            for diagnostic in files.children(of: child, &problems) {
                guard diagnostic.name == "diagnostic" else {
                    refuse(diagnostic, in: "diagnostics")
                    continue
                }
                register(diagnostic, in: \.diagnostics, "diagnostic")
            }
        case "rules":
            for rule in files.children(of: child, &problems) {
                guard rule.name == "rule" else {
                    refuse(rule, in: "rules")
                    continue
                }
                register(rule, in: \.abstractRules, "abstract rule")
            }
        case "p", "properties": return
        default:
            if child.instruction == "function" { readFunction(child) } else { refuse(child, in: "schema") }
        }
    }

    private mutating func register(
        _ element: RuleElement, in list: WritableKeyPath<Self, [String: RuleElement]>, _ kind: String
    ) {
        guard let id = element.attribute("id") else {
            problems.add("A \(kind) has no id.", fix: "Give it one, so that it can be named.", at: element.place)
            return
        }
        if self[keyPath: list][id] != nil {
            problems.add("There are two elements \(kind) with the id \u{201C}\(id)\u{201D}.", at: element.place)
        }
        self[keyPath: list][id] = element
    }

    /// The ids of the patterns that a phase turns on; nil for all.
    private mutating func activePatterns(_ phase: String, isChosen: Bool, _ root: RuleElement) -> Set<String>? {
        guard phase != "#ALL" else { return nil }
        if phase == "#DEFAULT" {
            guard isChosen, let preset = root.attribute("defaultPhase"), preset != phase else { return nil }
            return activePatterns(preset, isChosen: false, root)
        }
        guard let element = phases.first(where: { $0.id == phase })?.element else {
            let known = phases.map(\.id).joined(separator: ", ")
            problems.add(
                "There is no phase \u{201C}\(phase)\u{201D}.",
                fix: known.isEmpty ? "The rule file has no phases; leave it out." : "Its phases are \(known), #ALL.",
                at: root.place)
            return nil
        }
        model.phase = phase
        var active: Set<String> = []
        let known = Set(patterns.compactMap { $0.attribute("id") })
        for child in files.children(of: element, &problems) {
            switch child.name {
            case "active":
                let id = child.attribute("pattern") ?? ""
                if !known.contains(id) {
                    problems.add("The phase names a pattern \u{201C}\(id)\u{201D} that there is not.", at: child.place)
                }
                active.insert(id)
            case "let": if let one = readLet(child, .none) { model.lets.append(one) }
            case "p": continue
            default: refuse(child, in: "phase")
            }
        }
        return active
    }

    // MARK: - Patterns

    private mutating func readPattern(_ element: RuleElement) {
        var pattern = PatternModel(id: element.attribute("id"))
        guard let base = element.attribute("is-a") else {
            fill(&pattern, from: element, .none)
            model.patterns.append(pattern)
            return
        }
        guard let abstract = abstractPatterns[base] else {
            problems.add(
                "There is no abstract pattern \u{201C}\(base)\u{201D}.", fix: "Correct is-a, or include its file.",
                at: element.place)
            return
        }
        var substitution = PatternSubstitution()
        for child in files.children(of: abstract, &problems) where child.name == "param" {
            substitution.add(child, &problems)
        }
        for child in files.children(of: element, &problems) {
            switch child.name {
            case "param": substitution.add(child, &problems)
            case "title": pattern.title = Self.normalized(child.element.text)
            case "p": continue
            default: refuse(child, in: "a pattern with is-a")
            }
        }
        fill(&pattern, from: abstract, substitution)
        model.patterns.append(pattern)
    }

    private mutating func fill(
        _ pattern: inout PatternModel, from element: RuleElement, _ substitution: PatternSubstitution
    ) {
        let children = files.children(of: element, &problems)
        // Abstract rules of a pattern are seen in it first.
        let outer = abstractRules
        defer { abstractRules = outer }
        for child in children where child.name == "rule" && child.attribute("abstract") == "true" {
            if let id = child.attribute("id") { abstractRules[id] = child }
        }
        for child in children {
            switch child.name {
            case "rule":
                guard child.attribute("abstract") != "true" else { continue }
                if let rule = readRule(child, substitution) { pattern.rules.append(rule) }
            case "let": if let one = readLet(child, substitution) { pattern.lets.append(one) }
            case "title": pattern.title = pattern.title ?? Self.normalized(child.element.text)
            case "p", "param": continue
            default:
                if child.instruction == "function" { readFunction(child) } else { refuse(child, in: "pattern") }
            }
        }
    }

    // MARK: - What all levels share

    mutating func readLet(_ element: RuleElement, _ substitution: PatternSubstitution) -> LetModel? {
        guard let name = element.attribute("name") else {
            problems.add("A let has no name.", at: element.place)
            return nil
        }
        guard let value = substitution.source(element, "value") else {
            problems.add(
                "The let \u{201C}\(name)\u{201D} has no value.",
                fix: "Write value=\"…\"; a value of elements is not supported.",
                at: element.place)
            return nil
        }
        return LetModel(name: name, value: value)
    }

    /// Reports an element that may not stand where it does; annotations of other namespaces may stand anywhere.
    mutating func refuse(_ element: RuleElement, in parent: String) {
        let name = element.element.name
        if element.name != nil {
            problems.add("The element \u{201C}\(name)\u{201D} is not known in \(parent).", at: element.place)
        } else if element.instruction != nil {
            problems.add(
                "The element \u{201C}xsl:\(name)\u{201D} is not supported in \(parent).",
                fix:
                    "Of transformations only xsl:function is, with xsl:param, xsl:variable, xsl:sequence, xsl:value-of, "
                    + "xsl:text, xsl:choose and xsl:if.",
                at: element.place)
        }
    }

    /// Counts elements that expansion makes, so that small files cannot grow without bound.
    mutating func mayExpand(_ count: Int, at element: RuleElement) -> Bool {
        if expanded <= Self.mostExpanded {
            expanded += count
            if expanded > Self.mostExpanded {
                problems.add(
                    "Abstract patterns and rules make more than \(Self.mostExpanded) elements.", at: element.place)
            }
        }
        return expanded <= Self.mostExpanded
    }

    /// White space as XPath normalises it.
    static func normalized(_ text: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 32 || byte == 10 || byte == 13 || byte == 9 }
        return text.utf8.split(whereSeparator: isSpace).map { String(Substring($0)) }.joined(separator: " ")
    }
}
