extension PDFDocument {
    /// The structure tree, parents before children; empty where the document is not tagged.
    func structure(of pages: [PDFPage]) throws(PDFFault) -> [StructureElement] {
        guard let catalogue = try resolved(trailer["Root"]).dictionary,
            let root = try resolved(catalogue["StructTreeRoot"]).dictionary
        else { return [] }
        var reader = StructureReader(
            self, roles: try resolved(root["RoleMap"]).dictionary ?? PDFDictionary(), pages: pages)
        try reader.read(root["K"])
        return reader.elements
    }
}

/// Reads the structure tree without recursion; what leads back to an element that was read is left out.
struct StructureReader {
    private(set) var elements: [StructureElement] = []

    private struct Pending {
        let object: PDFObject
        let parent: Int?
        /// The place among the parent's kids.
        let slot: Int
        let page: Int?
        let depth: Int
    }

    private let document: PDFDocument
    private let roles: PDFDictionary
    private let pages: [PDFObjectID: Int]
    private var seen: Set<PDFObjectID> = []
    private var pending: [Pending] = []

    init(_ document: PDFDocument, roles: PDFDictionary, pages: [PDFPage]) {
        self.document = document
        self.roles = roles
        var numbers: [PDFObjectID: Int] = [:]
        for page in pages { if let id = page.id { numbers[id] = page.index } }
        self.pages = numbers
    }

    mutating func read(_ top: PDFObject) throws(PDFFault) {
        let resolved = try document.resolved(top)
        for item in (resolved.array ?? [top]).reversed() {
            pending.append(Pending(object: item, parent: nil, slot: 0, page: nil, depth: 0))
        }
        while let next = pending.popLast() { try read(next) }
        for index in elements.indices { elements[index].kids.removeAll { $0 == .element(-1) } }
    }

    private mutating func read(_ next: Pending) throws(PDFFault) {
        if let id = next.object.reference, !seen.insert(id).inserted { return }
        guard let dictionary = try document.resolved(next.object).dictionary,
            let type = try document.resolved(dictionary["S"]).name
        else { return }
        guard next.depth < document.budget.limits.nesting else {
            throw .limit("Structure elements lie too deep in each other.", nil)
        }
        guard elements.count < document.budget.limits.objects else {
            throw .limit("It has too many structure elements.", nil)
        }
        let attributes = try tableAttributes(dictionary["A"])
        let index = elements.count
        elements.append(
            StructureElement(
                type: standard(type), parent: next.parent, depth: next.depth,
                language: try document.resolved(dictionary["Lang"]).text,
                alternative: try document.resolved(dictionary["Alt"]).text,
                replacement: try document.resolved(dictionary["ActualText"]).text,
                scope: attributes["Scope"].name, columns: max(1, attributes["ColSpan"].integer ?? 1),
                rows: max(1, attributes["RowSpan"].integer ?? 1)))
        if let parent = next.parent { elements[parent].kids[next.slot] = .element(index) }
        let page = dictionary["Pg"].reference.flatMap { pages[$0] } ?? next.page
        try readKids(dictionary["K"], of: index, page: page, depth: next.depth)
    }

    private mutating func readKids(
        _ object: PDFObject, of index: Int, page: Int?, depth: Int
    ) throws(PDFFault) {
        let resolved = try document.resolved(object)
        if resolved.isNull { return }
        var waiting: [Pending] = []
        for item in resolved.array ?? [object] {
            let kid = try document.resolved(item)
            if let number = kid.integer {
                if let page { elements[index].kids.append(.content(page: page, .init(number: number))) }
            } else if let dictionary = kid.dictionary {
                switch dictionary["Type"].name {
                case "MCR":
                    let own = dictionary["Pg"].reference.flatMap { pages[$0] } ?? page
                    guard let own, let number = try document.resolved(dictionary["MCID"]).integer else { continue }
                    let mark = TextFragment.Mark(number: number, form: dictionary["Stm"].reference)
                    elements[index].kids.append(.content(page: own, mark))
                case "OBJR": continue
                default:
                    waiting.append(
                        Pending(
                            object: item, parent: index, slot: elements[index].kids.count, page: page,
                            depth: depth + 1))
                    elements[index].kids.append(.element(-1))
                }
            }
        }
        pending.append(contentsOf: waiting.reversed())
    }

    /// The standard type that the role map gives a type of the producer's own (14.7.3).
    private func standard(_ type: String) -> String {
        var type = type
        for _ in 0..<16 {
            guard let next = roles[type].name, next != type else { return type }
            type = next
        }
        return type
    }

    /// The attributes of owner `Table`, all others left out.
    private func tableAttributes(_ object: PDFObject) throws(PDFFault) -> PDFDictionary {
        let attributes = try document.resolved(object)
        for item in attributes.array ?? [attributes] {
            guard let dictionary = try document.resolved(item).dictionary, dictionary["O"].name == "Table" else {
                continue
            }
            return dictionary
        }
        return PDFDictionary()
    }
}
