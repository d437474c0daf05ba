/// The name of a document's files, made of its number.
public enum FileName: Sendable {
    /// Replaces what a file name cannot hold by `-`: slashes, control characters, what Windows and shells refuse.
    ///
    /// - Parameter number: BT-1, such as `03/2026`.
    /// - Returns: Such as `03-2026`; never empty, never hidden, at most 120 bytes, without an extension.
    public static func stem(for number: String) -> String {
        var stem = ""
        for scalar in number.unicodeScalars {
            let isForbidden =
                scalar.value < 0x20 || scalar.value == 0x7F || "/\\:*?\"<>|".unicodeScalars.contains(scalar)
                || [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
            let next = isForbidden ? "-" : String(scalar)
            guard stem.utf8.count + next.utf8.count <= 120 else { break }
            stem += next
        }
        // Scalars, not characters: a dot with an accent above is still a dot to the file system.
        while stem.unicodeScalars.last == "." { stem.unicodeScalars.removeLast() }
        if stem.unicodeScalars.first == "." { stem = "-" + String(stem.unicodeScalars.dropFirst()) }
        return stem.isEmpty ? "-" : stem
    }
}
