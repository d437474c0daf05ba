import CRasterShim
public import Diagnostics
import Synchronization

/// A picture of pixels, such as a logo: a PNG or JPEG file that was read once to its end, so that what follows can
/// rely on it.
///
/// Colours are taken as sRGB: an ICC profile in the file is not applied, nor is a turn that a camera noted in EXIF.
/// The pixels are not kept; who needs them has them decoded. Two pictures are equal when they are one object.
public final class RasterImage: Sendable {
    /// What the file is.
    public enum Format: Sendable, Hashable {
        case png, jpeg
    }

    /// What a pixel is made of, 8 bits each.
    public enum Channels: Int, Sendable, Hashable {
        case gray = 1
        case grayAlpha, rgb, rgbAlpha

        /// How many colour values a pixel has, alpha aside.
        public var colors: Int { self == .rgb || self == .rgbAlpha ? 3 : 1 }
        /// Whether a pixel says how opaque it is.
        public var hasAlpha: Bool { self == .grayAlpha || self == .rgbAlpha }
    }

    /// More pixels than these are refused, 16 megapixels: 600 dpi over a whole page are twice as many.
    public static let pixelLimit = 16_000_000
    /// Larger files are refused, 20 MiB.
    public static let sizeLimit = 20 << 20

    /// What the file is.
    public let format: Format
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// What a pixel is made of.
    public let channels: Channels
    /// Whether a JPEG of three channels holds RGB itself instead of luminance and chrominance.
    public let isPlainRGB: Bool
    /// The file; a JPEG without what describes the camera, the place and the time, and without what follows its end.
    public let file: [UInt8]
    /// What somebody made of the pixels and wants again for the next document, such as compressed streams.
    private let derived = Mutex<[String: [UInt8]]>([:])

    /// Reads a picture to its end.
    ///
    /// - Parameter bytes: The whole file; its first bytes tell what it is, not its name.
    /// - Throws: `image.unreadable` for anything but a sound PNG or JPEG; `image.tooLarge`; `image.cmyk`, because
    ///   pages are in sRGB and inks cannot be told in it; `image.memory`.
    public init(file bytes: [UInt8]) throws(ToolkitError) {
        guard bytes.count <= Self.sizeLimit else { throw .imageTooLarge }
        let format: Format
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            format = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            format = .jpeg
        } else {
            throw ToolkitError(
                .imageUnreadable, "The picture is neither a PNG nor a JPEG.", fix: "Save it as a PNG or JPEG.")
        }
        var shape = pechat_raster_shape()
        let limit = UInt64(Self.pixelLimit)
        let outcome = unsafe bytes.withUnsafeBufferPointer { bytes in
            format == .png
                ? unsafe pechat_png_shape(bytes.baseAddress, bytes.count, limit, &shape)
                : unsafe pechat_jpeg_shape(bytes.baseAddress, bytes.count, limit, &shape)
        }
        try Self.check(outcome)
        guard let channels = Channels(rawValue: Int(shape.channels)) else { throw .imageDamaged }
        self.format = format
        width = Int(shape.width)
        height = Int(shape.height)
        self.channels = channels
        isPlainRGB = shape.is_plain_rgb != 0
        _ = try Self.pixels(of: bytes, format, shape)
        file = format == .jpeg ? JPEGSegments.essence(of: bytes) : bytes
    }

    /// Decodes the pixels: row by row from the upper left, `channels` bytes each, alpha not multiplied in.
    ///
    /// - Throws: `image.memory`.
    public func pixels() throws(ToolkitError) -> [UInt8] {
        try Self.pixels(
            of: file, format,
            pechat_raster_shape(
                width: UInt32(width), height: UInt32(height), channels: UInt32(channels.rawValue),
                is_plain_rgb: isPlainRGB ? 1 : 0))
    }

    /// Returns what was made of the pixels under a name, and makes it the first time; it lives as long as the picture.
    ///
    /// - Parameters:
    ///   - name: What it is, such as `pdf.colors`.
    ///   - make: Makes it; called at most once at a time.
    /// - Returns: What `make` made, now or earlier.
    /// - Throws: What `make` throws.
    public func derived(
        _ name: String, _ make: () throws(ToolkitError) -> [UInt8]
    ) throws(ToolkitError) -> [UInt8] {
        try derived.withLock { table throws(ToolkitError) in
            if let known = table[name] { return known }
            let made = try make()
            table[name] = made
            return made
        }
    }

    private static func pixels(
        of bytes: [UInt8], _ format: Format, _ shape: pechat_raster_shape
    ) throws(ToolkitError) -> [UInt8] {
        let count = Int(shape.width) * Int(shape.height) * Int(shape.channels)
        var outcome = PECHAT_RASTER_DAMAGED
        var result = [UInt8](repeating: 0, count: count)
        unsafe result.withUnsafeMutableBufferPointer { target in
            unsafe withUnsafePointer(to: shape) { shape in
                unsafe bytes.withUnsafeBufferPointer { bytes in
                    outcome =
                        format == .png
                        ? unsafe pechat_png_pixels(bytes.baseAddress, bytes.count, shape, target.baseAddress, count)
                        : unsafe pechat_jpeg_pixels(bytes.baseAddress, bytes.count, shape, target.baseAddress, count)
                }
            }
        }
        try check(outcome)
        return result
    }

    private static func check(_ outcome: pechat_raster_outcome) throws(ToolkitError) {
        switch outcome {
        case PECHAT_RASTER_OK: return
        case PECHAT_RASTER_TOO_LARGE: throw .imageTooLarge
        case PECHAT_RASTER_CMYK:
            throw ToolkitError(
                .imageCMYK, "The JPEG is in CMYK; the colours of a page are sRGB.",
                fix: "Convert the picture to RGB, or save it as a PNG.")
        case PECHAT_RASTER_UNSUPPORTED:
            throw ToolkitError(
                .imageUnreadable, "The JPEG is of a kind that PDF readers do not know.",
                fix: "Save it as an ordinary JPEG of 8 bits, baseline or progressive, or as a PNG.")
        case PECHAT_RASTER_NO_MEMORY:
            throw ToolkitError(.imageMemory, "There is not enough memory for the picture.")
        default: throw .imageDamaged
        }
    }
}

extension RasterImage: Hashable {
    /// Two pictures are equal when they are one object.
    public static func == (left: RasterImage, right: RasterImage) -> Bool { left === right }
    /// Hashes the identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension ToolkitError.Code {
    /// A picture is no sound PNG or JPEG.
    public static let imageUnreadable = Self("image.unreadable", .unreadable)
    /// A picture has more pixels or bytes than a page needs.
    public static let imageTooLarge = Self("image.tooLarge", .unreadable)
    /// A picture is made of printing inks.
    public static let imageCMYK = Self("image.cmyk", .rejected)
    /// No memory was left for a picture.
    public static let imageMemory = Self("image.memory", .later)
}

extension ToolkitError {
    fileprivate static var imageDamaged: ToolkitError {
        ToolkitError(.imageUnreadable, "The picture is damaged.", fix: "Save it once more as a PNG or JPEG.")
    }
    fileprivate static var imageTooLarge: ToolkitError {
        ToolkitError(
            .imageTooLarge,
            "The picture has more than \(RasterImage.pixelLimit / 1_000_000) megapixels or "
                + "\(RasterImage.sizeLimit >> 20) MiB.", fix: "Make it smaller: a logo needs some 500 pixels.")
    }
}
