/// What the issuer of a certificate states about its being qualified.
///
/// It is a statement and no proof: in the European Union only the trusted list of the issuer's country decides. Sources:
/// ETSI EN 319 412-5 §4, RFC 3739 §3.2.6.
public struct QualifiedStatements: Sendable, Hashable {
    /// What the certificate is meant for.
    public enum Purpose: String, Sendable, Hashable {
        /// Signatures of persons.
        case signature = "esign"
        /// Seals of organisations.
        case seal = "eseal"
        /// Web sites.
        case web
    }

    /// The most that one transaction may be worth.
    public struct Limit: Sendable, Hashable {
        /// ISO 4217, letters or digits.
        public let currency: String
        /// The amount before the exponent.
        public let amount: Int
        /// The power of ten by which the amount is multiplied.
        public let exponent: Int
    }

    /// Whether it says to be a qualified certificate under EU law.
    public private(set) var isQualified = false
    /// Whether the key is said to live in a qualified device (QSCD).
    public private(set) var isInDevice = false
    /// What it is meant for; empty where nothing is said, which means signatures.
    public private(set) var purposes: [Purpose] = []
    /// The most that one transaction may be worth; nil where nothing is said.
    public private(set) var limit: Limit?
    /// How many years the issuer keeps its records; nil where nothing is said.
    public private(set) var retentionYears: Int?
    /// Where the issuer's disclosure statements can be read.
    public private(set) var disclosures: [String] = []
    /// The countries under whose law it is qualified; empty for the European Union.
    public private(set) var countries: [String] = []
    /// Statements that are not known here, dotted.
    public private(set) var others: [String] = []

    /// Reads the extension `qcStatements`; nil where it cannot be read.
    init?(_ value: [UInt8]) {
        guard let statements = DERNode(value[...]), statements.tag == DERTag.sequence, let all = statements.children
        else { return nil }
        for statement in all {
            guard let parts = statement.children, let name = parts.first?.objectIdentifier else { return nil }
            read(name, parts.dropFirst().first)
        }
    }

    private mutating func read(_ name: String, _ info: DERNode?) {
        switch name {
        case "0.4.0.1862.1.1": isQualified = true
        case "0.4.0.1862.1.2":
            guard let parts = info?.children, parts.count == 3, let amount = parts[1].smallNumber,
                let exponent = parts[2].smallNumber
            else { return others.append(name) }
            let letters = String(validating: parts[0].content, as: UTF8.self)
            let currency = parts[0].tag == DERTag.integer ? parts[0].smallNumber.map(String.init) : letters
            limit = Limit(currency: currency ?? "", amount: amount, exponent: exponent)
        case "0.4.0.1862.1.3": retentionYears = info?.smallNumber
        case "0.4.0.1862.1.4": isInDevice = true
        case "0.4.0.1862.1.5":
            for place in info?.children ?? [] {
                guard let text = place.children?.first.flatMap({ String(validating: $0.content, as: UTF8.self) }) else {
                    continue
                }
                disclosures.append(text)
            }
        case "0.4.0.1862.1.6":
            let known: [String: Purpose] = [
                "0.4.0.1862.1.6.1": .signature, "0.4.0.1862.1.6.2": .seal, "0.4.0.1862.1.6.3": .web,
            ]
            purposes = (info?.children ?? []).compactMap { $0.objectIdentifier.flatMap { known[$0] } }
        case "0.4.0.1862.1.7":
            countries = (info?.children ?? []).compactMap { String(validating: $0.content, as: UTF8.self) }
        default: others.append(name)
        }
    }
}

extension DERNode {
    /// A small number that is not negative; nil for everything else.
    fileprivate var smallNumber: Int? {
        guard let bytes = unsigned, bytes.count < 8 else { return nil }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}

extension Certificate {
    /// What the issuer states about its being qualified; nil where it states nothing.
    public var qualifiedStatements: QualifiedStatements? {
        value(of: "1.3.6.1.5.5.7.1.3").flatMap { QualifiedStatements($0) }
    }
}
