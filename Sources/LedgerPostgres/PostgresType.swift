import Diagnostics
import Ledger

/// How values look on the wire, in binary form.
enum PostgresType {
    private static let bool: UInt32 = 16
    private static let bytea: UInt32 = 17
    private static let name: UInt32 = 19
    private static let int8: UInt32 = 20
    private static let int2: UInt32 = 21
    private static let int4: UInt32 = 23
    private static let text: UInt32 = 25
    private static let unknown: UInt32 = 705
    private static let varchar: UInt32 = 1043
    private static let numeric: UInt32 = 1700
    private static let void: UInt32 = 2278

    /// The type of a parameter; 0 lets the server find out what a missing value is.
    static func of(_ value: SQLValue) -> UInt32 {
        switch value {
        case .null: 0
        case .integer: int8
        case .text: text
        case .bytes: bytea
        }
    }

    /// The value of a column.
    ///
    /// - Throws: `ledger.statement` for a type that no statement of a ledger gives; `ledger.damaged` for a sum beyond 64 bits.
    static func value(_ bytes: UnsafeRawBufferPointer, _ type: UInt32) throws(ToolkitError) -> SQLValue {
        switch type {
        case int8, int4, int2: unsafe .integer(integer(bytes))
        case bool: unsafe .integer(bytes.first == 1 ? 1 : 0)
        case text, varchar, name, unknown: unsafe .text(String(decoding: bytes, as: UTF8.self))
        case bytea: unsafe .bytes(Array(bytes))
        case numeric: .integer(try unsafe whole(bytes))
        case void: .null
        default:
            throw ToolkitError(
                .ledgerStatement, "A statement of the ledger gives a column of another type.",
                facts: ["type": "\(type)"])
        }
    }

    /// Two's complement in network order.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int {
        var value = unsafe bytes.first.map { $0 & 0x80 == 0 ? 0 : -1 } ?? 0
        for index in bytes.indices { value = unsafe value << 8 | Int(bytes[index]) }
        return value
    }

    /// A numeric without a fraction, which sums of whole numbers are: digits to the base of 10,000.
    private static func whole(_ bytes: UnsafeRawBufferPointer) throws(ToolkitError) -> Int {
        func field(_ index: Int) -> Int {
            unsafe integer(UnsafeRawBufferPointer(rebasing: bytes[(index * 2)..<(index * 2 + 2)]))
        }
        guard bytes.count >= 8, bytes.count == 8 + field(0) * 2 else { throw .outOfRange }
        let (count, weight, sign) = (field(0), field(1), field(2))
        guard count <= weight + 1, sign == 0 || sign == 0x4000 else { throw .outOfRange }
        var value = 0
        for index in 0..<max(0, weight + 1) {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10_000)
            let digit = index < count ? field(4 + index) : 0
            let (sum, isTooLargeNow) = product.subtractingReportingOverflow(digit)
            guard !isTooLarge, !isTooLargeNow else { throw .outOfRange }
            value = sum  // below zero, where there is room for one more
        }
        if sign == 0x4000 { return value }
        guard value != .min else { throw .outOfRange }
        return -value
    }
}

extension ToolkitError {
    fileprivate static var outOfRange: ToolkitError {
        ToolkitError(.ledgerDamaged, "A sum of the ledger is not a whole number of 64 bits.")
    }
}
