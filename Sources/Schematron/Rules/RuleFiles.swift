import Diagnostics
import XMLCore

/// An element of a rule file, with the file and with how it came in.
struct RuleElement {
    let element: XMLElement
    /// The path of the file relative to the entry file's folder.
    let file: String
    /// The files that are being included on the way here, the entry file first.
    let trail: [String]

    static let schematron = "http://purl.oclc.org/dsdl/schematron"
    static let transform = "http://www.w3.org/1999/XSL/Transform"

    /// The local name, if the element is Schematron's.
    var name: String? { element.namespace == Self.schematron ? element.name : nil }

    /// The local name, if the element is a transformation's.
    var instruction: String? { element.namespace == Self.transform ? element.name : nil }

    /// The element's place, with its file.
    var place: SourcePlace {
        var place = element.place
        place.file = file
        return place
    }

    func attribute(_ name: String) -> String? { element.attribute(name) }

    /// An element of the same file.
    func with(_ element: XMLElement) -> RuleElement { RuleElement(element: element, file: file, trail: trail) }
}

/// The files of a rule set, read through the caller and parsed once each.
struct RuleFiles {
    private let read: (String) -> [UInt8]?
    private var documents: [String: XMLDocument] = [:]
    private var bytes = 0
    private static let mostFiles = 500
    private static let mostBytes = 64 << 20
    private static let deepestInclusion = 20

    init(read: @escaping (String) -> [UInt8]?) {
        self.read = read
    }

    /// The root element of the entry file.
    mutating func entry(_ path: String, _ problems: inout RuleProblems) -> RuleElement? {
        guard let document = document(path, from: nil, &problems) else { return nil }
        return RuleElement(element: document.root, file: path, trail: [path])
    }

    /// The children of an element; an `include` is replaced by what it includes.
    mutating func children(of parent: RuleElement, _ problems: inout RuleProblems) -> [RuleElement] {
        var children: [RuleElement] = []
        for element in parent.element.elements {
            let child = parent.with(element)
            guard child.name == "include" else {
                children.append(child)
                continue
            }
            if let included = included(by: child, &problems) { children.append(included) }
        }
        return children
    }

    /// What an `include` or an `extends` with `href` brings in: the root of a file, or the element of an id.
    mutating func included(by include: RuleElement, _ problems: inout RuleProblems) -> RuleElement? {
        guard let reference = include.attribute("href") else {
            problems.add("An include has no href.", fix: "Name the file: href=\"…\".", at: include.place)
            return nil
        }
        let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.resolve(String(parts[0]), from: include.file) else {
            problems.add(
                "The include \u{201C}\(reference)\u{201D} leads out of the rule file's folder.",
                fix: "Put the file into the folder of the entry file or below it, and name it by a relative path.",
                at: include.place)
            return nil
        }
        guard !include.trail.contains(path) || parts.count == 2, include.trail.count <= Self.deepestInclusion else {
            problems.add(
                "The file \u{201C}\(path)\u{201D} includes itself, by way of \(include.trail.joined(separator: ", ")).",
                fix: "Take the include out.", at: include.place)
            return nil
        }
        guard let document = document(path, from: include, &problems) else { return nil }
        let trail = include.trail + [path]
        guard parts.count == 2 else { return RuleElement(element: document.root, file: path, trail: trail) }
        guard let element = Self.element(withID: String(parts[1]), in: document.root) else {
            problems.add(
                "The file \u{201C}\(path)\u{201D} has no element with the id \u{201C}\(parts[1])\u{201D}.",
                fix: "Correct the part behind #.", at: include.place)
            return nil
        }
        return RuleElement(element: element, file: path, trail: trail)
    }

    private mutating func document(
        _ path: String, from include: RuleElement?, _ problems: inout RuleProblems
    ) -> XMLDocument? {
        if let known = documents[path] { return known }
        guard let content = read(path) else {
            problems.add(
                "There is no rule file \u{201C}\(path)\u{201D}.", fix: "Check the path.", at: include?.place,
                code: "rules.missing")
            return nil
        }
        bytes += content.count
        guard documents.count < Self.mostFiles, bytes <= Self.mostBytes else {
            problems.add("The rule files are too many or too large.", at: include?.place)
            return nil
        }
        do throws(ToolkitError) {
            let document = try XMLDocument(parsing: content)
            documents[path] = document
            return document
        } catch {
            var place = error.place ?? SourcePlace(line: 1, column: 1)
            place.file = path
            problems.add("The rule file cannot be read: \(error.message)", fix: error.fix, at: place)
            return nil
        }
    }

    /// The path that a reference means; nil where it leads out of the folder, or is no relative path.
    static func resolve(_ reference: String, from file: String) -> String? {
        guard !reference.isEmpty else { return file }
        guard !reference.hasPrefix("/"), !reference.contains(":"), !reference.contains("\\"),
            !reference.contains("\0")
        else { return nil }
        var steps = file.split(separator: "/").dropLast().map(String.init)
        for step in reference.replacing("%20", with: " ").split(separator: "/") {
            switch step {
            case ".": continue
            case "..":
                guard steps.popLast() != nil else { return nil }
            default: steps.append(String(step))
            }
        }
        return steps.joined(separator: "/")
    }

    private static func element(withID id: String, in root: XMLElement) -> XMLElement? {
        var open = [root]
        while let element = open.popLast() {
            if element.attribute("id") == id { return element }
            open += element.elements.reversed()
        }
        return nil
    }
}
