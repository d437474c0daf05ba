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
    /// What it takes off for advances.
    let deductions: [AdvanceDeduction]
    let issuedAt: Int
    let issuedBy: String

    /// The seal as compact JSON; taxes by category and rate, instalments in their order,
    /// deductions by advance; the member `deductions` is there only where there are some.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("document")
        document.write(to: &writer)
        writer.member("netMinorUnits", net.minorUnits)
        writer.member("taxMinorUnits", tax.minorUnits)
        writer.key("taxes")
        Self.write(taxes, to: &writer)
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
        if !deductions.isEmpty {
            writer.key("deductions")
            writer.beginArray()
            for deduction in deductions.sorted(by: { $0.advance < $1.advance }) {
                writer.beginObject()
                writer.member("advance", deduction.advance)
                writer.member("amount", deduction.amount.minorUnits)
                writer.key("taxes")
                Self.write(deduction.taxes, to: &writer)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.member("issuedAt", issuedAt)
        writer.member("issuedBy", issuedBy)
        writer.endObject()
        return writer.bytes
    }
    private static func write(_ taxes: [IssuableDocument.Tax], to writer: inout JSONWriter) {
        writer.beginArray()
        for row in taxes.sorted(by: { ($0.category, $0.rate) < ($1.category, $1.rate) }) {
            writer.beginObject()
            writer.member("category", row.category)
            writer.member("rate", row.rate)
            writer.member("taxable", row.taxable.minorUnits)
            writer.member("tax", row.tax.minorUnits)
            writer.endObject()
        }
        writer.endArray()
    }
}
