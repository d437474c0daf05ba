import InvoiceModel
import JSONCore

/// What the audit chain seals when a document is issued: its facts, and all that reports are made of.
struct IssueSeal {
    let document: IssuedDocument
    let net: Money
    let tax: Money
    let taxes: [IssuableDocument.Tax]
    let instalments: [IssuableDocument.Instalment]
    /// The id of the invoice that a note corrects.
    let corrects: String?
    let issuedAt: Int
    let issuedBy: String

    /// The seal as compact JSON; taxes by category and rate, instalments in their order.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("document")
        document.write(to: &writer)
        writer.member("netMinorUnits", net.minorUnits)
        writer.member("taxMinorUnits", tax.minorUnits)
        writer.key("taxes")
        writer.beginArray()
        let sorted = taxes.sorted { ($0.category, $0.rate) < ($1.category, $1.rate) }
        for row in sorted {
            writer.beginObject()
            writer.member("category", row.category)
            writer.member("rate", row.rate)
            writer.member("taxable", row.taxable.minorUnits)
            writer.member("tax", row.tax.minorUnits)
            writer.endObject()
        }
        writer.endArray()
        writer.key("instalments")
        writer.beginArray()
        for part in instalments {
            writer.beginObject()
            writer.member("dueDate", part.due.description)
            writer.member("amount", part.amount.minorUnits)
            writer.endObject()
        }
        writer.endArray()
        writer.member("corrects", orNull: corrects)
        writer.member("issuedAt", issuedAt)
        writer.member("issuedBy", issuedBy)
        writer.endObject()
        return writer.bytes
    }
}
