/// The number and the generation of an indirect object (ISO 32000-1, 7.3.10).
public struct PDFObjectID: Sendable, Hashable {
    /// The number, from 1.
    public let number: Int
    /// The generation; 0 but for numbers that were freed and used again.
    public let generation: Int

    /// Names an object.
    public init(number: Int, generation: Int = 0) {
        self.number = number
        self.generation = generation
    }
}

/// A value of a PDF file (ISO 32000-1, 7.3).
public enum PDFObject: Sendable {
    case null
    case boolean(Bool)
    /// A whole number; those beyond 64 bits come as `real`.
    case integer(Int)
    case real(Double)
    /// A string's bytes, escapes resolved.
    case string([UInt8])
    /// A name without its slash, `#` escapes resolved; see `PDFObject.nameBytes(_:)` for names that are not UTF-8.
    case name(String)
    case array([PDFObject])
    case dictionary(PDFDictionary)
    case stream(PDFStream)
    case reference(PDFObjectID)
}

/// A dictionary object: keys in the order of the file.
public struct PDFDictionary: Sendable {
    /// The entries as they stand in the file, the value of a repeated key once for each time.
    public private(set) var entries: [(key: String, value: PDFObject)] = []
    /// The place of each key, once there are so many that searching would be slow.
    private var places: [String: Int] = [:]

    /// Starts with nothing.
    public init() {}

    /// The value as it stands, a reference unresolved; null where there is none.
    ///
    /// Of a key that is repeated the last counts.
    public subscript(key: String) -> PDFObject {
        if !places.isEmpty { return places[key].map { entries[$0].value } ?? .null }
        return entries.last { $0.key == key }?.value ?? .null
    }

    /// Puts a value under a key, in the place of all that stand there; null takes the key away.
    public mutating func set(_ key: String, _ value: PDFObject) {
        var others = entries.filter { $0.key != key }
        let place = entries.firstIndex { $0.key == key } ?? others.count
        if !value.isNull { others.insert((key, value), at: min(place, others.count)) }
        entries = []
        places = [:]
        for entry in others { append(entry.key, entry.value) }
    }

    mutating func append(_ key: String, _ value: PDFObject) {
        entries.append((key, value))
        if !places.isEmpty {
            places[key] = entries.count - 1
        } else if entries.count > 24 {
            for (index, entry) in entries.enumerated() { places[entry.key] = index }
        }
    }
}

/// A stream object: its dictionary, and where its encoded bytes are.
public struct PDFStream: Sendable {
    /// The dictionary.
    public let dictionary: PDFDictionary
    /// The encoded bytes, as a range of the file.
    public let range: Range<Int>
}

extension PDFObject {
    /// The bytes of a name as the file has them, escapes resolved.
    ///
    /// A name that is not UTF-8 is kept with each of its bytes as a character from U+F700 to U+F7FF.
    public static func nameBytes(_ name: String) -> [UInt8] {
        let isEscaped = !name.isEmpty && name.unicodeScalars.allSatisfy { 0xF700...0xF7FF ~= $0.value }
        return isEscaped
            ? name.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } : Array(name.utf8)
    }

    static func name(of bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { 0xF700...0xF7FF ~= $0.value })
        {
            return text
        }
        var text = ""
        for byte in bytes {
            if let scalar = Unicode.Scalar(0xF700 + UInt32(byte)) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    /// The whole number; of a real one its whole part where it fits.
    public var integer: Int? {
        switch self {
        case .integer(let value): value
        case .real(let value): Int(exactly: value.rounded(.towardZero))
        default: nil
        }
    }

    /// The number as a floating-point one, for places on a page.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: nil
        }
    }

    /// The name; nil for anything else.
    public var name: String? { if case .name(let value) = self { value } else { nil } }
    /// The string's bytes; nil for anything else.
    public var string: [UInt8]? { if case .string(let value) = self { value } else { nil } }
    /// The array; nil for anything else.
    public var array: [PDFObject]? { if case .array(let value) = self { value } else { nil } }
    /// The stream; nil for anything else.
    public var stream: PDFStream? { if case .stream(let value) = self { value } else { nil } }
    /// The reference; nil for a direct object.
    public var reference: PDFObjectID? { if case .reference(let value) = self { value } else { nil } }
    /// Whether it is null, which is the same as not being there.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The dictionary, also that of a stream; nil for anything else.
    public var dictionary: PDFDictionary? {
        switch self {
        case .dictionary(let value): value
        case .stream(let value): value.dictionary
        default: nil
        }
    }

    /// A text string decoded (7.9.2.2): UTF-16, UTF-8 or PDFDocEncoding; nil for anything else.
    public var text: String? {
        guard let bytes = string else { return nil }
        if bytes.starts(with: [0xFE, 0xFF]) { return Self.utf16(bytes.dropFirst(2)) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        return SingleByteEncoding.pdfDocument.text(bytes)
    }

    /// UTF-16 in big-endian order, escape sequences for languages left out.
    static func utf16(_ bytes: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var isEscape = false
        var index = bytes.startIndex
        while index + 1 < bytes.endIndex {
            let unit = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
            index += 2
            if unit == 0x1B {
                isEscape.toggle()
            } else if !isEscape {
                units.append(unit)
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
