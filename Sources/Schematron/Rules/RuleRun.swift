import Diagnostics
import XMLCore

/// The judgement of one document: one walk, in which every node meets the rules that its name may concern.
struct RuleRun {
    private let rules: CompiledRules
    private let document: XMLDocument
    private let limits: RuleLimits
    private let evaluation: XPathEvaluation
    private var locations: NodeLocations
    /// What happened, in the order of the walk; sorted by group at the end.
    private var fired: [Fired] = []
    private var outcomes: [RuleOutcome] = []
    /// The node that last matched in a group, so that later rules of the group leave it alone.
    private var taken: [Int32]
    private var isStopped = false
    private var limitErrors = 0
    /// A rule file whose every function runs into the limits ends early.
    private static let mostLimitErrors = 50

    /// A rule that found its context.
    struct Fired: Sendable {
        let group: Int32
        let rule: Int32
        /// Its outcomes, as a range.
        var start: Int32
        var end: Int32
    }

    init(_ rules: CompiledRules, on document: XMLDocument, limits: RuleLimits) {
        self.rules = rules
        self.document = document
        self.limits = limits
        var bounds = XPathLimits()
        bounds.steps = limits.steps
        bounds.depth = limits.depth
        evaluation = XPathEvaluation(rules.program, on: document, limits: bounds)
        locations = NodeLocations(document)
        taken = Array(repeating: .min, count: max(rules.patterns.count, rules.rules.count))
    }

    /// Judges the document.
    mutating func report() -> RuleReport {
        walk()
        let order = fired.indices.sorted { (fired[$0].group, $0) < (fired[$1].group, $1) }
        var sorted: [RuleOutcome] = []
        sorted.reserveCapacity(outcomes.count)
        var trace: [Fired] = []
        trace.reserveCapacity(fired.count)
        for index in order {
            var one = fired[index]
            let range = Int(one.start)..<Int(one.end)
            one.start = Int32(sorted.count)
            sorted += outcomes[range]
            one.end = Int32(sorted.count)
            trace.append(one)
        }
        return RuleReport(outcomes: sorted, trace: trace)
    }

    private mutating func walk() {
        let dispatch = rules.dispatch
        let names = document.names.map {
            ExpandedName(namespace: document.namespaces[Int($0.namespace)], local: $0.local)
        }
        let elements = names.map(dispatch.elements(named:))
        let attributes = dispatch.wantsAttributes ? names.map(dispatch.attributes(named:)) : []
        meet(dispatch.document, -1)
        for index in document.nodes.indices {
            guard !isStopped else { return }
            let record = document.nodes[index]
            switch record.kind {
            case .element:
                meet(elements[Int(record.name)], Int32(index))
                guard dispatch.wantsAttributes else { continue }
                for number in record.attributesStart..<record.attributesEnd {
                    meet(attributes[Int(document.attributes[Int(number)].name)], -2 - Int32(number))
                }
            case .text: meet(dispatch.text, Int32(index))
            case .comment: meet(dispatch.comment, Int32(index))
            case .processingInstruction: meet(dispatch.processingInstruction, Int32(index))
            }
        }
    }

    private mutating func meet(_ candidates: [RuleDispatch.Candidate], _ node: Int32) {
        for candidate in candidates where taken[Int(candidate.group)] != node {
            guard !isStopped else { return }
            if !candidate.branch.isDecidedByTarget {
                do throws(XPathError) {
                    guard try evaluation.matches(candidate.branch, node) else { continue }
                } catch {
                    fire(candidate, node, contextError: error)
                    continue
                }
            }
            taken[Int(candidate.group)] = node
            fire(candidate, node, contextError: nil)
        }
    }

    private mutating func fire(_ candidate: RuleDispatch.Candidate, _ node: Int32, contextError: XPathError?) {
        let start = Int32(outcomes.count)
        let rule = rules.rules[Int(candidate.rule)]
        evaluation.beginRule()
        for one in rule.lets { evaluation.bind(local: one.slot, to: one.value, at: node) }
        for check in rule.checks where !isStopped {
            let kind: RuleOutcome.Kind
            do throws(XPathError) {
                if let contextError { throw contextError }
                guard try evaluation.boolean(check.expression, at: node) == check.isReport else { continue }
                kind = check.isReport ? .successfulReport : .failedAssert
            } catch {
                kind = .error(error.rawValue)
                noteLimit(error)
            }
            add(check, of: rule, kind, node)
        }
        fired.append(
            Fired(group: candidate.group, rule: candidate.rule, start: start, end: Int32(outcomes.count)))
    }

    private mutating func add(
        _ check: CompiledRules.Check, of rule: CompiledRules.Rule, _ kind: RuleOutcome.Kind, _ node: Int32
    ) {
        let pattern = rules.patterns[rule.pattern]
        var outcome = RuleOutcome(
            kind: kind, id: check.id, flag: check.flag, role: check.role, pattern: pattern.id ?? pattern.title,
            ruleContext: rule.context, test: check.test, message: message(check.message, node),
            location: locations.path(of: node), place: locations.place(of: node))
        outcome.diagnostics = check.diagnostics.map { RuleDiagnostic(id: $0.id, message: message($0.message, node)) }
        outcomes.append(outcome)
        if outcomes.count >= limits.outcomes {
            isStopped = true
            outcomes[outcomes.count - 1] = outcome.ended(by: .limit)
        }
    }

    /// The text of a message; what cannot be looked up is an ellipsis.
    private func message(_ pieces: [CompiledRules.Piece], _ node: Int32) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let words): text += words
            case .value(let expression):
                do throws(XPathError) {
                    text += try evaluation.string(expression, at: node)
                } catch {
                    text += "\u{2026}"
                }
            }
        }
        return SchemaReader.normalized(text)
    }

    private mutating func noteLimit(_ error: XPathError) {
        guard error == .limit else { return }
        limitErrors += 1
        if limitErrors >= Self.mostLimitErrors { isStopped = true }
    }
}
