/// A place in a text file, as an editor shows it.
public struct SourcePlace: Sendable, Hashable {
    /// The file's name as the user wrote it; nil for standard input or bytes without a name.
    public var file: String?
    /// The line, from 1.
    public let line: Int
    /// The column in Unicode scalars, from 1; nil where a library tells only the line.
    public let column: Int?

    /// Names a place; lines and columns count from 1.
    public init(file: String? = nil, line: Int, column: Int?) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The place of a byte in UTF-8 text: what comes before it is counted once.
    ///
    /// A byte order mark takes no column, as in editors.
    ///
    /// - Parameters:
    ///   - offset: Bytes before the place; beyond the end it means the end.
    ///   - bytes: The whole text.
    public init(of offset: Int, in bytes: [UInt8]) {
        let end = min(max(offset, 0), bytes.count)
        var line = 1
        var lineStart = min(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, end)
        for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        let continuation = bytes[lineStart..<end].count { $0 & 0xC0 == 0x80 }
        self.init(line: line, column: end - lineStart - continuation + 1)
    }
}
