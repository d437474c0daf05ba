import Diagnostics
import InvoiceModel
import JSONCore
import Tax
import Testing

@Suite("Input that is made to cost time")
struct HostileInputTests {
    /// Decodes and prices; a debug build does it in a few seconds, anything quadratic would take minutes.
    func findings(_ text: String) throws -> [Finding] {
        let decoded = try InvoiceDecoder.decode(Array(text.utf8))
        guard let invoice = decoded.invoice else { return decoded.report.findings }
        return decoded.locating(Pricing(of: invoice).report.findings)
    }

    func document(lines: [String], _ more: String = "") -> String {
        #"{"kind":"invoice","issueDate":"2026-11-20","seller":{"name":"a","registrationNumber":"1","address":{"country":"MK"}},"#
            + #""buyer":{"name":"b","address":{"country":"MK"}},\#(more)"lines":[\#(lines.joined(separator: ","))]}"#
    }

    func line(_ vat: String, price: String = "1") -> String {
        #"{"item":{"name":"x"},"quantity":1,"unit":"C62","price":"\#(price)","vat":{\#(vat)}}"#
    }

    @Test("many unknown keys", .timeLimit(.minutes(1)))
    func unknownKeys() throws {
        let keys = (0..<50_000).map { "\"linez\($0)\":0" }.joined(separator: ",")
        #expect(try findings("{\(keys)}").last?.rule == "report.limit")
    }

    @Test("a reason of its own for every line", .timeLimit(.minutes(1)))
    func reasons() throws {
        let lines = (0..<10_000).map { line(#""category":"E","reason":"r\#($0)""#) }
        #expect(try findings(document(lines: lines)) == [])
    }

    @Test("a rate of its own for every line", .timeLimit(.minutes(1)))
    func rates() throws {
        let many =
            (1...99).map { line(#""category":"S","rate":"\#($0)""#) } + [
                line(#""category":"S","rate":"0.5""#), line(#""category":"S","rate":"1.5""#),
            ]
        let last = try findings(document(lines: many)).filter { $0.severity == .error }
        #expect(last.map(\.rule) == ["vat.tooManyRates"] && last.map(\.pointer) == ["/lines/100/vat"])
    }

    @Test("an overflow in every line", .timeLimit(.minutes(1)))
    func overflows() throws {
        let lines = [String](repeating: line(#""category":"Z""#, price: "99999999999999999999"), count: 5000)
        let found = try findings(document(lines: lines))
        #expect(found.count == 5000 && found.allSatisfy { $0.place != nil })
    }
}
