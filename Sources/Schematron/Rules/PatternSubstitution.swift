import Diagnostics

/// The parameters of a pattern made from an abstract one (ISO/IEC 19757-3), put in place of `$name`.
struct PatternSubstitution {
    /// Nothing to put in: a pattern that stands for itself.
    static let none = PatternSubstitution()

    private var values: [String: RuleSource] = [:]
    /// Names with characters that end a name, such as a point; the longest come first.
    private var oddNames: [[UInt8]] = []

    /// Takes a `param`, which hides an earlier one of the same name.
    mutating func add(_ element: RuleElement, _ problems: inout RuleProblems) {
        guard let name = element.attribute("name"), !name.isEmpty else {
            problems.add("A param has no name.", at: element.place)
            return
        }
        guard let source = RuleSource(element, "value") else {
            problems.add("The param \u{201C}\(name)\u{201D} has no value.", at: element.place)
            return
        }
        let isNew = values.updateValue(source, forKey: name) == nil
        guard isNew, !name.utf8.allSatisfy(Self.continuesName) else { return }
        oddNames.append(Array(name.utf8))
        oddNames.sort { $0.count > $1.count }
    }

    /// An expression with its parameters filled in.
    ///
    /// One that is nothing but a parameter is placed where the parameter's value is written.
    func source(_ element: RuleElement, _ attribute: String) -> RuleSource? {
        guard let written = element.attribute(attribute) else { return nil }
        guard !values.isEmpty, written.utf8.contains(UInt8(ascii: "$")) else { return RuleSource(element, attribute) }
        if let only = values[String(SchemaReader.normalized(written).dropFirst())] { return only }
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
            let found = name(at: bytes[(index + 1)...])
            if let found {
                result += found.source.text.utf8
                index += 1 + found.length
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The parameter whose name begins a text: the longest that does not go on there.
    private func name(at rest: ArraySlice<UInt8>) -> (source: RuleSource, length: Int)? {
        for name in oddNames where rest.starts(with: name) {
            guard !(rest.dropFirst(name.count).first.map(Self.continuesName) ?? false) else { continue }
            return values[String(decoding: name, as: UTF8.self)].map { ($0, name.count) }
        }
        let name = rest.prefix(while: Self.continuesName)
        return values[String(decoding: name, as: UTF8.self)].map { ($0, name.count) }
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
