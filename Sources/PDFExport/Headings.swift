import PDFWriter
import PageLayout
import Typography

/// The headings of a document, which become the bookmarks of a long one.
struct Headings {
    /// A document of fewer pages is seen at a glance.
    static let leastPages = 4

    private var entries: [PDFOutline.Entry] = []
    /// The heading that a node is or stands in, and its level from 0, by the node's number.
    private var headings: [Int32: (heading: Int32, level: Int)] = [:]
    /// The last six bits of their numbers: most texts are told from headings by this.
    private var mask: UInt64 = 0
    private var known: Int32 = 0
    /// The heading of the last entry: one of several runs is one entry.
    private var last: Int32?

    /// Looks for headings on a page.
    mutating func add(_ page: Page, reference: PDFReference) {
        for index in page.nodes.indices {
            if let level = page.nodes[index].kind.outlineLevel {
                note(known, level)
            } else if page.nodes[index].kind == .span, let outer = headings[page.nodes[index].parent.number] {
                note(outer.heading, outer.level)
            }
            known += 1
        }
        guard !headings.isEmpty else { return }
        for element in page.elements {
            guard case .text(let run) = element, mask >> UInt64(run.owner.number & 63) & 1 != 0,
                let found = headings[run.owner.number]
            else { continue }
            let text = run.text
            if last == found.heading, let entry = entries.popLast() {
                entries.append(
                    PDFOutline.Entry(
                        title: entry.title + " " + text.trimmingBlanksAtEnd, page: entry.page, top: entry.top,
                        level: entry.level))
                continue
            }
            last = found.heading
            let top = page.size.height - run.origin.y + run.size + run.size
            entries.append(
                PDFOutline.Entry(
                    title: text.trimmingBlanksAtEnd, page: reference, top: top.millipoints, level: found.level))
        }
    }

    /// Notes that the node in hand is a heading or a part of one.
    private mutating func note(_ heading: Int32, _ level: Int) {
        headings[known] = (heading, level)
        mask |= 1 << UInt64(known & 63)
    }

    /// The bookmarks; nil where there are none worth having.
    func outline(pages: Int) -> PDFOutline? {
        pages < Self.leastPages || entries.isEmpty ? nil : PDFOutline(entries: entries)
    }
}

extension StructureNode.Kind {
    /// How deep a heading stands among the bookmarks; nil for what is none.
    fileprivate var outlineLevel: Int? {
        switch self {
        case .heading1: 0
        case .heading2: 1
        case .heading3: 2
        default: nil
        }
    }
}

extension String {
    fileprivate var trimmingBlanksAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
