public import Diagnostics

/// A PDF 1.7 file, written from its first byte to its last into one buffer.
///
/// Small objects collect in compressed object streams, streams are written at once, and the file ends with a
/// cross-reference stream. There is no clock and no chance in it: the same calls give the same bytes. Source:
/// ISO 32000-1:2008, 7.5.
public struct PDFWriter {
    /// Where an object is.
    private enum Place {
        case reserved
        case offset(Int)
        case packed(stream: Int, index: Int)
    }

    /// How many objects share a stream; more compress better, and a reader unpacks all of them to get at one.
    private static let objectsPerStream = 1000

    private var file = PDFSyntax()
    private var places: [Place] = [.reserved]
    private var packed = PDFSyntax()
    private var packedOffsets: [(number: Int, offset: Int)] = []
    private let compressor: PDFCompressor
    /// The maps of one-byte codes, once they are written.
    var narrowMaps: (codes: PDFReference, unicode: PDFReference)?

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - compressor: The compressor of the worker.
    ///   - capacity: How many bytes the file will need, roughly.
    public init(compressor: PDFCompressor, capacity: Int = 65_536) {
        self.compressor = compressor
        file.bytes.reserveCapacity(capacity)
        file.raw("%PDF-1.7\n%")
        file.bytes.append(contentsOf: [0xE2, 0xE3, 0xCF, 0xD3, 0x0A])  // tells transports that this is binary
    }

    /// How many bytes the file has so far, without the objects that wait for their stream.
    public var count: Int { file.bytes.count }

    /// Gives out the number of an object that is written later.
    public mutating func reserve() -> PDFReference {
        places.append(.reserved)
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
        if packedOffsets.count == Self.objectsPerStream { try flushPacked(effort: .thorough) }
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
        places[reference.number] = .offset(file.bytes.count)
        file.integer(reference.number)
        file.raw(" 0 obj\n<<")
        entries(&file)
        if let effort {
            try compressor.compress(data, effort: effort, always: columns != nil) { small in
                guard let small else { return finishStream(data[...]) }
                file.raw("/Filter/FlateDecode")
                if let columns {
                    file.raw("/DecodeParms<</Predictor 12/Columns ")
                    file.integer(columns)
                    file.raw(">>")
                }
                finishStream(small)
            }
        } else {
            finishStream(data[...])
        }
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
        places[reference.number] = .offset(file.bytes.count)
        file.integer(reference.number)
        file.raw(" 0 obj\n<<")
        entries(&file)
        if content.isDeflated { file.raw("/Filter/FlateDecode") }
        finishStream(content.bytes[...])
        return reference
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
    /// Full streams are worth more effort: only long documents have them.
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
    /// - Returns: The whole file.
    /// - Throws: `pdf.memory`.
    public consuming func finish(
        root: PDFReference, info: PDFReference?, identifier: [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        try flushPacked()
        let table = reserve()
        let start = file.bytes.count
        places[table.number] = .offset(start)
        var offsetSize = 2
        while offsetSize < 8, start >> (8 * offsetSize) != 0 || places.count >> (8 * offsetSize) != 0 {
            offsetSize += 1
        }
        let rows = Self.rows(places, offsetSize: offsetSize)
        let size = places.count
        try writeStream(table, rows, columns: offsetSize + 3) { entries in
            entries.raw("/Type/XRef/Size ")
            entries.integer(size)
            entries.raw("/W[1 ")
            entries.integer(offsetSize)
            entries.raw(" 2]/Root ")
            entries.reference(root)
            if let info {
                entries.raw("/Info ")
                entries.reference(info)
            }
            entries.raw("/ID[")
            entries.hexString(identifier)
            entries.hexString(identifier)
            entries.raw("]")
        }
        file.raw("startxref\n")
        file.integer(start)
        file.raw("\n%%EOF\n")
        return file.bytes
    }

    /// The rows of the cross-reference stream (7.5.8.3); a number that was reserved and never used is free.
    ///
    /// Each row holds the differences to the one above it, as the filter "Up" of PNG wants them (7.4.4.4): objects that
    /// share a stream then differ by 1, and the table compresses to a tenth.
    private static func rows(_ places: [Place], offsetSize: Int) -> [UInt8] {
        var rows: [UInt8] = []
        rows.reserveCapacity(places.count * (offsetSize + 4))
        var above: (kind: UInt8, value: Int, last: Int) = (0, 0, 0)
        for place in places {
            let row: (kind: UInt8, value: Int, last: Int) =
                switch place {
                case .reserved: (0, 0, 0xFFFF)
                case .offset(let offset): (1, offset, 0)
                case .packed(let stream, let index): (2, stream, index)
                }
            rows.append(addingCapacity: offsetSize + 4) { output in
                output.append(2)
                output.append(row.kind &- above.kind)
                for shift in stride(from: 8 * (offsetSize - 1), through: 0, by: -8) {
                    output.append(
                        UInt8(truncatingIfNeeded: row.value >> shift) &- UInt8(truncatingIfNeeded: above.value >> shift)
                    )
                }
                output.append(UInt8(truncatingIfNeeded: row.last >> 8) &- UInt8(truncatingIfNeeded: above.last >> 8))
                output.append(UInt8(truncatingIfNeeded: row.last) &- UInt8(truncatingIfNeeded: above.last))
            }
            above = row
        }
        return rows
    }
}

@available(*, unavailable)
extension PDFWriter: Sendable {}  // it holds the compressor of one worker
