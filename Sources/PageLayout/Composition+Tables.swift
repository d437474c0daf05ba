import InvoiceModel
import Tax
import Typography

/// What is the same for all rows of a table, found out once.
struct TablePlan {
    struct Column {
        let column: TableBlock.Column
        var x: Int
        var width: Int
        /// The widest part right of the decimal mark.
        var decimals = 0
        /// The place of its cells in a row of `cells`; nil when they are not kept.
        var slot: Int?
    }
    let table: TableBlock
    var columns: [Column]
    let x: Int
    let width: Int
    /// The cells that were evaluated to be measured, row by row, so that drawing needs not do it again.
    var cells: [MeasuredCell] = []
    /// How many cells of a row are kept.
    var slots = 0
    /// Rows from here on are evaluated anew: what is kept must not grow with the document.
    static var keptRows: Int { 600 }
    /// The first column whose amounts are carried.
    var carry: Int? { columns.firstIndex { $0.column.carry != nil } }
}

/// What measuring found in a cell.
enum MeasuredCell {
    case empty
    case number(ShapedText)
    case decimal(AlignedNumber)
    case line(ShapedLine)
    case words([PlacedWord])
}

extension Composition {
    /// Chooses and measures the columns: one pass over all rows, and only for what depends on them.
    mutating func plan(_ table: TableBlock, x: Int, width: Int) -> TablePlan {
        let count = scope.count(table.list)
        let visible = table.columns.filter { column in
            guard holds(column.condition) else { return false }
            guard let needed = column.needed else { return true }
            return (0..<count).contains { position in
                scope.enter(position, of: table.list)
                return needed.read(scope)?.isTrue ?? false
            }
        }
        var contents = visible.map { measure($0.label)?.word ?? 0 }
        var decimals = [Int](repeating: 0, count: visible.count)
        var wholes = [Int](repeating: 0, count: visible.count)
        let measured = visible.indices.filter { visible[$0].width == .content || visible[$0].style.align == .decimal }
        let kept = measured.filter { visible[$0].isMeasuredWhole }
        var cells: [MeasuredCell] = []
        cells.reserveCapacity(kept.count * min(count, TablePlan.keptRows))
        if !measured.isEmpty {
            for position in 0..<count {
                scope.enter(position, of: table.list)
                for index in measured {
                    let column = visible[index]
                    if column.isMeasuredWhole, position < TablePlan.keptRows {
                        cells.append(measure(column, line: &contents[index], &wholes[index], &decimals[index]))
                    } else if column.style.align == .decimal, let text = column.cell.first?.text {
                        guard let parts = aligned(text) else { continue }
                        for other in column.cell.dropFirst() where holds(other.condition) {
                            if let text = other.text {
                                contents[index] = max(contents[index], measure(text)?.line ?? 0)
                            }
                        }
                        wholes[index] = max(wholes[index], parts.whole)
                        decimals[index] = max(decimals[index], parts.decimals)
                    } else {
                        for block in column.cell where holds(block.condition) {
                            if let text = block.text {
                                contents[index] = max(contents[index], measure(text)?.line ?? 0)
                            }
                        }
                    }
                }
            }
        }
        for index in visible.indices { contents[index] = max(contents[index], wholes[index] + decimals[index]) }
        if let carried = visible.firstIndex(where: { $0.carry != nil }), visible[carried].width == .content {
            contents[carried] = max(contents[carried], carryWidth(table))
        }
        let widths = Self.distribute(
            visible.map(\.width), contents: contents,
            total: width - 2 * table.inset - visible.dropFirst().reduce(0) { $0 + ($1.gap ?? table.gap) })
        var pen = x + table.inset
        var columns: [TablePlan.Column] = []
        for (index, column) in visible.enumerated() {
            if index > 0 { pen += column.gap ?? table.gap }
            columns.append(
                TablePlan.Column(
                    column: column, x: pen, width: widths[index], decimals: decimals[index],
                    slot: kept.firstIndex(of: index)))
            pen += widths[index]
        }
        return TablePlan(table: table, columns: columns, x: x, width: width, cells: cells, slots: kept.count)
    }

    /// Measures a cell that is one text, and returns what it says.
    private mutating func measure(
        _ column: TableBlock.Column, line: inout Int, _ whole: inout Int, _ decimal: inout Int
    ) -> MeasuredCell {
        guard let text = column.cell.first?.text else { return .empty }
        let size = Length(millipoints: text.style.size)
        if column.style.align == .decimal {
            guard let number = aligned(text) else { return .empty }
            whole = max(whole, number.whole)
            decimal = max(decimal, number.decimals)
            return .decimal(number)
        }
        if text.isNumber {
            guard let number = number(of: text) else { return .empty }
            line = max(line, number.visibleWidth(at: size).millipoints)
            return .number(number)
        }
        if isUniform(text) {
            guard let shaped = self.line(of: text) else { return .empty }
            line = max(line, measure(shaped, of: text).line)
            return .line(shaped)
        }
        guard let words = words(of: text) else { return .empty }
        line = max(line, measureWords().line)
        return .words(words)
    }

    /// The width of the largest sum that a page may carry.
    private mutating func carryWidth(_ table: TableBlock) -> Int {
        let amount = amountText(scope.priced.totals.lineTotal, table.carryStyle)
        return amount.width(at: Length(millipoints: table.carryStyle.size)).millipoints
    }

    private mutating func amountText(_ amount: Money, _ style: TextStyle) -> ShapedText {
        buffer.removeAll(keepingCapacity: true)
        scope.catalogue.format.append(amount, places: scope.currency.minorUnitDigits, to: &buffer)
        return unbroken(String(decoding: buffer, as: UTF8.self), style)
    }

    /// Draws a whole table without page breaks.
    mutating func layout(_ table: TableBlock, x: Int, width: Int, y: Int) -> Int {
        let count = scope.count(table.list)
        guard count > 0 else { return y }
        let plan = plan(table, x: x, width: width)
        let outer = structure.enter(.table)
        defer { structure.leave(to: outer) }
        // Every row is a multiple of the grid, so that a table keeps step with what stands beside it.
        var pen = y + snapped(height: drawHead(plan, y: y) - y)
        _ = structure.enter(.tableBody)
        for position in 0..<count {
            scope.enter(position, of: table.list)
            let end = drawRow(plan, position: position, isLast: position == count - 1, y: pen)
            pen += snapped(height: end - pen)
        }
        return pen
    }

    /// The next multiple of the template's grid.
    func snapped(height: Int) -> Int {
        let grid = template.geometry.grid
        return grid > 0 ? (height + grid - 1) / grid * grid : height
    }

    /// Draws the labels of the columns; where the header is repeated, it is decoration.
    mutating func drawHead(_ plan: TablePlan, y: Int) -> Int {
        let table = plan.table
        let background = items.count
        if let color = table.headBackground { drawBox(x: plan.x, y: y, width: plan.width, height: 0, color: color) }
        var height = 0
        var cells: [(start: Int, height: Int)] = []
        cells.reserveCapacity(plan.columns.count)
        let outer = structure.enter(.tableHead)
        _ = structure.enter(.tableRow)
        let row = structure.place
        defer { structure.leave(to: outer) }
        for column in plan.columns {
            let start = items.count
            structure.leave(to: row)
            _ = structure.enter(.headerCell, text: .inside)
            let cell = layout(column.column.label, x: column.x, width: column.width, y: y + table.padding) ?? 0
            cells.append((start, cell))
            height = max(height, cell)
        }
        // Labels of one line stand at the foot of those of two.
        for (index, cell) in cells.enumerated() where cell.height < height {
            let end = index + 1 < cells.count ? cells[index + 1].start : items.count
            for position in cell.start..<end { items[position].move(down: height - cell.height) }
        }
        guard height > 0 else { return y }
        var pen = y + height + 2 * table.padding
        if table.headBackground != nil, case .box(let width, _, let color) = items[background].content {
            items[background].content = .box(width: width, height: pen - y, color)
            items[background].bottom = pen
        }
        if let rule = table.headRule {
            draw(rule, x: plan.x, width: plan.width, y: pen)
            pen += rule.thickness
        }
        return pen
    }

    /// Draws the current item of the list as a row.
    mutating func drawRow(_ plan: TablePlan, position: Int, isLast: Bool, y: Int) -> Int {
        let table = plan.table
        let background = items.count
        let zebra = position % 2 == 1 ? table.zebra : nil
        if let zebra { drawBox(x: plan.x, y: y, width: plan.width, height: 0, color: zebra) }
        let top = y + table.padding
        var bottom = top
        let outer = structure.enter(.tableRow)
        let row = structure.place
        defer { structure.leave(to: outer) }
        var lowest = Int.min
        var isLevel = true
        var marks: [(start: Int, baseline: Int?)] = []
        marks.reserveCapacity(plan.columns.count)
        for column in plan.columns {
            let start = items.count
            structure.leave(to: row)
            _ = structure.enter(.cell, text: .firstInside)
            bottom = max(bottom, drawCell(column, of: plan, position: position, y: top))
            let baseline = firstBaseline(from: start)
            if let baseline {
                if lowest != .min, baseline != lowest { isLevel = false }
                lowest = max(lowest, baseline)
            }
            marks.append((start, baseline))
        }
        if !isLevel { bottom += alignBaselines(marks) }
        var pen = bottom + table.padding
        if zebra != nil, case .box(let width, _, let color) = items[background].content {
            items[background].content = .box(width: width, height: pen - y, color)
            items[background].bottom = pen
        }
        if let rule = isLast ? table.endRule ?? table.rowRule : table.rowRule {
            draw(rule, x: plan.x, width: plan.width, y: pen)
            pen += rule.thickness
        }
        return pen
    }

    private mutating func drawCell(_ column: TablePlan.Column, of plan: TablePlan, position: Int, y: Int) -> Int {
        if let slot = column.slot, position < TablePlan.keptRows, let text = column.column.cell.first?.text {
            switch plan.cells[position * plan.slots + slot] {
            case .empty: return y
            case .decimal(let number): return draw(number, of: text, column, y: y)
            case .number(let number):
                if draw(number, style: text.style, x: column.x, width: column.width, y: y) {
                    return y + text.style.leading
                }
            case .line(let line):
                return y + drawLine(line, of: text, x: column.x, width: column.width, y: y) + text.style.spaceBelow
            case .words(let kept):
                words = kept
                return y + drawWords(of: text, x: column.x, width: column.width, y: y) + text.style.spaceBelow
            }
        } else if column.column.style.align == .decimal, let text = column.column.cell.first?.text,
            let number = aligned(text)
        {
            return draw(number, of: text, column, y: y)
        }
        return layout(column.column.cell, x: column.x, width: column.width, y: y)
    }

    /// Draws a cell that is aligned at its decimal mark.
    private mutating func draw(
        _ number: AlignedNumber, of text: TextBlock, _ column: TablePlan.Column, y: Int
    ) -> Int {
        let style = column.column.style
        let size = Length(millipoints: text.style.size)
        // A number that is too wide for the column, or needs other faces, is set like any other text.
        guard number.whole + number.decimals <= column.width, number.shaped.missing.isEmpty else {
            return layout(column.column.cell, x: column.x, width: column.width, y: y)
        }
        let left = column.x + column.width - max(column.decimals, number.decimals) - number.whole
        guard !number.shaped.isEmpty else { return y }
        let face = number.shaped.face
        let rise = face.length(of: face.metrics.capHeight, at: size).millipoints
        items.append(
            DrawnItem(
                content: .text(
                    .one(TextRun.Piece(shaped: number.shaped, x: .zero)), size: style.size, color(text.style.color)),
                x: max(left, column.x),
                y: y + (style.leading + rise) / 2, top: y, bottom: y + style.leading,
                owner: structure.owner(ofText: style.level)))
        let end = y + style.leading
        if column.column.cell.count == 1 { return end }
        return layout(Array(column.column.cell.dropFirst()), x: column.x, width: column.width, y: end)
    }

    /// The height of a row that tells what was carried.
    func carryHeight(_ table: TableBlock) -> Int { table.carryStyle.leading + 2 * table.padding }

    /// Draws what the pages before sum up to.
    mutating func drawCarry(_ label: Label, _ sum: Money, _ plan: TablePlan, y: Int) {
        guard let index = plan.carry else { return }
        let style = plan.table.carryStyle
        let column = plan.columns[index]
        let top = y + plan.table.padding
        let size = Length(millipoints: style.size)
        let font = fonts[style.font.index]
        let rise = font.face.length(of: font.face.metrics.capHeight, at: size).millipoints
        let amount = amountText(sum, style)
        let words = unbroken(scope.plainText(label), style)
        let amountWidth = amount.width(at: size).millipoints
        let amountLeft = max(column.x + column.width - amountWidth, plan.x)
        let labelLeft = max(amountLeft - plan.table.gap - words.width(at: size).millipoints, plan.x)
        for (text, x) in [(words, labelLeft), (amount, amountLeft)] {
            items.append(
                DrawnItem(
                    content: .text(
                        .one(TextRun.Piece(shaped: text, x: .zero)), size: style.size, color(style.color)),
                    x: x, y: top + (style.leading + rise) / 2, top: top, bottom: top + style.leading))
        }
    }
}

extension Block {
    /// The paragraph, where the block is one.
    var text: TextBlock? { if case .text(let text) = content { text } else { nil } }
}
