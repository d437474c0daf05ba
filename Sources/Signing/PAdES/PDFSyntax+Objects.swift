import PDFReader
import PDFWriter

extension PDFSyntax {
    /// Adds an object that was read, in the same words as far as they matter.
    ///
    /// Streams are not among what is copied; one is written as null.
    mutating func object(_ object: PDFObject) {
        switch object {
        case .null, .stream: raw("null")
        case .boolean(let value): raw(value ? "true" : "false")
        case .integer(let value): integer(value)
        case .real(let value): real(value)
        case .string(let value): hexString(value)
        case .name(let value): nameBytes(PDFObject.nameBytes(value))
        case .array(let items):
            byte(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { byte(0x20) }
                self.object(item)
            }
            byte(UInt8(ascii: "]"))
        case .dictionary(let value): dictionary(value)
        case .reference(let id): reference(id)
        }
    }

    /// Adds a dictionary that was read.
    mutating func dictionary(_ dictionary: PDFDictionary) {
        raw("<<")
        for (key, value) in dictionary.entries {
            nameBytes(PDFObject.nameBytes(key))
            byte(0x20)
            object(value)
        }
        raw(">>")
    }

    /// Adds `12 0 R`.
    mutating func reference(_ id: PDFObjectID) {
        integer(id.number)
        byte(0x20)
        integer(id.generation)
        raw(" R")
    }

    /// Adds a number without an exponent, which PDF does not know.
    mutating func real(_ value: Double) {
        guard value.isFinite, value.magnitude < 1e12 else { return raw("0") }
        let millionths = Int((value * 1e6).rounded())
        if millionths < 0 { byte(UInt8(ascii: "-")) }
        let (whole, fraction) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        integer(Int(whole))
        guard fraction > 0 else { return }
        byte(UInt8(ascii: "."))
        var digits = Array(String(fraction).utf8)
        digits.insert(contentsOf: [UInt8](repeating: 0x30, count: 6 - digits.count), at: 0)
        while digits.last == 0x30 { digits.removeLast() }
        bytes += digits
    }

    private mutating func nameBytes(_ name: [UInt8]) {
        byte(UInt8(ascii: "/"))
        for character in name {
            switch character {
            case ...0x20, 0x23, 0x25, 0x28, 0x29, 0x2F, 0x3C, 0x3E, 0x5B, 0x5D, 0x7B, 0x7D, 0x7F...:
                byte(UInt8(ascii: "#"))
                hexDigits(character)
            default: byte(character)
            }
        }
    }
}
