/// Undoes the filters of streams (ISO 32000-1, 7.4).
struct StreamDecoder {
    private let budget: PDFBudget

    init(_ budget: PDFBudget) { self.budget = budget }

    /// Decodes a stream.
    ///
    /// - Parameters:
    ///   - data: The encoded bytes.
    ///   - dictionary: The stream's dictionary.
    ///   - offset: Where the stream is, for faults.
    ///   - resolve: Resolves references in the dictionary.
    /// - Returns: The bytes with all filters undone.
    /// - Throws: What is wrong with the stream, or what it asks for too much.
    func decode(
        _ data: ArraySlice<UInt8>, _ dictionary: PDFDictionary, at offset: Int,
        resolve: (PDFObject) throws(PDFFault) -> PDFObject
    ) throws(PDFFault) -> [UInt8] {
        guard dictionary["F"].isNull else { throw .malformed("A stream lies in another file.", offset) }
        var filters: [String] = []
        for filter in try Self.list(dictionary["Filter"], resolve) {
            guard let name = filter.name else { throw .malformed("A filter is no name.", offset) }
            filters.append(name)
        }
        guard filters.count <= 8 else { throw .limit("A stream has too many filters.", offset) }
        let parameters = try Self.list(dictionary["DecodeParms"], resolve)
        var bytes = data
        for (index, filter) in filters.enumerated() {
            let own = parameters.indices.contains(index) ? parameters[index].dictionary ?? PDFDictionary() : .init()
            var settings = PDFDictionary()
            for entry in own.entries { settings.append(entry.key, try resolve(entry.value)) }
            let decoded = try decode(bytes, filter, settings, at: offset)
            try budget.spend(unpacked: decoded.count, at: offset)
            bytes = decoded[...]
        }
        return Array(bytes)
    }

    /// The items of an array, or the one object that stands for an array of one.
    private static func list(
        _ object: PDFObject, _ resolve: (PDFObject) throws(PDFFault) -> PDFObject
    ) throws(PDFFault) -> [PDFObject] {
        let object = try resolve(object)
        if object.isNull { return [] }
        guard let array = object.array else { return [object] }
        guard array.count <= 64 else { throw .limit("A stream has too many filters.", nil) }
        var items: [PDFObject] = []
        for item in array { items.append(try resolve(item)) }
        return items
    }

    private func decode(
        _ data: ArraySlice<UInt8>, _ filter: String, _ settings: PDFDictionary, at offset: Int
    ) throws(PDFFault) -> [UInt8] {
        let room = budget.room(forStreamOf: data.count)
        switch filter {
        case "FlateDecode", "Fl":
            return try Predictor(settings).undo(try Inflater().inflate(data, atMost: room, at: offset), at: offset)
        case "LZWDecode", "LZW":
            let early = settings["EarlyChange"].integer ?? 1
            let plain = try LZWDecoder.decode(data, earlyChange: early != 0, atMost: room, at: offset)
            return try Predictor(settings).undo(plain, at: offset)
        case "ASCIIHexDecode", "AHx": return try TextFilter.hexadecimal(data, at: offset)
        case "ASCII85Decode", "A85": return try TextFilter.base85(data, at: offset)
        case "RunLengthDecode", "RL": return try TextFilter.runLength(data, atMost: room, at: offset)
        case "Crypt":
            guard settings["Name"].name ?? "Identity" == "Identity" else { throw .encrypted(offset) }
            return Array(data)
        default: throw .malformed("A stream has a filter that is not known here.", offset)
        }
    }
}
