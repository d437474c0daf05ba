import Certificates
import Diagnostics
import PDFWriter

/// A signature dictionary as it is being written: where its byte range stands, and the hole that the signature fills.
///
/// Source: ISO 32000-1, 12.8.1.
struct SignatureHole {
    /// Where the three numbers of the byte range are written, from the digit behind `[0 ` on.
    private let rangeStart: Int
    /// The hole with its angle brackets, as a range of the file.
    let contents: Range<Int>

    /// Room for three numbers of ten digits, two blanks and the bracket.
    private static let rangeWidth = 33

    /// Writes `/ByteRange` and `/Contents`, still empty.
    ///
    /// - Parameters:
    ///   - syntax: What is being appended.
    ///   - base: Where in the file that begins.
    ///   - size: How many bytes the signature may have.
    init(_ syntax: inout PDFSyntax, base: Int, size: Int) {
        syntax.raw("/ByteRange[0 ")
        rangeStart = base + syntax.bytes.count
        syntax.bytes += [UInt8](repeating: 0x20, count: Self.rangeWidth)
        syntax.raw("/Contents")
        let start = base + syntax.bytes.count
        syntax.byte(UInt8(ascii: "<"))
        syntax.bytes += [UInt8](repeating: 0x30, count: size * 2)
        syntax.byte(UInt8(ascii: ">"))
        contents = start..<base + syntax.bytes.count
    }

    /// How many bytes the signature may have.
    var size: Int { contents.count / 2 - 1 }

    /// Writes the byte range into the finished file.
    func writeRange(_ file: inout [UInt8]) {
        let text = "\(contents.lowerBound) \(contents.upperBound) \(file.count - contents.upperBound)]"
        for (index, byte) in text.utf8.enumerated() { file[rangeStart + index] = byte }
    }

    /// Everything but the hole.
    func covered(_ file: [UInt8]) -> [UInt8] {
        var covered: [UInt8] = []
        covered.reserveCapacity(file.count - contents.count)
        covered += file[..<contents.lowerBound]
        covered += file[contents.upperBound...]
        return covered
    }

    /// Puts the signature into the hole; it must fit.
    func fill(_ file: inout [UInt8], with signature: [UInt8]) {
        precondition(signature.count <= size, "the signature is larger than its hole")
        var index = contents.lowerBound + 1
        for byte in signature {
            file[index] = Self.digit(byte >> 4)
            file[index + 1] = Self.digit(byte & 15)
            index += 2
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
