public import Diagnostics
import InvoiceModel
import Tax
import Typography

/// Breaks the body of a template into pages and hands them out as they are finished.
struct PageFlow<Sink: PageSink>: ~Copyable {
    /// A place before which a page may break.
    private struct Mark {
        let item: Int
        let y: Int
        /// The table that continues on the next page, with what its pages sum up to so far; nil outside of tables.
        let table: TablePlan?
        let sum: Int
        /// Whether nothing but a repeated header stands above it: to break here would leave an empty page.
        var isFirst = false
    }

    /// A page without its header and footer, and how far the structure had come when it ended.
    private struct WaitingPage {
        let items: [DrawnItem]
        let completeBelow: StructureID
        let openNode: StructureID
    }

    private(set) var composition: Composition
    private let geometry: PageGeometry
    private let footerHeight: Int
    /// Where the body of the current page begins.
    private var bodyTop = 0
    private let bottom: Int
    private var pen = 0
    /// The earliest place to break when the next block does not fit.
    private var held: Mark?
    /// Where the last block began, or what was kept with it.
    private var previous: Mark?
    /// The last two rows of a table that ended on this page: what follows them should not end alone on the next.
    private var closing: Mark?
    /// The section of what the first header says.
    private var firstHeaderPlace: StructureBuilder.Place
    /// Pages wait here until there are so many that the count comes as an overlay.
    private var waiting: [WaitingPage] = []
    private var finished = 0
    private var isStreaming = false

    /// Up to so many pages get their count in the first pass; longer documents keep nothing.
    private static var waitingLimit: Int { 32 }
    /// Of a paragraph at least so many lines stand on either side of a page break.
    private static var leastLines: Int { 2 }

    init(_ composition: consuming Composition) {
        self.composition = composition
        geometry = self.composition.template.geometry
        let mark = self.composition.items.count
        firstHeaderPlace = StructureBuilder.Place(node: .artifact, text: .inside)
        let document = self.composition.structure.enterArtifact()
        defer { self.composition.structure.leave(to: document) }
        self.composition.scope.page = 1
        self.composition.scope.pages = 1
        footerHeight = self.composition.layout(
            self.composition.template.footer, x: geometry.left,
            width: geometry.width - geometry.left - geometry.right, y: 0)
        self.composition.items.removeLast(self.composition.items.count - mark)
        bottom = geometry.height - geometry.bottom - footerHeight
        bodyTop = geometry.top
    }

    private var x: Int { geometry.left }
    private var width: Int { geometry.width - geometry.left - geometry.right }

    mutating func run(into sink: inout Sink) throws(ToolkitError) {
        if !composition.template.firstHeader.isEmpty {
            let document = composition.structure.enter(.section)
            firstHeaderPlace = composition.structure.place
            composition.structure.leave(to: document)
        }
        beginPage()
        try flow(composition.template.body, into: &sink)
        try finishPage(into: &sink)
        try finish(into: &sink)
    }

    // MARK: - Pages

    /// Starts a page; its header is measured now and drawn when the page leaves.
    private mutating func beginPage() {
        let page = finished + waiting.count
        composition.scope.page = page + 1
        let header = page == 0 ? composition.template.firstHeader : composition.template.header
        previous = nil
        closing = nil
        let place = composition.structure.enterArtifact()
        defer { composition.structure.leave(to: place) }
        bodyTop = composition.layout(header, x: x, width: width, y: geometry.top)
        composition.items.removeAll(keepingCapacity: true)
        pen = bodyTop
    }

    /// Ends the page; the tail goes to the next.
    private mutating func finishPage(tail: [DrawnItem] = [], into sink: inout Sink) throws(ToolkitError) {
        var open = composition.structure.next.number
        for item in tail where item.owner != .artifact { open = min(open, item.owner.number) }
        waiting.append(
            WaitingPage(
                items: composition.takeItems(), completeBelow: StructureID(number: open),
                openNode: composition.structure.place.node))
        if isStreaming || waiting.count > Self.waitingLimit {
            isStreaming = true
            try release(.later, into: &sink)
        }
    }

    /// Hands out the waiting pages with their headers and footers.
    private mutating func release(_ count: Composition.PageCount, into sink: inout Sink) throws(ToolkitError) {
        for body in waiting {
            let frame = frame(page: finished, count)
            var elements: [PageElement] = []
            elements.reserveCapacity(frame.header.count + body.items.count + frame.footer.count)
            // By index: to go through items copies each of them.
            for items in [frame.header, body.items, frame.footer] {
                for index in items.indices { elements.append(items[index].element) }
            }
            try sink.append(
                Page(
                    size: paper, elements: composition.marked(elements, paper: paper),
                    nodes: composition.structure.takeNodes(), completeBelow: body.completeBelow,
                    openNode: body.openNode, hasMark: composition.scope.mark != nil))
            finished += 1
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func finish(into sink: inout Sink) throws(ToolkitError) {
        composition.scope.pages = finished + waiting.count
        guard isStreaming else { return try release(.known, into: &sink) }
        for page in 0..<finished {
            let frame = frame(page: page, .overlay)
            let elements = (frame.header + frame.footer).map(\.element)
            if !elements.isEmpty { try sink.overlay(elements, onPage: page) }
        }
    }

    private var paper: Size {
        Size(width: Length(millipoints: geometry.width), height: Length(millipoints: geometry.height))
    }

    /// Draws header and footer of a page.
    private mutating func frame(
        page: Int, _ count: Composition.PageCount
    ) -> (header: [DrawnItem], footer: [DrawnItem]) {
        let current = composition.scope.page
        let mark = composition.items.count
        composition.scope.page = page + 1
        composition.pageCount = count
        let place = composition.structure.enterArtifact()
        if page == 0, count != .overlay { composition.structure.leave(to: firstHeaderPlace) }
        defer {
            composition.structure.leave(to: place)
            composition.scope.page = current
            composition.pageCount = .known
            composition.items.removeLast(composition.items.count - mark)
        }
        let template = composition.template
        _ = composition.layout(
            page == 0 ? template.firstHeader : template.header, x: x, width: width, y: geometry.top)
        _ = composition.structure.enterArtifact()
        let middle = composition.items.count
        _ = composition.layout(template.footer, x: x, width: width, y: bottom)
        let header = Array(composition.items[mark..<middle])
        let footer = Array(composition.items[middle...])
        // What was drawn in the first pass is not drawn again.
        guard count == .overlay else { return (header, footer) }
        return (header.filter { !$0.isBox }, footer.filter { !$0.isBox })
    }

    // MARK: - The body

    private mutating func flow(_ blocks: [Block], into sink: inout Sink) throws(ToolkitError) {
        for block in blocks where composition.holds(block.condition) { try flow(block, into: &sink) }
    }

    private mutating func flow(_ block: Block, into sink: inout Sink) throws(ToolkitError) {
        switch block.content {
        case .group(let blocks, together: false) where !block.keepsWithNext: try flow(blocks, into: &sink)
        case .each(let list, let blocks):
            for position in 0..<composition.scope.count(list) {
                composition.scope.enter(position, of: list)
                try flow(blocks, into: &sink)
            }
        case .table(let table): try flow(table, into: &sink)
        case .space(let height):
            if pen > bodyTop { pen = snapped(pen + height) }
        case .bottom(let blocks):
            let mark = mark()
            // Signatures never stand alone on a page: what is above comes along.
            held = held ?? previous
            let end = composition.layout(blocks, x: x, width: width, y: pen)
            guard composition.items.count > mark.item else { return }
            pen = end
            try settle(mark, isBreakable: false, into: &sink)
            composition.move(from: lastMark, down: max(bottom - pen, 0))
            pen = bottom
            held = nil
            previous = nil
        default:
            let above = block.text.map { pen > bodyTop ? $0.style.spaceAbove : 0 } ?? 0
            pen += above
            let mark = mark()
            let start = pen
            pen = composition.layout(block, x: x, width: width, y: pen, top: pen)
            guard composition.items.count > mark.item || pen > start else {
                pen -= above
                return
            }
            // The space below a paragraph asks for no page of its own.
            let below = block.text?.style.spaceBelow ?? 0
            pen -= below
            try settle(mark, isBreakable: block.text != nil, into: &sink)
            pen = snapped(pen + below)
            if block.keepsWithNext {
                previous = nil
                if held == nil { held = Mark(item: lastMark, y: lastMarkY, table: nil, sum: 0) }
            } else if case .rule = block.content {
                // A rule belongs to what is above it and what is below.
            } else {
                previous = held ?? Mark(item: lastMark, y: lastMarkY, table: nil, sum: 0)
                held = nil
            }
        }
    }

    /// Where the block that was settled last begins on its page.
    private var lastMark = 0
    private var lastMarkY = 0

    private func mark(table: TablePlan? = nil, sum: Int = 0) -> Mark {
        Mark(item: composition.items.count, y: pen, table: table, sum: sum)
    }

    /// The next place on the grid of lines.
    private func snapped(_ y: Int) -> Int {
        guard geometry.grid > 0 else { return y }
        let steps = (y - geometry.top + geometry.grid - 1) / geometry.grid
        return geometry.top + steps * geometry.grid
    }

    /// Breaks the page when what was drawn from the mark on does not fit; what is breakable is cut between its lines.
    private mutating func settle(_ mark: Mark, isBreakable: Bool, into sink: inout Sink) throws(ToolkitError) {
        lastMark = mark.item
        lastMarkY = mark.y
        guard pen > bottom else { return }
        if let closing, fits(from: closing), closing.y - bodyTop >= (bottom - bodyTop) / 2 {
            try breakPage(at: closing, into: &sink)
        } else if isBreakable, let cut = paragraphCut(from: mark.item) {
            try slice(at: cut, from: mark.item, into: &sink)
        } else if let held, fits(from: held) {
            try breakPage(at: held, into: &sink)
        } else if mark.y > bodyTop {
            try breakPage(at: mark, into: &sink)
        }
        held = nil
        while pen > bottom {
            let last = Mark(item: lastMark, y: lastMarkY, table: nil, sum: 0)
            guard let cut = isBreakable ? paragraphCut(from: lastMark) ?? cut(from: last) : cut(from: last) else {
                break
            }
            try slice(at: cut, from: lastMark, into: &sink)
        }
    }

    /// Whether the next page can take all from a mark on.
    private func fits(from mark: Mark) -> Bool {
        !mark.isFirst && mark.y > bodyTop && pen - mark.y <= bottom - bodyTop - headRoom(mark)
    }

    /// Where a paragraph may be cut so that neither page gets a single line of it; nil where that cannot be.
    private func paragraphCut(from first: Int) -> Int? {
        var lines: [Int] = []
        for item in composition.items[first...] where lines.last != item.bottom {
            if case .text = item.content { lines.append(item.bottom) }
        }
        let fitting = lines.count { $0 <= bottom }
        guard fitting < lines.count else { return nil }
        let kept = min(fitting, lines.count - Self.leastLines)
        return kept >= Self.leastLines ? lines[kept - 1] : nil
    }

    /// What a repeated table header takes, roughly: enough to decide whether moving helps.
    private func headRoom(_ mark: Mark) -> Int {
        guard let plan = mark.table else { return 0 }
        let labels = plan.table.columns.map(\.label.style.leading).max() ?? 0
        return 3 * labels + 4 * plan.table.padding + (plan.carry == nil ? 0 : composition.carryHeight(plan.table))
    }

    /// Ends the page before a mark; what was drawn after it moves to the next page.
    private mutating func breakPage(at mark: Mark, into sink: inout Sink) throws(ToolkitError) {
        var tail = Array(composition.items[mark.item...])
        composition.items.removeLast(tail.count)
        let drawnTo = pen
        if let plan = mark.table { composition.drawCarry(.carried, Money(minorUnits: mark.sum), plan, y: mark.y) }
        try finishPage(tail: tail, into: &sink)
        beginPage()
        if let plan = mark.table { continueTable(plan, sum: mark.sum) }
        lastMark = composition.items.count + (lastMark - mark.item)
        lastMarkY += pen - mark.y
        for index in tail.indices { tail[index].move(down: pen - mark.y) }
        composition.items += tail
        pen += drawnTo - mark.y
    }

    /// Repeats the header of a table, and says what was brought forward.
    private mutating func continueTable(_ plan: TablePlan, sum: Int) {
        let place = composition.structure.enterArtifact()
        defer { composition.structure.leave(to: place) }
        pen = snapped(composition.drawHead(plan, y: pen))
        guard plan.carry != nil else { return }
        composition.drawCarry(.brought, Money(minorUnits: sum), plan, y: pen)
        pen += composition.carryHeight(plan.table)
        if let rule = plan.table.rowRule {
            composition.draw(rule, x: plan.x, width: plan.width, y: pen)
            pen += rule.thickness
        }
        pen = snapped(pen)
    }

    /// The lowest place on this page that no line of text crosses; nil where there is none.
    private func cut(from mark: Mark) -> Int? {
        let items = composition.items[mark.item...]
        var candidates: Set<Int> = []
        for item in items where item.bottom <= bottom {
            if !item.isBox { candidates.insert(item.bottom) }
        }
        return candidates.sorted(by: >).first { cut in
            items.allSatisfy { item in
                item.isBox || item.bottom <= cut || item.top >= cut
            }
        }
    }

    /// Ends the page in the middle of a block that is taller than a page, or of a paragraph.
    private mutating func slice(at cut: Int, from first: Int, into sink: inout Sink) throws(ToolkitError) {
        var tail: [DrawnItem] = []
        var head: [DrawnItem] = []
        for item in composition.items[first...] {
            switch item.content {
            case .text, .picture: if item.bottom <= cut { head.append(item) } else { tail.append(item) }
            case .box(let width, let height, let color):
                if item.bottom <= cut {
                    head.append(item)
                } else if item.top >= cut {
                    tail.append(item)
                } else {
                    var upper = item
                    upper.content = .box(width: width, height: cut - item.y, color)
                    upper.bottom = cut
                    head.append(upper)
                    var lower = item
                    lower.content = .box(width: width, height: height - (cut - item.y), color)
                    lower.y = cut
                    lower.top = cut
                    tail.append(lower)
                }
            }
        }
        composition.items.removeLast(composition.items.count - first)
        composition.items += head
        let drawnTo = pen
        try finishPage(tail: tail, into: &sink)
        beginPage()
        lastMark = 0
        lastMarkY = pen
        for index in tail.indices { tail[index].move(down: pen - cut) }
        composition.items += tail
        pen += drawnTo - cut
    }

    // MARK: - Tables

    private mutating func flow(_ table: TableBlock, into sink: inout Sink) throws(ToolkitError) {
        let count = composition.scope.count(table.list)
        guard count > 0 else { return }
        let plan = composition.plan(table, x: x, width: width)
        let carried = plan.carry.flatMap { plan.columns[$0].column.carry }
        let reserve = carried == nil ? 0 : composition.carryHeight(table)
        var sum = 0
        // The header goes with the first row.
        let start = held ?? mark()
        held = nil
        var last = start
        var lastButOne = start
        let outer = composition.structure.enter(.table)
        defer { composition.structure.leave(to: outer) }
        pen = snapped(composition.drawHead(plan, y: pen))
        _ = composition.structure.enter(.tableBody)
        for position in 0..<count {
            composition.scope.enter(position, of: table.list)
            var mark = position == 0 ? start : mark(table: plan, sum: sum)
            let rowTop = pen
            pen = composition.drawRow(plan, position: position, isLast: position == count - 1, y: pen)
            pen = rowTop + composition.snapped(height: pen - rowTop)
            let isLast = position == count - 1
            if pen + (isLast ? 0 : reserve) > bottom {
                if isLast, position > 0, try moveLastRows(from: &last, &mark, into: &sink) {
                    // Both stand at the head of the next page now.
                } else if try makeRoom(for: mark, into: &sink) {
                    mark = Mark(
                        item: lastMark, y: lastMarkY, table: position == 0 ? nil : plan, sum: sum, isFirst: position > 0
                    )
                    last = mark
                }
            }
            lastButOne = last
            last = mark
            if let amount = carried?.read(composition.scope), case .money(let money) = amount {
                let (total, overflow) = sum.addingReportingOverflow(money.minorUnits)
                guard !overflow else {
                    throw ToolkitError(.pageOverflow, "The amounts of a column are too large to be carried forward.")
                }
                sum = total
            }
        }
        held = lastButOne
        if closing == nil { closing = lastButOne }
        lastMark = composition.items.count
        lastMarkY = pen
    }

    /// Moves the last row and the one before it to the next page, so that what follows never has a single row above.
    ///
    /// - Returns: false when the two stand at the head of a page already, or are too tall for one.
    private mutating func moveLastRows(
        from upper: inout Mark, _ lower: inout Mark, into sink: inout Sink
    ) throws(ToolkitError) -> Bool {
        guard !upper.isFirst, upper.y > bodyTop, pen - upper.y <= bottom - bodyTop - headRoom(upper) else {
            return false
        }
        lastMark = upper.item
        lastMarkY = upper.y
        try breakPage(at: upper, into: &sink)
        let movedItems = lastMark - upper.item
        let movedDown = lastMarkY - upper.y
        upper = Mark(item: lastMark, y: lastMarkY, table: upper.table, sum: upper.sum, isFirst: true)
        lower = Mark(item: lower.item + movedItems, y: lower.y + movedDown, table: lower.table, sum: lower.sum)
        return true
    }

    /// Moves a row to the next page, and cuts it where even a page is too short for it.
    ///
    /// - Returns: Whether the row now begins on another page; `lastMark` says where.
    private mutating func makeRoom(for mark: Mark, into sink: inout Sink) throws(ToolkitError) -> Bool {
        lastMark = mark.item
        lastMarkY = mark.y
        var hasMoved = false
        if !mark.isFirst, mark.y > bodyTop {
            try breakPage(at: mark, into: &sink)
            hasMoved = true
        }
        while pen > bottom, let cut = cut(from: Mark(item: lastMark, y: lastMarkY, table: nil, sum: 0)) {
            try slice(at: cut, from: lastMark, into: &sink)
            hasMoved = true
        }
        return hasMoved
    }
}

extension ToolkitError.Code {
    /// A sum on the page leaves the range of amounts.
    public static let pageOverflow = Self("page.overflow", .rejected)
}
