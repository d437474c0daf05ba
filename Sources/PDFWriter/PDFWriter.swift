public import Diagnostics

/// A PDF 1.7 file, written from its first byte to its last: into one buffer, or through a small one into a sink.
///
/// Small objects collect in compressed object streams, streams are written at once, and the file ends with a
/// cross-reference stream. There is no clock and no chance in it: the same calls give the same bytes. Source:
/// ISO 32000-1:2008, 7.5.
public struct PDFWriter {
    /// How many objects share a stream; more compress better, and a reader unpacks all of them to get at one.
    private static let objectsPerStream = 1000
    /// So many full streams are compressed well; of a file with more, where that took a tenth of the time, the others
    /// are compressed fast and a third larger.
    private static let thoroughStreams = 64
    /// With so many bytes the buffer goes to the sink.
    private static let pieceSize = 131_072
    /// The rows of a table of so many objects are compressed piece by piece.
    private static let rowsPerPiece = 65_536

    private var file = PDFSyntax()
    /// How many bytes the sink has.
    private var delivered = 0
    private let sink: PDFSink?
    private var places = ObjectPlaces()
    private var packed = PDFSyntax()
    private var fullStreams = 0
    private var packedOffsets: [(number: Int, offset: Int)] = []
    private let compressor: PDFCompressor
    /// The maps of one-byte codes, once they are written.
    var narrowMaps: (codes: PDFReference, unicode: PDFReference)?

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - compressor: The compressor of the worker.
    ///   - capacity: How many bytes the file will need, roughly.
    ///   - sink: Takes the file as it grows; nil keeps it until `finish`.
    public init(compressor: PDFCompressor, capacity: Int = 65_536, sink: PDFSink? = nil) {
        self.compressor = compressor
        self.sink = sink
        places.reserve()
        file.bytes.reserveCapacity(sink == nil ? capacity : min(capacity, Self.pieceSize))
        file.raw("%PDF-1.7\n%")
        file.bytes.append(contentsOf: [0xE2, 0xE3, 0xCF, 0xD3, 0x0A])  // tells transports that this is binary
    }

    /// How many bytes the file has so far, without the objects that wait for their stream.
    public var count: Int { delivered + file.bytes.count }

    /// Hands the buffer to the sink when it is full.
    private mutating func deliver(atLeast size: Int = pieceSize) throws(ToolkitError) {
        guard let sink, file.bytes.count >= size else { return }
        try sink(file.bytes)
        delivered += file.bytes.count
        file.bytes.removeAll(keepingCapacity: true)
    }

    /// Gives out the number of an object that is written later.
    public mutating func reserve() -> PDFReference {
        places.reserve()
        return PDFReference(number: places.count - 1)
    }

    /// Writes a small object that is no stream.
    ///
    /// - Parameters:
    ///   - reference: A reserved number, used once.
    ///   - body: Writes the object's value.
    /// - Throws: `pdf.memory`.
    public mutating func write(_ reference: PDFReference, _ body: (inout PDFSyntax) -> Void) throws(ToolkitError) {
        packedOffsets.append((reference.number, packed.bytes.count))
        body(&packed)
        packed.byte(0x0A)
        if packedOffsets.count == Self.objectsPerStream {
            fullStreams += 1
            try flushPacked(effort: fullStreams > Self.thoroughStreams ? .fast : .thorough)
        }
    }

    /// Writes a small object under a new number.
    ///
    /// - Parameter body: Writes the object's value.
    /// - Returns: The number.
    /// - Throws: `pdf.memory`.
    public mutating func write(_ body: (inout PDFSyntax) -> Void) throws(ToolkitError) -> PDFReference {
        let reference = reserve()
        try write(reference, body)
        return reference
    }

    /// Writes a stream.
    ///
    /// - Parameters:
    ///   - reference: A reserved number, used once; nil takes a new one.
    ///   - data: The content.
    ///   - effort: How hard to compress; nil stores the content as it is.
    ///   - columns: The length of a row where the content is rows with the filters of PNG (7.4.4.4), each behind the
    ///     number of its filter; it is compressed in any case.
    ///   - entries: Writes the keys of the dictionary beside `/Length` and `/Filter`.
    /// - Returns: The number.
    /// - Throws: `pdf.memory`.
    @discardableResult
    public mutating func writeStream(
        _ reference: PDFReference? = nil, _ data: [UInt8], effort: PDFCompressor.Effort? = .fast,
        columns: Int? = nil, entries: (inout PDFSyntax) -> Void = { _ in }
    ) throws(ToolkitError) -> PDFReference {
        let reference = reference ?? reserve()
        places[reference.number] = .offset(count)
        file.integer(reference.number)
        file.raw(" 0 obj\n<<")
        entries(&file)
        if let effort {
            try compressor.compress(data, effort: effort, always: columns != nil) { small in
                guard let small else { return finishStream(data[...]) }
                file.raw("/Filter/FlateDecode")
                if let columns { parameters(columns) }
                finishStream(small)
            }
        } else {
            finishStream(data[...])
        }
        try deliver()
        return reference
    }

    /// Writes a stream whose content was compressed before.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - entries: Writes the keys of the dictionary beside `/Length` and `/Filter`.
    /// - Returns: The number.
    mutating func writeStream(
        _ content: PackedStream, entries: (inout PDFSyntax) -> Void = { _ in }
    ) -> PDFReference {
        let reference = reserve()
        places[reference.number] = .offset(count)
        file.integer(reference.number)
        file.raw(" 0 obj\n<<")
        entries(&file)
        if content.isDeflated { file.raw("/Filter/FlateDecode") }
        finishStream(content.bytes[...])
        return reference
    }

    /// Writes a stream whose content was compressed as it came into being.
    ///
    /// - Parameters:
    ///   - reference: A reserved number, used once; nil takes a new one.
    ///   - content: The content.
    ///   - columns: As in `writeStream(_:_:effort:columns:entries:)`.
    ///   - entries: Writes the keys of the dictionary beside `/Length` and `/Filter`.
    /// - Returns: The number.
    /// - Throws: What the sink throws.
    @discardableResult
    mutating func writeStream(
        _ reference: PDFReference? = nil, _ content: PackedFile, columns: Int? = nil,
        entries: (inout PDFSyntax) -> Void
    ) throws(ToolkitError) -> PDFReference {
        let reference = reference ?? reserve()
        places[reference.number] = .offset(count)
        file.integer(reference.number)
        file.raw(" 0 obj\n<<")
        entries(&file)
        file.raw("/Filter/FlateDecode")
        if let columns { parameters(columns) }
        file.raw("/Length ")
        file.integer(content.packedSize)
        file.raw(">>\nstream\n")
        for piece in content.pieces {
            file.bytes.append(contentsOf: piece)
            try deliver()
        }
        file.raw("\nendstream\nendobj\n")
        return reference
    }

    /// Writes that the content is rows with the filters of PNG.
    private mutating func parameters(_ columns: Int) {
        file.raw("/DecodeParms<</Predictor 12/Columns ")
        file.integer(columns)
        file.raw(">>")
    }

    private mutating func finishStream(_ data: ArraySlice<UInt8>) {
        file.raw("/Length ")
        file.integer(data.count)
        file.raw(">>\nstream\n")
        file.bytes.append(contentsOf: data)
        file.raw("\nendstream\nendobj\n")
    }

    /// Writes the objects that wait.
    ///
    /// The first full streams are worth more effort: only long documents have them.
    private mutating func flushPacked(effort: PDFCompressor.Effort = .fast) throws(ToolkitError) {
        guard !packedOffsets.isEmpty else { return }
        let stream = reserve()
        var content = PDFSyntax()
        content.bytes.reserveCapacity(packed.bytes.count + 12 * packedOffsets.count)
        for (index, object) in packedOffsets.enumerated() {
            places[object.number] = .packed(stream: stream.number, index: index)
            content.append(atMost: 48) { output in
                output.integer(object.number)
                output.append(0x20)
                output.integer(object.offset)
                output.append(0x20)
            }
        }
        let first = content.bytes.count
        content.bytes.append(contentsOf: packed.bytes)
        let count = packedOffsets.count
        packed.bytes.removeAll(keepingCapacity: true)
        packedOffsets.removeAll(keepingCapacity: true)
        try writeStream(stream, content.bytes, effort: effort) { entries in
            entries.raw("/Type/ObjStm/N ")
            entries.integer(count)
            entries.raw("/First ")
            entries.integer(first)
        }
    }

    /// Ends the file.
    ///
    /// - Parameters:
    ///   - root: The document catalogue.
    ///   - info: The information dictionary.
    ///   - identifier: The file's identifier, 16 bytes of the caller's choice such as a digest of the content.
    /// - Returns: The whole file; nothing where the sink has it.
    /// - Throws: `pdf.memory`; what the sink throws.
    public consuming func finish(
        root: PDFReference, info: PDFReference?, identifier: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        try flushPacked()
        let table = reserve()
        let start = count
        places[table.number] = .offset(start)
        var offsetSize = 2
        while offsetSize < 8, start >> (8 * offsetSize) != 0 || places.count >> (8 * offsetSize) != 0 {
            offsetSize += 1
        }
        let size = places.count
        func entries(_ value: inout PDFSyntax) {
            value.raw("/Type/XRef/Size ")
            value.integer(size)
            value.raw("/W[1 ")
            value.integer(offsetSize)
            value.raw(" 2]/Root ")
            value.reference(root)
            if let info {
                value.raw("/Info ")
                value.reference(info)
            }
            value.raw("/ID[")
            value.hexString(identifier)
            value.hexString(identifier)
            value.raw("]")
        }
        if size <= Self.rowsPerPiece {
            let rows = places.rows(0..<size, offsetSize: offsetSize)
            try writeStream(table, rows, columns: offsetSize + 3, entries: entries)
        } else {
            var packer = try FilePacker()
            for start in stride(from: 0, to: size, by: Self.rowsPerPiece) {
                try packer.write(
                    places.rows(start..<min(start + Self.rowsPerPiece, size), offsetSize: offsetSize))
            }
            try writeStream(table, packer.finish(), columns: offsetSize + 3, entries: entries)
        }
        file.raw("startxref\n")
        file.integer(start)
        file.raw("\n%%EOF\n")
        guard sink != nil else { return file.bytes }
        try deliver(atLeast: 1)
        return []
    }
}

@available(*, unavailable)
extension PDFWriter: Sendable {}  // it holds the compressor of one worker
