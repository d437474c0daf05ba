public import Diagnostics

/// One value of a column or of a parameter.
public enum SQLValue: Sendable {
    /// No value.
    case null
    /// A whole number of 64 bits.
    case integer(Int)
    /// Text in UTF-8.
    case text(String)
    /// Bytes.
    case bytes([UInt8])

    /// A text, or no value.
    public static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }

    /// A whole number, or no value.
    public static func optional(_ number: Int?) -> SQLValue { number.map(SQLValue.integer) ?? .null }

    /// Bytes, or no value.
    public static func optional(_ bytes: [UInt8]?) -> SQLValue { bytes.map(SQLValue.bytes) ?? .null }
}

extension SQLValue: Hashable {
    /// As the engines compare: texts byte for byte, where two spellings of one letter are two texts.
    public static func == (left: SQLValue, right: SQLValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.bytes(let left), .bytes(let right)): left == right
        default: false
        }
    }

    /// Hashes the value; texts that only spell their letters in another way may have one hash.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let number): hasher.combine(number)
        case .text(let text): hasher.combine(text)
        case .bytes(let bytes): hasher.combine(bytes)
        }
    }
}

extension SQLValue {
    /// How many bytes a text or bytes have.
    var byteCount: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        }
    }
}

/// One row of a result.
public struct SQLRow: Sendable, Hashable {
    /// The values in the order of the columns.
    public let values: [SQLValue]

    /// Takes the values in the order of the columns.
    public init(_ values: [SQLValue]) { self.values = values }

    /// A column that holds a whole number.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func integer(_ column: Int) throws(ToolkitError) -> Int {
        guard case .integer(let value) = values[column] else { throw .damagedRow }
        return value
    }

    /// A column that holds text.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func text(_ column: Int) throws(ToolkitError) -> String {
        guard case .text(let value) = values[column] else { throw .damagedRow }
        return value
    }

    /// A column that holds bytes.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func bytes(_ column: Int) throws(ToolkitError) -> [UInt8] {
        guard case .bytes(let value) = values[column] else { throw .damagedRow }
        return value
    }

    /// A column that holds text or nothing.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func optionalText(_ column: Int) throws(ToolkitError) -> String? {
        if case .null = values[column] { return nil }
        return try text(column)
    }

    /// A column that holds a whole number or nothing.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func optionalInteger(_ column: Int) throws(ToolkitError) -> Int? {
        if case .null = values[column] { return nil }
        return try integer(column)
    }

    /// A column that holds bytes or nothing.
    ///
    /// - Throws: `ledger.damaged` where it holds something else.
    public func optionalBytes(_ column: Int) throws(ToolkitError) -> [UInt8]? {
        if case .null = values[column] { return nil }
        return try bytes(column)
    }
}

extension ToolkitError {
    static var damagedRow: ToolkitError {
        ToolkitError(
            .ledgerDamaged, "The ledger holds a value of a kind that does not belong there.",
            fix: "Run `pechat ledger audit`, and restore the last good backup if it finds damage.")
    }
}
