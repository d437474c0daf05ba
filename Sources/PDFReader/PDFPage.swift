public import Diagnostics

/// A page of a document (ISO 32000-1, 7.7.3).
public struct PDFPage: Sendable {
    /// Its place, from 0.
    public let index: Int
    /// Its object; nil where the page tree holds it directly.
    public let id: PDFObjectID?
    /// Its dictionary, without what it inherits.
    public let dictionary: PDFDictionary
    /// `/Resources`, inherited or its own.
    let resources: PDFDictionary
    /// What of the page is shown.
    let box: PageBox?
    /// By how many degrees it is turned clockwise to be shown: 0, 90, 180 or 270.
    public let rotation: Int

    /// The left, lower, right and upper edge of what is shown, in points; nil where the page does not say.
    public var visibleBox: [Double]? { box.map { [$0.left, $0.bottom, $0.right, $0.top] } }
}

extension PDFDocument {
    /// All pages in their order.
    ///
    /// - Throws: As `init`; damaged branches of the page tree are left out.
    public func pages() throws(ToolkitError) -> [PDFPage] { try reporting { () throws(PDFFault) in try readPages() } }

    /// A node that waits to be looked at, with what it inherits.
    private struct PageNode {
        let object: PDFObject
        let depth: Int
        let resources: PDFDictionary
        let box: PageBox?
        let rotation: Int
    }

    func readPages() throws(PDFFault) -> [PDFPage] {
        guard let catalogue = try resolved(trailer["Root"]).dictionary else { return [] }
        var pages: [PDFPage] = []
        var seen: Set<PDFObjectID> = []
        var pending = [
            PageNode(object: catalogue["Pages"], depth: 0, resources: PDFDictionary(), box: nil, rotation: 0)
        ]
        while let node = pending.popLast() {
            if let id = node.object.reference, !seen.insert(id).inserted { continue }
            guard let dictionary = try resolved(node.object).dictionary else { continue }
            let resources = try resolved(dictionary["Resources"]).dictionary ?? node.resources
            var crop = try box(dictionary["CropBox"])
            if crop == nil { crop = try box(dictionary["MediaBox"]) }
            let turn = try resolved(dictionary["Rotate"]).integer ?? node.rotation
            let kids = try resolved(dictionary["Kids"]).array
            if let kids, dictionary["Type"].name != "Page" {
                guard node.depth < budget.limits.nesting else { throw .limit("The page tree is too deep.", nil) }
                guard pending.count + kids.count <= budget.limits.pages * 2 else {
                    throw .limit("It has too many pages.", nil)
                }
                for kid in kids.reversed() {
                    pending.append(
                        PageNode(
                            object: kid, depth: node.depth + 1, resources: resources, box: crop ?? node.box,
                            rotation: turn))
                }
            } else {
                guard pages.count < budget.limits.pages else { throw .limit("It has too many pages.", nil) }
                pages.append(
                    PDFPage(
                        index: pages.count, id: node.object.reference, dictionary: dictionary, resources: resources,
                        box: crop ?? node.box, rotation: turn % 90 == 0 ? (turn % 360 + 360) % 360 : 0))
            }
        }
        return pages
    }

    /// A rectangle whose numbers may be references.
    func box(_ object: PDFObject) throws(PDFFault) -> PageBox? {
        guard let array = try resolved(object).array, array.count == 4 else { return nil }
        var numbers: [PDFObject] = []
        for item in array { numbers.append(try resolved(item)) }
        return PageBox(numbers)
    }

    /// The text that a page shows, in the order of drawing; annotations lie on top.
    ///
    /// - Parameter page: A page of this document.
    /// - Returns: The pieces of text with their places.
    /// - Throws: As `init`; syntax errors in the content are passed over, up to a point.
    public func text(of page: PDFPage) throws(ToolkitError) -> [TextFragment] { try read(page).fragments }

    /// The text of a page, and where it is not what it looks like.
    func read(_ page: PDFPage) throws(ToolkitError) -> (fragments: [TextFragment], disguises: [TextDisguise]) {
        try reporting { () throws(PDFFault) in
            var interpreter = ContentInterpreter(page, in: self, fonts: fonts)
            try interpreter.run(try content(of: page))
            for annotation in try resolved(page.dictionary["Annots"]).array ?? [] {
                guard let dictionary = try resolved(annotation).dictionary else { continue }
                try interpreter.draw(dictionary)
            }
            return (interpreter.fragments, interpreter.disguises)
        }
    }

    /// The content of a page: its streams, one after the other.
    func content(of page: PDFPage) throws(PDFFault) -> [UInt8] {
        let contents = try resolved(page.dictionary["Contents"])
        if let stream = contents.stream { return try decoded(stream) }
        var content: [UInt8] = []
        for item in contents.array ?? [] {
            guard let stream = try resolved(item).stream else { continue }
            content += try decoded(stream)
            // Streams part between tokens only.
            content.append(0x0A)
        }
        return content
    }
}
