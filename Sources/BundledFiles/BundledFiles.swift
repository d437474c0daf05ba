import CBundle

/// The files that are compiled into the program: fonts, schemas, templates.
///
/// One executable is the whole product; nothing has to be installed beside it. Paths are those of the source
/// tree, such as `templates/classic/template.xml`.
public enum BundledFiles: Sendable {
    /// Returns the bytes of a bundled file.
    ///
    /// - Parameter path: The path below the project's root.
    /// - Returns: A copy of the bytes; nil when no such file is bundled.
    public static func contents(of path: String) -> [UInt8]? {
        guard let file = unsafe bundled_file(path) else { return nil }
        return unsafe [UInt8](UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.size))
    }

    /// Lends the bytes of a bundled file where they are.
    ///
    /// They are constants of the program: they never move and never end, so whoever gets the span may read from the
    /// same memory later as well, at the price of proving it.
    ///
    /// - Parameters:
    ///   - path: The path below the project's root.
    ///   - body: Takes the bytes.
    /// - Returns: What `body` returns; nil when no such file is bundled.
    /// - Throws: What `body` throws.
    public static func withBytes<Result, Failure: Error>(
        of path: String, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let file = unsafe bundled_file(path) else { return nil }
        return try body(unsafe Span(_unsafeStart: file.pointee.bytes, count: file.pointee.size))
    }

    /// Returns the paths of all bundled files that begin with a prefix, in byte order.
    ///
    /// - Parameter prefix: Such as `templates/`; empty for all.
    /// - Returns: Paths below the project's root; none when nothing begins like that.
    public static func paths(beginningWith prefix: String) -> [String] {
        var paths: [String] = []
        var index = 0
        while let file = unsafe bundled_file_at(index) {
            let path = unsafe String(cString: file.pointee.path)
            if path.hasPrefix(prefix) { paths.append(path) }
            index += 1
        }
        return paths
    }
}
