import Certificates
public import Diagnostics
import JSONCore

extension SignaturePolicy {
    /// Reads a policy file; what it leaves out stays as it is without a policy.
    ///
    /// Its schema is `schemas/pechat/signature-policy-1.schema.json`. Unknown keys are errors: a misspelt rule would be
    /// a rule that nobody applies.
    ///
    /// - Parameter bytes: JSON in UTF-8.
    /// - Throws: `json.*`; `policy.invalid` with the place.
    public init(json bytes: [UInt8]) throws(ToolkitError) {
        let document = try JSONDocument(parsing: bytes)
        guard document.root.kind == .object else { throw Self.invalid("A policy is a JSON object.", document.root) }
        self.init()
        for member in document.root.members { try read(member.key.string ?? "", member.value) }
    }

    private mutating func read(_ key: String, _ value: JSONValue) throws(ToolkitError) {
        switch key {
        case "$schema": break
        case "algorithms": algorithms = Set(try Self.list(value))
        case "digests":
            digests = Set(try Self.list(value))
        case "minimumRSABits": minimumRSABits = try Self.bits(value)
        case "minimumECBits": minimumECBits = try Self.bits(value)
        case "revocation": revocation = try Self.one(Self.text(value), value)
        case "certificateReference": certificateReference = try Self.one(Self.text(value), value)
        case "minimumLevel": minimumLevel = try Self.one(Self.text(value), value) as SignatureLevel
        case "acceptsPlainXMLDSig": acceptsPlainXMLDSig = try Self.truth(value)
        case "acceptsPartialCoverage": acceptsPartialCoverage = try Self.truth(value)
        default: throw Self.invalid("The policy has a key that is not known: \(key).", value)
        }
    }

    private static func list<T: RawRepresentable<String>>(_ value: JSONValue) throws(ToolkitError) -> [T] {
        var found: [T] = []
        for text in try texts(value) { found.append(try one(text, value)) }
        return found
    }

    private static func texts(_ value: JSONValue) throws(ToolkitError) -> [String] {
        guard value.kind == .array, value.count > 0 else { throw invalid("A list of names is needed here.", value) }
        var found: [String] = []
        for element in value.elements { found.append(try text(element)) }
        return found
    }

    private static func one<T: RawRepresentable<String>>(_ text: String, _ value: JSONValue) throws(ToolkitError) -> T {
        guard let found = T(rawValue: text) else {
            throw invalid("The policy names something that is not known.", value)
        }
        return found
    }

    private static func text(_ value: JSONValue) throws(ToolkitError) -> String {
        guard let text = value.string else { throw invalid("A text is needed here.", value) }
        return text
    }

    private static func bits(_ value: JSONValue) throws(ToolkitError) -> Int {
        guard value.isInteger, let number = value.integer, (160...16_384).contains(number) else {
            throw invalid("A number of bits from 160 to 16384 is needed here.", value)
        }
        return number
    }

    private static func truth(_ value: JSONValue) throws(ToolkitError) -> Bool {
        guard let truth = value.bool else { throw invalid("true or false is needed here.", value) }
        return truth
    }

    private static func invalid(_ message: String, _ value: JSONValue) -> ToolkitError {
        ToolkitError(
            .policyInvalid, message, fix: "`pechat schema print signature-policy` shows what a policy may say.",
            place: value.place)
    }
}

extension ToolkitError.Code {
    /// A policy file does not say what it may say.
    public static let policyInvalid = Self("policy.invalid", .unreadable)
}
