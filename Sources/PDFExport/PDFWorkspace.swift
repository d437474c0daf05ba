public import Diagnostics
import PDFWriter
import Raster
import Typography

/// What a worker keeps from one document to the next: compressors, buffers and the faces that it has met.
///
/// One per worker thread, for one document at a time. Nothing of a document stays in it but the memory.
public final class PDFWorkspace {
    let compressor = PDFCompressor()
    var content = PDFSyntax()
    private var faces: [FontFace: FaceUse] = [:]
    /// The faces of the current document in order of first use.
    private(set) var used: [FaceUse] = []
    /// The pictures of the current document in order of first use, with their objects.
    private(set) var images: [(image: RasterImage, reference: PDFReference)] = []
    /// Which document has the workspace; a forgotten one loses it to the next.
    private(set) var document = 0
    /// How many bytes the last document had, which the next will need too.
    var expectedSize = 65_536

    /// Makes a workspace without memory yet.
    public init() {}

    /// Takes the workspace for a new document.
    func begin() -> Int {
        for use in used { use.reset() }
        used.removeAll(keepingCapacity: true)
        images.removeAll(keepingCapacity: true)
        content.bytes.removeAll(keepingCapacity: true)
        document += 1
        return document
    }

    /// The use of a face in the current document, with its number there: 0 for the first.
    func use(of face: FontFace) -> (use: FaceUse, index: Int) {
        if let index = used.firstIndex(where: { $0.face === face }) { return (used[index], index) }
        let use = faces[face] ?? FaceUse(face)
        faces[face] = use
        used.append(use)
        return (use, used.count - 1)
    }

    /// The number of a picture in the current document: 0 for the first.
    ///
    /// A document holds each picture once.
    func index(of image: RasterImage, reserve: () -> PDFReference) -> Int {
        if let index = images.firstIndex(where: { $0.image === image }) { return index }
        images.append((image, reserve()))
        return images.count - 1
    }
}

@available(*, unavailable)
extension PDFWorkspace: Sendable {}  // buffers and compressors of one thread

extension ToolkitError.Code {
    /// A document without a page cannot be a PDF.
    public static let pdfNoPages = Self("pdf.noPages", .defect)
    /// Layout put words of several faces into one run.
    public static let pdfFaceMixed = Self("pdf.faceMixed", .defect)
    /// A character of the document has no glyph in its face.
    public static let pdfGlyphMissing = Self("pdf.glyphMissing", .rejected)
    /// A document uses more different glyphs of one face than a font of a PDF holds.
    public static let pdfTooManyGlyphs = Self("pdf.tooManyGlyphs", .rejected)
}
