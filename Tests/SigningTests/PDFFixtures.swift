import Certificates
import Foundation
import TestSupport
import Testing

/// PDF files to sign: of other programs, and of each kind of cross-reference.
enum PDFFixtures {
    static func foreign(_ name: String) throws -> [UInt8] {
        try Tool.bytes(of: "\(PackageFolder.root)/Tests/PDFReaderTests/Fixtures/\(name).pdf")
    }

    /// One page that says `text`, with a cross-reference table; `catalogue` and `page` take further entries, `objects`
    /// are numbered from 6 on.
    static func plain(
        _ text: String = "Total 118.00", catalogue: String = "", page: String = "", objects: [String] = []
    ) -> [UInt8] {
        let content = "BT /F1 24 Tf 72 700 Td (\(text)) Tj ET"
        let all =
            [
                "<</Type/Catalog/Pages 2 0 R\(catalogue)>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>\(page)>>",
                "<</Length \(content.utf8.count)>>\nstream\n\(content)\nendstream",
                "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            ] + objects
        var file = "%PDF-1.7\n"
        var offsets: [Int] = []
        for (index, object) in all.enumerated() {
            offsets.append(file.utf8.count)
            file += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(all.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { file += "\(pad(offset)) 00000 n \n" }
        file += "trailer\n<</Size \(all.count + 1)/Root 1 0 R>>\nstartxref\n\(start)\n%%EOF\n"
        return Array(file.utf8)
    }

    static func pad(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 10 - digits.count) + digits
    }

    /// What an attacker or another program appends: objects in the place of older ones or new, with a table.
    static func appending(_ objects: [(Int, String)], to pdf: [UInt8], trailer: String = "") throws -> [UInt8] {
        let text = String(decoding: pdf, as: Unicode.ASCII.self)
        let previous = try #require(
            text.ranges(of: "startxref").last.flatMap { range in
                Int(text[range.upperBound...].dropFirst().prefix { $0.isNumber })
            })
        var file = pdf
        var places: [(Int, Int)] = []
        for (number, object) in objects {
            places.append((number, file.count))
            file += Array("\(number) 0 obj\n\(object)\nendobj\n".utf8)
        }
        let start = file.count
        var table = "xref\n"
        for (number, offset) in places { table += "\(number) 1\n\(pad(offset)) 00000 n \n" }
        let size = max(200, (objects.map(\.0).max() ?? 0) + 1)
        table += "trailer\n<</Size \(size)/Root 1 0 R/Prev \(previous)\(trailer)>>\nstartxref\n\(start)\n%%EOF\n"
        return file + Array(table.utf8)
    }
}
