public import Diagnostics
public import InvoiceModel
import JSONCore

/// The credit note that takes back a whole invoice.
public enum CreditNote: Sendable {
    /// What belongs to the invoice alone.
    private static let dropped: Set<String> = [
        "number", "series", "dueDate", "payment", "terms", "internalNotes", "template",
    ]

    /// Writes the credit note for all lines of an invoice: same parties, prices and sums, the invoice as its reference.
    ///
    /// - Parameters:
    ///   - invoice: The invoice JSON as it was issued.
    ///   - number: BT-1 of the invoice.
    ///   - day: BT-2 of the invoice.
    ///   - issueDate: BT-2 of the credit note.
    ///   - reason: Printed as its note; nil for none.
    /// - Returns: Invoice JSON without a number.
    /// - Throws: `json.*` where the invoice cannot be read.
    public static func taking(
        back invoice: [UInt8], number: String, of day: CalendarDate, on issueDate: CalendarDate, reason: String?
    ) throws(ToolkitError) -> [UInt8] {
        let document = try JSONDocument(parsing: invoice)
        var dropped = dropped
        var members: [String: (inout JSONWriter) -> Void] = [
            "kind": { $0.string(DocumentKind.creditNote.rawValue) }, "issueDate": { $0.string(issueDate.description) },
            "references": { writer in references(document.root["references"], number, day, to: &writer) },
        ]
        if let reason {
            members["notes"] = { writer in
                writer.beginArray()
                writer.string(reason)
                writer.endArray()
            }
        } else {
            dropped.insert("notes")
        }
        return InvoiceJSON.replacing(members, dropping: dropped, in: document)
    }

    /// The invoice's own references, with the invoice itself as the document that is corrected (BG-3).
    private static func references(
        _ given: JSONValue?, _ number: String, _ day: CalendarDate, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        if let given {
            for member in given.members where member.key.string != "invoices" {
                writer.key(member.key.string ?? "")
                writer.value(member.value)
            }
        }
        writer.key("invoices")
        writer.beginArray()
        writer.beginObject()
        writer.member("number", number)
        writer.member("issueDate", day.description)
        writer.endObject()
        writer.endArray()
        writer.endObject()
    }
}
