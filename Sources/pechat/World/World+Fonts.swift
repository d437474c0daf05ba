import Diagnostics
import Issuing
import PageLayout

extension World {
    /// The largest font file that is read; those of East Asian scripts have some 20 MiB.
    private static let fontLimit = 64 << 20

    /// The toolkit with the fonts of `--fonts`.
    ///
    /// - Throws: `file.unreadable`; `font.fileUnusable`, which names the file; `usage` for a folder without fonts.
    func toolkit(_ arguments: Arguments) throws(ToolkitError) -> Toolkit {
        guard let folder = arguments.value(.fonts) else { return toolkit }
        let names = try FileBytes.names(in: folder).filter { name in
            let name = name.lowercased()
            return [".ttf", ".otf", ".ttc", ".otc"].contains { name.hasSuffix($0) }
        }
        guard !names.isEmpty else {
            throw ToolkitError(.usage, "\(folder) holds no font files.", fix: "Put .ttf or .otf files into the folder.")
        }
        var files: [FontFolder.File] = []
        for name in names.prefix(FontFolder.fileLimit + 1) {
            let path = "\(folder)/\(name)"
            files.append(FontFolder.File(name: path, bytes: try read(path, atMost: Self.fontLimit)))
        }
        return Toolkit.bundled(fonts: try FontFolder(files))
    }
}
