/// Lines as bytes, one behind the other: about 150 bytes for a line of 60 letters, a quarter of what `Line` takes.
///
/// What a document says again and again, units and VAT treatments, is kept once and named by its number.
struct PackedLines: Sendable {
    /// So many lines share a block: no block is ever moved to make room for the next.
    private static let linesPerBlock = 256

    private struct Block {
        var bytes = PackedBytes()
        /// Where each line begins.
        var starts: [Int32] = []
    }

    private var blocks: [Block] = []
    private(set) var count = 0
    private(set) var treatments: [VATTreatment] = []
    private var units: [UnitCode] = []
    private var treatmentNumbers: [VATTreatment: Int] = [:]
    private var unitNumbers: [UnitCode: Int] = [:]

    mutating func append(_ line: Line) {
        if count % Self.linesPerBlock == 0 {
            blocks.append(Block())
            blocks[blocks.count - 1].starts.reserveCapacity(Self.linesPerBlock)
        }
        let treatment = Self.number(of: line.vat, &treatments, &treatmentNumbers)
        let unit = Self.number(of: line.unit, &units, &unitNumbers)
        let block = blocks.count - 1
        blocks[block].starts.append(Int32(truncatingIfNeeded: blocks[block].bytes.count))
        blocks[block].bytes.write(line, treatment: treatment, unit: unit)
        count += 1
    }

    subscript(position: Int) -> Line {
        precondition(position >= 0 && position < count, "a line of the document")
        let block = blocks[position / Self.linesPerBlock]
        var reader = PackedReader(block.bytes, at: Int(block.starts[position % Self.linesPerBlock]))
        return reader.line(treatments, units)
    }

    /// The id of a line, without the rest of it.
    func id(_ position: Int) -> String {
        let block = blocks[position / Self.linesPerBlock]
        var reader = PackedReader(block.bytes, at: Int(block.starts[position % Self.linesPerBlock]))
        return reader.id()
    }

    private static func number<Value: Hashable>(
        of value: Value, _ values: inout [Value], _ numbers: inout [Value: Int]
    ) -> Int {
        // Most documents have a handful, and to look at them costs less than to hash one.
        if let last = values.indices.suffix(8).last(where: { values[$0] == value }) { return last }
        if let known = numbers[value] { return known }
        values.append(value)
        numbers[value] = values.count - 1
        return values.count - 1
    }
}

/// Values as bytes: numbers seven bits a byte, texts behind their length.
struct PackedBytes: Sendable {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func write(_ line: Line, treatment: Int, unit: Int) {
        number(treatment)
        number(unit)
        text(line.id)
        text(line.item.name)
        decimal(line.quantity)
        decimal(line.price)
        let item = line.item
        var further = 0
        func has(_ bit: Int, _ isThere: Bool) { if isThere { further |= 1 << bit } }
        has(0, item.description != nil)
        has(1, item.code != nil)
        has(2, item.gtin != nil)
        has(3, item.classification != nil)
        has(4, item.origin != nil)
        has(5, line.priceBase != nil)
        has(6, !line.discounts.isEmpty)
        has(7, !line.charges.isEmpty)
        has(8, line.period != nil)
        has(9, line.note != nil)
        number(further)
        if let description = item.description { text(description) }
        if let code = item.code { text(code) }
        if let gtin = item.gtin { text(gtin) }
        if let origin = item.origin { text(origin) }
        if let note = line.note { text(note) }
        if let classification = item.classification {
            text(classification.code)
            text(classification.list)
            optional(classification.version) { $0.text($1) }
        }
        if let base = line.priceBase { decimal(base) }
        if !line.discounts.isEmpty { adjustments(line.discounts) }
        if !line.charges.isEmpty { adjustments(line.charges) }
        if let period = line.period {
            optional(period.start) { $0.date($1) }
            optional(period.end) { $0.date($1) }
        }
    }

    private mutating func adjustments(_ list: [AllowanceCharge]) {
        number(list.count)
        for adjustment in list {
            switch adjustment.value {
            case .percent(let percent):
                bytes.append(0)
                decimal(percent)
            case .amount(let amount):
                bytes.append(1)
                signed(Int128(amount.minorUnits))
            }
            optional(adjustment.base) { $0.signed(Int128($1.minorUnits)) }
            optional(adjustment.reason) { $0.text($1) }
            optional(adjustment.code) { $0.text($1) }
            optional(adjustment.vat) { $0.treatment($1) }
        }
    }

    /// A treatment that is not numbered: a line's discount has none of its own as a rule.
    private mutating func treatment(_ vat: VATTreatment) {
        text(vat.category.rawValue)
        signed(Int128(vat.rate.basisPoints))
        optional(vat.reason) { $0.text($1) }
        optional(vat.reasonCode) { $0.text($1) }
        optional(vat.received) { bytes, received in
            bytes.text(received.code)
            bytes.optional(received.percent) { $0.decimal($1) }
        }
    }

    private mutating func optional<Value>(_ value: Value?, _ write: (inout PackedBytes, Value) -> Void) {
        bytes.append(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    private mutating func date(_ day: CalendarDate) { number(day.year * 512 + day.month * 32 + day.day) }

    private mutating func decimal(_ value: ExactDecimal) {
        number(value.scale)
        signed(value.coefficient)
    }

    private mutating func signed(_ value: Int128) {
        var rest = UInt128(bitPattern: value << 1 ^ value >> 127)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func number(_ value: Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func text(_ text: String) {
        let utf8 = text.utf8
        number(utf8.count)
        bytes.append(contentsOf: utf8)
    }
}

/// Reads what `PackedBytes` wrote, in the same order.
struct PackedReader {
    private let bytes: [UInt8]
    private var position: Int

    init(_ packed: PackedBytes, at position: Int) {
        bytes = packed.bytes
        self.position = position
    }

    /// BT-126; nothing else is read.
    mutating func id() -> String {
        _ = number()
        _ = number()
        return text()
    }

    mutating func line(_ treatments: [VATTreatment], _ units: [UnitCode]) -> Line {
        let vat = treatments[number()]
        let unit = units[number()]
        let id = text()
        let name = text()
        let quantity = decimal()
        let price = decimal()
        let further = number()
        // Each part is read into its place: a line that is changed once it is made would be copied as a whole.
        guard further != 0 else {
            return Line(id: id, item: Item(name: name), quantity: quantity, unit: unit, price: price, vat: vat)
        }
        func has(_ bit: Int) -> Bool { further >> bit & 1 == 1 }
        let description = has(0) ? text() : nil
        let code = has(1) ? text() : nil
        let gtin = has(2) ? text() : nil
        let origin = has(4) ? text() : nil
        let note = has(9) ? text() : nil
        let classification =
            has(3) ? Classification(code: text(), list: text(), version: optional { $0.text() }) : nil
        let priceBase = has(5) ? decimal() : nil
        let discounts = has(6) ? adjustments() : []
        let charges = has(7) ? adjustments() : []
        let period = has(8) ? Period(start: optional { $0.date() }, end: optional { $0.date() }) : nil
        return Line(
            id: id,
            item: Item(
                name: name, description: description, code: code, gtin: gtin, classification: classification,
                origin: origin),
            quantity: quantity, unit: unit, price: price, priceBase: priceBase, discounts: discounts,
            charges: charges, vat: vat, period: period, note: note)
    }

    private mutating func adjustments() -> [AllowanceCharge] {
        let count = number()
        var list: [AllowanceCharge] = []
        list.reserveCapacity(count)
        for _ in 0..<count {
            let value: AllowanceCharge.Value = byte() == 0 ? .percent(decimal()) : .amount(money())
            list.append(
                AllowanceCharge(
                    value: value, base: optional { $0.money() }, reason: optional { $0.text() },
                    code: optional { $0.text() }, vat: optional { $0.treatment() }))
        }
        return list
    }

    private mutating func treatment() -> VATTreatment {
        VATTreatment(
            category: VATCategory(rawValue: text()) ?? .standard, rate: Rate(basisPoints: Int(signed())),
            reason: optional { $0.text() }, reasonCode: optional { $0.text() },
            received: optional { ReceivedTax(code: $0.text(), percent: $0.optional { $0.decimal() }) })
    }

    private mutating func optional<Value>(_ read: (inout PackedReader) -> Value) -> Value? {
        byte() == 0 ? nil : read(&self)
    }

    private mutating func byte() -> UInt8 {
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func date() -> CalendarDate {
        let day = number()
        return CalendarDate(checkedYear: day / 512, month: day / 32 % 16, day: day % 32)
    }

    private mutating func money() -> Money { Money(minorUnits: Int(signed())) }

    private mutating func decimal() -> ExactDecimal {
        let scale = number()
        return ExactDecimal(coefficient: signed(), scale: scale)
    }

    private mutating func signed() -> Int128 {
        var value: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let byte = byte()
            value |= UInt128(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return Int128(bitPattern: value >> 1) ^ -Int128(bitPattern: value & 1)
    }

    private mutating func number() -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while true {
            let byte = byte()
            value |= UInt(byte & 0x7F) << shift
            if byte < 0x80 { return Int(bitPattern: value) }
            shift += 7
        }
    }

    private mutating func text() -> String {
        let count = number()
        defer { position += count }
        let utf8 = bytes.span.extracting(position..<position + count)
        // `PackedBytes.text` took these bytes from a string, so that nothing has to be checked or repaired.
        return String(copying: unsafe UTF8Span(unchecked: utf8))
    }
}
