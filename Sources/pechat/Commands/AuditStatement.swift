import Certificates
import InvoiceModel
import Issuing
import JSONCore
import Ledger

/// What an audit found, as a document that can be signed.
struct AuditStatement {
    private var writer = JSONWriter()

    /// Begins the statement of a moment.
    init(at moment: Timestamp, by actor: String) {
        writer.beginObject()
        writer.member("statement", "ledger-audit")
        writer.member("version", 1)
        writer.member("at", moment.description)
        writer.member("by", actor)
        writer.member("program", "pechat \(Version.text)")
        writer.key("issuers")
        writer.beginArray()
    }

    /// Adds the books of an issuer.
    mutating func add(_ report: LedgerAuditReport, _ series: [SeriesState]) {
        report.write(to: &writer) { writer in
            writer.key("seriesEnds")
            writer.beginArray()
            for state in series { state.write(to: &writer) }
            writer.endArray()
        }
    }

    /// The statement as compact JSON.
    var json: [UInt8] {
        var writer = writer
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension LedgerAuditReport {
    /// Writes the report as one object, with what else is to be in it.
    func write(to writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) {
        writer.beginObject()
        writer.member("issuer", issuer)
        writer.member("passed", findings.isEmpty)
        writer.member("documents", documents)
        writer.member("movements", movements)
        writer.member("series", series)
        writer.member("files", files)
        writer.member("entries", entries)
        writer.member("head", head)
        more(&writer)
        writer.key("findings")
        writer.findings(findings)
        writer.endObject()
    }
}

extension SeriesState {
    /// Writes the series as one object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("series", template)
        writer.member("period", period)
        writer.member("first", first)
        writer.member("next", next)
        writer.member("lastDate", lastDate.description)
        writer.endObject()
    }
}
