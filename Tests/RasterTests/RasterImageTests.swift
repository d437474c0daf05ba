import Diagnostics
import Foundation
import Raster
import TestSupport
import Testing

/// Pictures made by Pillow, each with the pixels that Pillow reads from the file.
enum Pictures {
    /// A gradient with a disc, in the mode that a case wants, saved and read back.
    static let script = """
        import sys
        from PIL import Image, ImageDraw
        mode, name, options, folder = sys.argv[1], sys.argv[2], eval(sys.argv[3]), sys.argv[4]
        picture = Image.new("RGBA", (61, 37))
        for x in range(61):
            for y in range(37): picture.putpixel((x, y), (x * 4, y * 6, 255 - x * 2, 255 - y * 6 if x > 30 else 255))
        ImageDraw.Draw(picture).ellipse((5, 5, 25, 25), fill=(200, 30, 40, 255))
        if mode == "P": picture = picture.convert("RGB").quantize(7)
        elif mode == "PA": picture = picture.quantize(7); mode = "P"
        elif mode == "I;16": picture = picture.convert("L").convert("I").point(lambda v: v * 257).convert("I;16")
        else: picture = picture.convert(mode)
        path = folder + "/picture." + name
        picture.save(path, **options)
        read = Image.open(path)
        if read.mode.startswith("I"): read = Image.frombytes("L", read.size, bytes(v // 257 for v in read.getdata()))
        elif read.mode == "P": read = read.convert("RGBA" if "transparency" in read.info else "RGB")
        elif read.mode == "1": read = read.convert("L")
        open(folder + "/pixels", "wb").write(read.tobytes())
        """

    static func make(_ mode: String, _ name: String, _ options: String) throws -> (file: [UInt8], pixels: [UInt8]) {
        try Tool.withTemporaryFolder { folder in
            let outcome = try Tool.python(script, [mode, name, options, folder])
            try #require(outcome.status == 0, "\(outcome.errors)")
            return (try Tool.bytes(of: "\(folder)/picture.\(name)"), try Tool.bytes(of: "\(folder)/pixels"))
        }
    }
}

@Suite("Pictures in files")
struct RasterImageTests {
    /// The mode, the format, options for Pillow and the channels.
    static let cases: [(String, String, String, RasterImage.Channels)] = [
        ("L", "png", "{}", .gray), ("LA", "png", "{}", .grayAlpha), ("RGB", "png", "{}", .rgb),
        ("RGBA", "png", "{}", .rgbAlpha), ("P", "png", "{}", .rgb), ("PA", "png", "{}", .rgbAlpha),
        ("1", "png", "{}", .gray), ("L", "jpg", "{'quality': 90}", .gray),
        ("RGB", "jpg", "{'quality': 90}", .rgb), ("RGB", "jpg", "{'quality': 60, 'progressive': True}", .rgb),
        ("RGB", "jpg", "{'quality': 95, 'subsampling': 0, 'keep_rgb': True}", .rgb),
    ]

    @Test("are read as Pillow reads them", .needsPython("PIL"), arguments: cases)
    func reading(mode: String, name: String, options: String, channels: RasterImage.Channels) throws {
        let (file, pixels) = try Pictures.make(mode, name, options)
        let image = try RasterImage(file: file)
        #expect(image.width == 61 && image.height == 37 && image.channels == channels)
        #expect(image.format == (name == "png" ? .png : .jpeg))
        #expect(image.isPlainRGB == options.contains("keep_rgb"))
        let ours = try image.pixels()
        #expect(ours.count == pixels.count)
        // Two builds of the same JPEG decoder may round differently.
        let tolerance = name == "png" ? 0 : 3
        #expect(zip(ours, pixels).allSatisfy { abs(Int($0) - Int($1)) <= tolerance })
    }

    @Test("16 bits become 8", .needsPython("PIL"))
    func deep() throws {
        let (file, pixels) = try Pictures.make("I;16", "png", "{}")
        let image = try RasterImage(file: file)
        #expect(image.channels == .gray)
        let ours = try image.pixels()
        #expect(ours.count == pixels.count && zip(ours, pixels).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }

    @Test("what tells of camera, place and time goes out of a JPEG, the picture stays", .needsPython("PIL"))
    func privacy() throws {
        let exif =
            "{'quality': 90, 'exif': b'Exif\\x00\\x00MM\\x00*\\x00\\x00\\x00\\x08\\x00\\x00', 'comment': b'At home', 'icc_profile': b'profile' * 20}"
        let (file, pixels) = try Pictures.make("RGB", "jpg", exif)
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        #expect(text(file).contains("At home") && text(file).contains("Exif") && text(file).contains("profile"))
        // A second picture behind the end, as some cameras store a preview.
        let image = try RasterImage(file: file + [0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x04, 0x41, 0x42, 0xFF, 0xD9])
        #expect(!text(image.file).contains("At home") && !text(image.file).contains("Exif"))
        #expect(!text(image.file).contains("profile") && text(image.file).contains("JFIF"))
        #expect(image.file.suffix(2) == [0xFF, 0xD9] && image.file.count < file.count)
        #expect(try zip(RasterImage(file: image.file).pixels(), pixels).allSatisfy { abs(Int($0) - Int($1)) <= 3 })
    }

    @Test("a JPEG in CMYK is refused with a way out", .needsPython("PIL"))
    func inks() throws {
        let (file, _) = try Pictures.make("CMYK", "jpg", "{}")
        #expect { try RasterImage(file: file) } throws: { error in
            guard let error = error as? ToolkitError else { return false }
            return error.code == .imageCMYK && error.fix.contains("RGB")
        }
    }

    @Test(
        "other files are refused",
        arguments: [
            [], Array("GIF89a".utf8), Array("<svg/>".utf8), [0xFF, 0xD8, 0xFF],
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        ])
    func foreign(bytes: [UInt8]) {
        #expect { try RasterImage(file: bytes) } throws: { ($0 as? ToolkitError)?.code == .imageUnreadable }
    }

    @Test("too many pixels are refused before any memory is taken for them", .needsPython("PIL"))
    func tooLarge() throws {
        var (file, _) = try Pictures.make("L", "jpg", "{}")
        // The height and width of the frame header (SOF0) become 65500 each.
        let frame = try #require(file.indices.first { $0 + 1 < file.count && file[$0] == 0xFF && file[$0 + 1] == 0xC0 })
        file.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect { try RasterImage(file: file) } throws: { ($0 as? ToolkitError)?.code == .imageTooLarge }
        var writer = try PNGWriter(width: 16_001, height: 1000, isGray: true, dotsPerInch: 72)
        for _ in 0..<1000 { try writer.add([UInt8](repeating: 0, count: 16_001)[...]) }
        let large = try writer.finish()
        #expect { try RasterImage(file: large) } throws: { ($0 as? ToolkitError)?.code == .imageTooLarge }
        #expect { try RasterImage(file: [UInt8](repeating: 0, count: RasterImage.sizeLimit + 1)) } throws: {
            ($0 as? ToolkitError)?.code == .imageTooLarge
        }
    }

    @Test("cut and damaged files are refused or read, and never more than that", .needsPython("PIL"), arguments: cases)
    func hostile(mode: String, name: String, options: String, channels: RasterImage.Channels) throws {
        let (file, _) = try Pictures.make(mode, name, options)
        for length in stride(from: 0, to: file.count - 12, by: 7) {
            #expect(throws: ToolkitError.self) { try RasterImage(file: Array(file.prefix(length))) }
        }
        var random = SplitMix(seed: 99)
        var refused = 0
        for _ in 0..<400 {
            var damaged = file
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do {
                let image = try RasterImage(file: damaged)
                #expect(try image.pixels().count == image.width * image.height * image.channels.rawValue)
            } catch { refused += 1 }
        }
        #expect(refused > 40)
    }
}

@Suite("PNG files that are written")
struct PNGWriterTests {
    static let check = """
        import sys
        from PIL import Image
        picture = Image.open(sys.argv[1])
        picture.load()
        print(picture.mode, picture.size, round(picture.info["dpi"][0]), picture.info["srgb"], sum(picture.tobytes()) % 65521)
        """

    @Test("are what Pillow reads", .needsPython("PIL"), arguments: [true, false])
    func written(isGray: Bool) throws {
        let size = isGray ? 123 : 369
        let rows = (0..<57 * size).map { UInt8(truncatingIfNeeded: $0 &* 31 + $0 >> 5) }
        var writer = try PNGWriter(width: 123, height: 57, isGray: isGray, dotsPerInch: 110)
        try writer.add(rows[..<(20 * size)])
        try writer.add(rows[(20 * size)...])
        let file = try writer.finish()
        try Tool.withTemporaryFolder { folder in
            try Data(file).write(to: URL(fileURLWithPath: "\(folder)/a.png"))
            let verdict = try Tool.python(Self.check, ["\(folder)/a.png"])
            let sum = rows.reduce(0) { $0 + Int($1) } % 65521
            #expect(verdict.output == "\(isGray ? "L" : "RGB") (123, 57) 110 1 \(sum)\n", "\(verdict.errors)")
        }
        #expect(try RasterImage(file: file).pixels() == rows)
    }
}
