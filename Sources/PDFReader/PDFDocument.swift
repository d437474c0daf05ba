public import Diagnostics

/// A PDF file, opened for reading: its objects, one after the other, as they are asked for.
///
/// The file may come from anywhere. What is damaged is repaired where that is unambiguous, as other readers do; whether
/// that was necessary can be asked. Encrypted files are refused. Nothing outside of the bytes is ever read.
/// Source: ISO 32000-1:2008, 7.5.
public final class PDFDocument {
    /// The whole file.
    public let bytes: [UInt8]
    /// The newest trailer.
    public private(set) var trailer = PDFDictionary()
    /// Whether the cross-reference was damaged, so that the objects had to be searched for.
    public private(set) var isRepaired = false
    /// The states of the file, oldest first: each change by appending adds one; see `PDFRevision`.
    public private(set) var revisions: [PDFRevision] = []

    let budget: PDFBudget
    let fonts = FontCache()
    private(set) var places: [Int: CrossReference.Place] = [:]
    private var cache: [Int: PDFObject] = [:]
    private var objectStreams: [Int: ObjectStream] = [:]
    private var isRead: Set<Int> = []

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - limits: What reading it may cost, now and later.
    /// - Throws: `pdf.malformed`, `pdf.encrypted`, `pdf.limit`; each says at which byte, where that is known.
    public init(parsing bytes: [UInt8], limits: PDFLimits = .standard) throws(ToolkitError) {
        self.bytes = bytes
        budget = PDFBudget(limits)
        try reporting { () throws(PDFFault) in try open() }
    }

    /// Whether bytes look like a PDF: `%PDF-` stands among the first 1024 of them.
    public static func looksLikePDF(_ bytes: [UInt8]) -> Bool {
        ByteSearch.first(Array("%PDF-".utf8), in: bytes, from: 0, end: 1024) != nil
    }

    private func open() throws(PDFFault) {
        guard bytes.count <= budget.limits.fileBytes else { throw .limit("The file is too large.", nil) }
        guard Self.looksLikePDF(bytes) else { throw .malformed("The file does not begin with `%PDF-`.", 0) }
        do throws(PDFFault) {
            let table = try CrossReference(bytes, budget: budget)
            places = table.places
            trailer = table.trailer
            try refuseEncryption()
            revisions = PDFRevision.all(in: bytes, sections: table.sections)
            guard try hasPages() else { throw .malformed("The catalogue has no pages.", nil) }
        } catch {
            guard case .malformed = error else { throw error }
            try repair()
            guard try hasPages() else { throw error }
        }
    }

    private func refuseEncryption() throws(PDFFault) {
        guard trailer["Encrypt"].isNull else { throw .encrypted(nil) }
    }

    private func hasPages() throws(PDFFault) -> Bool {
        guard let catalogue = try resolved(trailer["Root"]).dictionary else { return false }
        return try resolved(catalogue["Pages"]).dictionary != nil
    }

    private func repair() throws(PDFFault) {
        isRepaired = true
        let scan = try RepairScan(bytes, budget: budget)
        places = scan.places
        trailer = scan.trailer
        cache.removeAll()
        objectStreams.removeAll()
        try refuseEncryption()
    }

    // MARK: - Objects

    /// The numbers of all objects, in order; packed ones included.
    public var objectNumbers: [Int] { places.keys.sorted() }

    /// The document catalogue (7.7.2).
    ///
    /// - Throws: `pdf.malformed` where there is none.
    public func catalogue() throws(ToolkitError) -> PDFDictionary {
        try reporting { () throws(PDFFault) in
            guard let catalogue = try resolved(trailer["Root"]).dictionary else {
                throw .malformed("It has no catalogue.", nil)
            }
            return catalogue
        }
    }

    /// The object that a reference leads to, through further references if need be; null where there is none.
    ///
    /// - Throws: As `init`.
    public func resolve(_ object: PDFObject) throws(ToolkitError) -> PDFObject {
        try reporting { () throws(PDFFault) in try resolved(object) }
    }

    /// The object of a number; null where there is none.
    ///
    /// - Throws: As `init`.
    public func object(_ id: PDFObjectID) throws(ToolkitError) -> PDFObject { try resolve(.reference(id)) }

    /// The content of a stream, all filters undone.
    ///
    /// - Throws: As `init`; an image's filter is `pdf.malformed`, for images are not looked at.
    public func content(of stream: PDFStream) throws(ToolkitError) -> [UInt8] {
        try reporting { () throws(PDFFault) in try decoded(stream) }
    }

    /// Where an object stands in the file, from its number to behind `endobj`; nil for packed objects and for none.
    ///
    /// - Throws: As `init`.
    public func range(of id: PDFObjectID) throws(ToolkitError) -> Range<Int>? {
        try reporting { () throws(PDFFault) in
            guard case .offset(let offset, id.generation)? = places[id.number] else { return nil }
            let found = try indirectObject(at: offset)
            return found?.id == id ? found?.range : nil
        }
    }

    func resolved(_ object: PDFObject) throws(PDFFault) -> PDFObject {
        var object = object
        for _ in 0..<32 {
            guard case .reference(let id) = object else { return object }
            object = try load(id)
        }
        return .null
    }

    func decoded(_ stream: PDFStream) throws(PDFFault) -> [UInt8] {
        try StreamDecoder(budget).decode(bytes[stream.range], stream.dictionary, at: stream.range.lowerBound) {
            object throws(PDFFault) in try resolved(object)
        }
    }

    private func load(_ id: PDFObjectID) throws(PDFFault) -> PDFObject {
        guard let place = places[id.number] else { return .null }
        if case .offset(_, let generation) = place, generation != id.generation { return .null }
        if let object = cache[id.number] { return object }
        // A stream whose length, or an object stream whose extent, leads back to itself.
        guard isRead.insert(id.number).inserted else { return .null }
        defer { isRead.remove(id.number) }
        let object: PDFObject
        switch place {
        case .free: return .null
        case .offset(let offset, _):
            if let found = try indirectObject(at: offset), found.id.number == id.number {
                object = found.object
            } else {
                object = try searched(id)
            }
        case .packed(let stream, let index):
            object = try objectStream(stream).object(at: index, number: id.number, budget: budget)
        }
        if cache.count >= 4096 { cache.removeAll(keepingCapacity: true) }
        cache[id.number] = object
        return object
    }

    /// The object where the table leads to something else: it is searched for in the whole file, once.
    private func searched(_ id: PDFObjectID) throws(PDFFault) -> PDFObject {
        guard !isRepaired else { return .null }
        isRepaired = true
        let scan = try RepairScan(bytes, budget: budget)
        for (number, place) in scan.places {
            guard case .offset(let offset, _)? = places[number] else { continue }
            if try indirectObject(at: offset)?.id.number != number { places[number] = place }
        }
        guard case .offset(let offset, id.generation)? = places[id.number] else { return .null }
        guard let found = try indirectObject(at: offset), found.id == id else { return .null }
        return found.object
    }

    private func indirectObject(at offset: Int) throws(PDFFault) -> IndirectObject? {
        try IndirectObject(bytes, at: offset, budget: budget) { id throws(PDFFault) in try load(id).integer }
    }

    private func objectStream(_ number: Int) throws(PDFFault) -> ObjectStream {
        if let known = objectStreams[number] { return known }
        // Only a plain object can be an object stream; anything else could lead round in a circle.
        guard case .offset(_, let generation)? = places[number],
            let stream = try load(PDFObjectID(number: number, generation: generation)).stream
        else { throw .malformed("An object stream is missing.", nil) }
        let found = try ObjectStream(try decoded(stream), stream.dictionary, budget: budget)
        objectStreams[number] = found
        return found
    }
}

@available(*, unavailable)
extension PDFDocument: Sendable {}  // it remembers what it has read
