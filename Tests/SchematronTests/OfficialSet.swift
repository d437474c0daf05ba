import Diagnostics
import Foundation
import TestSupport
import XMLCore

@testable import Schematron

/// CEN's official rule file, loaded once; tests that use it say `.needsSharedFolder`.
enum OfficialSet {
    static let folder = "vectors/rules/cen"
    static let entry = "EN16931-UBL-validation.sch"
    static let loaded = Result { try RuleSet(entry: entry) { try? SharedFolder.bytes("\(folder)/\($0)") } }

    static func rules() throws -> RuleSet { try loaded.get() }

    /// The documents of a folder of examples.
    static func examples(_ folder: String) throws -> [(name: String, xml: [UInt8])] {
        try SharedFolder.names(in: "vectors/rules/\(folder)").map {
            ($0, try SharedFolder.bytes("vectors/rules/\(folder)/\($0)"))
        }
    }

    /// The ids that fail, each as often as it does, sorted.
    static func failed(_ report: RuleReport) -> [String] {
        report.outcomes.filter { !$0.isError }.map { $0.id ?? "-" }.sorted()
    }
}

/// A case of a VEFA test set: a document, and what the set says about one rule.
struct UnitCase: Sendable {
    enum Expectation: String, Sendable { case success, warning, error }
    let name: String
    let id: String
    let expectation: Expectation
    /// How often the rule fails, where the set says so.
    let number: Int?
    let xml: [UInt8]

    private static let namespace = "http://difi.no/xsd/vefa/validator/1.0"

    /// All cases of a folder of test sets.
    static func all(in folder: String) throws -> [UnitCase] {
        var cases: [UnitCase] = []
        for group in SharedFolder.names(in: folder) {
            for file in SharedFolder.names(in: "\(folder)/\(group)") {
                let document = try XMLDocument(parsing: try SharedFolder.bytes("\(folder)/\(group)/\(file)"))
                for (number, test) in document.root.all("test", namespace: namespace).enumerated() {
                    guard let tested = test.elements.first(where: { $0.namespace != namespace }) else { continue }
                    for said in test.first("assert", namespace: namespace)?.elements ?? [] {
                        guard let expectation = Expectation(rawValue: said.name) else { continue }
                        cases.append(
                            UnitCase(
                                name: "\(group)/\(file)#\(number + 1)", id: SchemaReader.normalized(said.text),
                                expectation: expectation, number: said.attribute("number").flatMap { Int($0) },
                                xml: Array(document.bytes[tested.range])))
                    }
                }
            }
        }
        return cases
    }

    /// What is wrong with a report, if the case is right; nil for nothing.
    func fault(in report: RuleReport) -> String? {
        let own = report.outcomes.filter { $0.id == id }
        if own.contains(where: \.isError) { return "\(name): \(id) ended in an error" }
        switch expectation {
        case .success: return own.isEmpty ? nil : "\(name): \(id) must not fail"
        case .warning, .error:
            if own.isEmpty { return "\(name): \(id) must fail" }
            if let number, number != own.count { return "\(name): \(id) failed \(own.count) times, not \(number)" }
            let isWarning = own.allSatisfy { $0.flag == "warning" }
            return isWarning == (expectation == .warning) ? nil : "\(name): \(id) has another weight"
        }
    }
}

/// Saxon as the judge of many documents, through a stylesheet that is made from the same rule file.
struct SaxonJudge {
    enum Answer: Equatable {
        case failed([String])
        /// A dynamic error ended the transformation.
        case aborted
    }

    private static let script = """
        import sys, json
        from saxonche import PySaxonProcessor
        with PySaxonProcessor(license=False) as saxon:
            sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
            for line in open(sys.argv[2], encoding='utf-8'):
                try:
                    result = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=json.loads(line)))
                    assert 'DONE' in result
                    print(' '.join(sorted(l.split('|')[0] or '-' for l in result.split('\\n') if '|' in l)))
                except Exception as error: print('ABORTED', str(error)[:80].replace('\\n', ' '))
        """

    /// Judges documents.
    ///
    /// - Parameters:
    ///   - documents: Their texts, without an XML declaration of another encoding than UTF-8.
    ///   - rules: The path of a rule file without includes from other folders.
    /// - Returns: An answer for each document.
    /// - Throws: `Failure` where the judge could not do its work.
    static func answers(on documents: [[UInt8]], rules: String) throws -> [Answer] {
        try Tool.withTemporaryFolder { folder in
            let sheet = try Tool.run("python3", [SharedFolder.path("tools/sch2xslt.py"), rules])
            guard sheet.status == 0 else { throw Failure(message: sheet.errors) }
            try Data(sheet.output.utf8).write(to: URL(fileURLWithPath: "\(folder)/rules.xsl"))
            var lines = Data()
            for document in documents {
                lines += try JSONEncoder().encode(String(decoding: document, as: UTF8.self))
                lines.append(10)
            }
            try lines.write(to: URL(fileURLWithPath: "\(folder)/documents"))
            let said = try Tool.python(script, ["\(folder)/rules.xsl", "\(folder)/documents"])
            let answers = said.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            guard answers.count == documents.count else { throw Failure(message: String(said.errors.prefix(500))) }
            return answers.map { line in
                line.hasPrefix("ABORTED") ? .aborted : .failed(line.split(separator: " ").map(String.init))
            }
        }
    }

    struct Failure: Error { let message: String }
}
