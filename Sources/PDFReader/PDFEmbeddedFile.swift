public import Diagnostics

/// A file inside of a document (ISO 32000-1, 7.11.4; ISO 19005-3, 6.8).
public struct PDFEmbeddedFile: Sendable {
    /// Its name, `/UF` before `/F`.
    public let name: String
    /// What a person reads about it.
    public let description: String?
    /// The media type, such as `text/xml`; nil where the file does not say.
    public let mimeType: String?
    /// `/AFRelationship`, such as `Alternative`; nil where the file does not say.
    public let relationship: String?
    /// Whether the document's `/AF` names it, which is what makes it an associated file.
    public let isAssociated: Bool
    /// Whether the list of embedded files names it, which is where viewers look.
    public let isListed: Bool
    /// The content, unpacked.
    public let bytes: [UInt8]
}

extension PDFDocument {
    /// All files inside of the document: those of `/AF`, then those that only the list of names has.
    ///
    /// - Throws: As `init`; an attachment that cannot be unpacked is an error, for nobody could compare it.
    public func embeddedFiles() throws(ToolkitError) -> [PDFEmbeddedFile] {
        try reporting { () throws(PDFFault) in
            let catalogue = try resolved(trailer["Root"]).dictionary ?? PDFDictionary()
            var found: [(object: PDFObject, key: String, isAssociated: Bool, isListed: Bool)] = []
            var places: [PDFObjectID: Int] = [:]
            for object in try resolved(catalogue["AF"]).array ?? [] {
                if let id = object.reference { places[id] = found.count }
                found.append((object, "", true, false))
            }
            for (key, object) in try listedFiles(catalogue) {
                if let id = object.reference, let place = places[id] {
                    found[place].isListed = true
                    found[place].key = key
                } else {
                    found.append((object, key, false, true))
                }
            }
            guard found.count <= 10_000 else { throw .limit("It has too many attachments.", nil) }
            var files: [PDFEmbeddedFile] = []
            for file in found {
                guard let read = try embeddedFile(file.object, file.key, file.isAssociated, file.isListed) else {
                    continue
                }
                files.append(read)
            }
            return files
        }
    }

    /// The name tree `/EmbeddedFiles` (7.9.6), read without recursion.
    private func listedFiles(_ catalogue: PDFDictionary) throws(PDFFault) -> [(key: String, object: PDFObject)] {
        guard let names = try resolved(catalogue["Names"]).dictionary else { return [] }
        var files: [(key: String, object: PDFObject)] = []
        var seen: Set<PDFObjectID> = []
        var pending = [names["EmbeddedFiles"]]
        while let object = pending.popLast() {
            if let id = object.reference, !seen.insert(id).inserted { continue }
            guard let node = try resolved(object).dictionary else { continue }
            let list = try resolved(node["Names"]).array ?? []
            for index in stride(from: 0, to: list.count - 1, by: 2) {
                files.append((try resolved(list[index]).text ?? "", list[index + 1]))
            }
            pending.append(contentsOf: (try resolved(node["Kids"]).array ?? []).reversed())
            guard files.count <= 10_000, pending.count <= 100_000 else {
                throw .limit("It has too many attachments.", nil)
            }
        }
        return files
    }

    private func embeddedFile(
        _ object: PDFObject, _ key: String, _ isAssociated: Bool, _ isListed: Bool
    ) throws(PDFFault) -> PDFEmbeddedFile? {
        guard let specification = try resolved(object).dictionary,
            let contents = try resolved(specification["EF"]).dictionary
        else { return nil }
        var stream: PDFStream?
        for name in ["UF", "F", "Unix", "DOS", "Mac"] where stream == nil {
            stream = try resolved(contents[name]).stream
        }
        guard let stream else { return nil }
        var name = try resolved(specification["UF"]).text
        if name == nil { name = try resolved(specification["F"]).text }
        return PDFEmbeddedFile(
            name: name ?? key, description: try resolved(specification["Desc"]).text,
            mimeType: try resolved(stream.dictionary["Subtype"]).name,
            relationship: try resolved(specification["AFRelationship"]).name, isAssociated: isAssociated,
            isListed: isListed, bytes: try decoded(stream))
    }
}
