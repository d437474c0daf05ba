import InvoiceModel
import JSONCore

/// Small changes to the JSON of an invoice that leave everything else as its writer put it.
enum InvoiceJSON {
    /// The same object with some members replaced or added, and others left out.
    ///
    /// - Parameters:
    ///   - members: What writes the new values; those that are not there yet come first, in the order of their names.
    ///   - dropped: Members to leave out.
    ///   - document: A parsed invoice.
    /// - Returns: Compact JSON.
    static func replacing(
        _ members: [String: (inout JSONWriter) -> Void], dropping dropped: Set<String> = [], in document: JSONDocument
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        let present = Set(document.root.members.compactMap { $0.key.string })
        for (name, write) in members.sorted(by: { $0.key < $1.key }) where !present.contains(name) {
            writer.key(name)
            write(&writer)
        }
        for member in document.root.members {
            let name = member.key.string ?? ""
            if dropped.contains(name) { continue }
            writer.key(name)
            if let write = members[name] { write(&writer) } else { writer.value(member.value) }
        }
        writer.endObject()
        return writer.bytes
    }
}
