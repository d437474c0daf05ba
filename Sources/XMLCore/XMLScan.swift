import Diagnostics
import Glibc

/// The pass over the bytes that enforces `XMLLimits` and refuses document types, before libxml2 sees the document.
///
/// It follows the markup only as far as that needs. At the first thing that cannot be XML it stops without a word:
/// up to there it has seen the document as libxml2 will, and libxml2 stops there with a proper error.
struct XMLScan {
    let limits: XMLLimits
    private var depth = 0
    private var namespacesInScope = 0
    /// For each open element, how many namespaces it declares.
    private var declared: [Int] = []

    /// Checks one document in UTF-8.
    ///
    /// - Throws: `xml.hasDTD`, `xml.tooDeep`, `xml.tooManyAttributes`, each with its place.
    static func check(_ bytes: [UInt8], limits: XMLLimits) throws(ToolkitError) {
        var scan = XMLScan(limits: limits)
        let stop = unsafe bytes.withUnsafeBufferPointer { unsafe scan.run($0) }
        guard let stop else { return }
        throw stop.error(at: SourcePlace(of: stop.offset, in: bytes), limits: limits)
    }

    private init(limits: XMLLimits) {
        self.limits = limits
    }

    /// Why and where the scan refuses a document.
    struct Stop {
        enum Reason { case documentType, depth, attributes, namespaces }
        let reason: Reason
        let offset: Int

        func error(at place: SourcePlace, limits: XMLLimits) -> ToolkitError {
            switch reason {
            case .documentType:
                return ToolkitError(
                    .xmlHasDTD, "The document declares a document type (DOCTYPE), which is never read.",
                    fix: "Remove the DOCTYPE declaration; write special characters directly or as &#…; references.",
                    place: place)
            case .depth:
                return ToolkitError(
                    .xmlTooDeep, "Elements are nested deeper than \(limits.depth) levels.",
                    fix: "Check the program that wrote the document; no invoice nests like this.", place: place)
            case .attributes:
                return ToolkitError(
                    .xmlTooManyAttributes, "An element has more than \(limits.attributes) attributes.",
                    fix: "Check the program that wrote the document.", place: place)
            case .namespaces:
                return ToolkitError(
                    .xmlTooManyAttributes, "More than \(limits.namespaces) namespace declarations are in scope.",
                    fix: "Declare each namespace once, on the root element.", place: place)
            }
        }
    }

    private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) -> Stop? {
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        /// Where `byte` stands at or after `from`; nil at the end.
        func find(_ byte: UInt8, from: Int) -> Int? {
            guard from < count, let hit = unsafe memchr(base + from, CInt(byte), count - from) else { return nil }
            return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        }
        /// The position behind the next occurrence of `text` that starts at or after `from`, such as `?>`.
        func end(_ text: StaticString, from: Int) -> Int? {
            let length = text.utf8CodeUnitCount
            var from = from
            while let hit = find(unsafe text.utf8Start[0], from: from) {
                guard hit + length <= count else { return nil }
                if unsafe memcmp(base + hit, text.utf8Start, length) == 0 { return hit + length }
                from = hit + 1
            }
            return nil
        }
        func starts(_ text: StaticString, at: Int) -> Bool {
            let length = text.utf8CodeUnitCount
            return unsafe at + length <= count && memcmp(base + at, text.utf8Start, length) == 0
        }

        var position = 0
        while let open = find(UInt8(ascii: "<"), from: position) {
            guard open + 1 < count else { return nil }
            switch unsafe bytes[open + 1] {
            case UInt8(ascii: "!"):
                if starts("<!--", at: open) {
                    guard let next = end("-->", from: open + 4) else { return nil }
                    position = next
                } else if starts("<![CDATA[", at: open) {
                    guard let next = end("]]>", from: open + 9) else { return nil }
                    position = next
                } else {
                    guard starts("<!DOCTYPE", at: open) else { return nil }
                    return Stop(reason: .documentType, offset: open)
                }
            case UInt8(ascii: "?"):
                guard let next = end("?>", from: open + 2) else { return nil }
                position = next
            case UInt8(ascii: "/"):
                guard let close = find(UInt8(ascii: ">"), from: open), let namespaces = declared.popLast() else {
                    return nil
                }
                namespacesInScope -= namespaces
                depth -= 1
                position = close + 1
            default:
                var attributes = 0
                var namespaces = 0
                var index = open + 1
                tag: while true {
                    guard index < count else { return nil }
                    switch unsafe bytes[index] {
                    case UInt8(ascii: ">"): break tag
                    case UInt8(ascii: "<"): return nil
                    case UInt8(ascii: "\""), UInt8(ascii: "'"):
                        attributes += 1
                        if attributes > limits.attributes { return Stop(reason: .attributes, offset: open) }
                        guard let close = unsafe find(bytes[index], from: index + 1) else { return nil }
                        index = close
                    case UInt8(ascii: "x") where unsafe bytes[index - 1] <= 0x20 && starts("xmlns", at: index):
                        namespaces += 1
                    default: break
                    }
                    index += 1
                }
                if depth + 1 > limits.depth { return Stop(reason: .depth, offset: open) }
                if namespacesInScope + namespaces > limits.namespaces { return Stop(reason: .namespaces, offset: open) }
                if unsafe bytes[index - 1] != UInt8(ascii: "/") {
                    depth += 1
                    namespacesInScope += namespaces
                    declared.append(namespaces)
                }
                position = index + 1
            }
        }
        return nil
    }
}
