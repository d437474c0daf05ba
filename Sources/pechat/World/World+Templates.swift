import Diagnostics
import Issuing

extension World {
    /// The template in a folder; nil where the name is none of a folder or of a file in one, but of a bundled template.
    ///
    /// - Throws: `file.unreadable`; `template.unknown` where the folder has no `template.xml`.
    func ownTemplate(_ name: String) throws(ToolkitError) -> DocumentTemplate? {
        if FileBytes.isFolder(name) { return try template(inFolder: name) }
        let folder = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? "."
        if name == DocumentTemplate.mainName || name.hasSuffix("/\(DocumentTemplate.mainName)") {
            return try template(inFolder: folder)
        }
        guard name.contains("/") || name.hasSuffix(".xml") else { return nil }
        throw ToolkitError(
            .fileUnreadable, "\(name) is no folder of a template.",
            fix: "Give a folder with a \(DocumentTemplate.mainName), or one of: "
                + "\(toolkit.templateNames.joined(separator: ", ")).")
    }

    /// Reads all XML files of a folder.
    func template(inFolder folder: String) throws(ToolkitError) -> DocumentTemplate {
        var files: [DocumentTemplate.File] = []
        for name in try FileBytes.names(in: folder) where name.hasSuffix(".xml") {
            guard files.count < Self.templateFileLimit else {
                throw ToolkitError(
                    .fileTooLarge, "\(folder) has more than \(Self.templateFileLimit) XML files.",
                    fix: "A template is a folder of its own.")
            }
            let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            files.append(DocumentTemplate.File(path: path, bytes: try read(path, atMost: 1 << 20)))
        }
        return try DocumentTemplate(files, folder: folder)
    }

    private static var templateFileLimit: Int { 200 }
}
