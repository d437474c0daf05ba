/// What reading a file may cost; beyond it the file is refused with `pdf.limit`.
///
/// A PDF can ask for nearly anything in a few bytes: streams that unpack to a thousand times their size, forms that
/// draw forms, references that lead everywhere. Each limit is far above what invoices need.
public struct PDFLimits: Sendable, Hashable {
    /// The size of the file in bytes.
    public var fileBytes = 64 << 20
    /// How many objects the cross-reference tables of the file may name.
    public var objects = 4_000_000
    /// How deep arrays and dictionaries, page trees, structure elements and forms may lie in each other.
    public var nesting = 100
    /// How many bytes all streams together may unpack to.
    public var unpackedBytes = 512 << 20
    /// How many bytes one stream may unpack to for each of its own, above a start of one mebibyte.
    public var unpackingRatio = 400
    /// How many bytes of syntax may be read, counted each time that they are read.
    public var parsedBytes = 1 << 30
    /// How many pages there may be.
    public var pages = 100_000
    /// How many pieces of text the pages may show.
    public var fragments = 4_000_000

    /// The limits above.
    public static let standard = PDFLimits()
}

/// What was spent of the limits so far.
final class PDFBudget {
    let limits: PDFLimits
    private var unpacked = 0
    private var parsed = 0
    private var fragments = 0

    init(_ limits: PDFLimits) { self.limits = limits }

    /// How many bytes a stream of so many may still unpack to.
    func room(forStreamOf size: Int) -> Int {
        let (scaled, overflow) = size.multipliedReportingOverflow(by: limits.unpackingRatio)
        let own = overflow ? limits.unpackedBytes : min(scaled, limits.unpackedBytes) + (1 << 20)
        return max(0, min(own, limits.unpackedBytes - unpacked))
    }

    func spend(unpacked count: Int, at offset: Int) throws(PDFFault) {
        unpacked += count
        guard unpacked <= limits.unpackedBytes else { throw .limit("It unpacks to more than is allowed.", offset) }
    }

    func spend(parsed count: Int, at offset: Int) throws(PDFFault) {
        parsed += count
        guard parsed <= limits.parsedBytes else { throw .limit("It takes too long to read.", offset) }
    }

    func spendFragment(of bytes: Int) throws(PDFFault) {
        fragments += 1 + bytes / 64
        guard fragments <= limits.fragments else { throw .limit("It shows too much text.", nil) }
    }
}
