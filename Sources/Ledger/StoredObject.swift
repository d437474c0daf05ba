import Diagnostics
import InvoiceModel
import JSONCore

/// An object of a stored answer, read strictly: what is not as it was written is damage.
struct StoredObject {
    private let value: JSONValue

    /// Reads a stored answer.
    ///
    /// - Throws: `ledger.damaged`.
    init(parsing bytes: [UInt8]) throws(ToolkitError) {
        guard let root = try? JSONDocument(parsing: bytes).root else { throw .damagedRow }
        value = root
    }

    private init(_ value: JSONValue) { self.value = value }

    func text(_ key: String) throws(ToolkitError) -> String { try Self.present(value[key]?.string) }

    func optionalText(_ key: String) -> String? { value[key]?.string }

    func integer(_ key: String) throws(ToolkitError) -> Int { try Self.present(value[key]?.integer) }

    func bool(_ key: String) throws(ToolkitError) -> Bool { try Self.present(value[key]?.bool) }

    func money(_ key: String) throws(ToolkitError) -> Money { Money(minorUnits: try integer(key)) }

    func day(_ key: String) throws(ToolkitError) -> CalendarDate {
        try Self.present(value[key]?.string.flatMap(CalendarDate.init(iso:)))
    }

    func optionalDay(_ key: String) -> CalendarDate? { value[key]?.string.flatMap(CalendarDate.init(iso:)) }

    func word<Word: RawRepresentable<String>>(_ key: String) throws(ToolkitError) -> Word {
        try Self.present(value[key]?.string.flatMap(Word.init(rawValue:)))
    }

    func object(_ key: String) throws(ToolkitError) -> StoredObject { try Self.present(optionalObject(key)) }

    func optionalObject(_ key: String) -> StoredObject? {
        value[key].flatMap { $0.kind == .object ? StoredObject($0) : nil }
    }

    func objects(_ key: String) -> [StoredObject] { value[key]?.elements.map(StoredObject.init) ?? [] }

    func texts(_ key: String) -> [String] { value[key]?.elements.compactMap(\.string) ?? [] }

    private static func present<Value>(_ value: Value?) throws(ToolkitError) -> Value {
        guard let value else { throw .damagedRow }
        return value
    }
}

extension SQLRow {
    /// A column that holds an amount in minor units.
    func money(_ column: Int) throws(ToolkitError) -> Money { Money(minorUnits: try integer(column)) }

    /// A column that holds a day.
    func day(_ column: Int) throws(ToolkitError) -> CalendarDate {
        guard let day = CalendarDate(iso: try text(column)) else { throw .damagedRow }
        return day
    }

    /// A column that holds a day or nothing.
    func optionalDay(_ column: Int) throws(ToolkitError) -> CalendarDate? {
        try optionalText(column) == nil ? nil : day(column)
    }

    /// A column that holds one of the words of an enumeration.
    func word<Word: RawRepresentable<String>>(_ column: Int) throws(ToolkitError) -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw .damagedRow }
        return word
    }
}
