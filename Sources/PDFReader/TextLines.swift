/// Puts fragments together by where they stand.
enum TextLines {
    /// The text of fragments one after the other: without a space where they touch, with one otherwise.
    static func joined(_ fragments: [TextFragment]) -> String {
        var text = ""
        var last: TextFragment?
        for fragment in fragments {
            if let last, !text.isEmpty, !touches(last, fragment), text.last?.isWhitespace != true,
                fragment.text.first?.isWhitespace != true
            {
                text += " "
            }
            text += fragment.text
            last = fragment
        }
        return text
    }

    private static func touches(_ left: TextFragment, _ right: TextFragment) -> Bool {
        guard let gap = left.gap(to: right) else { return false }
        return -0.4 < gap && gap < 0.15
    }

    /// Blocks of an untagged page: lines from top to bottom, cut where the gap is wider than between words.
    static func blocks(of fragments: [TextFragment]) -> [PDFText.Block] {
        var blocks: [PDFText.Block] = []
        for line in lines(of: fragments) {
            var pending: [TextFragment] = []
            for fragment in line {
                if let last = pending.last, !belongs(fragment, behind: last) { flush(&pending, into: &blocks) }
                pending.append(fragment)
            }
            flush(&pending, into: &blocks)
        }
        return blocks
    }

    private static func belongs(_ fragment: TextFragment, behind last: TextFragment) -> Bool {
        guard fragment.isArtifact == last.isArtifact, let gap = last.gap(to: fragment) else { return false }
        return -0.4 < gap && gap < 0.8
    }

    private static func flush(_ pending: inout [TextFragment], into blocks: inout [PDFText.Block]) {
        guard let first = pending.first else { return }
        let text = joined(pending)
        if text.contains(where: { !$0.isWhitespace }) {
            blocks.append(
                PDFText.Block(
                    element: nil, page: first.page, text: text, isArtifact: first.isArtifact, origin: first.origin))
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// Fragments by page and baseline, each line from left to right.
    private static func lines(of fragments: [TextFragment]) -> [[TextFragment]] {
        let ordered = fragments.enumerated().sorted { left, right in
            let (one, other) = (left.element, right.element)
            if one.page != other.page { return one.page < other.page }
            if one.origin.y != other.origin.y { return one.origin.y > other.origin.y }
            return left.offset < right.offset
        }
        var lines: [[TextFragment]] = []
        var line: [TextFragment] = []
        for (_, fragment) in ordered {
            if let first = line.first,
                first.page != fragment.page || !(first.origin.y - fragment.origin.y < 0.35 * first.size)
                    || first.direction.x < 0.99
            {
                lines.append(line)
                line = []
            }
            line.append(fragment)
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { line in
            line.enumerated().sorted {
                ($0.element.origin.x, $0.offset) < ($1.element.origin.x, $1.offset)
            }.map(\.element)
        }
    }
}
