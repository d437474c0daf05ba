import Diagnostics
import Issuing

extension World {
    /// Reads a theme with the logo beside it; warnings about it are messages.
    ///
    /// - Throws: `theme.rejected` with the place; `file.unreadable`, `file.tooLarge`.
    func theme(_ file: String, _ arguments: Arguments) throws(ToolkitError) -> DocumentTheme {
        let theme = try DocumentTheme(parsing: try read(file, atMost: 1 << 20), file: file) {
            logo throws(ToolkitError) in
            try read(Self.path(logo, besides: file), atMost: 8 << 20)
        }
        if !arguments.has(.quiet) {
            for finding in theme.warnings { note(Complaint.text(of: finding)) }
        }
        return theme
    }

    /// A path that a file says of another one: relative to its own folder.
    private static func path(_ path: String, besides file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
