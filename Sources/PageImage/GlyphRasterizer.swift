import CFreeType
public import Diagnostics
import Raster
import Typography

/// The coverage of one glyph: 0 outside, 255 inside.
struct GlyphBitmap: Sendable {
    /// Columns from the origin to the left edge.
    let left: Int
    /// Rows from the baseline up to the upper edge.
    let top: Int
    let width: Int
    let height: Int
    let coverage: [UInt8]

    static let empty = GlyphBitmap(left: 0, top: 0, width: 0, height: 0, coverage: [])
}

/// Draws outlines of glyphs with FreeType, without hinting, and keeps what it drew.
///
/// One per worker thread: FreeType's objects are not shared between threads.
final class GlyphRasterizer {
    /// What tells bitmaps apart.
    struct Key: Hashable {
        let face: Int32
        let glyph: UInt16
        /// Whether the baseline rises by 45 degrees.
        let isRising: Bool
        /// Quarters of a pixel that the origin is right of and below its pixel's corner.
        let quarterX: UInt8
        let quarterY: UInt8
        /// The type size in 64ths of a pixel.
        let size: Int32
    }

    private let library: FreeTypeLibrary
    private var faces: [FontFace: Int32] = [:]
    private var opened: [FreeTypeFace] = []
    private var bitmaps: [Key: GlyphBitmap] = [:]
    private var bytes = 0
    /// What is kept at most; one page of an invoice needs a tenth of it.
    static let byteLimit = 4 << 20
    /// A glyph with more pixels is drawn anew each time.
    static let keptLimit = 1 << 16

    init() throws(ToolkitError) { library = try FreeTypeLibrary() }

    /// The number of a face, for keys.
    func number(of face: FontFace) throws(ToolkitError) -> Int32 {
        if let number = faces[face] { return number }
        let number = Int32(opened.count)
        opened.append(try FreeTypeFace(face, library))
        faces[face] = number
        return number
    }

    /// The coverage of a glyph.
    func bitmap(_ key: Key) throws(ToolkitError) -> GlyphBitmap {
        if let known = bitmaps[key] { return known }
        let drawn = try opened[Int(key.face)].draw(key)
        guard drawn.coverage.count <= Self.keptLimit else { return drawn }
        // What a document needs fits by far; the memory of a worker that met a hundred sizes is bounded all the same.
        if bytes > Self.byteLimit {
            bitmaps.removeAll(keepingCapacity: true)
            bytes = 0
        }
        bytes += drawn.coverage.count + 96
        bitmaps[key] = drawn
        return drawn
    }
}

@available(*, unavailable)
extension GlyphRasterizer: Sendable {}

/// An instance of FreeType.
@safe private final class FreeTypeLibrary {
    let handle: FT_Library

    init() throws(ToolkitError) {
        var handle: FT_Library?
        guard unsafe FT_Init_FreeType(&handle) == 0, let handle = unsafe handle else { throw .imageMemory }
        unsafe self.handle = handle
    }

    deinit { unsafe FT_Done_FreeType(handle) }
}

/// A font file that FreeType opened.
@safe private final class FreeTypeFace {
    /// FreeType reads from the bytes as long as the face lives.
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let handle: FT_Face
    private let library: FreeTypeLibrary
    private var size: Int32 = 0

    init(_ face: FontFace, _ library: FreeTypeLibrary) throws(ToolkitError) {
        let file = face.file
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: file.count)
        _ = unsafe bytes.initialize(from: file)
        var handle: FT_Face?
        let status = unsafe FT_New_Memory_Face(library.handle, bytes.baseAddress, file.count, 0, &handle)
        guard status == 0, let handle = unsafe handle else {
            unsafe bytes.deallocate()
            throw ToolkitError(
                .imageFont, "The glyphs of a font cannot be drawn.", fix: "Choose another font for pictures of pages.")
        }
        unsafe self.bytes = bytes
        unsafe self.handle = handle
        self.library = library
    }

    deinit {
        unsafe FT_Done_Face(handle)
        unsafe bytes.deallocate()
    }

    func draw(_ key: GlyphRasterizer.Key) throws(ToolkitError) -> GlyphBitmap {
        if size != key.size {
            // Points and pixels are the same at 72 dpi.
            guard unsafe FT_Set_Char_Size(handle, 0, FT_F26Dot6(key.size), 72, 72) == 0 else { return .empty }
            size = key.size
        }
        let flags = FT_Int32(FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP)
        guard unsafe FT_Load_Glyph(handle, FT_UInt(key.glyph), flags) == 0,
            let slot = unsafe handle.pointee.glyph, unsafe slot.pointee.format == FT_GLYPH_FORMAT_OUTLINE
        else { return .empty }
        if key.isRising {
            let cosine = FT_Fixed(46_341)  // of 45 degrees, in 65536ths
            var turn = FT_Matrix(xx: cosine, xy: -cosine, yx: cosine, yy: cosine)
            unsafe FT_Outline_Transform(&slot.pointee.outline, &turn)
        }
        unsafe FT_Outline_Translate(&slot.pointee.outline, FT_Pos(key.quarterX) * 16, -FT_Pos(key.quarterY) * 16)
        var box = FT_BBox()
        unsafe FT_Outline_Get_CBox(&slot.pointee.outline, &box)
        // No letter of a page is larger; a font that says so would take all memory.
        let extent = (Int(box.xMax - box.xMin) >> 6, Int(box.yMax - box.yMin) >> 6)
        guard extent.0 <= 16_384, extent.1 <= 16_384, extent.0 * extent.1 <= 1 << 25 else { return .empty }
        guard unsafe FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) == 0 else { return .empty }
        let bitmap = unsafe slot.pointee.bitmap
        let width = unsafe Int(bitmap.width)
        let height = unsafe Int(bitmap.rows)
        let pitch = unsafe Int(bitmap.pitch)
        guard let buffer = unsafe bitmap.buffer, width > 0, height > 0, pitch >= width else { return .empty }
        let pixels = unsafe UnsafeBufferPointer(start: buffer, count: pitch * height)
        var coverage: [UInt8] = []
        coverage.reserveCapacity(width * height)
        for row in 0..<height { unsafe coverage += pixels[row * pitch..<row * pitch + width] }
        return unsafe GlyphBitmap(
            left: Int(slot.pointee.bitmap_left), top: Int(slot.pointee.bitmap_top), width: width, height: height,
            coverage: coverage)
    }
}

extension ToolkitError.Code {
    /// FreeType cannot draw with a font.
    public static let imageFont = Self("image.font", .rejected)
}

extension ToolkitError {
    static var imageMemory: ToolkitError {
        ToolkitError(.imageMemory, "There is not enough memory for the picture.")
    }
}
