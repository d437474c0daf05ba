import CXML
import Diagnostics

/// Collects what libxml2 says during a validation and puts it into our words.
final class SchemaFindings {
    private let limit: Int
    private var findings: [Finding] = []
    private var isFull = false
    /// Positions among siblings that are known, so that many errors in a long list do not walk it again and again.
    private var positions: [Int: Int] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// The findings; never none for an invalid document.
    func result(isValid: Bool) -> [Finding] {
        if isFull {
            findings.append(
                Finding(
                    rule: "xsd.more", pointer: "", message: "There are more schema errors than the \(limit) listed.",
                    fix: "Correct these and validate again."))
        } else if !isValid && findings.isEmpty {
            findings.append(Finding(rule: "xsd", pointer: "", message: "The document does not follow its schema."))
        }
        return findings
    }

    func add(_ error: xmlError) {
        guard unsafe error.level.rawValue >= XML_ERR_ERROR.rawValue, !isFull else { return }
        guard findings.count < limit else {
            isFull = true
            return
        }
        let node = unsafe error.node?.assumingMemoryBound(to: xmlNode.self)
        let path = unsafe self.path(to: node)
        let raw = unsafe error.message.map { unsafe String(cString: $0) } ?? ""
        let words = unsafe Self.words(xmlParserErrors(rawValue: UInt32(bitPattern: error.code)), raw)
        // libxml2 tells a bad value twice: which restriction it breaks, and that it is not of its type.
        if words.rule == "cvc-datatype-valid.1", let last = findings.last, last.pointer == path,
            last.rule.hasSuffix("-valid") || last.rule == "cvc-complex-type.2.2"
        {
            return
        }
        var line = unsafe node.map { unsafe Int(xmlGetLineNo($0)) } ?? 0
        if line <= 0 { line = unsafe Int(error.line) }
        findings.append(
            Finding(
                rule: words.rule, pointer: path, place: line > 0 ? SourcePlace(line: line, column: nil) : nil,
                message: words.message, fix: words.fix))
    }

    // MARK: - Where

    /// The XPath of a node, in the form of `XMLElement.path`.
    private func path(to node: UnsafeMutablePointer<xmlNode>?) -> String {
        var steps: [String] = []
        var next = unsafe node
        while let here = unsafe next {
            let type = unsafe here.pointee.type
            guard type == XML_ELEMENT_NODE || type == XML_ATTRIBUTE_NODE else { break }
            let prefix = unsafe here.pointee.ns.flatMap { unsafe $0.pointee.prefix }
            let local = unsafe here.pointee.name.map { unsafe String(cString: $0) } ?? "*"
            let name = unsafe prefix.map { unsafe "\(String(cString: $0)):\(local)" } ?? local
            steps.append(type == XML_ATTRIBUTE_NODE ? "@\(name)" : unsafe name + position(of: here))
            unsafe next = here.pointee.parent
        }
        return steps.isEmpty ? "" : "/" + steps.reversed().joined(separator: "/")
    }

    private func position(of node: UnsafeMutablePointer<xmlNode>) -> String {
        func isSame(_ other: UnsafeMutablePointer<xmlNode>) -> Bool {
            // The parser keeps each name once, so equal names are one pointer.
            unsafe other.pointee.type == XML_ELEMENT_NODE && other.pointee.name == node.pointee.name
                && xmlStrEqual(other.pointee.ns?.pointee.href, node.pointee.ns?.pointee.href) != 0
        }
        var before = 0
        var sibling = unsafe node.pointee.prev
        while let here = unsafe sibling {
            if unsafe isSame(here) {
                if let known = positions[Int(bitPattern: here)] {
                    before += known
                    break
                }
                before += 1
            }
            unsafe sibling = here.pointee.prev
        }
        positions[Int(bitPattern: node)] = before + 1
        if before > 0 { return "[\(before + 1)]" }
        unsafe sibling = node.pointee.next
        while let here = unsafe sibling {
            if unsafe isSame(here) { return "[1]" }
            unsafe sibling = here.pointee.next
        }
        return ""
    }

    // MARK: - What

    private static func words(_ code: xmlParserErrors, _ raw: String) -> (rule: String, message: String, fix: String) {
        switch code {
        case XML_SCHEMAV_ELEMENT_CONTENT:
            let expected = expectation(in: raw)
            let fix = expected.isEmpty ? "Remove it, or check its name and namespace." : "Expected here: \(expected)."
            return raw.contains("Missing child element")
                ? ("cvc-complex-type.2.4", "Elements are missing at the end of this one.", fix)
                : ("cvc-complex-type.2.4", "This element is not expected here.", fix)
        case XML_SCHEMAV_CVC_ELT_1:
            return ("cvc-elt.1", "The schema does not know this root element.", "Check its name and namespace.")
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1, XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
            return (
                "cvc-complex-type.3.2", "The attribute \(attribute(in: raw))is not allowed on this element.",
                "Remove it."
            )
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
            return ("cvc-complex-type.4", "The attribute \(attribute(in: raw))is missing.", "Add it.")
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
            return (
                "cvc-complex-type.2.3", "Text stands between the elements.", "Remove it, or put it into an element."
            )
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
            return ("cvc-complex-type.2.1", "This element must be empty.", "Remove what is inside.")
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2, XML_SCHEMAV_CVC_TYPE_3_1_2:
            return ("cvc-complex-type.2.2", "This element may hold text only.", "Remove the elements inside.")
        case XML_SCHEMAV_CVC_TYPE_3_1_1:
            return ("cvc-type.3.1.1", "This element may have no attributes.", "Remove them.")
        case XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_2,
            XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3:
            return ("cvc-datatype-valid.1", "The value is not \(type(in: raw)).", "Write it as the type demands.")
        default: break
        }
        if let facet = facets[code.rawValue] {
            return (
                "cvc-\(facet)-valid", "The value breaks the \(facet) restriction of its type.", "Correct the value."
            )
        }
        return ("xsd", "The content does not follow the schema here.", "Compare it with the schema.")
    }

    private static let facets: [UInt32: String] = [
        XML_SCHEMAV_CVC_LENGTH_VALID.rawValue: "length", XML_SCHEMAV_CVC_MINLENGTH_VALID.rawValue: "minLength",
        XML_SCHEMAV_CVC_MAXLENGTH_VALID.rawValue: "maxLength",
        XML_SCHEMAV_CVC_MININCLUSIVE_VALID.rawValue: "minInclusive",
        XML_SCHEMAV_CVC_MAXINCLUSIVE_VALID.rawValue: "maxInclusive",
        XML_SCHEMAV_CVC_MINEXCLUSIVE_VALID.rawValue: "minExclusive",
        XML_SCHEMAV_CVC_MAXEXCLUSIVE_VALID.rawValue: "maxExclusive",
        XML_SCHEMAV_CVC_TOTALDIGITS_VALID.rawValue: "totalDigits",
        XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID.rawValue: "fractionDigits",
        XML_SCHEMAV_CVC_PATTERN_VALID.rawValue: "pattern", XML_SCHEMAV_CVC_ENUMERATION_VALID.rawValue: "enumeration",
    ]

    /// The names that libxml2 expected, without namespaces: `cbc` or `cac` is plain from the name in UBL.
    private static func expectation(in raw: String) -> String {
        guard let open = raw.lastIndex(of: "("), let close = raw.lastIndex(of: ")"), open < close else { return "" }
        let names = raw[raw.index(after: open)..<close].split(separator: ",").map { name in
            name.drop { $0 == " " }.prefix { $0 != " " }.split(separator: "}").last.map(String.init) ?? ""
        }
        return names.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The attribute's name in quotes and a space; attribute names are no content.
    private static func attribute(in raw: String) -> String {
        guard let start = raw.firstRange(of: "attribute '")?.upperBound, let end = raw[start...].firstIndex(of: "'")
        else { return "" }
        return "`\(raw[start..<end])` "
    }

    /// The type's name, behind the value, which is not quoted.
    private static func type(in raw: String) -> String {
        guard let range = raw.ranges(of: "type '").last, let end = raw[range.upperBound...].firstIndex(of: "'") else {
            return "of the right type"
        }
        return "of the type `\(raw[range.upperBound..<end].split(separator: "}").last ?? "")`"
    }
}
