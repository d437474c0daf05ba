public import Diagnostics
import PDFReader
import PDFWriter

/// A change to a PDF file by appending: not one byte that was there before is touched.
///
/// The cross-reference is of the kind that the file ends with, a table or a stream, since readers may rely on it. There
/// is no clock and no chance in it. Source: ISO 32000-1:2008, 7.5.6.
struct PDFUpdate {
    private let base: Int
    private let trailer: PDFDictionary
    private let previous: Int
    private let usesStream: Bool
    private var tail = PDFSyntax()
    private var next: Int
    private var places: [Int: (offset: Int, generation: Int)] = [:]

    /// Starts a change.
    ///
    /// - Throws: `pdf.unsignable` for a file whose cross-reference is damaged.
    init(_ document: PDFDocument) throws(ToolkitError) {
        guard !document.isRepaired, let newest = document.revisions.last, newest.crossReference < document.bytes.count,
            document.trailer["Root"].reference != nil
        else {
            throw ToolkitError(
                .pdfUnsignable, "The cross-reference of the PDF is damaged; nothing can be appended to it.",
                fix: "Have a program write the file anew, such as `qpdf in.pdf out.pdf`.")
        }
        base = document.bytes.count
        trailer = document.trailer
        previous = newest.crossReference
        let start = document.bytes[previous...].prefix(16).drop { [0x20, 0x0A, 0x0D, 0x09, 0x0C, 0].contains($0) }
        usesStream = !start.starts(with: Array("xref".utf8))
        next = max(document.trailer["Size"].integer ?? 0, (document.objectNumbers.last ?? 0) + 1, 1)
        if let last = document.bytes.last, last != 0x0A, last != 0x0D { tail.byte(0x0A) }
    }

    /// Where the next byte will stand in the file.
    var position: Int { base + tail.bytes.count }

    /// Gives out the number of a new object.
    mutating func reserve() -> PDFObjectID {
        defer { next += 1 }
        return PDFObjectID(number: next)
    }

    /// Writes an object, new or in the place of an older one.
    ///
    /// - Parameters:
    ///   - id: Its number, used once.
    ///   - body: Writes its value; it is told where in the file that begins.
    mutating func write(_ id: PDFObjectID, _ body: (inout PDFSyntax, _ start: Int) -> Void) {
        places[id.number] = (position, id.generation)
        tail.integer(id.number)
        tail.byte(0x20)
        tail.integer(id.generation)
        tail.raw(" obj\n")
        // The body counts from the start of what is appended.
        body(&tail, base)
        tail.raw("\nendobj\n")
    }

    /// Writes a dictionary.
    mutating func write(_ id: PDFObjectID, _ dictionary: PDFDictionary) {
        write(id) { syntax, _ in syntax.dictionary(dictionary) }
    }

    /// Writes a stream as it is, under a new number.
    mutating func writeStream(
        _ content: [UInt8], entries: (inout PDFSyntax) -> Void = { _ in }
    ) -> PDFObjectID {
        let id = reserve()
        write(id) { syntax, _ in
            syntax.raw("<<")
            entries(&syntax)
            syntax.raw("/Length ")
            syntax.integer(content.count)
            syntax.raw(">>\nstream\n")
            syntax.bytes += content
            syntax.raw("\nendstream")
        }
        return id
    }

    /// Ends the change.
    ///
    /// - Parameter identifier: What the file is called from now on, 16 bytes; the first half of `/ID` stays.
    /// - Returns: What follows the old bytes.
    consuming func finish(identifier: [UInt8]) -> [UInt8] {
        let start = position
        if usesStream {
            writeStreamTable(at: start, identifier)
        } else {
            writeTable(identifier)
        }
        tail.raw("startxref\n")
        tail.integer(start)
        tail.raw("\n%%EOF\n")
        return tail.bytes
    }

    /// Runs of numbers without gaps.
    private func runs() -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for number in places.keys.sorted() {
            if let last = runs.last, last.upperBound == number - 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else {
                runs.append(number...number)
            }
        }
        return runs
    }

    private mutating func writeTable(_ identifier: [UInt8]) {
        tail.raw("xref\n")
        for run in runs() {
            tail.integer(run.lowerBound)
            tail.byte(0x20)
            tail.integer(run.count)
            tail.byte(0x0A)
            for number in run {
                guard let place = places[number] else { continue }
                tail.padded(place.offset, 10)
                tail.byte(0x20)
                tail.padded(place.generation, 5)
                tail.raw(" n \n")
            }
        }
        tail.raw("trailer\n<<")
        writeTrailer(size: next, identifier)
        tail.raw(">>\n")
    }

    private mutating func writeStreamTable(at start: Int, _ identifier: [UInt8]) {
        let id = reserve()
        places[id.number] = (start, 0)
        var rows: [UInt8] = []
        let runs = runs()
        for place in runs.joined().compactMap({ places[$0] }) {
            rows.append(1)
            for shift in [24, 16, 8, 0] { rows.append(UInt8(truncatingIfNeeded: place.offset >> shift)) }
            for shift in [8, 0] { rows.append(UInt8(truncatingIfNeeded: place.generation >> shift)) }
        }
        tail.integer(id.number)
        tail.raw(" 0 obj\n<</Type/XRef/W[1 4 2]/Index[")
        for (index, run) in runs.enumerated() {
            if index > 0 { tail.byte(0x20) }
            tail.integer(run.lowerBound)
            tail.byte(0x20)
            tail.integer(run.count)
        }
        tail.raw("]")
        writeTrailer(size: next, identifier)
        tail.raw("/Length ")
        tail.integer(rows.count)
        tail.raw(">>\nstream\n")
        tail.bytes += rows
        tail.raw("\nendstream\nendobj\n")
    }

    private mutating func writeTrailer(size: Int, _ identifier: [UInt8]) {
        tail.raw("/Size ")
        tail.integer(size)
        tail.raw("/Prev ")
        tail.integer(previous)
        for key in ["Root", "Info"] where !trailer[key].isNull {
            tail.name(key)
            tail.byte(0x20)
            tail.object(trailer[key])
        }
        if let first = trailer["ID"].array?.first?.string {
            tail.raw("/ID[")
            tail.hexString(first)
            tail.hexString(identifier)
            tail.raw("]")
        }
    }
}

extension PDFSyntax {
    /// Adds a number that is not negative with zeros before it.
    fileprivate mutating func padded(_ value: Int, _ width: Int) {
        let digits = Array(String(value).utf8)
        bytes += [UInt8](repeating: 0x30, count: max(0, width - digits.count)) + digits
    }
}

extension ToolkitError.Code {
    /// The PDF is of a kind that no signature can be appended to.
    public static let pdfUnsignable = Self("pdf.unsignable", .rejected)
}
