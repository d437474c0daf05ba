public import InvoiceModel
import JSONCore

/// A report as rows of typed cells, from which text, CSV and JSON are made.
public struct ReportTable: Sendable, Hashable {
    /// The name of the report, such as `ageing`.
    public let name: String
    /// What the report is about, such as the day `asOf`, in order.
    public let subject: [Fact]
    /// The names of the columns, as they stand in CSV and as keys in JSON.
    public let columns: [String]
    /// The rows; each has a cell for every column.
    public let rows: [[Cell]]

    /// A fact about the whole report.
    public struct Fact: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What stands in a column of a row.
    public enum Cell: Sendable, Hashable {
        /// Words that may come from outside, such as the name of a customer.
        case text(String)
        /// An amount with all the places of its currency.
        case amount(Money, Currency)
        /// A count.
        case count(Int)
        /// A VAT rate; nil where a category has none.
        case rate(Rate?)

        /// The cell without marks around it.
        var plain: String {
            switch self {
            case .text(let text): text
            case .amount(let money, let currency): money.text(in: currency)
            case .count(let number): "\(number)"
            case .rate(let rate): rate?.description ?? ""
            }
        }

        /// Whether figures are to stand under each other.
        var isNumber: Bool { if case .text = self { false } else { true } }
    }

    init(_ name: String, _ subject: [Fact], columns: [String], rows: [[Cell]]) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row has a cell for every column")
        self.name = name
        self.subject = subject
        self.columns = columns
        self.rows = rows
    }
}

extension ReportTable {
    /// The table as JSON: the facts, then `rows` with one object for each; amounts and rates are decimal strings.
    public var json: [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.member("report", name)
        for fact in subject { writer.member(fact.name, fact.value) }
        writer.key("rows")
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            for (column, cell) in zip(columns, row) {
                switch cell {
                case .count(let number): writer.member(column, number)
                case .rate(nil): writer.member(column, orNull: String?.none)
                case .text, .amount, .rate: writer.member(column, cell.plain)
                }
            }
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    /// The table for people: columns under each other, numbers to the right, two blanks between them.
    ///
    /// Control characters become blanks, so that a name cannot move the cursor of a terminal.
    public var text: String {
        let cells = [columns] + rows.map { $0.map { Self.withoutControls($0.plain) } }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let isNumber = columns.indices.map { column in rows.first?[column].isNumber ?? false }
        let lines = cells.map { row in
            let padded = row.enumerated().map { column, cell in
                let blanks = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? blanks + cell : cell + blanks
            }
            let line = padded.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map { line.index(after: $0) } ?? line.startIndex)])
        }
        let head = ([Fact("report", name)] + subject).map { "\($0.name): \($0.value)" }
        return (head + [""] + lines).joined(separator: "\n") + "\n"
    }

    private static func withoutControls(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension Currency {
    /// The currency of a document of the ledger; one that ISO 4217 no longer knows had two places.
    init(ofLedger code: String) { self = Currency(code: code) ?? Currency(received: code, places: 2) }
}
