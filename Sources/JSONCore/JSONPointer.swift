public import Diagnostics

/// RFC 6901 pointers: from a value to its pointer and back.
public enum JSONPointer: Sendable {
    /// One part of a pointer with `~` and `/` escaped.
    public static func escaped(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return part }
        var result = ""
        for scalar in part.unicodeScalars {
            switch scalar {
            case "~": result += "~0"
            case "/": result += "~1"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The parts of a pointer with escapes resolved; nil for text that is no pointer.
    public static func parts(of pointer: String) -> [String]? {
        guard !pointer.isEmpty else { return [] }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        var parts: [String] = []
        for raw in pointer.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            var part: [UInt8] = []
            var isTilde = false
            for byte in raw {
                if isTilde {
                    guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else { return nil }
                    part.append(byte == UInt8(ascii: "0") ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                    isTilde = false
                } else if byte == UInt8(ascii: "~") {
                    isTilde = true
                } else {
                    part.append(byte)
                }
            }
            guard !isTilde else { return nil }
            parts.append(String(decoding: part, as: UTF8.self))
        }
        return parts
    }

    /// The array index that a part names: digits without a surplus zero.
    static func position(_ part: String) -> Int? {
        guard let first = part.utf8.first, part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return first == UInt8(ascii: "0") && part.utf8.count > 1 ? nil : Int(part)
    }
}

extension JSONValue {
    /// The RFC 6901 pointer of the value, found by descending from the root.
    public var pointer: String {
        var result = document.origin?.pointer ?? ""
        var current = document.root
        while current.index < index {
            if current.node.kind == .object {
                guard let member = current.members.first(where: { index < Int($0.value.node.next) }) else { break }
                result += "/" + JSONPointer.escaped(member.key.string ?? "")
                if member.key.index == index { break }
                current = member.value
            } else {
                var position = 0
                for element in current.elements {
                    if index < Int(element.node.next) {
                        result += "/\(position)"
                        current = element
                        break
                    }
                    position += 1
                }
            }
        }
        return result
    }
}

extension JSONDocument {
    /// The value that a pointer names; nil where there is none.
    public func value(at pointer: String) -> JSONValue? {
        var finder = PointerFinder(self)
        let found = finder.nearest(to: pointer)
        return found.isExact ? found.value : nil
    }

    /// The places of many pointers; a pointer to something that is missing gets the place of what should hold it.
    ///
    /// - Parameter pointers: RFC 6901 pointers, such as those of findings.
    /// - Returns: One place for each pointer, in the same order.
    public func places(ofPointers pointers: [String]) -> [SourcePlace] {
        var finder = PointerFinder(self)
        return places(of: pointers.map { finder.nearest(to: $0).offset })
    }
}

/// Resolves pointers and remembers the elements of the arrays that it passed.
struct PointerFinder {
    private let document: JSONDocument
    private var arrays: [Int: [Int]] = [:]

    init(_ document: JSONDocument) {
        self.document = document
    }

    /// The value itself, or the last one on the way that exists.
    mutating func nearest(to pointer: String) -> (value: JSONValue, offset: Int, isExact: Bool) {
        var value = document.root
        var offset = value.offset
        guard let parts = JSONPointer.parts(of: pointer) else { return (value, offset, false) }
        for part in parts {
            switch value.kind {
            case .object:
                guard let member = value[part] else { return (value, offset, false) }
                value = member
                offset = member.offset
            case .array:
                value = value.unfolded
                let elements = elements(of: value)
                guard let position = JSONPointer.position(part), position < elements.count else {
                    return (value, offset, false)
                }
                value = JSONValue(document: value.document, index: elements[position])
                offset = value.offset
            default: return (value, offset, false)
            }
        }
        return (value, offset, true)
    }

    private mutating func elements(of array: JSONValue) -> [Int] {
        if let known = arrays[array.offset] { return known }
        let found = array.elements.map(\.index)
        arrays[array.offset] = found
        return found
    }
}
