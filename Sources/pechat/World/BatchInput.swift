import Diagnostics
import Glibc

/// One document of a batch, before anyone looked into it.
struct BatchItem: Sendable {
    /// What the user knows it by: a file name, or `line 5`.
    let id: String
    /// Where in its file the document begins.
    var firstLine = 1
    /// The bytes, or why they cannot be had.
    let bytes: Result<[UInt8], ToolkitError>

    /// A place in the document as a place in its file.
    func located(_ place: SourcePlace?) -> SourcePlace? {
        place.map { SourcePlace(file: $0.file, line: $0.line + firstLine - 1, column: $0.column) }
    }
}

/// The documents of a batch, one after the other: the `.json` files of a folder by name, or the lines of a file
/// or of standard input (NDJSON).
///
/// `@unchecked Sendable`: only the one thread that feeds the batch ever calls `next`.
final class BatchInput: @unchecked Sendable {
    /// How many documents there are; nil for standard input and pipes, which can be read only once.
    let total: Int?
    private let folder: String?
    private var names: ArraySlice<String> = []
    private var lines: LineReader?

    /// Opens the input.
    ///
    /// - Throws: `file.unreadable`.
    init(_ name: String) throws(ToolkitError) {
        var status = stat()
        if name != "-", unsafe stat(name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            let found = try FileBytes.names(in: name).filter { $0.hasSuffix(".json") }
            names = found[...]
            folder = name
            total = found.count
        } else if name.hasSuffix(".json") {
            names = [name]
            folder = nil
            total = 1
        } else {
            folder = nil
            let canBeReadTwice = name != "-" && status.st_mode & S_IFMT == S_IFREG
            total = canBeReadTwice ? try LineReader(name).countOfDocuments() : nil
            lines = try LineReader(name)
        }
    }

    /// The next document; nil at the end.
    func next() -> BatchItem? {
        if let lines { return lines.next() }
        return names.popFirst().map { name in
            let path = folder.map { "\($0)/\(name)" } ?? name
            return BatchItem(
                id: name,
                bytes: Self.result { () throws(ToolkitError) in try FileBytes.read(path, atMost: LineReader.limit) })
        }
    }

    static func result(_ body: () throws(ToolkitError) -> [UInt8]) -> Result<[UInt8], ToolkitError> {
        do { return .success(try body()) } catch { return .failure(error) }
    }
}

/// The lines of a file, read in pieces so that memory does not grow with the file.
private final class LineReader {
    /// The longest line: the limit of one document.
    static let limit = 16 << 20
    private let descriptor: CInt
    private let name: String
    private var buffer: [UInt8] = []
    private var start = 0
    private var number = 0
    private var isAtEnd = false
    /// Why reading stopped early.
    private var failure: ToolkitError?

    init(_ name: String) throws(ToolkitError) {
        self.name = name
        descriptor = name == "-" ? dup(STDIN_FILENO) : unsafe open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileBytes.unreadable(name) }
    }

    deinit { close(descriptor) }

    /// How many lines are not blank.
    func countOfDocuments() throws(ToolkitError) -> Int {
        var count = 0
        while next() != nil { count += 1 }
        return count
    }

    /// The next line that is not blank.
    func next() -> BatchItem? {
        while true {
            var isTooLong = false
            guard let line = takeLine(&isTooLong) else {
                defer { failure = nil }
                return failure.map { BatchItem(id: name, bytes: .failure($0)) }
            }
            number += 1
            if isTooLong {
                let error = ToolkitError(
                    .fileTooLarge, "The line is longer than \(Self.limit >> 20) MiB.",
                    fix: "Put one document on each line.", place: SourcePlace(line: 1, column: nil))
                return BatchItem(id: "line \(number)", firstLine: number, bytes: .failure(error))
            }
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                return BatchItem(id: "line \(number)", firstLine: number, bytes: .success(Array(line)))
            }
        }
    }

    private func takeLine(_ isTooLong: inout Bool) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return isTooLong ? [] : buffer[start..<end]
            }
            if isAtEnd {
                defer { start = buffer.count }
                return start < buffer.count || isTooLong ? buffer[start...] : nil
            }
            buffer.removeFirst(start)
            start = 0
            if buffer.count > Self.limit {
                isTooLong = true
                buffer.removeAll(keepingCapacity: true)
            }
            searched = buffer.count
            fill()
        }
    }

    private func fill() {
        var code: CInt = 0
        let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 18) { raw, count in
            var got = unsafe read(descriptor, raw.baseAddress, 1 << 18)
            while got < 0 && errno == EINTR { got = unsafe read(descriptor, raw.baseAddress, 1 << 18) }
            if got < 0 { code = errno }
            count = max(0, got)
        }
        if code != 0 { failure = FileBytes.unreadable(name, code) }
        if chunk.isEmpty { isAtEnd = true }
        buffer.append(contentsOf: chunk)
    }
}
