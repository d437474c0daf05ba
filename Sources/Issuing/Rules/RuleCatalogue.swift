import BundledFiles
public import Diagnostics
import XMLCore

/// What the rules of EN 16931 are about, and what a person does when one is broken, in the languages of our users.
///
/// Data, not code: `schemas/pechat/explanations/rules.xml` gives each rule its terms and the advice that fits, one file
/// per language has the words. Nothing is read before something failed; share one catalogue between all threads.
public final class RuleCatalogue: Sendable {
    private let preparedTopics: Prepared<[String: RuleTopic]>
    private let wordings: PreparedByName<ExplanationLanguage, RuleWording>

    /// Takes the files from a caller.
    ///
    /// - Parameter file: Gives the bytes of a path such as `schemas/pechat/explanations/en.xml`; nil where there is none.
    public init(file: @escaping @Sendable (String) -> [UInt8]?) {
        preparedTopics = Prepared { () throws(ToolkitError) in try RuleTopic.all(in: Self.root(of: "rules", file)) }
        wordings = PreparedByName { language throws(ToolkitError) in
            RuleWording(try Self.root(of: language.rawValue, file))
        }
    }

    /// A catalogue with the files that are compiled into the program.
    public static func bundled() -> RuleCatalogue { RuleCatalogue { BundledFiles.contents(of: $0) } }

    /// Explains a rule.
    ///
    /// A rule that the catalogue does not know, of Peppol or a country, is explained by the terms that its message
    /// names, and without a fix of ours.
    ///
    /// - Parameters:
    ///   - id: The rule, such as `BR-CO-10`.
    ///   - message: What the rule file says; terms such as `BT-10` in it are named.
    ///   - element: What the rule is about where the rule alone does not tell; see `element(of:at:)`.
    ///   - computed: The right figure, for the rules that tell one.
    ///   - language: The language of the names and the fix.
    /// - Returns: Nil where nothing can be said.
    /// - Throws: `bundle.incomplete`, `xml.*`: the data of the program are damaged.
    public func explanation(
        of id: String, message: String = "", element: String? = nil, computed: String? = nil,
        language: ExplanationLanguage
    ) throws(ToolkitError) -> RuleExplanation? {
        let topic = try topic(of: id)
        let terms = topic.map { $0.terms.isEmpty ? Self.terms(in: message) : $0.terms } ?? Self.terms(in: message)
        guard topic != nil || !terms.isEmpty else { return nil }
        let wording = try wordings.get(language)
        let named = terms.compactMap { id in wording.terms[id].map { RuleExplanation.Term(id: id, name: $0) } }
        guard let topic, let fix = wording.fixes[topic.fix] else { return RuleExplanation(terms: named, fix: "") }
        let values = [
            "terms": named.map(\.name).joined(separator: ", "),
            "category": topic.category.map { wording.categories[$0] ?? $0 } ?? "",
            "element": element ?? id, "computed": computed ?? "",
        ]
        return RuleExplanation(terms: named, fix: Self.filled(fix, values))
    }

    /// The rules that have a row of their own, sorted; a test compares them with rule files.
    public func ids() throws(ToolkitError) -> [String] { try preparedTopics.get().keys.sorted() }

    private func topic(of id: String) throws(ToolkitError) -> RuleTopic? {
        let topics = try preparedTopics.get()
        if let topic = topics[id] { return topic }
        // UBL-CR-001 to UBL-CR-682 say the same of one element each.
        guard let dash = id.lastIndex(of: "-"), id.hasPrefix("UBL-") else { return nil }
        return topics[String(id[..<dash])]
    }

    private static func root(of name: String, _ file: (String) -> [UInt8]?) throws(ToolkitError) -> XMLElement {
        let path = "schemas/pechat/explanations/\(name).xml"
        guard let bytes = file(path) else {
            throw ToolkitError(.bundleIncomplete, "The program lacks a file that belongs to it.", facts: ["path": path])
        }
        return try XMLDocument(parsing: bytes).root
    }

    // MARK: - Reading messages and tests

    /// The terms that a text names, such as `BT-31` and `BG-5`, each once, in its order.
    static func terms(in text: String) -> [String] {
        var result: [String] = []
        for word in text.split(whereSeparator: { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" }) {
            let parts = word.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count >= 2, parts[0] == "BT" || parts[0] == "BG", Int(parts[1]) != nil else { continue }
            let term = "\(parts[0])-\(parts[1])"
            if !result.contains(term) { result.append(term) }
        }
        return result
    }

    /// What a rule that forbids something is about: the path in its test, else the place where it failed.
    ///
    /// - Parameters:
    ///   - test: The test as written, such as `not(cac:OrderReference/cbc:IssueTime)`.
    ///   - location: The XPath of the node.
    /// - Returns: A path such as `cac:OrderReference/cbc:IssueTime`, or the last step of the place.
    public static func element(of test: String, at location: String) -> String? {
        let isPath: (Character) -> Bool = {
            $0.isASCII && ($0.isLetter || $0.isNumber) || ":/@_-.".contains($0)
        }
        let paths = test.split { !isPath($0) }.filter { $0.contains(":") || $0.contains("@") }
        if let longest = paths.max(by: { $0.utf8.count < $1.utf8.count }) {
            return String(longest.drop { $0 == "/" })
        }
        let step = location.split(separator: "/").last?.split(separator: "[").first
        return step.map(String.init)
    }

    private static func filled(_ text: String, _ values: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open] + (values[String(rest[rest.index(after: open)..<close])] ?? "")
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

/// What there is to say about a broken rule.
public struct RuleExplanation: Sendable, Hashable {
    /// A term of EN 16931-1 with its name.
    public struct Term: Sendable, Hashable {
        /// `BT-1` to `BT-165`, `BG-1` to `BG-32`.
        public let id: String
        /// What the standard, or its users, call it.
        public let name: String
    }

    /// What the rule is about, the most telling term first.
    public let terms: [Term]
    /// What to do, in one or two sentences without technical words; empty where there is no advice.
    public let fix: String
}

/// A row of `rules.xml`.
private struct RuleTopic: Sendable {
    let terms: [String]
    let category: String?
    let fix: String

    static func all(in root: XMLElement) -> [String: RuleTopic] {
        var result: [String: RuleTopic] = [:]
        for element in root.elements {
            guard let id = element.attribute("id"), let fix = element.attribute("fix") else { continue }
            let terms = (element.attribute("terms") ?? "").split(separator: " ").map(String.init)
            result[id] = RuleTopic(terms: terms, category: element.attribute("category"), fix: fix)
        }
        return result
    }
}

/// The words of one language.
private struct RuleWording: Sendable {
    private(set) var terms: [String: String] = [:]
    private(set) var categories: [String: String] = [:]
    private(set) var fixes: [String: String] = [:]

    init(_ root: XMLElement) {
        for element in root.elements {
            let text = element.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            switch element.name {
            case "term": terms[element.attribute("id") ?? ""] = text
            case "category": categories[element.attribute("code") ?? ""] = text
            case "fix": fixes[element.attribute("id") ?? ""] = text
            default: break
            }
        }
    }
}
