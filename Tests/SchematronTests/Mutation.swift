import XMLCore

@testable import Schematron

/// Documents with one thing changed, at every element and attribute.
enum Mutation: String, CaseIterable, Sendable {
    /// An element or attribute is taken out.
    case delete
    /// An element stands twice.
    case duplicate
    /// The content of an element or attribute is taken out.
    case empty
    /// A code, or any short word, becomes another.
    case code
    /// An amount becomes another, with more digits than it may have.
    case amount
    /// An amount changes its sign.
    case sign
    /// A text has white space around it.
    case space

    /// All mutants of a document, in a fixed order; each with its name.
    static func all(of bytes: [UInt8]) throws -> [(name: String, xml: [UInt8])] {
        let document = try XMLDocument(parsing: bytes)
        var mutants: [(String, [UInt8])] = []
        var open = document.root.elements
        while let element = open.popLast() {
            open += element.elements
            let range = element.range
            let source = Array(document.bytes[range])
            for mutation in allCases {
                if let changed = mutation.change(element, source, document.bytes) {
                    mutants.append(("\(mutation) \(element.path)", splice(document.bytes, range, changed)))
                }
            }
            for attribute in element.attributes where attribute.prefix == nil {
                guard let value = RuleSource.value(of: attribute.name, in: document.bytes[range]) else { continue }
                let name = "\(element.path)/@\(attribute.name)"
                let start = value.lowerBound - attribute.name.utf8.count - 2
                mutants.append(("delete \(name)", splice(document.bytes, start..<value.upperBound + 1, [])))
                mutants.append(("empty \(name)", splice(document.bytes, value, [])))
                mutants.append(("code \(name)", splice(document.bytes, value, Array("ZZ9".utf8))))
            }
        }
        return mutants
    }

    private func change(_ element: XMLElement, _ source: [UInt8], _ bytes: [UInt8]) -> [UInt8]? {
        let text = element.elements.isEmpty ? element.text : ""
        let isNumber = !text.isEmpty && text.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" }
        switch self {
        case .delete: return []
        case .duplicate: return source + source
        case .empty: return Self.with("", in: element, bytes)
        case .code: return text.isEmpty || text.count > 12 ? nil : Self.with("ZZ9", in: element, bytes)
        case .amount:
            return isNumber ? Self.with(text.contains(".") ? text + "15" : text + ".155", in: element, bytes) : nil
        case .sign: return isNumber ? Self.with("-" + text, in: element, bytes) : nil
        case .space: return text.isEmpty || !isNumber ? nil : Self.with(" \n \(text) ", in: element, bytes)
        }
    }

    private static func with(_ content: String, in element: XMLElement, _ bytes: [UInt8]) -> [UInt8]? {
        guard let inside = element.contentRange else { return nil }
        return Array(bytes[element.range.lowerBound..<inside.lowerBound]) + Array(content.utf8)
            + Array(bytes[inside.upperBound..<element.range.upperBound])
    }

    private static func splice(_ bytes: [UInt8], _ range: Range<Int>, _ changed: [UInt8]) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + changed + Array(bytes[range.upperBound...])
    }
}
