public import Certificates
public import Diagnostics
public import InvoiceModel
import PDFExport
import PDFWriter
import PageLayout
import Typography

/// What the box of a visible signature says.
public struct SignatureBox: Sendable {
    /// Who signed.
    public let name: String
    /// Why; nil where nothing is said about it.
    public let reason: String?
    /// When.
    public let time: Timestamp
    /// The language of the labels.
    public let language: DocumentLanguage

    /// Says what the certificate says of the signer.
    public init(signer: any Signer, reason: String?, time: Timestamp, language: DocumentLanguage) {
        let parts = signer.chain.first?.subjectParts ?? []
        name = parts.last { $0.type == "CN" }?.value ?? parts.last { $0.type == "O" }?.value ?? ""
        self.reason = reason
        self.time = time
        self.language = language
    }

    /// The labels: signed by, date, reason.
    private var labels: (signer: String, date: String, reason: String) {
        switch language {
        case .macedonian: ("Дигитално потпишано од", "Датум", "Причина")
        case .serbianCyrillic: ("Дигитално потписао", "Датум", "Разлог")
        case .serbianLatin: ("Digitalno potpisao", "Datum", "Razlog")
        case .albanian: ("Nënshkruar digjitalisht nga", "Data", "Arsyeja")
        case .bulgarian: ("Цифрово подписано от", "Дата", "Основание")
        case .croatian: ("Digitalno potpisao", "Datum", "Razlog")
        case .english: ("Digitally signed by", "Date", "Reason")
        }
    }

    /// `28.11.2026 22:15 UTC`.
    private var date: String {
        let text = time.description
        let parts = text.prefix(10).split(separator: "-")
        return parts.reversed().joined(separator: ".") + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    /// The lines of the box from the top, with whether each is bold.
    var lines: [(text: String, isBold: Bool)] {
        var lines = [(labels.signer, false), (name, true), ("\(labels.date): \(date)", false)]
        if let reason { lines.append(("\(labels.reason): \(reason)", false)) }
        return lines
    }

    /// What is read aloud instead of the box.
    public var text: String { lines.map(\.text).joined(separator: " ") }
}

extension Workbench {
    /// Draws a signature box: a frame, and lines that get smaller where they would not fit.
    ///
    /// - Parameter box: What it says.
    /// - Returns: A PDF with one page of the size of the box.
    /// - Throws: What a face throws that cannot be opened; what writing throws.
    public func draw(_ box: SignatureBox) throws(ToolkitError) -> [UInt8] {
        let lines = box.lines
        let width = 200_000
        let inset = 7_000
        let step = 12_500
        let height = 2 * inset + step * lines.count
        let paper = Size(width: Length(millipoints: width), height: Length(millipoints: height))
        let ink = Color(red: 0x1F, green: 0x3A, blue: 0x5F)
        var elements: [PageElement] = []
        func fill(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
            elements.append(
                .box(
                    Box(
                        origin: Point(x: Length(millipoints: x), y: Length(millipoints: y)),
                        size: Size(width: Length(millipoints: width), height: Length(millipoints: height)), color: ink))
            )
        }
        fill(0, 0, width, 600)
        fill(0, height - 600, width, 600)
        fill(0, 0, 2_400, height)
        fill(width - 600, 0, 600, height)
        let regular = try toolkit.ownFace("Regular")
        let bold = try toolkit.ownFace("Bold")
        for (index, line) in lines.enumerated() {
            let face = line.isBold ? bold : regular
            let font = TextFont(face: face, language: box.language.rawValue)
            let shaped = shaper.unbroken(line.text, font: font)
            let wish = line.isBold ? 10_000 : 8_000
            let needed = shaped.visibleWidth(at: Length(millipoints: wish)).millipoints
            let room = width - 2 * inset
            let size = needed > room ? wish * room / needed : wish
            elements.append(
                .text(
                    TextRun(
                        face: shaped.face, size: Length(millipoints: size), color: line.isBold ? ink : .black,
                        origin: Point(
                            x: Length(millipoints: inset), y: Length(millipoints: inset + step * index + 9_000)),
                        pieces: [TextRun.Piece(shaped: shaped, x: .zero)])))
        }
        var exporter = PDFExporter(workspace: workspace)
        try exporter.append(Page(size: paper, elements: elements))
        return try exporter.finish(
            metadata: PDFMetadata(
                title: box.text, language: box.language.rawValue, created: PDFDate(year: 2000, month: 1, day: 1)),
            identifier: Array(try Digest.sha256(Array(box.text.utf8)).prefix(16)))
    }
}
