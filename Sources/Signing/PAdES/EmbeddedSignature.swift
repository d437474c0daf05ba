import Diagnostics
import PDFReader

/// A signature or timestamp as it stands in a PDF, after its form was found acceptable: the byte range leaves out the
/// value and nothing else.
///
/// Source: ISO 32000-1, 12.8.1; ETSI EN 319 142-1 §5.3.
struct EmbeddedSignature {
    /// The name of the form field.
    let name: String
    /// The object of the field; nil where it has none of its own.
    let field: PDFObjectID?
    /// The object of the signature dictionary, or the field that holds it.
    let holder: PDFObjectID
    /// The signature dictionary.
    let dictionary: PDFDictionary
    /// The value with all that fills the hole.
    let contents: [UInt8]
    /// The hole with its angle brackets.
    let hole: Range<Int>
    /// Where the signed bytes end.
    let end: Int
    /// `/SubFilter`.
    let form: String

    /// Takes the signature in a field apart.
    ///
    /// - Throws: The verdict where the form is not accepted.
    init(_ field: PDFForm.Field, in document: PDFDocument) throws(VerificationStop) {
        name = field.name
        self.field = field.id
        let value = try Self.read(field.value, document)
        guard let dictionary = value.dictionary, let holder = field.value.reference ?? field.holder else {
            throw Self.malformed("A signature field holds no signature.")
        }
        self.holder = holder
        self.dictionary = dictionary
        guard let contents = dictionary["Contents"].string, case .name(let form) = dictionary["SubFilter"] else {
            throw Self.malformed("The signature lacks its value or its kind.")
        }
        self.contents = contents
        self.form = form
        let numbers = dictionary["ByteRange"].array ?? []
        let range = numbers.compactMap { if case .integer(let value) = $0 { value } else { nil } }
        guard range.count == 4, numbers.count == 4, range[0] == 0, range[1] > 0, range[2] > range[1], range[3] > 0,
            range[2] < document.bytes.count, range[3] <= document.bytes.count - range[2]
        else { throw Self.malformed("The byte range is not one that begins at 0 and leaves out one hole.") }
        hole = range[1]..<range[2]
        end = range[2] + range[3]
        guard Self.holds(contents, hole, document.bytes) else {
            throw Self.malformed("The byte range leaves out something else than the value of the signature.")
        }
        guard let place = try Self.range(of: holder, document), place.lowerBound < hole.lowerBound,
            hole.upperBound < place.upperBound, place.upperBound <= end,
            Self.followsKey(hole.lowerBound, place.lowerBound, document.bytes)
        else { throw Self.malformed("The hole in the byte range is not the value of this signature.") }
    }

    /// Whether the hole is the hexadecimal value, from bracket to bracket, and nothing else.
    private static func holds(_ contents: [UInt8], _ hole: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard hole.count == contents.count * 2 + 2, bytes[hole.lowerBound] == UInt8(ascii: "<"),
            bytes[hole.upperBound - 1] == UInt8(ascii: ">")
        else { return false }
        var index = hole.lowerBound + 1
        for byte in contents {
            guard digit(bytes[index]) == byte >> 4, digit(bytes[index + 1]) == byte & 15 else { return false }
            index += 2
        }
        return true
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Whether `/Contents` stands right before the hole.
    private static func followsKey(_ hole: Int, _ start: Int, _ bytes: [UInt8]) -> Bool {
        var index = hole
        while index > start, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index - 1]) { index -= 1 }
        return bytes[start..<index].suffix(9).elementsEqual("/Contents".utf8)
    }

    private static func read(_ object: PDFObject, _ document: PDFDocument) throws(VerificationStop) -> PDFObject {
        do throws(ToolkitError) { return try document.resolve(object) } catch { throw .unreadable(error) }
    }

    private static func range(
        of id: PDFObjectID, _ document: PDFDocument
    ) throws(VerificationStop) -> Range<Int>? {
        do throws(ToolkitError) { return try document.range(of: id) } catch { throw .unreadable(error) }
    }

    static func malformed(_ message: String) -> VerificationStop {
        .failed(
            .formatFailure, "signature.malformed", message, fix: "Ask the sender for the document as it was signed.")
    }

    /// Everything that was signed.
    func covered(in bytes: [UInt8]) -> [UInt8] {
        var covered: [UInt8] = []
        covered.reserveCapacity(end - hole.count)
        covered += bytes[..<hole.lowerBound]
        covered += bytes[hole.upperBound..<end]
        return covered
    }
}

extension VerificationStop {
    /// A file that cannot be read is a verdict, a failure of the library is not.
    static func unreadable(_ error: ToolkitError) -> VerificationStop {
        guard error.code.kind == .unreadable || error.code.kind == .rejected else { return .failure(error) }
        return .failed(
            .formatFailure, error.code.name, error.message, fix: "Ask the sender for the document as it was signed.")
    }
}

extension PDFDocument {
    /// Reads something, and makes what is wrong with it a verdict.
    func judged<Result>(
        _ body: (PDFDocument) throws(ToolkitError) -> Result
    ) throws(VerificationStop) -> Result {
        do throws(ToolkitError) { return try body(self) } catch { throw .unreadable(error) }
    }
}
