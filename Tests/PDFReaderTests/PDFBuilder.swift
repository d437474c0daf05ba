/// Writes small PDF files by hand, also wrong ones.
struct PDFBuilder {
    /// The file so far.
    private(set) var text: String
    private var offsets: [Int: Int] = [:]

    init(header: String = "%PDF-1.7\n") { text = header }

    /// How long the file is.
    var count: Int { text.utf8.count }

    mutating func raw(_ more: String) { text += more }

    /// An object by its number.
    mutating func object(_ number: Int, _ value: String) {
        offsets[number] = count
        text += "\(number) 0 obj\n\(value)\nendobj\n"
    }

    /// A stream that is stored as it is.
    mutating func stream(_ number: Int, _ content: String, entries: String = "") {
        object(number, "<</Length \(content.utf8.count)\(entries)>>\nstream\n\(content)\nendstream")
    }

    /// A table with every object since the last one, and the end of the file.
    ///
    /// - Returns: Where the table begins.
    @discardableResult
    mutating func end(root: Int = 1, trailer: String = "", previous: Int? = nil) -> Int {
        let start = count
        text += "xref\n"
        if previous == nil { text += "0 1\n0000000000 65535 f \n" }
        for (number, offset) in offsets.sorted(by: { $0.key < $1.key }) {
            let digits = "\(offset)"
            text += "\(number) 1\n\(String(repeating: "0", count: 10 - digits.count))\(digits) 00000 n \n"
        }
        let link = previous.map { "/Prev \($0)" } ?? ""
        text += "trailer\n<</Size 100/Root \(root) 0 R\(link)\(trailer)>>\nstartxref\n\(start)\n%%EOF\n"
        offsets = [:]
        return start
    }

    /// Catalogue, page tree, one page with Helvetica as F1, and its content in object 4.
    static func page(_ content: String, resources: String = "", extra: (inout PDFBuilder) -> Void = { _ in })
        -> PDFBuilder
    {
        var file = PDFBuilder()
        file.object(1, "<</Type/Catalog/Pages 2 0 R>>")
        file.object(2, "<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 200 100]>>")
        file.object(3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>\(resources)>>>>")
        file.stream(4, content)
        file.object(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
        extra(&file)
        return file
    }

    /// The bytes, once ended.
    var bytes: [UInt8] { Array(text.utf8) }
}
