import Diagnostics
import InvoiceModel
import Schematron
import UBL
import XMLCore

/// Judges e-invoices: by their schema, by the rules of their specification, and by computing their sums again.
///
/// Everything that it needs is compiled once; share one validator between all threads.
final class DocumentValidator: Sendable {
    private let schemas: UBLValidator
    private let library: RuleLibrary
    private let catalogue: RuleCatalogue

    /// Takes what is shared with the other tools of the process; nothing is compiled yet.
    init(schemas: UBLValidator, file: @escaping @Sendable (String) -> [UInt8]?) {
        self.schemas = schemas
        library = RuleLibrary(file: file)
        catalogue = RuleCatalogue(file: file)
    }

    /// Judges a document.
    ///
    /// Rules are asked even where the schema is broken, because they say more about what is wrong; what they cannot
    /// decide then makes the verdict undecided, never valid.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - options: Other rules than the bundled ones, and the language of advice.
    /// - Returns: Everything that was found.
    /// - Throws: What is wrong with the rule files or with the program's own data; never for what the document says.
    func validation(of document: XMLDocument, _ options: ValidationOptions) throws(ToolkitError) -> Validation {
        var validation = Validation()
        let schema = try schemas.report(on: document)
        for finding in schema.findings {
            validation.failures.append(.init(finding, location: finding.pointer, pointer: nil, terms: []))
        }
        let isUBL = !schema.findings.contains { $0.rule == UBLValidator.rootRule }
        let sets =
            if !options.rules.isEmpty {
                try options.rules.map { file throws(ToolkitError) in try file.rules() }
            } else if isUBL {
                try library.rules(for: ProfileName(ofUBL: document))
            } else {
                [RuleSet]()
            }
        for rules in sets { try judge(document, by: rules, options.language, into: &validation) }
        if options.rules.isEmpty, isUBL, schema.isAcceptable {
            try recompute(document, options.language, into: &validation)
        }
        return validation
    }

    /// What was found in input in JSON before there was any XML; the advice is the decoder's own.
    func validation(
        ofInput findings: [Finding], _ language: ExplanationLanguage
    ) throws(ToolkitError) -> Validation {
        var validation = Validation()
        for finding in findings {
            let explanation = try finding.term.flatMap { term throws(ToolkitError) in
                try catalogue.explanation(of: "", message: term, language: language)
            }
            validation.failures.append(
                .init(finding, location: finding.pointer, pointer: finding.pointer, terms: explanation?.terms ?? []))
        }
        return validation
    }

    /// What the rules say against a document that this program wrote.
    ///
    /// - Parameters:
    ///   - document: The XML, which its schema accepts.
    ///   - profile: The specification that it follows.
    /// - Returns: What EN 16931 says, and what the specification says beyond it.
    /// - Throws: What is wrong with the program's own data.
    func failures(
        of document: XMLDocument, following profile: ProfileName
    ) throws(ToolkitError) -> (norm: [Validation.Failure], beyond: [Validation.Failure]) {
        var norm = Validation()
        try judge(document, by: library.rules(.norm), .english, into: &norm)
        guard let name = RuleLibrary.Name(beyondNormIn: profile) else { return (norm.failures, []) }
        var beyond = Validation()
        try judge(document, by: library.rules(name), .english, into: &beyond)
        return (norm.failures, beyond.failures)
    }

    private func judge(
        _ document: XMLDocument, by rules: RuleSet, _ language: ExplanationLanguage, into validation: inout Validation
    ) throws(ToolkitError) {
        let report = rules.verdict(on: document)
        validation.parts.append((rules, report))
        for outcome in report.outcomes {
            let explanation = try catalogue.explanation(
                of: outcome.id ?? "", message: outcome.message,
                element: RuleCatalogue.element(of: outcome.test, at: outcome.location), language: language)
            validation.failures.append(.init(outcome, explanation))
        }
    }

    private func recompute(
        _ document: XMLDocument, _ language: ExplanationLanguage, into validation: inout Validation
    ) throws(ToolkitError) {
        for discrepancy in UBLTotals(of: document).discrepancies {
            let finding = discrepancy.finding
            let explanation = try catalogue.explanation(
                of: finding.rule, message: finding.term ?? "", computed: discrepancy.computed, language: language)
            validation.failures.append(
                .init(
                    finding, location: finding.pointer, pointer: nil, terms: explanation?.terms ?? [],
                    fix: explanation?.fix))
        }
    }
}
