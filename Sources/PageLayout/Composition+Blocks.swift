import Typography

extension Composition {
    /// Draws blocks one below the other, without page breaks, and returns where the next thing may begin.
    mutating func layout(_ blocks: [Block], x: Int, width: Int, y: Int) -> Int {
        var pen = y
        for block in blocks where holds(block.condition) { pen = layout(block, x: x, width: width, y: pen, top: y) }
        return pen
    }

    /// Draws one block; `top` is where its container begins, and no space is left above the first block.
    mutating func layout(_ block: Block, x: Int, width: Int, y: Int, top: Int) -> Int {
        switch block.content {
        case .text(let text):
            let above = y > top ? text.style.spaceAbove : 0
            guard let height = layout(text, x: x, width: width, y: y + above) else { return y }
            return y + above + height + text.style.spaceBelow
        case .row(let row): return layout(row, x: x, width: width, y: y)
        case .pairs(let pairs): return layout(pairs, x: x, width: width, y: y)
        case .table(let table): return layout(table, x: x, width: width, y: y)
        case .area(let area):
            let mark = items.count
            let inner = width - area.padding[1] - area.padding[3]
            if let background = area.background { drawBox(x: x, y: y, width: width, height: 0, color: background) }
            let end =
                layout(area.blocks, x: x + area.padding[3], width: inner, y: y + area.padding[0]) + area.padding[2]
            if area.background != nil, case .box(let width, _, let color) = items[mark].content {
                items[mark].content = .box(width: width, height: end - y, color)
                items[mark].bottom = end
            }
            return end
        case .group(let blocks, _), .bottom(let blocks): return layout(blocks, x: x, width: width, y: y)
        case .each(let list, let blocks):
            var pen = y
            for position in 0..<scope.count(list) {
                scope.enter(position, of: list)
                for block in blocks where holds(block.condition) {
                    pen = layout(block, x: x, width: width, y: pen, top: top)
                }
            }
            return pen
        case .picture(let picture): return layout(picture, x: x, width: width, y: y)
        case .rule(let rule):
            draw(rule, x: x, width: width, y: y)
            return y + rule.thickness
        case .space(let height): return y > top ? y + height : y
        }
    }

    mutating func draw(_ rule: RuleBlock, x: Int, width: Int, y: Int) {
        drawBox(x: x, y: y, width: rule.width ?? width, height: rule.thickness, color: rule.color)
    }

    // MARK: - Columns

    private mutating func layout(_ row: RowBlock, x: Int, width: Int, y: Int) -> Int {
        let columns = row.columns.filter { holds($0.condition) }
        guard !columns.isEmpty else { return y }
        let contents = columns.map { column in column.width == .content ? contentWidth(column.blocks, width) : 0 }
        let widths = Self.distribute(
            columns.map(\.width), contents: contents, total: width - row.gap * (columns.count - 1))
        var pen = x
        var bottom = y
        var marks: [(start: Int, baseline: Int?)] = []
        for (column, columnWidth) in zip(columns, widths) {
            let start = items.count
            bottom = max(bottom, layout(column.blocks, x: pen, width: columnWidth, y: y))
            marks.append((start, firstBaseline(from: start)))
            pen += columnWidth + row.gap
        }
        return row.isTopAligned ? bottom : bottom + alignBaselines(marks)
    }

    /// Brings the first lines of neighbours on one baseline.
    ///
    /// - Returns: How far anything was moved down at most.
    mutating func alignBaselines(_ marks: [(start: Int, baseline: Int?)]) -> Int {
        guard let lowest = marks.compactMap(\.baseline).max() else { return 0 }
        var moved = 0
        for (index, mark) in marks.enumerated() {
            guard let baseline = mark.baseline, baseline < lowest else { continue }
            let end = index + 1 < marks.count ? marks[index + 1].start : items.count
            for position in mark.start..<end { items[position].move(down: lowest - baseline) }
            moved = max(moved, lowest - baseline)
        }
        return moved
    }

    /// How wide content would be if no line of it had to be broken, but no wider than the limit.
    private mutating func contentWidth(_ blocks: [Block], _ limit: Int) -> Int {
        var widest = 0
        for block in blocks where holds(block.condition) {
            switch block.content {
            case .text(let text): widest = max(widest, measure(text)?.line ?? 0)
            case .group(let inner, _), .bottom(let inner): widest = max(widest, contentWidth(inner, limit))
            case .area(let area):
                widest = max(widest, contentWidth(area.blocks, limit) + area.padding[1] + area.padding[3])
            case .row(let row): widest = max(widest, contentWidth(row, limit))
            case .pairs(let pairs): widest = max(widest, contentWidth(pairs, limit))
            case .table: widest = limit
            case .each(let list, let inner):
                for position in 0..<scope.count(list) {
                    scope.enter(position, of: list)
                    widest = max(widest, contentWidth(inner, limit))
                }
            case .rule(let rule): widest = max(widest, rule.width ?? 0)
            case .picture(let picture): widest = max(widest, size(of: picture, limit: limit)?.width ?? 0)
            case .space: break
            }
        }
        return min(widest, limit)
    }

    private mutating func contentWidth(_ row: RowBlock, _ limit: Int) -> Int {
        let columns = row.columns.filter { holds($0.condition) }
        return columns.reduce(row.gap * max(columns.count - 1, 0)) { sum, column in
            switch column.width {
            case .fixed(let width): sum + width
            case .content, .share: sum + contentWidth(column.blocks, limit)
            }
        }
    }

    private mutating func contentWidth(_ pairs: PairsBlock, _ limit: Int) -> Int {
        var keys: [Int] = []
        var values: [Int] = []
        for entry in pairs.entries where holds(entry.condition) {
            guard let value = entry.values.compactMap({ measure($0)?.line }).max() else { continue }
            values.append(value)
            keys.append(measure(entry.key)?.line ?? 0)
        }
        guard let columns = pairs.columnsAbove else {
            return (pairs.keyWidth ?? keys.max() ?? 0) + pairs.gap + (values.max() ?? 0)
        }
        let count = min(columns, keys.count)
        return zip(keys, values).map { max($0, $1) }.max().map { $0 * count + pairs.gap * max(count - 1, 0) } ?? 0
    }

    /// Gives every column its width: fixed and content first, the rest by shares; content shrinks before a share
    /// falls below its minimum.
    static func distribute(_ widths: [ColumnWidth], contents: [Int], total: Int) -> [Int] {
        var fixed = 0
        var shares = 0
        var minimum = 0
        var content = 0
        for (index, width) in widths.enumerated() {
            switch width {
            case .fixed(let length): fixed += length
            case .share(let share, let least):
                shares += share
                minimum += least
            case .content: content += contents[index]
            }
        }
        let room = max(total - fixed - minimum, 0)
        let shrunk = min(content, room)
        let rest = max(total - fixed - shrunk, 0)
        var result: [Int] = []
        for (index, width) in widths.enumerated() {
            switch width {
            case .fixed(let length): result.append(length)
            case .share(let share, let least): result.append(max(least, shares > 0 ? rest * share / shares : 0))
            case .content: result.append(content > 0 ? contents[index] * shrunk / content : 0)
            }
        }
        // Too much was promised: everything gives way alike, so that nothing leaves the margins.
        let sum = result.reduce(0, +)
        return sum > total && sum > 0 ? result.map { $0 * total / sum } : result
    }

    // MARK: - Pairs

    /// An entry that has something to say.
    private struct PresentPair {
        let entry: PairsBlock.Entry
        /// What its only value says, where that is kept from looking.
        let line: ShapedLine?
    }

    private mutating func present(_ entry: PairsBlock.Entry) -> PresentPair? {
        guard holds(entry.condition) else { return nil }
        if entry.values.count == 1, case let text = entry.values[0], !text.isNumber, isUniform(text) {
            return line(of: text).map { PresentPair(entry: entry, line: $0) }
        }
        return entry.values.contains { measure($0) != nil } ? PresentPair(entry: entry, line: nil) : nil
    }

    /// Draws the values of an entry one below the other; returns their height.
    private mutating func layoutValues(of pair: PresentPair, x: Int, width: Int, y: Int) -> Int {
        if let line = pair.line { return drawLine(line, of: pair.entry.values[0], x: x, width: width, y: y) }
        return pair.entry.values.reduce(0) { $0 + (layout($1, x: x, width: width, y: y + $0) ?? 0) }
    }

    private mutating func layout(_ pairs: PairsBlock, x: Int, width: Int, y: Int) -> Int {
        let present = pairs.entries.compactMap { self.present($0) }
        guard !present.isEmpty else { return y }
        guard let most = pairs.columnsAbove else { return layoutBeside(pairs, present, x: x, width: width, y: y) }
        let rows = (present.count + most - 1) / most
        let columns = rows == 1 ? min(most, max(present.count, 3)) : (present.count + rows - 1) / rows
        let column = (width - pairs.gap * (columns - 1)) / columns
        var pen = y
        let outer = structure.place
        defer { structure.leave(to: outer) }
        for row in 0..<rows {
            if row > 0 { pen += pairs.rowGap }
            var bottom = pen
            for (place, pair) in present[(row * columns)..<min((row + 1) * columns, present.count)].enumerated() {
                let left = x + place * (column + pairs.gap)
                structure.leave(to: outer)
                _ = structure.enter(.paragraph, text: .inside)
                let values = pen + (layout(pair.entry.key, x: left, width: column, y: pen) ?? 0)
                bottom = max(bottom, values + layoutValues(of: pair, x: left, width: column, y: values))
            }
            pen = bottom
        }
        return pen
    }

    private mutating func layoutBeside(
        _ pairs: PairsBlock, _ present: [PresentPair], x: Int, width: Int, y: Int
    ) -> Int {
        let keyWidth = min(
            pairs.keyWidth ?? present.map { measure($0.entry.key)?.line ?? 0 }.max() ?? 0,
            (width - pairs.gap) * 3 / 5)
        let valueLeft = x + keyWidth + pairs.gap
        var pen = y
        let outer = structure.place
        defer { structure.leave(to: outer) }
        for (place, pair) in present.enumerated() {
            if place > 0 { pen += pairs.rowGap }
            // A label and what it names are one paragraph to a listener.
            structure.leave(to: outer)
            _ = structure.enter(.paragraph, text: .inside)
            let keyStart = items.count
            let keyHeight = layout(pair.entry.key, x: x, width: keyWidth, y: pen) ?? 0
            let keyBaseline = firstBaseline(from: keyStart)
            let valueStart = items.count
            let height = layoutValues(of: pair, x: valueLeft, width: x + width - valueLeft, y: pen)
            let moved = alignBaselines([(keyStart, keyBaseline), (valueStart, firstBaseline(from: valueStart))])
            pen += max(keyHeight, height) + moved
        }
        return pen
    }
}
