import Certificates
import Diagnostics
import InvoiceModel
import Issuing

extension DocumentOptions {
    /// Takes template, language, profile, theme, mark, key and time from the command line.
    ///
    /// - Parameters:
    ///   - arguments: The command line.
    ///   - world: Streams, clock and files.
    ///   - seals: Whether the key is opened here.
    /// - Throws: `usage`, `template.*`, `theme.*`, `key.*`.
    init(_ arguments: Arguments, in world: World, seals: Bool = true) throws(ToolkitError) {
        let template = arguments.value(.template)
        let own = try template.map { name throws(ToolkitError) in try world.ownTemplate(name) } ?? nil
        let languages = (arguments.value(.language) ?? "").split(separator: ",")
            .compactMap { DocumentLanguage(rawValue: String($0)) }
        guard arguments.has(.key) || !arguments.has(.sealed) else {
            throw ToolkitError(.usage, "`--sign` needs --key KEY.", fix: "Name the key to sign with.")
        }
        self.init(
            template: own == nil ? template : nil, ownTemplate: own,
            language: languages.first, secondLanguage: languages.dropFirst().first,
            profile: arguments.value(.profile).flatMap(ProfileName.init(rawValue:)),
            theme: try arguments.value(.theme).map { file throws(ToolkitError) in try world.theme(file, arguments) },
            mark: arguments.value(.mark).flatMap(DocumentMark.init(rawValue:)),
            seal: try (seals ? arguments.value(.key) : nil).map { key throws(ToolkitError) in
                try world.seal(key, arguments)
            }, checksRules: arguments.has(.check))
        // A template with faults stops the command once, not every document of a batch.
        _ = try own?.name
    }
}
