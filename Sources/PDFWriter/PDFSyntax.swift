/// An indirect object's number; its generation is always 0.
public struct PDFReference: Sendable, Hashable {
    /// The number, from 1.
    public let number: Int

    /// Takes a number that `PDFWriter` gave out, such as one that was kept in less room.
    public init(number: Int) { self.number = number }
}

/// Bytes in PDF syntax, written from the first to the last.
///
/// It does not check the order of brackets: its callers are few, and every file they make is checked by other
/// readers in the tests. Source: ISO 32000-1:2008, 7.2 and 7.3.
public struct PDFSyntax: Sendable {
    /// What was written so far.
    public var bytes: [UInt8] = []

    /// Starts with nothing.
    public init() {}

    /// Adds syntax as it stands; it must be ASCII.
    @inlinable
    public mutating func raw(_ syntax: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: syntax.utf8Start, count: syntax.utf8CodeUnitCount))
    }

    /// Adds one byte of syntax.
    @inlinable
    public mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    /// Adds several things at once, which costs less than one after the other.
    ///
    /// - Parameters:
    ///   - limit: How many bytes they have at most.
    ///   - body: Adds them.
    @inlinable
    @inline(__always)
    public mutating func append(atMost limit: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
        bytes.append(addingCapacity: limit) { output in body(&output) }
    }

    /// Adds a whole number.
    @inlinable
    public mutating func integer(_ value: Int) {
        append(atMost: 20) { $0.integer(value) }
    }

    /// Adds a number given in thousandths, exactly and without superfluous zeros: 12500 becomes `12.5`.
    @inlinable
    public mutating func thousandths(_ value: Int) {
        append(atMost: 24) { $0.thousandths(value) }
    }

    /// Adds `12 0 R`.
    public mutating func reference(_ reference: PDFReference) {
        append(atMost: 24) { $0.reference(reference) }
    }

    /// Adds a name with its slash; what a name cannot hold is written as `#` and two digits (7.3.5).
    public mutating func name(_ name: String) {
        bytes.append(0x2F)
        for byte in name.utf8 {
            switch byte {
            case ...0x20, 0x23, 0x25, 0x28, 0x29, 0x2F, 0x3C, 0x3E, 0x5B, 0x5D, 0x7B, 0x7D, 0x7F...:
                bytes.append(0x23)
                hexDigits(byte)
            default: bytes.append(byte)
            }
        }
    }

    /// Adds a text string (7.9.2.2): printable ASCII as it is, anything else as UTF-16 with a byte order mark.
    public mutating func text(_ text: String) { string(Self.textString(text)) }

    /// The bytes of a text string.
    static func textString(_ text: String) -> [UInt8] {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) else { return Array(text.utf8) }
        return [0xFE, 0xFF]
            + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    }

    /// Adds a literal string of any bytes.
    public mutating func string(_ content: [UInt8]) {
        bytes.append(0x28)
        for byte in content { stringByte(byte) }
        bytes.append(0x29)
    }

    /// Adds a byte within a literal string, escaped where a reader would take it for something else.
    @inlinable
    @inline(__always)
    public mutating func stringByte(_ byte: UInt8) {
        switch byte {
        case 0x28, 0x29, 0x5C:
            bytes.append(0x5C)
            bytes.append(byte)
        case 0x0D:
            bytes.append(0x5C)
            bytes.append(0x72)
        default: bytes.append(byte)
        }
    }

    /// Adds a hexadecimal string of any bytes.
    public mutating func hexString(_ content: [UInt8]) {
        bytes.append(0x3C)
        for byte in content { hexDigits(byte) }
        bytes.append(0x3E)
    }

    /// Adds two hexadecimal digits.
    public mutating func hexDigits(_ byte: UInt8) {
        bytes.append(Self.hexDigit(byte >> 4))
        bytes.append(Self.hexDigit(byte & 15))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }
}

extension OutputSpan where Element == UInt8 {
    /// Adds syntax as it stands; it must be ASCII.
    @inlinable
    @inline(__always)
    public mutating func raw(_ syntax: StaticString) {
        let start = unsafe syntax.utf8Start
        for index in 0..<syntax.utf8CodeUnitCount { append(unsafe start[index]) }
    }

    /// Adds a whole number: at most 20 bytes.
    @inlinable
    public mutating func integer(_ value: Int) {
        if value < 0 { append(0x2D) }
        natural(value.magnitude)
    }

    /// Adds a whole number that is not negative; most have few digits.
    @inlinable
    @inline(__always)
    mutating func natural(_ value: UInt) {
        switch value {
        case ..<10: append(UInt8(truncatingIfNeeded: 0x30 + value))
        case ..<100: twoDigits(UInt32(truncatingIfNeeded: value))
        case ..<10_000:
            let value = UInt32(truncatingIfNeeded: value)
            if value < 1000 {
                append(UInt8(truncatingIfNeeded: 0x30 + value / 100))
            } else {
                twoDigits(value / 100)
            }
            twoDigits(value % 100)
        default: longNatural(value)
        }
    }

    @inlinable
    mutating func longNatural(_ value: UInt) {
        natural(value / 10_000)
        let rest = UInt32(truncatingIfNeeded: value % 10_000)
        twoDigits(rest / 100)
        twoDigits(rest % 100)
    }

    @inlinable
    @inline(__always)
    mutating func twoDigits(_ value: UInt32) {
        append(UInt8(truncatingIfNeeded: 0x30 + value / 10))
        append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
    }

    /// Adds a number given in thousandths: at most 24 bytes.
    @inlinable
    public mutating func thousandths(_ value: Int) {
        let whole = value.magnitude / 1000
        let fraction = UInt32(truncatingIfNeeded: value.magnitude % 1000)
        if value < 0 { append(0x2D) }
        if whole > 0 || fraction == 0 { natural(whole) }
        guard fraction > 0 else { return }
        append(0x2E)
        append(UInt8(truncatingIfNeeded: 0x30 + fraction / 100))
        guard fraction % 100 > 0 else { return }
        append(UInt8(truncatingIfNeeded: 0x30 + fraction / 10 % 10))
        guard fraction % 10 > 0 else { return }
        append(UInt8(truncatingIfNeeded: 0x30 + fraction % 10))
    }

    /// Adds `12 0 R`: at most 24 bytes.
    @inlinable
    public mutating func reference(_ reference: PDFReference) {
        integer(reference.number)
        raw(" 0 R")
    }
}
