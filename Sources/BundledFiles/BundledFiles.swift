internal import CBundle

/// The files that are compiled into the program: fonts, schemas, templates.
public enum BundledFiles: Sendable {
    /// Returns the bytes of a bundled file.
    ///
    /// - Parameter path: The path below the project's root, such as `templates/classic/template.xml`.
    /// - Returns: A copy of the bytes; nil when no such file is bundled.
    public static func contents(of path: String) -> [UInt8]? { nil }
}
