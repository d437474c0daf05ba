import BundledFiles
import CBare
import Issuing
import PageLayout
import Typography

/// Calls into the bare libraries with the documents that our stages get, one after the other.
///
/// A library that does the same document again and again would have all of it in the caches and its branches foretold.
final class Bare {
    private let handle: OpaquePointer
    private let seconds: Double
    /// What C works on stays where it is until the end.
    private let kept: Kept

    /// Prepares the material of documents.
    ///
    /// - Parameters:
    ///   - inputs: Invoice JSON.
    ///   - xml: The signed e-invoices of the same documents.
    ///   - bench: Makes pages and PDF.
    ///   - seconds: How long each part is measured.
    /// - Throws: What the workbench throws; `Failure` where a PDF cannot be unpacked.
    init(_ inputs: [[UInt8]], xml: [[UInt8]], _ bench: Workbench, seconds: Double) throws {
        let kept = Kept()
        var faces: [FontFace] = []
        var documents: [bare_document] = []
        for (json, xml) in zip(inputs, xml) {
            var sink = Collector()
            guard try bench.layOut(json, DocumentOptions(), into: &sink) == nil else { throw Failure("rejected") }
            var runs: [bare_run] = []
            for case .text(let run) in sink.elements {
                let face = faces.firstIndex { $0 === run.face } ?? faces.count
                if face == faces.count { faces.append(run.face) }
                runs.append(bare_run(text: kept.bytes(run.pieces.flatMap(\.shaped.text)), font: face))
            }
            documents.append(
                bare_document(
                    runs: kept.runs(runs), run_count: runs.count, pdf: kept.bytes(try bench.pdf(json)),
                    xml: kept.bytes(xml)))
        }
        let fonts = faces.map {
            kept.bytes(BundledFiles.contents(of: "fonts/noto-sans/\($0.postScriptName).ttf") ?? [])
        }
        guard let handle = bare_open(fonts, fonts.count, documents, documents.count, Self.schema) else {
            throw Failure("the PDF cannot be unpacked")
        }
        (self.handle, self.kept, self.seconds) = (handle, kept, seconds)
    }

    deinit { bare_close(handle) }

    /// Prints what a part takes for a document.
    func row(_ name: String, _ part: bare_part) -> Double { row(name, bare_median(handle, part, seconds)) }

    /// Prints what was measured elsewhere.
    func row(_ name: String, _ microseconds: Double) -> Double {
        print("| \(name) | \((microseconds * 10).rounded() / 10) |")
        return microseconds
    }

    private static var schema: String {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
            separator: "/")
        return "\(folder)/schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"
    }

    /// The elements of all pages.
    private struct Collector: PageSink {
        var elements: [PageElement] = []
        mutating func append(_ page: Page) { elements += page.elements }
        mutating func overlay(_ elements: [PageElement], onPage index: Int) { self.elements += elements }
    }

    /// Copies for C.
    private final class Kept {
        private var free: [() -> Void] = []

        deinit { for each in free { each() } }

        func bytes(_ bytes: [UInt8]) -> bare_bytes { bare_bytes(bytes: copy(bytes), size: bytes.count) }
        func runs(_ runs: [bare_run]) -> UnsafePointer<bare_run> { copy(runs) }

        private func copy<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
            let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
            copy.initialize(from: elements, count: elements.count)
            free.append { copy.deallocate() }
            return UnsafePointer(copy)
        }
    }
}
