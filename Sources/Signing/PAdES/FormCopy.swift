public import Diagnostics
import PDFReader
import PDFWriter

/// Copies the first page of one file into another as a form that can be drawn (ISO 32000-1, 8.10).
struct FormCopy {
    /// The form.
    let form: PDFObjectID
    /// The size of the page in points.
    let width: Double, height: Double

    /// More objects than a drawing of a signature has.
    private static let objectLimit = 2_000

    /// Copies the page with everything that it draws with.
    ///
    /// - Parameters:
    ///   - drawing: A PDF file.
    ///   - rotation: By how many degrees the page that it stands on is turned clockwise, which the form undoes.
    ///   - update: Takes the objects.
    /// - Throws: `pdf.malformed`, `pdf.limit`; `pdf.appearance` where there is no page that can be copied.
    init(_ drawing: [UInt8], turnedBy rotation: Int = 0, to update: inout PDFUpdate) throws(ToolkitError) {
        let source = try PDFDocument(parsing: drawing)
        guard let page = try source.pages().first else { throw Self.unusable }
        var node = page.dictionary
        var resources = node["Resources"]
        var box = node["MediaBox"]
        for _ in 0..<16 where resources.isNull || box.isNull {
            guard let parent = try source.resolve(node["Parent"]).dictionary else { break }
            node = parent
            if resources.isNull { resources = node["Resources"] }
            if box.isNull { box = node["MediaBox"] }
        }
        let edges = (try source.resolve(box).array ?? []).compactMap(\.number)
        guard edges.count == 4, edges[2] > edges[0], edges[3] > edges[1] else { throw Self.unusable }
        width = edges[2] - edges[0]
        height = edges[3] - edges[1]
        var content: [UInt8] = []
        let contents = try source.resolve(page.dictionary["Contents"])
        for part in contents.array ?? [contents] {
            guard let stream = try source.resolve(part).stream else { continue }
            content += try source.content(of: stream) + [0x0A]
        }
        var copies = Copies()
        let copied = try Self.copy(try source.resolve(resources), from: source, to: &update, &copies, depth: 0)
        form = update.writeStream(content) { entries in
            entries.raw("/Type/XObject/Subtype/Form/BBox[")
            for edge in edges {
                entries.real(edge)
                entries.byte(0x20)
            }
            switch rotation {
            case 90: entries.raw("]/Matrix[0 1 -1 0 0 0")
            case 180: entries.raw("]/Matrix[-1 0 0 -1 0 0")
            case 270: entries.raw("]/Matrix[0 -1 1 0 0 0")
            default: break
            }
            entries.raw("]/Resources")
            entries.object(copied)
        }
    }

    /// What was copied already.
    private struct Copies {
        var known: [PDFObjectID: PDFObjectID] = [:]
    }

    /// The same object with references into the new file.
    private static func copy(
        _ object: PDFObject, from source: PDFDocument, to update: inout PDFUpdate, _ copies: inout Copies, depth: Int
    ) throws(ToolkitError) -> PDFObject {
        guard depth < 64, copies.known.count < objectLimit else { throw unusable }
        switch object {
        case .array(let items):
            var copied: [PDFObject] = []
            for item in items { copied.append(try copy(item, from: source, to: &update, &copies, depth: depth + 1)) }
            return .array(copied)
        case .dictionary(let dictionary):
            return .dictionary(try entries(of: dictionary, from: source, to: &update, &copies, depth: depth))
        case .reference(let id):
            if let known = copies.known[id] { return .reference(known) }
            let copied = update.reserve()
            copies.known[id] = copied
            let target = try source.resolve(object)
            if let stream = target.stream {
                var dictionary = try entries(
                    of: stream.dictionary, from: source, to: &update, &copies, depth: depth)
                dictionary.set("Length", .integer(stream.range.count))
                update.write(copied) { syntax, _ in
                    syntax.dictionary(dictionary)
                    syntax.raw("\nstream\n")
                    syntax.bytes += source.bytes[stream.range]
                    syntax.raw("\nendstream")
                }
            } else {
                let value = try copy(target, from: source, to: &update, &copies, depth: depth + 1)
                update.write(copied) { syntax, _ in syntax.object(value) }
            }
            return .reference(copied)
        default: return object
        }
    }

    private static func entries(
        of dictionary: PDFDictionary, from source: PDFDocument, to update: inout PDFUpdate, _ copies: inout Copies,
        depth: Int
    ) throws(ToolkitError) -> PDFDictionary {
        var copied = PDFDictionary()
        for (key, value) in dictionary.entries {
            copied.set(key, try copy(value, from: source, to: &update, &copies, depth: depth + 1))
        }
        return copied
    }

    private static let unusable = ToolkitError(
        .pdfAppearance, "The drawing of the signature box is no page that can be copied.",
        fix: "Give a PDF with one small page.")
}

extension ToolkitError.Code {
    /// The signature box cannot be drawn.
    public static let pdfAppearance = Self("pdf.appearance", .usage)
}
