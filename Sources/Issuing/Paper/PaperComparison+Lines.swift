import Diagnostics
import InvoiceModel

/// BG-25: each line of the XML is a row of the paper, and each row is a line.
extension PaperComparison {
    /// What a row says of a line.
    private struct Match {
        var score = 0
        /// Values that the row lacks, with what it says in their place.
        var faults: [(value: StatedValue, entry: Int?)] = []
        /// Entries that are explained by the line.
        var explained: [Int] = []
    }

    mutating func compareLines() {
        var rows = RowIndex(paper)
        var open: [StatedLine] = []
        for line in stated.lines {
            if let index = rowSaying(line, &rows) {
                settle(line, index, match(line, paper.rows[index]))
            } else {
                open.append(line)
            }
        }
        for line in open { compareLoosely(line, &rows) }
        findUnknownRows()
    }

    /// The first unused row that says all of a line.
    private func rowSaying(_ line: StatedLine, _ rows: inout RowIndex) -> Int? {
        let key = line.net?.number?.magnitude ?? line.quantity?.number?.magnitude
        guard let key else { return nil }
        return rows.rows(saying: key, besides: usedRows).first { match(line, paper.rows[$0]).faults.isEmpty }
    }

    /// A line that no row says: the row that says most of it is named for what it lacks.
    private mutating func compareLoosely(_ line: StatedLine, _ rows: inout RowIndex) {
        var best: (index: Int, match: Match)?
        for index in rows.candidates(besides: usedRows) {
            let match = match(line, paper.rows[index])
            if match.score > best?.match.score ?? 3 { best = (index, match) }
        }
        if let best {
            settle(line, best.index, best.match)
            return
        }
        report.compared += 1
        report.disagreements.append(
            PaperDisagreement(
                finding: Finding(
                    rule: "paper.lineMissing", pointer: line.pointer, place: line.place, term: "BG-25",
                    message: "The pages do not show this line of the XML.",
                    fix: "Draw the pages again from the XML, or find out which of the two was changed."),
                xml: line.name?.text))
    }

    private mutating func settle(_ line: StatedLine, _ index: Int, _ match: Match) {
        usedRows.insert(index)
        settled.formUnion(match.explained)
        let values = [line.name, line.quantity, line.price, line.net, line.rate].compactMap(\.self)
        report.compared += values.count
        report.agreeing += values.count - match.faults.count
        for fault in match.faults {
            if let entry = fault.entry { settled.insert(entry) }
            name(fault.entry == nil ? .missing : .differs, fault.value, fault.entry.map { paper.entries[$0] })
        }
        for value in line.more where value.number?.isZero != true {
            report.compared += 1
            let isSaid = paper.rows[index].entries.contains { saysBesides(paper.entries[$0], value, line) }
            if isSaid { report.agreeing += 1 } else { name(.missing, value, nil) }
        }
    }

    /// Whether an entry says a value of a line in any form: as it is, as its percentage, or with VAT.
    private func saysBesides(_ entry: PaperEntry, _ value: StatedValue, _ line: StatedLine) -> Bool {
        if says(entry, value) { return true }
        guard case .amount(let amount) = value.kind else { return false }
        let rate = line.rate?.number.flatMap { Rate(percent: $0) } ?? .zero
        return entry.numbers.contains { number in
            number.readings.contains { reading in
                number.isPercent
                    ? reading.magnitude == value.alternative?.magnitude
                    : Self.isPrice(reading.magnitude, with: rate, of: amount.magnitude)
            }
        }
    }

    // MARK: - One line and one row

    private func match(_ line: StatedLine, _ row: PaperRow) -> Match {
        var match = Match()
        if let name = line.name {
            let key = PaperKey.of(name.text)
            let isSaid = row.entries.contains { paper.entries[$0].key.holds(key) } || isSaidInLines(key, row)
            if isSaid { match.score += 3 } else { match.faults.append((name, labelled("description", row))) }
        }
        check(line.net, "net", weight: 2, row, &match)
        check(line.quantity, "quantity", weight: 1, row, &match)
        checkPrice(line, row, &match)
        if let rate = line.rate, rate.number?.isZero == false { check(rate, "vat-rate", weight: 1, row, &match) }
        return match
    }

    /// Whether a name stands in several lines, one below the other, of an untagged page.
    private func isSaidInLines(_ key: [UInt8], _ row: PaperRow) -> Bool {
        guard row.table == nil else { return false }
        return row.entries.contains { first in
            let column = row.entries.filter { (paper.entries[$0].x - paper.entries[first].x).magnitude < 1 }
            return column.count > 1 && column.flatMap { paper.entries[$0].key }.holds(key)
        }
    }

    private func labelled(_ label: String, _ row: PaperRow) -> Int? {
        row.entries.first { paper.entries[$0].labels.contains(label) }
    }

    private func check(
        _ value: StatedValue?, _ label: String, weight: Int, _ row: PaperRow, _ match: inout Match
    ) {
        guard let value else { return }
        let entries = row.entries.filter { paper.entries[$0].labels.contains(label) }
        let places = entries.isEmpty ? row.entries.filter { paper.entries[$0].labels.isEmpty } : entries
        if places.contains(where: { saysInLine(paper.entries[$0], value) }) {
            match.score += weight
        } else if value.number?.isZero != true {
            match.faults.append((value, entries.first { !paper.entries[$0].numbers.isEmpty }))
        }
    }

    /// A negative line may carry its sign at the price or at the quantity (BR-27).
    private func saysInLine(_ entry: PaperEntry, _ value: StatedValue) -> Bool {
        guard value.term != "BT-131", let number = value.number else { return says(entry, value) }
        return entry.numbers.contains { $0.readings.contains { $0.magnitude == number.magnitude } }
    }

    /// BT-146, or the price with VAT that it was taken from.
    private func checkPrice(_ line: StatedLine, _ row: PaperRow, _ match: inout Match) {
        guard let price = line.price, let number = price.number?.magnitude else { return }
        let gross = row.entries.filter { paper.entries[$0].labels.contains("price-with-vat") }
        let unknown = row.entries.contains { paper.entries[$0].labels.contains("price") } ? [] : row.entries
        let rate = line.rate?.number.flatMap { Rate(percent: $0) } ?? .zero
        for index in gross.isEmpty ? unknown : gross {
            let readings = paper.entries[index].numbers.flatMap(\.readings).map(\.magnitude)
            if readings.contains(where: { Self.isPrice($0, with: rate, of: number) }) {
                match.score += 1
                match.explained.append(index)
                return
            }
        }
        if gross.isEmpty {
            check(price, "price", weight: 1, row, &match)
        } else {
            match.faults.append((price, gross.first))
        }
    }

    /// Whether a price with VAT is that of a price without, as far as the latter has places.
    static func isPrice(_ gross: ExactDecimal, with rate: Rate, of net: ExactDecimal) -> Bool {
        let places = [net.scale, 2]
        return places.contains { places in
            gross.dividing(by: 10_000 + rate.basisPoints, times: 10_000, places: places)?.trimmed()
                == net.rounded(to: places).trimmed()
        }
    }

    // MARK: - Rows without a line

    private mutating func findUnknownRows() {
        guard paper.isTagged else { return }
        let tables = Set(usedRows.compactMap { paper.rows[$0].table })
        for (index, row) in paper.rows.enumerated() {
            guard let table = row.table, tables.contains(table), !row.isHead, !usedRows.contains(index) else {
                continue
            }
            let entries = row.entries.map { paper.entries[$0] }
            let isCarry = entries.contains { !$0.names.isDisjoint(with: ["carried", "brought"]) }
            guard !isCarry, entries.count(where: \.isNumber) > 1, let first = entries.first else { continue }
            settled.formUnion(row.entries)
            nameUnknown(
                "paper.lineUnknown", first, entries.map(\.text).joined(separator: " "), severity: .error,
                "The pages show a line that the XML does not have.")
        }
    }
}

/// The rows of a paper by the numbers that they say.
struct RowIndex {
    /// Rows in their order, and how many of the first are used up.
    private struct List {
        var rows: [Int] = []
        var start = 0

        mutating func unused(besides used: Set<Int>) -> ArraySlice<Int> {
            while start < rows.count, used.contains(rows[start]) { start += 1 }
            return rows[start..<min(rows.count, start + RowIndex.window)]
        }
    }

    private var lists: [ExactDecimal: List] = [:]
    private var all = List()

    /// How many rows are looked at for one line; enough for any order, and no more for a long document.
    private static let window = 256

    init(_ paper: PaperReading) {
        for (index, row) in paper.rows.enumerated() where !row.isHead {
            var numbers = Set<ExactDecimal>()
            for entry in row.entries {
                for number in paper.entries[entry].numbers { numbers.formUnion(number.readings.map(\.magnitude)) }
            }
            if !numbers.isEmpty { all.rows.append(index) }
            for number in numbers { lists[number, default: List()].rows.append(index) }
        }
    }

    /// The first unused rows that say a number.
    mutating func rows(saying number: ExactDecimal, besides used: Set<Int>) -> [Int] {
        lists[number]?.unused(besides: used).filter { !used.contains($0) } ?? []
    }

    /// The first unused rows that say any number.
    mutating func candidates(besides used: Set<Int>) -> [Int] {
        all.unused(besides: used).filter { !used.contains($0) }
    }
}
