import Diagnostics
import PDFReader

extension RevisionReview {
    // MARK: - Fields that were there

    /// Fields may be filled in: their values and appearances may change, and no more.
    mutating func reviewFields() throws(ToolkitError) {
        for (id, type) in oldForm.objects {
            guard let before = try old.object(id).dictionary else { continue }
            let after = try new.object(id).dictionary
            if comparison.changed.contains(id) {
                guard let after else {
                    changes.violate("A form field was removed.")
                    continue
                }
                explained.insert(id)
                let keys = differences(before, after)
                if keys.contains("AP"), let shared = before["AP"].reference, !isOnlyReferredTo(shared, from: [id]) {
                    changes.violate("A form field got another appearance than that which others share with it.")
                }
                if type == "Sig" {
                    try reviewSigning(id, keys, before, after)
                } else if keys.isSubset(of: ["V", "AP", "AS", "RV", "I", "M"]) {
                    noteFilling(id)
                } else {
                    changes.violate("A form field was changed in more than its value.")
                }
            }
            if type != "Sig" || before["V"].isNull { try explainAppearance(of: before, id) }
        }
    }

    /// Whether the signature locks the field that an object is, or is a widget of.
    private func isLocked(_ id: PDFObjectID) -> Bool {
        guard let name = oldForm.names[id] else { return !locks.isEmpty }
        return locks.contains { $0.reaches(name) }
    }

    private mutating func noteFilling(_ id: PDFObjectID) {
        guard !isLocked(id) else {
            return changes.violate("A form field that the signature locks was filled in.")
        }
        changes.raise(to: .formFilling)
        changes.changesAppearance = true
        changes.note("A form field was filled in.")
    }

    private mutating func reviewSigning(
        _ id: PDFObjectID, _ keys: Set<String>, _ before: PDFDictionary, _ after: PDFDictionary
    ) throws(ToolkitError) {
        // Signing may lock the field (bit 8) and style its box; its other flags stay.
        let flags = [before["F"], after["F"]].map { ($0.integer ?? 0) & ~128 }
        guard keys.isSubset(of: ["V", "AP", "M", "MK", "F"]), flags[0] == flags[1], before["V"].isNull,
            let value = try new.resolve(after["V"]).dictionary
        else { return changes.violate("A signature was exchanged or removed.") }
        if try new.resolve(value["Type"]).name == "DocTimeStamp" {
            changes.raise(to: .evidence)
        } else if isLocked(id) {
            changes.violate("A signature field that the signature locks was signed.")
        } else {
            changes.raise(to: .formFilling)
            if keys.contains("AP") {
                changes.changesAppearance = true
                changes.note("A signature field was signed.")
            }
        }
    }

    /// Values and drawings that are objects of their own, when nothing but the field uses them.
    private mutating func explainAppearance(of field: PDFDictionary, _ id: PDFObjectID) throws(ToolkitError) {
        var pending = [(object: field["V"], holder: id, depth: 0), (object: field["AP"], holder: id, depth: 0)]
        while let next = pending.popLast() {
            var holder = next.holder
            if let target = next.object.reference {
                guard isOnlyReferredTo(target, from: [next.holder]) else { continue }
                if comparison.changed.contains(target) {
                    explained.insert(target)
                    noteFilling(id)
                }
                holder = target
            }
            guard next.depth < 3, case .dictionary(let dictionary) = try old.resolve(next.object) else { continue }
            pending += dictionary.entries.map { ($0.value, holder, next.depth + 1) }
        }
    }

    // MARK: - Pages

    /// Pages may get annotations, and no more.
    mutating func reviewPages() throws(ToolkitError) {
        let before = try old.pages()
        let after = try new.pages()
        guard before.count == after.count, zip(before, after).allSatisfy({ $0.id == $1.id }) else {
            return changes.violate("Pages were added, removed or exchanged.")
        }
        for (older, newer) in zip(before, after) { try review(older, newer) }
    }

    private mutating func review(_ older: PDFPage, _ newer: PDFPage) throws(ToolkitError) {
        if let id = older.id, comparison.changed.contains(id) {
            let keys = differences(older.dictionary, newer.dictionary).subtracting(["Annots", "Tabs", "LastModified"])
            guard keys.isEmpty else { return changes.violate("Page \(older.index + 1) was changed.") }
            explained.insert(id)
        }
        let entry = older.dictionary["Annots"]
        if let id = entry.reference, isOnlyReferredTo(id, from: older.id.map { [$0] } ?? []) { explained.insert(id) }
        let before = try old.resolve(entry).array ?? []
        let after = try new.resolve(newer.dictionary["Annots"]).array ?? []
        guard after.count >= before.count,
            zip(before, after).allSatisfy({ $0.isSame(as: $1, old.bytes, new.bytes) })
        else { return changes.violate("Annotations of page \(older.index + 1) were removed or exchanged.") }
        for item in before { try reviewOldAnnotation(item, older) }
        for item in after.dropFirst(before.count) { try reviewNewAnnotation(item, older) }
    }

    private mutating func reviewOldAnnotation(_ item: PDFObject, _ page: PDFPage) throws(ToolkitError) {
        guard let id = item.reference, oldForm.objects[id] == nil, comparison.changed.contains(id),
            let annotation = try new.object(id).dictionary
        else { return }
        explained.insert(id)
        try judge(annotation, page)
    }

    private mutating func reviewNewAnnotation(_ item: PDFObject, _ page: PDFPage) throws(ToolkitError) {
        if let id = item.reference {
            if newWidgets.contains(id) { return }
            guard comparison.added.contains(id), comparison.referrers[id] == nil else {
                return changes.violate("Page \(page.index + 1) shows an object of the document as an annotation.")
            }
        }
        guard let annotation = try new.resolve(item).dictionary else { return }
        try judge(annotation, page)
    }

    /// Annotations that cannot cover anything are notes; all others can make a page say something else.
    private mutating func judge(_ annotation: PDFDictionary, _ page: PDFPage) throws(ToolkitError) {
        changes.raise(to: .annotations)
        let harmless = ["Text", "Popup", "Link", "Highlight", "Underline", "StrikeOut", "Squiggly"]
        let name = try new.resolve(annotation["Subtype"]).name ?? ""
        if harmless.contains(name), annotation["AP"].isNull {
            changes.note("An annotation was added to page \(page.index + 1).")
        } else if name == "Widget" {
            changes.violate("A form field was laid on page \(page.index + 1).")
        } else {
            changes.changesAppearance = true
            changes.violate("An annotation that can cover text was laid on page \(page.index + 1).")
        }
    }

    // MARK: - Boxes

    /// The rectangle of a widget; nil where nothing is seen of it.
    func visibleBox(of widget: PDFObjectID) throws(ToolkitError) -> [Double]? {
        guard let dictionary = try new.object(widget).dictionary else { return nil }
        let flags = try new.resolve(dictionary["F"]).integer ?? 0
        // Hidden (2), or neither on the screen (6) nor on paper (3).
        if flags & 2 != 0 || (flags & 32 != 0 && flags & 4 == 0) { return nil }
        var edges: [Double] = []
        for item in try new.resolve(dictionary["Rect"]).array ?? [] {
            edges.append(try new.resolve(item).number ?? 0)
        }
        guard edges.count == 4, edges[0] != edges[2], edges[1] != edges[3] else { return nil }
        guard !dictionary["AP"].isNull else { return nil }
        return [min(edges[0], edges[2]), min(edges[1], edges[3]), max(edges[0], edges[2]), max(edges[1], edges[3])]
    }

    /// Whether a box lies on text of the signed page.
    func coversText(_ box: [Double], _ widget: PDFObjectID) throws(ToolkitError) -> Bool {
        var placed: Int?
        for page in try new.pages()
        where try new.resolve(page.dictionary["Annots"]).array?.contains(where: { $0.reference == widget }) == true {
            placed = page.index
        }
        let pages = try old.pages()
        guard let placed, pages.indices.contains(placed) else { return true }
        return try old.text(of: pages[placed]).contains { fragment in
            guard fragment.isVisible else { return false }
            let end = fragment.origin.x + fragment.direction.x * fragment.width
            let left = min(fragment.origin.x, end)
            let right = max(fragment.origin.x, end)
            let tip = fragment.origin.y + fragment.direction.y * fragment.width
            let bottom = min(fragment.origin.y, tip)
            let top = max(fragment.origin.y, tip) + fragment.size * 0.6
            return left < box[2] - 1 && right > box[0] + 1 && bottom < box[3] - 1 && top > box[1] + 1
        }
    }
}
