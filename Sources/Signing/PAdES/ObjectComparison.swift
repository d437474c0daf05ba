import Diagnostics
import PDFReader

/// Two states of a file, object by object: which ones differ, and who refers to them.
struct ObjectComparison {
    /// Objects of the older state that are not the same in the newer one, or gone.
    let changed: Set<PDFObjectID>
    /// Objects that the newer state has in addition.
    let added: Set<PDFObjectID>
    /// For each object that the older state refers to, the objects that do.
    let referrers: [PDFObjectID: Set<PDFObjectID>]

    /// Compares all objects.
    ///
    /// - Throws: What the reader throws.
    init(_ old: PDFDocument, _ new: PDFDocument) throws(ToolkitError) {
        var changed: Set<PDFObjectID> = []
        var referrers: [PDFObjectID: Set<PDFObjectID>] = [:]
        let before = old.identifiers
        let after = Set(new.identifiers)
        for id in before {
            let object = try old.object(id)
            guard !object.isFileStructure else { continue }
            object.forEachReference { referrers[$0, default: []].insert(id) }
            guard after.contains(id) else {
                changed.insert(id)
                continue
            }
            if !object.isSame(as: try new.object(id), old.bytes, new.bytes) { changed.insert(id) }
        }
        let known = Set(before)
        var added: Set<PDFObjectID> = []
        for id in after where !known.contains(id) {
            if !(try new.object(id)).isFileStructure { added.insert(id) }
        }
        self.changed = changed
        self.added = added
        self.referrers = referrers
    }
}

extension PDFObject {
    /// Whether it is part of the file's structure, not of the document: cross-references and packages of objects.
    fileprivate var isFileStructure: Bool {
        guard let name = stream?.dictionary["Type"].name else { return false }
        return name == "XRef" || name == "ObjStm"
    }

    /// Calls for every reference within the object.
    func forEachReference(_ body: (PDFObjectID) -> Void) {
        var pending = [self]
        while let next = pending.popLast() {
            switch next {
            case .reference(let id): body(id)
            case .array(let items): pending += items
            case .dictionary(let dictionary): pending += dictionary.entries.map(\.value)
            case .stream(let stream): pending += stream.dictionary.entries.map(\.value)
            default: break
            }
        }
    }

    /// Whether two objects say the same in the same words; references are compared by number, streams byte for byte.
    func isSame(as other: PDFObject, _ own: [UInt8], _ others: [UInt8]) -> Bool {
        switch (self, other) {
        case (.null, .null): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.name(let left), .name(let right)): left == right
        case (.reference(let left), .reference(let right)): left == right
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1, own, others) }
        case (.dictionary(let left), .dictionary(let right)): left.isSame(as: right, own, others)
        case (.stream(let left), .stream(let right)):
            left.range.count == right.range.count && own[left.range].elementsEqual(others[right.range])
                && left.dictionary.isSame(as: right.dictionary, own, others)
        default: false
        }
    }
}

extension PDFDictionary {
    /// Whether both have the same entries in whatever order.
    func isSame(as other: PDFDictionary, _ own: [UInt8], _ others: [UInt8]) -> Bool {
        entries.count == other.entries.count && differences(from: other, own, others).isEmpty
    }

    /// The keys whose values are not the same.
    func differences(from other: PDFDictionary, _ own: [UInt8], _ others: [UInt8]) -> Set<String> {
        var keys: Set<String> = []
        for key in Set(entries.map(\.key) + other.entries.map(\.key))
        where !self[key].isSame(as: other[key], own, others) { keys.insert(key) }
        return keys
    }
}
