public import InvoiceModel
public import JSONCore

extension DocumentStanding {
    /// An amount of the document as a decimal number with the places of its currency.
    public func text(_ amount: Money) -> String { amount.text(in: Currency(ofLedger: currency)) }

    /// Writes the document for readers: amounts are decimals, and the words are those of a day.
    ///
    /// - Parameters:
    ///   - writer: Gets one object.
    ///   - day: The day by which `status` and `pastDue` are judged.
    public func write(to writer: inout JSONWriter, asOf day: CalendarDate) {
        writer.beginObject()
        writer.member("number", number)
        writer.member("kind", kind.rawValue)
        writer.member("id", id)
        writer.member("status", DocumentStatus(self, on: day).rawValue)
        writer.member("issueDate", issueDate.description)
        writer.member("dueDate", orNull: dueDate?.description)
        writer.member("customer", customer)
        writer.member("currency", currency)
        for (name, amount) in [
            ("payable", payable), ("paid", paid), ("refunded", refunded), ("credited", credited),
            ("writtenOff", writtenOff), ("outstanding", outstanding),
        ] { writer.member(name, text(amount)) }
        writer.key("schedule")
        writer.beginArray()
        for part in schedule {
            writer.beginObject()
            writer.member("dueDate", part.due.description)
            writer.member("amount", text(part.amount))
            writer.member("outstanding", text(part.outstanding))
            writer.endObject()
        }
        writer.endArray()
        writer.member("lifecycle", lifecycle.rawValue)
        writer.member("payment", payment.rawValue)
        writer.member("delivery", delivery.rawValue)
        writer.member("signature", signature.rawValue)
        writer.member("submission", submission.rawValue)
        writer.member("archived", isArchived)
        writer.member("pastDue", isPastDue(on: day))
        writer.member("reason", orNull: reason)
        writer.endObject()
    }
}
