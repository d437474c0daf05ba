import Barcode
import Diagnostics
import Foundation
import Raster
import TestSupport
import Testing

@Suite("QR symbols: ISO/IEC 18004")
struct QRSymbolTests {
    /// A symbol as a PNG of so many pixels a module, with its quiet zone.
    static func png(_ symbol: QRSymbol, pixels: Int = 4) throws -> [UInt8] {
        let side = (symbol.side + 2 * QRSymbol.quietZone) * pixels
        var rows = [UInt8](repeating: 255, count: side * side)
        for y in 0..<symbol.side * pixels {
            for x in 0..<symbol.side * pixels where symbol.modules[y / pixels * symbol.side + x / pixels] {
                rows[(y + QRSymbol.quietZone * pixels) * side + x + QRSymbol.quietZone * pixels] = 0
            }
        }
        var writer = try PNGWriter(width: side, height: side, isGray: true, dotsPerInch: 110)
        try writer.add(rows[...])
        return try writer.finish()
    }

    /// What zbar reads.
    static func read(_ png: [UInt8]) throws -> String {
        try Tool.run("zbarimg", ["--quiet", "--raw", "--oneshot", "-Sbinary", "{}"], file: png).output
    }

    static let texts = [
        "A", "K:PR|V:01|C:1|R:840000000095584510|N:Čigra doo|I:RSD1025,12|SF:289",
        "Фактура 2026-000123\nЃорѓи Ќосев", String(repeating: "Ж", count: 160),
    ]

    @Test("are read by zbar", .needsTool("zbarimg"), arguments: texts)
    func readable(text: String) throws {
        let symbol = try QRSymbol(encoding: Array(text.utf8))
        #expect(symbol.side == 17 + 4 * symbol.version && symbol.modules.count == symbol.side * symbol.side)
        #expect(try Self.read(Self.png(symbol)) == text)
    }

    @Test("the error correction is what was asked for", .needsTool("zbarimg"))
    func correction() throws {
        let text = Array(String(repeating: "7", count: 100).utf8)
        let sides = try [QRSymbol.Correction.low, .medium, .quartile, .high].map {
            try QRSymbol(encoding: text, correction: $0).side
        }
        #expect(sides == sides.sorted() && Set(sides).count == 4)
        // A blot on a twelfth of the modules: level M mends it, level L cannot.
        let symbol = try QRSymbol(encoding: text)
        let side = symbol.side + 2 * QRSymbol.quietZone
        var png = [UInt8](repeating: 255, count: side * side * 16)
        for y in 0..<side * 4 {
            for x in 0..<side * 4 {
                let (row, column) = (y / 4 - QRSymbol.quietZone, x / 4 - QRSymbol.quietZone)
                guard (0..<symbol.side).contains(row), (0..<symbol.side).contains(column) else { continue }
                let isBlot = (14..<23).contains(row) && (14..<24).contains(column)
                if isBlot || symbol.modules[row * symbol.side + column] { png[y * side * 4 + x] = 0 }
            }
        }
        var writer = try PNGWriter(width: side * 4, height: side * 4, isGray: true, dotsPerInch: 110)
        try writer.add(png[...])
        #expect(try Self.read(writer.finish()).utf8.elementsEqual(text))
    }

    @Test("what is too long for the largest symbol allowed is refused")
    func tooLong() throws {
        let fits = [UInt8](repeating: 0x41, count: 331)
        #expect(try QRSymbol(encoding: fits, largestVersion: 13).version == 13)
        for (bytes, version) in [(fits + [0x41], 13), ([UInt8](repeating: 0x41, count: 3000), 40), ([], 40)] {
            #expect { try QRSymbol(encoding: bytes, largestVersion: version) } throws: { error in
                (error as? ToolkitError)?.code == .qrTooLong
            }
        }
    }
}
