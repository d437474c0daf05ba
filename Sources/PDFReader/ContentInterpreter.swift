/// The fonts that were met, by object; one for all pages.
final class FontCache {
    private var fonts: [PDFObjectID: ContentFont] = [:]

    func font(_ object: PDFObject, in document: PDFDocument) throws(PDFFault) -> ContentFont? {
        if let id = object.reference, let known = fonts[id] { return known }
        guard let dictionary = try document.resolved(object).dictionary else { return nil }
        let font = try ContentFont(dictionary, in: document)
        if let id = object.reference, fonts.count < 4096 { fonts[id] = font }
        return font
    }
}

/// Follows the operators of a page and collects its text (ISO 32000-1, 8.4 and 9).
struct ContentInterpreter {
    /// What `q` saves.
    struct State {
        var matrix = PageMatrix()
        var font: ContentFont?
        var size = 0.0
        var characterSpace = 0.0
        var wordSpace = 0.0
        var scale = 1.0
        var leading = 0.0
        var rise = 0.0
        var mode = 0
        /// What is painted outside of it is not seen; nil where nothing was cut off.
        var clip: PageRectangle?
    }

    /// What was collected.
    private(set) var fragments: [TextFragment] = []
    /// Replaced text whose figures are not those of the glyphs.
    var disguises: [TextDisguise] {
        replacements.filter(\.isDisguise).map {
            TextDisguise(page: page.index, drawn: $0.drawn, replacement: $0.text)
        }
    }

    /// What is painted besides text; nil where nobody wants to know.
    var shapes: PaintedShapes?

    let document: PDFDocument
    private let page: PDFPage
    private let fonts: FontCache
    var state = State()
    private var saved: [State] = []
    var line = PageMatrix()
    var pen = PageMatrix()
    private var marks: [MarkedContent] = [.none]
    private var replacements: [Replacement] = []
    /// The fragment that the next glyph may join.
    private var open: TextFragment?
    private var resources: PDFDictionary
    private var fontNames: [String: ContentFont] = [:]
    private var form: PDFObjectID?
    private var formPath: [PDFObjectID] = []
    private var mistakes = 0

    init(_ page: PDFPage, in document: PDFDocument, fonts: FontCache) {
        self.page = page
        self.document = document
        self.fonts = fonts
        resources = page.resources
    }

    /// Runs a whole content stream; at its end nothing is left open.
    mutating func run(_ content: [UInt8]) throws(PDFFault) {
        try interpret(content)
        closeFragment()
    }

    private mutating func interpret(_ content: [UInt8]) throws(PDFFault) {
        try document.budget.spend(parsed: content.count, at: 0)
        var parser = PDFObjectParser(
            PDFLexer(content), nesting: document.budget.limits.nesting, isFile: false)
        var operands: [PDFObject] = []
        while true {
            let start = parser.lexer.position
            do throws(PDFFault) {
                let token = try parser.lexer.next()
                if case .end = token { return }
                if let operand = try parser.operand(token) {
                    // More operands than any operator takes: the earliest are of no use.
                    if operands.count >= 512 { operands.removeFirst(256) }
                    operands.append(operand)
                    continue
                }
                guard case .keyword(let word) = token else { continue }
                if word == "BI" {
                    Self.skipImage(&parser.lexer)
                    paintImage()
                } else {
                    try perform(word, operands)
                }
                operands.removeAll(keepingCapacity: true)
            } catch {
                guard case .malformed = error else { throw error }
                mistakes += 1
                guard mistakes < 1000 else { throw error }
                if parser.lexer.position == start { parser.lexer.position += 1 }
                operands.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Passes an inline image: its data end before `EI` between blanks.
    private static func skipImage(_ lexer: inout PDFLexer) {
        let bytes = lexer.bytes
        while lexer.position < lexer.end {
            guard let token = try? lexer.next() else {
                lexer.position += 1
                continue
            }
            if case .end = token { return }
            if case .keyword("ID") = token { break }
        }
        var index = lexer.position + 1
        while let found = ByteSearch.first([0x45, 0x49], in: bytes, from: index, end: lexer.end) {
            index = found + 2
            if PDFLexer.isBlank(bytes[found - 1]), index >= lexer.end || !PDFLexer.isRegular(bytes[index]) {
                lexer.position = index
                return
            }
        }
        lexer.position = lexer.end
    }

    // MARK: - State

    mutating func save() throws(PDFFault) {
        guard saved.count < 1024 else { throw .limit("Graphics states lie too deep in each other.", nil) }
        saved.append(state)
    }

    mutating func restore() { if let last = saved.popLast() { state = last } }

    mutating func selectFont(_ name: String, size: Double) throws(PDFFault) {
        state.size = size
        if let known = fontNames[name] {
            state.font = known
            return
        }
        let list = try document.resolved(resources["Font"]).dictionary
        let font = try fonts.font(list?[name] ?? .null, in: document)
        state.font = font
        if let font { fontNames[name] = font }
    }

    /// Selects a font that is no named resource.
    mutating func selectFont(_ object: PDFObject, size: Double) throws(PDFFault) {
        state.size = size
        state.font = try fonts.font(object, in: document)
    }

    /// The named resource of a category, unresolved.
    func resource(_ category: String, _ name: String) throws(PDFFault) -> PDFObject {
        try document.resolved(resources[category]).dictionary?[name] ?? .null
    }

    // MARK: - Marked content

    mutating func beginMarked(_ tag: String, _ properties: PDFDictionary?) throws(PDFFault) {
        guard marks.count < 1024 else { throw .limit("Marked content lies too deep in each other.", nil) }
        let around = marks.last ?? .none
        var mark = around.mark
        var replacement = around.replacement
        if let properties {
            if let number = try document.resolved(properties["MCID"]).integer {
                mark = TextFragment.Mark(number: number, form: form)
            }
            if replacement == nil, let text = try document.resolved(properties["ActualText"]).text {
                replacement = replacements.count
                replacements.append(Replacement(text: text))
            }
        }
        marks.append(
            MarkedContent(mark: mark, isArtifact: around.isArtifact || tag == "Artifact", replacement: replacement))
    }

    mutating func endMarked() throws(PDFFault) {
        guard marks.count > 1, let last = marks.popLast() else { return }
        // A replacement whose sequence shows nothing is text all the same.
        guard let index = last.replacement, marks.last?.replacement != index, !replacements[index].isShown else {
            return
        }
        marks.append(last)
        try place("", width: 0)
        marks.removeLast()
    }

    // MARK: - Forms

    mutating func draw(_ name: String) throws(PDFFault) {
        let object = try resource("XObject", name)
        guard let stream = try document.resolved(object).stream else { return }
        guard stream.dictionary["Subtype"].name == "Form" else { return paintImage() }
        try draw(stream, object)
    }

    private mutating func draw(_ stream: PDFStream, _ object: PDFObject) throws(PDFFault) {
        if let id = object.reference, formPath.contains(id) { return }
        guard formPath.count < 24 else { throw .limit("Forms lie too deep in each other.", nil) }
        let outer = (resources, fontNames, form, saved, state, marks)
        formPath.append(object.reference ?? PDFObjectID(number: 0))
        if let own = try document.resolved(stream.dictionary["Resources"]).dictionary {
            resources = own
            fontNames = [:]
        }
        if let matrix = PageMatrix(try document.resolved(stream.dictionary["Matrix"]).array ?? []) {
            state.matrix = matrix.then(state.matrix)
        }
        form = object.reference
        saved = []
        try interpret(try document.decoded(stream))
        (resources, fontNames, form, saved, state, marks) = outer
        formPath.removeLast()
    }

    /// Draws what an annotation shows: its appearance, fitted into its rectangle (12.5.5).
    mutating func draw(_ annotation: PDFDictionary) throws(PDFFault) {
        // Hidden, or shown on no screen and no paper.
        let flags = try document.resolved(annotation["F"]).integer ?? 0
        guard flags & 0b10_0010 == 0, annotation["Subtype"].name != "Popup",
            let appearances = try document.resolved(annotation["AP"]).dictionary,
            let place = try document.box(annotation["Rect"])
        else { return }
        var object = appearances["N"]
        if case .dictionary(let states) = try document.resolved(object) {
            object = states[try document.resolved(annotation["AS"]).name ?? "Off"]
        }
        guard let stream = try document.resolved(object).stream,
            let box = try document.box(stream.dictionary["BBox"])
        else { return }
        let own = PageMatrix(try document.resolved(stream.dictionary["Matrix"]).array ?? []) ?? PageMatrix()
        let corners = [(box.left, box.bottom), (box.left, box.top), (box.right, box.bottom), (box.right, box.top)]
            .map { own.apply(x: $0.0, y: $0.1) }
        let (left, right) = (corners.map(\.x).min() ?? 0, corners.map(\.x).max() ?? 0)
        let (bottom, top) = (corners.map(\.y).min() ?? 0, corners.map(\.y).max() ?? 0)
        guard right > left, top > bottom else { return }
        let (x, y) = ((place.right - place.left) / (right - left), (place.top - place.bottom) / (top - bottom))
        state = State()
        state.matrix = PageMatrix(a: x, d: y, e: place.left - left * x, f: place.bottom - bottom * y)
        marks = [.none]
        closeFragment()
        try draw(stream, object)
        closeFragment()
    }

    // MARK: - Text

    /// Shows a string and moves the pen.
    mutating func show(_ string: [UInt8]) throws(PDFFault) {
        guard let font = state.font else { return }
        try font.forEachGlyph(in: string) { glyph throws(PDFFault) in
            let advance = glyph.width * state.size
            try place(glyph.text, width: advance * state.scale)
            move((advance + state.characterSpace + (glyph.isSpace ? state.wordSpace : 0)) * state.scale)
        }
    }

    /// Moves the pen along the baseline, in unscaled text space.
    mutating func move(_ distance: Double) {
        pen.e += distance * pen.a
        pen.f += distance * pen.b
    }

    private mutating func place(_ text: String, width: Double) throws(PDFFault) {
        let around = marks.last ?? .none
        let matrix = PageMatrix(a: 1, d: 1, e: 0, f: state.rise).then(pen).then(state.matrix)
        let origin = matrix.apply(x: 0, y: 0)
        // Numbers beyond all measure: nothing of it can be seen, and nothing can be sorted by it.
        guard origin.x.magnitude + origin.y.magnitude < 1e9, width.magnitude < 1e9, state.size.magnitude < 1e9 else {
            return
        }
        let end = matrix.apply(x: width, y: 0)
        let length = ((end.x - origin.x) * (end.x - origin.x) + (end.y - origin.y) * (end.y - origin.y)).squareRoot()
        let across = (matrix.a * matrix.a + matrix.b * matrix.b).squareRoot()
        let size = (state.size * (matrix.c * matrix.c + matrix.d * matrix.d).squareRoot()).magnitude
        var text = text
        if let index = around.replacement {
            if replacements[index].drawn.utf8.count < 4096 { replacements[index].drawn += text }
            text = replacements[index].isShown ? "" : replacements[index].text
            replacements[index].isShown = true
        }
        let isVisible = state.mode != 3 && state.mode != 7 && (page.box?.contains(origin) ?? true)
        let direction = across > 0 ? PagePoint(x: matrix.a / across, y: matrix.b / across) : PagePoint(x: 1, y: 0)
        let next = TextFragment(
            page: page.index, text: text, origin: origin, direction: direction, width: length, size: size,
            mark: around.mark, isArtifact: around.isArtifact, isVisible: isVisible)
        if var fragment = open {
            open = nil
            if fragment.joins(next), let gap = fragment.gap(to: next), -0.4 < gap && gap < 0.6 {
                fragment.append(next, after: gap)
                open = fragment
                return
            }
            open = fragment
        }
        try document.budget.spendFragment(of: open?.text.utf8.count ?? 0)
        closeFragment()
        open = next
    }

    private mutating func closeFragment() {
        if let fragment = open, !fragment.text.isEmpty { fragments.append(fragment) }
        open = nil
    }
}

extension TextFragment {
    /// Whether the next glyph has the same marks and direction.
    fileprivate func joins(_ next: TextFragment) -> Bool {
        mark == next.mark && isArtifact == next.isArtifact && isVisible == next.isVisible
            && (direction.x - next.direction.x).magnitude + (direction.y - next.direction.y).magnitude < 0.01
            && text.utf8.count < 65_536
    }

    /// Takes a glyph that stands so many type sizes behind the end; a gap that an eye sees is a space.
    fileprivate mutating func append(_ next: TextFragment, after gap: Double) {
        if gap > 0.18, let last = text.unicodeScalars.last, !last.properties.isWhitespace,
            let first = next.text.unicodeScalars.first, !first.properties.isWhitespace
        {
            text += " "
        }
        text += next.text
        width += gap * max(size, 0.01) + next.width
    }
}
