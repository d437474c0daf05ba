import CXML
import Diagnostics

/// Bytes that may go to libxml2: UTF-8, within the limits, without a document type.
struct XMLInput {
    /// The document in UTF-8; the caller's own bytes unless they were in another encoding.
    let bytes: [UInt8]
    /// The most different names.
    let names: Int

    /// The encodings that are converted; all others are refused rather than guessed.
    private static let convertible: Set<String> = [
        "utf-16le", "utf-16be", "windows-1250", "windows-1251", "windows-1252", "iso-8859-1", "iso-8859-2",
        "iso-8859-5",
        "iso-8859-15",
    ]

    /// Takes the bytes of a parsed document, which need no second look.
    init(of document: XMLDocument) {
        bytes = document.bytes
        names = .max
    }

    /// Checks a document.
    ///
    /// - Throws: `xml.tooLarge`, `xml.encoding`, and what `XMLScan` throws.
    init(_ given: [UInt8], limits: XMLLimits) throws(ToolkitError) {
        names = limits.names
        guard given.count <= limits.bytes else { throw Self.tooLarge(limits) }
        switch Self.encoding(of: given) {
        case "utf-8", "utf8", "us-ascii", "ascii": bytes = given
        case let name where Self.convertible.contains(name):
            bytes = try Self.convert(given, from: name)
            guard bytes.count <= limits.bytes else { throw Self.tooLarge(limits) }
        default:
            throw ToolkitError(
                .xmlEncoding, "The document declares an encoding that is not supported.", fix: "Save it as UTF-8.",
                place: SourcePlace(line: 1, column: 1))
        }
        try Self.checkUTF8(bytes)
        try XMLScan.check(bytes, limits: limits)
    }

    private static func tooLarge(_ limits: XMLLimits) -> ToolkitError {
        ToolkitError(
            .xmlTooLarge, "The document has more than \(limits.bytes) bytes.",
            fix: "Split it, or put large attachments beside it.")
    }

    /// The lower-case name of the encoding by byte order mark, then by the pattern of `<`, then as declared.
    private static func encoding(of bytes: [UInt8]) -> String {
        let head = bytes.prefix(4) + [1, 1, 1, 1]
        switch (head[0], head[1], head[2], head[3]) {
        case (0xFE, 0xFF, _, _), (0, 0x3C, 0, _): return "utf-16be"
        case (0xFF, 0xFE, _, _), (0x3C, 0, _, 0): return "utf-16le"
        default: break
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let declaration = bytes[start...].prefix(256)
        guard declaration.starts(with: "<?xml".utf8), let end = declaration.firstIndex(of: UInt8(ascii: ">")),
            let name = declaredEncoding(in: declaration[..<end])
        else { return "utf-8" }
        // A byte order mark of UTF-8 with another name beside it, or UTF-16 that was read byte by byte: two truths.
        return (start == 3 && name != "utf-8") || name.hasPrefix("utf-16") ? "contradiction" : name
    }

    /// The value of the pseudo-attribute `encoding`.
    private static func declaredEncoding(in declaration: ArraySlice<UInt8>) -> String? {
        let key = Array("encoding".utf8)
        var index = declaration.startIndex + 5
        while index + key.count < declaration.endIndex {
            defer { index += 1 }
            guard declaration[index] == key[0], declaration[index...].starts(with: key) else { continue }
            let rest = declaration[(index + key.count)...].drop { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
            guard let quote = rest.first else { return nil }
            return String(decoding: rest.dropFirst().prefix { $0 != quote }, as: UTF8.self).lowercased()
        }
        return nil
    }

    /// Converts with libxml2 and iconv; a byte that the encoding does not know is an error.
    private static func convert(_ bytes: [UInt8], from name: String) throws(ToolkitError) -> [UInt8] {
        LibXML.start()
        LibXML.quietThisThread()
        let failed = ToolkitError(
            .xmlEncoding, "The bytes are not text in the encoding that the document declares.",
            fix: "Save it as UTF-8.", place: SourcePlace(line: 1, column: 1))
        guard let size = CInt(exactly: bytes.count), let handler = unsafe xmlFindCharEncodingHandler(name) else {
            throw failed
        }
        defer { unsafe xmlCharEncCloseFunc(handler) }
        guard let input = unsafe xmlBufferCreateSize(bytes.count + 1) else { throw LibXML.outOfMemory }
        defer { unsafe xmlBufferFree(input) }
        guard let output = unsafe xmlBufferCreateSize(bytes.count * 2 + 16) else { throw LibXML.outOfMemory }
        defer { unsafe xmlBufferFree(output) }
        let added = unsafe bytes.withUnsafeBufferPointer { unsafe xmlBufferAdd(input, $0.baseAddress, size) }
        guard added == 0 else { throw LibXML.outOfMemory }
        while unsafe xmlBufferLength(input) > 0 {
            let before = unsafe xmlBufferLength(input)
            guard unsafe xmlCharEncInFunc(handler, output, input) >= 0, unsafe xmlBufferLength(input) < before else {
                throw failed
            }
        }
        guard let content = unsafe xmlBufferContent(output) else { throw failed }
        return unsafe Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(output))))
    }

    private static func checkUTF8(_ bytes: [UInt8]) throws(ToolkitError) {
        var offset: Int?
        do { _ = try UTF8Span(validating: bytes.span) } catch { offset = error.byteOffsets.lowerBound }
        if offset == nil { offset = ByteSearch.first(0, in: bytes, from: 0) }
        guard let offset else { return }
        throw ToolkitError(
            .xmlEncoding,
            bytes[offset] == 0 ? "The document contains a NUL byte." : "The document is not valid UTF-8.",
            fix: "Save it as UTF-8, or declare the encoding it has.", place: SourcePlace(of: offset, in: bytes))
    }
}
