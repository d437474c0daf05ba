import Diagnostics
public import JSONCore

extension JSONWriter {
    /// Writes what speaks against a document as the list `failed` of DESIGN §1.
    public mutating func failures(_ failures: [Validation.Failure]) {
        beginArray()
        for failure in failures {
            beginObject()
            member("id", failure.id)
            member("flag", failure.flag)
            member("location", failure.location)
            member("line", orNull: failure.place?.line)
            member("column", orNull: failure.place?.column)
            member("pointer", orNull: failure.pointer)
            key("terms")
            beginArray()
            for term in failure.terms {
                beginObject()
                member("id", term.id)
                member("name", term.name)
                endObject()
            }
            endArray()
            member("message", failure.message)
            member("fix", failure.fix)
            member("error", orNull: failure.error)
            endObject()
        }
        endArray()
    }
}
