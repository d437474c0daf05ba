import Diagnostics

/// The parameters of a pattern made from an abstract one (ISO/IEC 19757-3), put in place of `$name`.
struct PatternSubstitution {
    /// Nothing to put in: a pattern that stands for itself.
    static let none = PatternSubstitution()

    private var values: [(name: [UInt8], value: String, source: RuleSource)] = []

    /// Takes a `param`, which hides an earlier one of the same name; the longest names come first.
    mutating func add(_ element: RuleElement, _ problems: inout RuleProblems) {
        guard let name = element.attribute("name"), !name.isEmpty else {
            problems.add("A param has no name.", at: element.place)
            return
        }
        guard let source = RuleSource(element, "value") else {
            problems.add("The param \u{201C}\(name)\u{201D} has no value.", at: element.place)
            return
        }
        let key = Array(name.utf8)
        values.removeAll { $0.name == key }
        let index = values.firstIndex { $0.name.count < key.count } ?? values.count
        values.insert((key, source.text, source), at: index)
    }

    /// An expression with its parameters filled in.
    ///
    /// One that is nothing but a parameter is placed where the parameter's value is written.
    func source(_ element: RuleElement, _ attribute: String) -> RuleSource? {
        guard let written = element.attribute(attribute) else { return nil }
        guard !values.isEmpty, written.utf8.contains(UInt8(ascii: "$")) else { return RuleSource(element, attribute) }
        let whole = SchemaReader.normalized(written).utf8.dropFirst()
        if let only = values.first(where: { whole.elementsEqual($0.name) }) { return only.source }
        return RuleSource(element, attribute, text: text(written))
    }

    /// A text with its parameters filled in; a name that goes on is another name.
    func text(_ written: String) -> String {
        guard !values.isEmpty else { return written }
        let bytes = Array(written.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let rest = bytes[(index + 1)...]
            let found = values.first { value in
                guard rest.starts(with: value.name) else { return false }
                let next = rest.dropFirst(value.name.count).first
                return next.map { !Self.continuesName($0) } ?? true
            }
            if let found {
                result += found.value.utf8
                index += 1 + found.name.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
