import Diagnostics
import Issuing

extension World {
    /// A rule file of the user; what it includes is read from its folder and below.
    ///
    /// - Throws: `file.unreadable`, `file.tooLarge`; `rules.missing` and `rules.invalid` with the place, so that a
    ///   wrong rule file stops the command once and not at every document.
    func ruleFile(
        _ name: String, _ repeatedContexts: RuleFile.RepeatedContexts?
    ) throws(ToolkitError) -> RuleFile {
        let limit = 16 << 20
        let bytes = try read(name, atMost: limit)
        let cut = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let (folder, entry) = (String(name[..<cut]), String(name[cut...]))
        let file = RuleFile(name, repeatedContexts: repeatedContexts) { path in
            path == entry ? bytes : try? FileBytes.read(folder + path, atMost: limit)
        }
        _ = try file.rules()
        return file
    }
}
