import Certificates
public import Diagnostics
import PageLayout
import Raster

/// The look that a user gives to documents: a theme file, and the logo that it names.
public struct DocumentTheme: Sendable {
    let theme: Theme
    /// Tells two themes apart, for the identifier of the files.
    let digest: [UInt8]
    /// What a person should look at: colours that can hardly be read.
    public let warnings: [Finding]

    /// Reads a theme.
    ///
    /// - Parameters:
    ///   - bytes: The theme file.
    ///   - file: Its name for messages.
    ///   - read: Gives the bytes of the logo by the path that the theme file says, relative to it.
    /// - Throws: `theme.rejected` with file, line, column and a fix; what `read` throws; what `RasterImage` says of a
    ///   logo that is neither PNG nor JPEG, or broken.
    public init(
        parsing bytes: [UInt8], file: String, read: (String) throws(ToolkitError) -> [UInt8]
    ) throws(ToolkitError) {
        let parsed = try ThemeFile(parsing: bytes, file: file)
        var content = bytes
        var theme = parsed.theme
        if let logo = parsed.logo {
            let picture = try read(logo)
            do throws(ToolkitError) { theme.logo = try RasterImage(file: picture) } catch {
                throw ToolkitError(
                    error.code, error.message, fix: error.fix, place: parsed.logoPlace, facts: error.facts)
            }
            content += picture
        }
        self.theme = theme
        warnings = parsed.warnings
        digest = try Digest.sha256(content)
    }
}
