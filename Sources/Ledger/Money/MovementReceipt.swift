public import Diagnostics
public import JSONCore

/// What an operation with money answers: the movement, and how the documents stand after it.
public struct MovementReceipt: Sendable, Hashable {
    /// The entry.
    public let movement: Movement
    /// The document whose balance moved.
    public let document: DocumentStanding
    /// The credit note of an application; nil for others.
    public let creditNote: DocumentStanding?

    init(movement: Movement, document: DocumentStanding, creditNote: DocumentStanding? = nil) {
        self.movement = movement
        self.document = document
        self.creditNote = creditNote
    }
}

extension MovementReceipt: LedgerAnswer {
    /// The receipt as compact JSON.
    public var stored: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the receipt as one object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("movement")
        movement.write(to: &writer)
        writer.key("document")
        document.write(to: &writer)
        writer.key("creditNote")
        if let creditNote { creditNote.write(to: &writer) } else { writer.null() }
        writer.endObject()
    }

    /// Reads the receipt again.
    ///
    /// - Throws: `ledger.damaged`.
    public init(_ stored: [UInt8]) throws(ToolkitError) {
        let object = try StoredObject(parsing: stored)
        var creditNote: DocumentStanding?
        if let note = object.optionalObject("creditNote") { creditNote = try DocumentStanding(note) }
        self.init(
            movement: try Movement(object.object("movement")),
            document: try DocumentStanding(object.object("document")), creditNote: creditNote)
    }
}
