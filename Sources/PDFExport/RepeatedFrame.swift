import PDFWriter
import PageLayout
import Typography

/// What page after page shows alike: running heads, their rules, the labels of a table that goes on.
///
/// It is written once, in a content stream that pages share (ISO 32000-1, 7.7.3.3: `Contents` may be an array). What is
/// shared settles by itself: it begins with what two neighbours have in common, and shrinks to what the next has as well.
struct RepeatedFrame {
    /// Fewer elements than this are not worth a stream.
    private static let least = 8

    private var shared: [PageElement] = []
    private var stream: PDFReference?
    /// The page before, while nothing is shared.
    private var previous: [PageElement] = []
    /// How many pages there were.
    private var seen = 0

    /// What a page shares with others.
    enum Part {
        /// Nothing: it is written whole.
        case nothing
        /// A stream that is written already, and what the page has besides.
        case known(PDFReference, rest: [PageElement])
        /// Elements that want a stream from now on, and what the page has besides.
        case new([PageElement], rest: [PageElement])
    }

    /// Looks what a page has in common with those before it.
    mutating func part(of elements: [PageElement]) -> Part {
        seen += 1
        // The first page has a head of its own, and a document of two pages nothing to share.
        guard seen > 2 else {
            previous = elements
            return .nothing
        }
        let candidates = (stream == nil ? previous : shared).filter(\.isDecoration)
        if stream == nil { previous = elements }
        guard candidates.count >= Self.least else { return .nothing }
        var common: [PageElement] = []
        var rest: [PageElement] = []
        rest.reserveCapacity(elements.count)
        for element in elements {
            if element.isDecoration, candidates.contains(where: { $0.looksLike(element) }) {
                common.append(element)
            } else {
                rest.append(element)
            }
        }
        if let stream, common.count == shared.count { return .known(stream, rest: rest) }
        stream = nil
        guard common.count >= Self.least else { return .nothing }
        return .new(common, rest: rest)
    }

    /// Shares elements from now on.
    mutating func share(_ elements: [PageElement], as stream: PDFReference) {
        shared = elements
        previous = []
        self.stream = stream
    }
}

extension PageElement {
    /// Whether it is flat decoration, which may be drawn before everything else.
    fileprivate var isDecoration: Bool {
        switch self {
        case .box: true
        case .text(let run): run.owner == .artifact && run.slope == .level
        case .image, .modules: false
        }
    }

    /// Whether it is the same thing at the same place.
    fileprivate func looksLike(_ other: PageElement) -> Bool {
        switch (self, other) {
        case (.box(let left), .box(let right)): left == right
        case (.text(let left), .text(let right)):
            left.origin == right.origin && left.face === right.face && left.size == right.size
                && left.color == right.color && left.pieces.count == right.pieces.count
                && zip(left.pieces, right.pieces).allSatisfy { $0.x == $1.x && $0.shaped.looksLike($1.shaped) }
        default: false
        }
    }
}
