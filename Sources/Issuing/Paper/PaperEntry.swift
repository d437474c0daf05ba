import InvoiceModel
import PDFReader

/// A piece of text on paper with all that it can mean.
struct PaperEntry {
    let text: String
    /// The page, from 1, as people count.
    let page: Int
    /// The text for comparing names.
    let key: [UInt8]
    /// The text for comparing identifiers.
    let identifierKey: [UInt8]
    let dates: [PaperDate]
    let numbers: [PaperNumber]
    /// Where it begins, in points from the left edge.
    var x = 0.0
    /// Whether it is decoration: repeated headers, page numbers.
    let isArtifact: Bool
    /// What the label beside it, or the head of its column, calls it; names of the catalogues.
    var labels: Set<String> = []
    /// The column of the table that it stands in; nil outside of tables.
    var column: TableCells.Column?
    /// What it is itself called as a label.
    let names: Set<String>

    init(_ text: String, page: Int, isArtifact: Bool, _ vocabulary: PaperVocabulary, decimalMark: Unicode.Scalar?) {
        self.text = text
        self.page = page
        self.isArtifact = isArtifact
        key = PaperKey.of(text)
        identifierKey = PaperKey.ofIdentifier(text)
        let scalars = Array(text.unicodeScalars)
        dates = PaperDate.all(in: scalars, months: vocabulary.months)
        numbers = PaperNumber.all(in: scalars, decimalMark: decimalMark, outside: dates.map(\.range))
        names = vocabulary.names(of: text)
    }

    /// Whether the text is one number and a word or sign at most, such as `1.234,50 ден.` or `18 %`.
    var isNumber: Bool {
        guard numbers.count == 1, let number = numbers.first else { return false }
        let scalars = Array(text.unicodeScalars)
        let around = scalars[..<number.range.lowerBound] + scalars[number.range.upperBound...]
        return around.count { !$0.properties.isWhitespace } <= 5
    }
}

/// A row of a table, or a line of an untagged page.
struct PaperRow {
    /// The table, by the place of its element; nil on an untagged page.
    let table: Int?
    /// The entries in it, by their places.
    var entries: [Int]
    /// Whether all of it are heads of columns.
    let isHead: Bool
}

/// What a paper says, ready to be compared.
struct PaperReading {
    private(set) var entries: [PaperEntry] = []
    private(set) var rows: [PaperRow] = []
    /// Whether the rows are those of tables, not lines of an untagged page.
    let isTagged: Bool
    let pageCount: Int
    /// Where glyphs and the text that stands for them say different figures.
    let disguises: [TextDisguise]
    /// All of an untagged document in the order of drawing, for names that stand in several lines.
    let wholeKey: [UInt8]

    private let vocabulary: PaperVocabulary
    private let decimalMark: Unicode.Scalar?

    init(_ text: PDFText, _ vocabulary: PaperVocabulary) {
        self.vocabulary = vocabulary
        decimalMark = vocabulary.decimalMark(of: text.language)
        isTagged = text.isTagged
        pageCount = text.pageCount
        disguises = text.disguises
        wholeKey =
            text.isTagged ? [] : PaperKey.of(text.fragments.filter(\.isVisible).map(\.text).joined(separator: " "))
        let blocks = text.blocks()
        let tables = TableCells(text.elements)
        entries.reserveCapacity(blocks.count)
        for block in blocks {
            entries.append(
                PaperEntry(
                    block.text, page: block.page + 1, isArtifact: block.isArtifact, vocabulary,
                    decimalMark: decimalMark))
            entries[entries.count - 1].x = block.origin.x
        }
        if isTagged {
            readTables(blocks, tables, text.elements)
        } else {
            readLines(blocks)
        }
        labelNeighbours(blocks, text.elements, tables)
        splitSentences()
    }

    // MARK: - Tables

    private mutating func readTables(
        _ blocks: [PDFText.Block], _ cells: TableCells, _ elements: [StructureElement]
    ) {
        var rows: [Int: Int] = [:]
        var heads: [TableCells.Column: Set<String>] = [:]
        var headTexts: [Int: String] = [:]
        for (index, block) in blocks.enumerated() {
            guard let element = block.element, let cell = cells.cell(around: element, elements) else { continue }
            if cell.isHead {
                headTexts[cell.element, default: ""] += (headTexts[cell.element] == nil ? "" : " ") + block.text
            }
            if let row = rows[cell.row] {
                self.rows[row].entries.append(index)
            } else {
                rows[cell.row] = self.rows.count
                self.rows.append(PaperRow(table: cell.table, entries: [index], isHead: cells.isHead(cell.row)))
            }
        }
        for (element, text) in headTexts {
            guard let cell = cells.cell(around: element, elements) else { continue }
            let names = vocabulary.names(of: text)
            for column in cell.column..<cell.column + min(elements[element].columns, 64) where heads.count < 100_000 {
                heads[TableCells.Column(table: cell.table, number: column), default: []].formUnion(names)
            }
        }
        for (index, block) in blocks.enumerated() {
            guard let element = block.element, let cell = cells.cell(around: element, elements), !cell.isHead else {
                continue
            }
            let column = TableCells.Column(table: cell.table, number: cell.column)
            entries[index].labels = heads[column] ?? []
            entries[index].column = column
        }
    }

    // MARK: - Untagged pages

    /// Lines with numbers begin a row; lines without are the rest of it, such as of a long name.
    private mutating func readLines(_ blocks: [PDFText.Block]) {
        var last: (page: Int, y: Double)?
        for (index, block) in blocks.enumerated() where !block.isArtifact {
            if let last, last.page == block.page, (last.y - block.origin.y).magnitude < 2 {
                rows[rows.count - 1].entries.append(index)
            } else {
                rows.append(PaperRow(table: nil, entries: [index], isHead: false))
            }
            last = (block.page, block.origin.y)
        }
        var merged: [PaperRow] = []
        for row in rows {
            let numbers = row.entries.count { entries[$0].isNumber }
            if numbers < 2, let previous = merged.last, previous.entries.count < 64,
                previous.entries.count(where: { entries[$0].isNumber }) > 1
            {
                merged[merged.count - 1].entries += row.entries
            } else {
                merged.append(row)
            }
        }
        rows = merged
    }

    // MARK: - Labels

    /// What follows a label is what the label says it is.
    private mutating func labelNeighbours(
        _ blocks: [PDFText.Block], _ elements: [StructureElement], _ cells: TableCells
    ) {
        for index in entries.indices.dropLast() where !entries[index].names.isEmpty {
            let next = index + 1
            guard entries[next].names.isEmpty, entries[next].labels.isEmpty, entries[next].page == entries[index].page,
                entries[next].isArtifact == entries[index].isArtifact
            else { continue }
            if let element = blocks[index].element {
                // A head of a column heads its column, not the cell that happens to come next.
                if let cell = cells.cell(around: element, elements), cell.isHead, cells.isHead(cell.row) { continue }
            } else if (blocks[index].origin.y - blocks[next].origin.y).magnitude > 2 {
                continue
            }
            entries[next].labels = entries[index].names
        }
    }

    /// `ЕДБ 4030995135699 · ДДВ број МК4030995135699` are two labels with their values in one text.
    private mutating func splitSentences() {
        for (index, entry) in entries.enumerated() where entry.names.isEmpty && !entry.isArtifact {
            let parts = entry.text.split(whereSeparator: { $0 == "·" || $0 == "|" || $0 == ";" || $0 == "\n" })
            guard entry.text.utf8.count < 400 else { continue }
            for part in parts {
                guard let (names, rest) = vocabulary.leadingLabel(of: String(part)) else { continue }
                var piece = PaperEntry(
                    rest, page: entry.page, isArtifact: false, vocabulary, decimalMark: decimalMark)
                piece.labels = names
                labelled.append((index, piece))
            }
        }
    }

    /// Values that stand behind their label within one text; the text as a whole is among the entries too.
    private(set) var labelled: [(index: Int, entry: PaperEntry)] = []
}

/// Where the cells of all tables are.
struct TableCells {
    /// A column of a table.
    struct Column: Hashable {
        let table: Int
        let number: Int
    }

    /// A cell, by the place of its element.
    struct Cell {
        let element: Int
        let table: Int
        let row: Int
        let column: Int
        let isHead: Bool
    }

    private var cells: [Int: Cell] = [:]
    private var heads: [Int: Bool] = [:]

    init(_ elements: [StructureElement]) {
        // Parents come before their children, so that one pass knows the table of each row.
        var tables: [Int: Int] = [:]
        for (index, element) in elements.enumerated() {
            if element.type == "Table" {
                tables[index] = index
            } else if let parent = element.parent, let table = tables[parent],
                ["TR", "THead", "TBody", "TFoot"].contains(element.type)
            {
                tables[index] = table
            }
            guard element.type == "TR", let table = tables[index] else { continue }
            var column = 0
            var isHead = true
            for case .element(let kid) in element.kids where elements[kid].type == "TH" || elements[kid].type == "TD" {
                let cell = Cell(
                    element: kid, table: table, row: index, column: column, isHead: elements[kid].type == "TH")
                cells[kid] = cell
                column += min(elements[kid].columns, 64)
                if !cell.isHead { isHead = false }
            }
            heads[index] = isHead
        }
    }

    /// The cell that holds an element; nil outside of tables.
    func cell(around element: Int, _ elements: [StructureElement]) -> Cell? {
        var next: Int? = element
        while let index = next {
            if let cell = cells[index] { return cell }
            next = elements[index].parent
        }
        return nil
    }

    /// Whether all cells of a row are heads.
    func isHead(_ row: Int) -> Bool { heads[row] ?? false }
}
