import Certificates
public import Diagnostics
public import InvoiceModel
public import JSONCore

/// A numbered document as the ledger keeps it.
public struct IssuedDocument: Sendable, Hashable {
    /// The id within the issuer.
    public let id: String
    /// BT-3.
    public let kind: DocumentKind
    /// BT-1.
    public let number: String
    /// The series and the place in it; nil for a number that was given elsewhere.
    public let place: SeriesPlace?
    /// BT-2.
    public let issueDate: CalendarDate
    /// BT-9.
    public let dueDate: CalendarDate?
    /// BT-5.
    public let currency: String
    /// Who owes.
    public let customer: String
    /// BT-115.
    public let payable: Money
    /// SHA-256 of the invoice JSON, in hexadecimal.
    public let digest: String

    /// Where in a series a number stands.
    public struct SeriesPlace: Sendable, Hashable {
        /// The pattern of the series.
        public let template: String
        /// The stretch of time within which numbers run on.
        public let period: String
        /// The running number.
        public let sequence: Int
    }
}

extension IssuedDocument: LedgerAnswer {
    /// The document's facts as compact JSON: what the audit chain seals and what repetitions of a request answer.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the facts as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind.rawValue)
        writer.member("number", number)
        writer.member("series", orNull: place?.template)
        writer.member("period", orNull: place?.period)
        writer.member("sequence", orNull: place?.sequence)
        writer.member("issueDate", issueDate.description)
        writer.member("dueDate", orNull: dueDate?.description)
        writer.member("currency", currency)
        writer.member("customer", customer)
        writer.member("payableMinorUnits", payable.minorUnits)
        writer.member("digest", digest)
        writer.endObject()
    }

    /// Reads the facts again.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) {
        let root = try JSONDocument(parsing: stored).root
        guard let id = root["id"]?.string, let kind = root["kind"]?.string.flatMap(DocumentKind.init(rawValue:)),
            let number = root["number"]?.string, let digest = root["digest"]?.string,
            let issueDate = root["issueDate"]?.string.flatMap(CalendarDate.init(iso:)),
            let currency = root["currency"]?.string, let customer = root["customer"]?.string,
            let payable = root["payableMinorUnits"]?.integer
        else { throw .damagedRow }
        var place: SeriesPlace?
        if let template = root["series"]?.string, let period = root["period"]?.string,
            let sequence = root["sequence"]?.integer
        {
            place = SeriesPlace(template: template, period: period, sequence: sequence)
        }
        self.init(
            id: id, kind: kind, number: number, place: place, issueDate: issueDate,
            dueDate: root["dueDate"]?.string.flatMap(CalendarDate.init(iso:)), currency: currency, customer: customer,
            payable: Money(minorUnits: payable), digest: digest)
    }
}

extension IssuedDocument {
    /// The columns that `init(row:)` reads, of a table `document` that is called `d`.
    static let columns = """
        d.id, d.kind, d.number, d.template, d.period, d.seq, d.issue_date, d.due_date, d.currency, d.customer, d.payable,
        d.digest
        """

    /// Reads the columns above from a row.
    ///
    /// - Throws: `ledger.damaged`.
    init(row: SQLRow) throws(ToolkitError) {
        guard let kind = DocumentKind(rawValue: try row.text(1)), let day = CalendarDate(iso: try row.text(6)) else {
            throw .damagedRow
        }
        var place: SeriesPlace?
        if let template = try row.optionalText(3) {
            place = SeriesPlace(template: template, period: try row.text(4), sequence: try row.integer(5))
        }
        self.init(
            id: try row.text(0), kind: kind, number: try row.text(2), place: place, issueDate: day,
            dueDate: try row.optionalText(7).flatMap(CalendarDate.init(iso:)), currency: try row.text(8),
            customer: try row.text(9), payable: Money(minorUnits: try row.integer(10)),
            digest: Digest.hexadecimal(try row.bytes(11)))
    }
}
