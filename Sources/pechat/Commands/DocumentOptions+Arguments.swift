import Certificates
import Diagnostics
import InvoiceModel
import Issuing

extension DocumentOptions {
    /// Takes template, language, profile, key and time from the command line.
    init(_ arguments: Arguments, in world: World) throws(ToolkitError) {
        self.init(
            template: arguments.value(.template),
            language: arguments.value(.language).flatMap(DocumentLanguage.init(rawValue:)),
            profile: arguments.value(.profile).flatMap(ProfileName.init(rawValue:)),
            seal: try arguments.value(.key).map { key throws(ToolkitError) in
                try world.seal(key, arguments)
            })
    }
}
