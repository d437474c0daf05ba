import Diagnostics
import InvoiceModel
import Schematron

/// The rule files that come with the program, each compiled once in the process, when it is first needed.
final class RuleLibrary: Sendable {
    /// A rule file of `schemas/pechat`.
    enum Name: String, Sendable, CaseIterable {
        case norm = "en16931-ubl.sch"
        case peppol = "peppol-bis3-ubl.sch"
        case serbia = "rs-sef-ubl.sch"
        case croatia = "hr-eracun-ubl.sch"

        /// What a specification asks for beyond the norm; nil for nothing.
        init?(beyondNormIn profile: ProfileName) {
            switch profile {
            case .en16931, .macedonia: return nil
            case .peppolBIS3: self = .peppol
            case .serbia: self = .serbia
            case .croatia: self = .croatia
            }
        }
    }

    private let sets: PreparedByName<Name, RuleSet>

    /// Takes the files from a caller; nothing is read yet.
    ///
    /// - Parameter file: Gives the bytes of a path such as `schemas/pechat/en16931-ubl.sch`.
    init(file: @escaping @Sendable (String) -> [UInt8]?) {
        sets = PreparedByName { name throws(ToolkitError) in
            try RuleSet(entry: name.rawValue) { file("schemas/pechat/\($0)") }
        }
    }

    /// A rule file, compiled.
    func rules(_ name: Name) throws(ToolkitError) -> RuleSet { try sets.get(name) }

    /// The rule files that a document of a specification is to satisfy.
    func rules(for profile: ProfileName) throws(ToolkitError) -> [RuleSet] {
        guard let beyond = Name(beyondNormIn: profile) else { return [try rules(.norm)] }
        return [try rules(.norm), try rules(beyond)]
    }
}
