import Diagnostics
import PDFReader

/// Judges what was changed in a PDF after a signature, by comparing the signed state with the newest one.
///
/// The direction is from what is allowed: each change that is understood is ticked off, and whatever object is left over
/// was changed against the rules. Objects that others draw with are not allowed to change in the guise of a form field.
/// Sources: ISO 32000-1, 12.8.2.2; the attack classes of Mladenov et al. (CCS 2019), Mainka et al. (NDSS 2021), Rohlmann
/// et al. (IEEE S&P 2021).
struct RevisionReview {
    let old: PDFDocument
    let new: PDFDocument
    let comparison: ObjectComparison
    let oldForm: PDFForm
    let newForm: PDFForm
    /// Whether the document was certified: boxes that come later are then not welcome.
    let isCertified: Bool
    /// The fields that may not be filled in any more.
    let locks: [FieldLock]
    var changes = PDFChanges()
    /// Objects whose change is accounted for.
    var explained: Set<PDFObjectID> = []
    /// Widgets of fields that came later, which may stand on pages.
    var newWidgets: Set<PDFObjectID> = []

    /// Compares two states of a file.
    ///
    /// - Returns: What was changed.
    /// - Throws: What the reader throws.
    static func changes(
        from old: PDFDocument, to new: PDFDocument, isCertified: Bool, locks: [FieldLock] = []
    ) throws(ToolkitError) -> PDFChanges {
        var review = RevisionReview(
            old: old, new: new, comparison: try ObjectComparison(old, new), oldForm: try PDFForm(old),
            newForm: try PDFForm(new), isCertified: isCertified, locks: locks)
        try review.run()
        return review.changes
    }

    private mutating func run() throws(ToolkitError) {
        guard let root = old.trailer["Root"].reference, new.trailer["Root"].reference == root else {
            return changes.violate("The catalogue was exchanged.")
        }
        if let id = old.trailer["Info"].reference, comparison.changed.contains(id), isOnlyReferredTo(id, from: []) {
            explained.insert(id)
            changes.raise(to: .evidence)
        }
        try reviewCatalogue(root)
        try reviewForm()
        try reviewFields()
        try reviewPages()
        for id in comparison.changed.subtracting(explained).sorted(by: { $0.number < $1.number }) {
            changes.violate("Object \(id.number) was changed or removed.")
        }
        for id in comparison.added.sorted(by: { $0.number < $1.number })
        where comparison.referrers[id] != nil && !explained.contains(id) {
            changes.violate("Object \(id.number), which the signed document lacks but draws with, was added.")
        }
    }

    /// Whether no other objects than these refer to an object in the signed state.
    func isOnlyReferredTo(_ id: PDFObjectID, from allowed: Set<PDFObjectID>) -> Bool {
        comparison.referrers[id, default: []].isSubset(of: allowed)
    }

    func differences(_ left: PDFDictionary, _ right: PDFDictionary) -> Set<String> {
        left.differences(from: right, old.bytes, new.bytes)
    }

    /// Notes that an object may change where it holds what was understood.
    mutating func explain(_ object: PDFObject) {
        if let id = object.reference { explained.insert(id) }
    }

    // MARK: - The catalogue

    private mutating func reviewCatalogue(_ root: PDFObjectID) throws(ToolkitError) {
        let before = try old.catalogue()
        let after = try new.catalogue()
        explained.insert(root)
        for key in differences(before, after).sorted() {
            switch key {
            case "AcroForm": break
            case "DSS", "Extensions", "Version": changes.raise(to: .evidence)
            case "Metadata":
                // What programs say about the file is not on its pages.
                guard try new.resolve(after[key]).stream != nil else { fallthrough }
                changes.raise(to: .evidence)
            default: changes.violate("The catalogue says something else under \(key).")
            }
        }
        if let id = before["Metadata"].reference, comparison.changed.contains(id), isOnlyReferredTo(id, from: [root]) {
            explained.insert(id)
            changes.raise(to: .evidence)
        }
        try explainEvidence(before["DSS"], root)
    }

    /// The store of evidence: its lists may grow, and nothing else may be drawn with them.
    private mutating func explainEvidence(_ store: PDFObject, _ root: PDFObjectID) throws(ToolkitError) {
        var pending = [(object: store, holder: root, depth: 0)]
        while let next = pending.popLast() {
            var holder = next.holder
            if let id = next.object.reference {
                guard isOnlyReferredTo(id, from: [next.holder]) else { continue }
                if comparison.changed.contains(id) { changes.raise(to: .evidence) }
                explained.insert(id)
                holder = id
            }
            guard next.depth < 4 else { continue }
            let value = try old.resolve(next.object)
            // Streams are the evidence itself, which stays as it is.
            if case .dictionary(let dictionary) = value {
                for entry in dictionary.entries {
                    guard try old.resolve(entry.value).stream == nil else { continue }
                    pending.append((entry.value, holder, next.depth + 1))
                }
            }
        }
    }

    // MARK: - The form

    private mutating func reviewForm() throws(ToolkitError) {
        let root = old.trailer["Root"].reference
        let entry = try old.catalogue()["AcroForm"]
        if let id = entry.reference, isOnlyReferredTo(id, from: root.map { [$0] } ?? []) { explained.insert(id) }
        if !entry.isNull, try new.resolve(new.catalogue()["AcroForm"]).dictionary == nil {
            return changes.violate("The form was removed.")
        }
        let before = oldForm.dictionary
        let after = newForm.dictionary
        for key in differences(before, after).sorted() {
            switch key {
            case "Fields", "SigFlags": break
            case "DR", "DA", "NeedAppearances": changes.raise(to: .formFilling)
            default: changes.violate("The form says something else under \(key).")
            }
        }
        try reviewResources(before["DR"], after["DR"])
        try reviewFieldList(before["Fields"], after["Fields"], holder: entry.reference ?? root)
    }

    /// Fonts may be added for the fields, but none may be exchanged.
    private mutating func reviewResources(_ before: PDFObject, _ after: PDFObject) throws(ToolkitError) {
        guard let older = try old.resolve(before).dictionary else { return }
        guard let newer = try new.resolve(after).dictionary else {
            return changes.violate("The resources of the form were removed.")
        }
        for (key, value) in older.entries {
            guard let olderList = try old.resolve(value).dictionary else {
                if !value.isSame(as: newer[key], old.bytes, new.bytes) {
                    changes.violate("The resources of the form were exchanged.")
                }
                continue
            }
            guard let newerList = try new.resolve(newer[key]).dictionary else {
                changes.violate("The resources of the form were exchanged.")
                continue
            }
            for (name, item) in olderList.entries where !item.isSame(as: newerList[name], old.bytes, new.bytes) {
                changes.violate("A resource of the form was exchanged.")
            }
        }
    }

    private mutating func reviewFieldList(
        _ before: PDFObject, _ after: PDFObject, holder: PDFObjectID?
    ) throws(ToolkitError) {
        if let id = before.reference, isOnlyReferredTo(id, from: holder.map { [$0] } ?? []) { explained.insert(id) }
        let older = try old.resolve(before).array ?? []
        let newer = try new.resolve(after).array ?? []
        guard newer.count >= older.count,
            zip(older, newer).allSatisfy({ $0.isSame(as: $1, old.bytes, new.bytes) })
        else { return changes.violate("Fields were removed from the form, or put into another order.") }
        for item in newer.dropFirst(older.count) {
            guard let id = item.reference else {
                changes.violate("A field that is no object of its own was added.")
                continue
            }
            try reviewNewField(id)
        }
    }

    private mutating func reviewNewField(_ id: PDFObjectID) throws(ToolkitError) {
        guard comparison.added.contains(id), comparison.referrers[id] == nil,
            let dictionary = try new.object(id).dictionary,
            try new.resolve(dictionary["FT"]).name == "Sig"
        else { return changes.violate("A field that is not for a signature was added.") }
        let value = try new.resolve(dictionary["V"]).dictionary
        let isTimestamp = try value.map { value throws(ToolkitError) in
            try new.resolve(value["Type"]).name == "DocTimeStamp"
        }
        let kids = try new.resolve(dictionary["Kids"]).array ?? []
        let widgets = kids.isEmpty ? [id] : kids.compactMap(\.reference)
        guard widgets.count == max(kids.count, 1), widgets.allSatisfy(comparison.added.contains) else {
            return changes.violate("A signature field was added that takes over something of the document.")
        }
        changes.raise(to: isTimestamp == true ? .evidence : .formFilling)
        for widget in widgets {
            newWidgets.insert(widget)
            guard let box = try visibleBox(of: widget) else { continue }
            changes.raise(to: .formFilling)
            changes.changesAppearance = true
            if isCertified {
                changes.violate("A visible signature was added to a certified document.")
            } else if try coversText(box, widget) {
                changes.violate("A visible signature was laid over text.")
            } else {
                changes.note("A visible signature was added.")
            }
        }
    }
}
