import Diagnostics
import JSONCore

/// What the decoder carries along: the path to the present value, the findings so far, and facts of the document.
struct DecodingContext {
    /// One step of the path.
    enum Step {
        case key(String)
        case index(Int)
    }

    /// More findings than a person reads; the rest is only counted.
    static let findingLimit = 1000

    let document: JSONDocument
    var path: [Step] = []
    private(set) var findings: [(finding: Finding, offset: Int)] = []
    private(set) var omitted = 0
    private(set) var hasErrors = false
    /// Nil until a currency was read.
    var currency: Currency?
    /// The rates of the seller's country on the day of supply; nil where nothing is known.
    var knownRates: [Rate]?

    init(_ document: JSONDocument) {
        self.document = document
    }

    /// The pointer of the present value, or of a part of it.
    func pointer(_ part: String? = nil) -> String {
        var result = ""
        for step in path {
            switch step {
            case .key(let key): result += "/" + key
            case .index(let index): result += "/\(index)"
            }
        }
        if let part { result += "/" + JSONPointer.escaped(part) }
        return result
    }

    /// Notes a finding about the present value or a part of it.
    mutating func report(
        _ rule: String, _ part: String? = nil, at offset: Int, term: String? = nil,
        severity: Finding.Severity = .error, _ message: String, fix: String = ""
    ) {
        if severity == .error { hasErrors = true }
        guard findings.count < Self.findingLimit else {
            omitted += 1
            return
        }
        let finding = Finding(
            rule: rule, severity: severity, pointer: pointer(part), term: term, message: message, fix: fix)
        findings.append((finding, offset))
    }

    /// Notes a finding about a field; a missing one gets the place of its object.
    mutating func report<Key: ObjectKey>(
        _ rule: String, _ fields: Fields<Key>, _ key: Key, term: String? = nil, severity: Finding.Severity = .error,
        _ message: String, fix: String = ""
    ) {
        report(
            rule, key.name, at: fields[key]?.offset ?? fields.offset, term: term, severity: severity, message, fix: fix)
    }

    /// Runs a body with a longer path.
    mutating func within<Result>(_ step: Step, _ body: (inout DecodingContext) -> Result) -> Result {
        path.append(step)
        defer { path.removeLast() }
        return body(&self)
    }

    /// The fields of an object; unknown keys and other kinds of values become findings.
    mutating func fields<Key: ObjectKey>(_ value: JSONValue, _: Key.Type) -> Fields<Key>? {
        guard value.kind == .object else {
            report(
                "json.wrongType", at: value.offset, "An object is expected here, not \(value.kind.phrase).",
                fix: "Write { … } with the keys \(Key.table.names.joined(separator: ", ")).")
            return nil
        }
        let fields = JSONFields(value, Key.table)
        for member in fields.unknown {
            guard findings.count < Self.findingLimit else {
                // Looking for similar keys is dear, and nobody would read the result.
                hasErrors = true
                omitted += 1
                continue
            }
            let key = member.key.string ?? ""
            let near = Key.table.nearest(to: key)
            report(
                "json.unknownKey", key, at: member.key.offset, "The schema does not know this key.",
                fix: near.map { "Write \"\($0)\"." }
                    ?? "Remove it, or use one of \(Key.table.names.joined(separator: ", ")).")
        }
        return Fields(fields)
    }

    /// The fields of an object that is the value of a key; nil where it is absent or no object.
    mutating func child<Key: ObjectKey, Child: ObjectKey, Result>(
        _ fields: Fields<Key>, _ key: Key, _: Child.Type,
        _ body: (inout DecodingContext, Fields<Child>) -> Result?
    ) -> Result? {
        guard let value = present(fields, key) else { return nil }
        return within(.key(key.name)) { context in
            guard let inner = context.fields(value, Child.self) else { return nil }
            return body(&context, inner)
        }
    }

    /// Every element of an array that is the value of a key; none where it is absent.
    mutating func list<Key: ObjectKey, Element>(
        _ fields: Fields<Key>, _ key: Key, limit: Int = 100_000,
        _ body: (inout DecodingContext, JSONValue) -> Element?
    ) -> [Element] {
        guard let value = present(fields, key) else { return [] }
        guard value.kind == .array else {
            report(
                "json.wrongType", fields, key, "An array is expected here, not \(value.kind.phrase).",
                fix: "Put it in square brackets.")
            return []
        }
        guard value.count <= limit else {
            report("json.tooMany", fields, key, "There are more than \(limit) elements.", fix: "Split the document.")
            return []
        }
        return within(.key(key.name)) { context in
            var result: [Element] = []
            result.reserveCapacity(value.count)
            var index = 0
            for element in value.elements {
                if let decoded = context.within(.index(index), { body(&$0, element) }) { result.append(decoded) }
                index += 1
            }
            return result
        }
    }

    /// The list of a key as objects.
    mutating func objects<Key: ObjectKey, Child: ObjectKey, Element>(
        _ fields: Fields<Key>, _ key: Key, _: Child.Type, limit: Int = 100_000,
        _ body: (inout DecodingContext, Fields<Child>) -> Element?
    ) -> [Element] {
        list(fields, key, limit: limit) { context, element in
            guard let inner = context.fields(element, Child.self) else { return nil }
            return body(&context, inner)
        }
    }

    /// The value of a key; null counts as absent and as a finding.
    mutating func present<Key: ObjectKey>(_ fields: Fields<Key>, _ key: Key) -> JSONValue? {
        guard let value = fields[key] else { return nil }
        if value.isNull {
            report("json.null", fields, key, "The value is null.", fix: "Leave the key out.")
            return nil
        }
        return value
    }

    /// Notes that a key is missing; `rule` is the EN 16931 rule that demands it, where there is one.
    mutating func missing<Key: ObjectKey>(
        _ fields: Fields<Key>, _ key: Key, term: String?, rule: String = "json.missingKey"
    ) {
        guard fields[key] == nil else { return }
        report(rule, fields, key, term: term, "The key \"\(key.name)\" is missing.", fix: "Add \"\(key.name)\".")
    }

    /// The findings with their places, in the order of the document.
    func report() -> Report {
        var order = Array(findings.indices)
        order.sort { (findings[$0].offset, $0) < (findings[$1].offset, $1) }
        let places = document.places(of: order.map { findings[$0].offset })
        var result = zip(order, places).map { index, place in
            var finding = findings[index].finding
            finding.place = place
            return finding
        }
        if omitted > 0 {
            result.append(
                Finding(
                    rule: "report.limit", severity: hasErrors ? .error : .warning, pointer: "",
                    message: "There are \(omitted) more findings.", fix: "Correct the first ones and try again."))
        }
        return Report(findings: result)
    }
}

/// An object of the input with its keys as an enumeration.
///
/// The type itself asks nothing of its keys: the runtime would look through all conformances of the program for each.
struct Fields<Key> {
    private let fields: JSONFields

    init(_ fields: JSONFields) {
        self.fields = fields
    }

    var offset: Int { fields.object.offset }
}

extension Fields where Key: ObjectKey {
    subscript(key: Key) -> JSONValue? { fields[key.rawValue] }
}

extension JSONValue.Kind {
    /// The kind in a sentence.
    var phrase: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a text"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
