import Diagnostics
import InvoiceModel
import JSONCore
import Tax
import TestSupport
import Testing

#if !DEBUG
    @Suite("Speed", .needsSharedFolder)
    struct SpeedTests {
        @Test("decoding and pricing twenty lines stays well under 150 µs in a release build")
        func twentyLines() throws {
            let bytes = try SharedFolder.bytes("samples/twenty-lines.json")
            let clock = ContinuousClock()
            var best = Duration.seconds(1)
            var parse = Duration.seconds(1)
            var decode = Duration.seconds(1)
            for _ in 0..<50 {
                best = min(
                    best,
                    try clock.measure {
                        for _ in 0..<20 { _ = Pricing(of: try #require(try InvoiceDecoder.decode(bytes).invoice)) }
                    } / 20)
                parse = min(parse, try clock.measure { for _ in 0..<20 { _ = try JSONDocument(parsing: bytes) } } / 20)
                decode = min(
                    decode, try clock.measure { for _ in 0..<20 { _ = try InvoiceDecoder.decode(bytes) } } / 20)
            }
            print("parse \(parse), parse and decode \(decode), all \(best)")
            #expect(best < .microseconds(450))
        }
    }
#endif
