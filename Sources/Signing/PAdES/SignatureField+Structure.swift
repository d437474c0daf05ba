import Diagnostics
import PDFReader
import PDFWriter

extension SignatureField {
    /// Whether the document is tagged and its structure may still be changed.
    func canTag() throws(ToolkitError) -> Bool {
        guard try form.signed(in: document).isEmpty, catalogue["StructTreeRoot"].reference != nil else { return false }
        return true
    }

    /// Puts widgets into the structure tree, so that a tagged document stays one.
    ///
    /// Only before the first signature: the tree is a part of what is signed. Sources: ISO 14289-1, 7.18.4; ISO 32000-1,
    /// 14.7.4.4.
    ///
    /// - Parameters:
    ///   - widgets: The widgets.
    ///   - page: Their page.
    ///   - update: Takes the objects.
    /// - Returns: The key of the first widget in the parent tree, the others follow; nil where the document is not tagged
    ///   in a way that is understood.
    /// - Throws: What the reader throws.
    func tag(
        _ widgets: [PDFObjectID], on page: PDFObjectID, _ update: inout PDFUpdate
    ) throws(ToolkitError) -> Int? {
        guard try canTag(), let rootID = catalogue["StructTreeRoot"].reference,
            var root = try document.object(rootID).dictionary, let treeID = root["ParentTree"].reference,
            var tree = try document.object(treeID).dictionary, treeID != rootID,
            let key = try nextKey(root, tree)
        else { return nil }
        let elements = widgets.map { _ in update.reserve() }
        let references = elements.map { PDFObject.reference($0) }
        let entries = references.enumerated().flatMap { [.integer(key + $0), $1] }
        let lastKey = key + widgets.count - 1
        if let numbers = try document.resolve(tree["Nums"]).array {
            tree.set("Nums", .array(numbers + entries))
        } else if let kids = try document.resolve(tree["Kids"]).array {
            let leaf = update.reserve()
            update.write(leaf) { syntax, _ in
                syntax.raw("<</Limits")
                syntax.object(.array([.integer(key), .integer(lastKey)]))
                syntax.raw("/Nums")
                syntax.object(.array(entries))
                syntax.raw(">>")
            }
            tree.set("Kids", .array(kids + [.reference(leaf)]))
        } else {
            return nil
        }
        let top = try document.resolve(root["K"])
        var parent = rootID
        if let id = root["K"].reference, id != treeID, var first = top.dictionary {
            // The one element below the root, such as the document.
            parent = id
            first.set("K", .array(try Self.children(first["K"], document) + references))
            update.write(id, first)
        } else {
            root.set("K", .array(try Self.children(root["K"], document) + references))
        }
        root.set("ParentTreeNextKey", .integer(lastKey + 1))
        update.write(rootID, root)
        update.write(treeID, tree)
        for (element, widget) in zip(elements, widgets) {
            update.write(element) { syntax, _ in
                syntax.raw("<</Type/StructElem/S/Form/P ")
                syntax.reference(parent)
                syntax.raw("/Pg ")
                syntax.reference(page)
                syntax.raw("/K<</Type/OBJR/Pg ")
                syntax.reference(page)
                syntax.raw("/Obj ")
                syntax.reference(widget)
                syntax.raw(">>>>")
            }
        }
        return key
    }

    private static func children(_ entry: PDFObject, _ document: PDFDocument) throws(ToolkitError) -> [PDFObject] {
        if let list = try document.resolve(entry).array { return list }
        return entry.isNull ? [] : [entry]
    }

    /// A key behind all that the parent tree has; nil where that cannot be told.
    private func nextKey(_ root: PDFDictionary, _ tree: PDFDictionary) throws(ToolkitError) -> Int? {
        if let next = root["ParentTreeNextKey"].integer { return next }
        var node = tree
        for _ in 0..<16 {
            if let numbers = try document.resolve(node["Nums"]).array {
                guard numbers.count >= 2 else { return 0 }
                return try document.resolve(numbers[numbers.count - 2]).integer.map { $0 + 1 }
            }
            guard let last = try document.resolve(node["Kids"]).array?.last,
                let next = try document.resolve(last).dictionary
            else { return nil }
            node = next
        }
        return nil
    }
}
