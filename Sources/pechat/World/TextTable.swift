/// Rows of text in aligned columns, for people.
struct TextTable {
    private var rows: [[String]]
    private let numeric: Set<Int>

    /// Begins a table with its heading.
    ///
    /// - Parameters:
    ///   - heading: The names of the columns.
    ///   - numeric: The columns that are aligned to the right.
    init(_ heading: [String], numeric: Set<Int> = []) {
        rows = [heading]
        self.numeric = numeric
    }

    /// Adds a row with as many cells as the heading has.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines of the table.
    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return numeric.contains(column) ? space + cell : cell + space
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
