import CXML
public import Diagnostics

/// A compiled XML Schema, shared by all threads.
///
/// Compiling UBL takes some 20 to 40 ms, validating an invoice some 50 µs: compile once and keep it.
@safe public final class XMLSchemaSet: @unchecked Sendable {
    // Sendable although libxml2's type is not: the schema is written only by `init`; afterwards validation reads it, and
    // everything that validation writes is in a context of its own for each document. A run of libxml2 under a thread
    // sanitizer with four threads on one schema found no race.
    private let schema: xmlSchemaPtr

    /// Compiles a schema from files in memory.
    ///
    /// Nothing is opened on disk or network. As a side effect of the first use in a process, libxml2's hook for external
    /// files refuses everything that is not part of a set being compiled, for all users of libxml2 and for good.
    ///
    /// - Parameters:
    ///   - entry: The path of the main schema file.
    ///   - file: Returns the bytes of a file; it is asked for `entry` and for every path that results from resolving the
    ///     relative `schemaLocation`s, and for absolute ones as they stand.
    /// - Throws: `xml.schemaFileMissing`, `xml.schemaInvalid`, and what `XMLDocument` throws for a broken file.
    public init(entry: String, file: (String) -> [UInt8]?) throws(ToolkitError) {
        LibXML.start()
        let files = try SchemaFiles(entry: entry, file: file)
        unsafe schema = try LibXML.serving(files.files) { () throws(ToolkitError) in
            try unsafe Self.compile(SchemaFiles.address(of: entry))
        }
    }

    deinit { unsafe xmlSchemaFree(schema) }

    private static func compile(_ address: String) throws(ToolkitError) -> xmlSchemaPtr {
        LibXML.quietThisThread()
        guard let parser = unsafe xmlSchemaNewParserCtxt(address) else { throw LibXML.outOfMemory }
        defer { unsafe xmlSchemaFreeParserCtxt(parser) }
        let firstError = SchemaError()
        unsafe xmlSchemaSetParserStructuredErrors(
            parser,
            { owner, error in
                guard let owner = unsafe owner, let error = unsafe error else { return }
                unsafe Unmanaged<SchemaError>.fromOpaque(owner).takeUnretainedValue().note(error.pointee)
            }, Unmanaged.passUnretained(firstError).toOpaque())
        guard let schema = unsafe xmlSchemaParse(parser) else {
            throw ToolkitError(
                .xmlSchemaInvalid, "The schema files cannot be compiled.",
                fix: "Restore the unmodified schema files.", facts: firstError.facts)
        }
        return unsafe schema
    }

    private final class SchemaError {
        var facts: [String: String] = [:]

        func note(_ error: xmlError) {
            guard facts.isEmpty, unsafe error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
            facts["libxml2"] = unsafe String(error.code)
            facts["line"] = unsafe String(error.line)
            if let file = unsafe error.file { facts["file"] = unsafe String(cString: file) }
        }
    }

    /// Validates a document.
    ///
    /// - Parameter bytes: The document, within the standard `XMLLimits`.
    /// - Returns: All errors in the order in which they are met, with XPath and line, at most `findingLimit` and one more that
    ///   says that there were more; none if the document is valid. The ids are those of XML Schema 1.0, such as
    ///   `cvc-complex-type.2.4`. Messages quote no content.
    /// - Throws: What `XMLDocument` throws if the bytes are no acceptable XML.
    public func findings(in bytes: [UInt8]) throws(ToolkitError) -> [Finding] {
        try findings(in: XMLInput(bytes, limits: .standard))
    }

    /// Validates a document that is parsed already.
    ///
    /// - Parameter document: The document.
    /// - Returns: As for bytes.
    /// - Throws: As for bytes.
    public func findings(in document: XMLDocument) throws(ToolkitError) -> [Finding] {
        try findings(in: XMLInput(of: document))
    }

    private func findings(in input: XMLInput) throws(ToolkitError) -> [Finding] {
        let tree = try ParsedXML(input)
        return try unsafe tree.withDocument { document throws(ToolkitError) in
            guard let context = unsafe xmlSchemaNewValidCtxt(schema) else { throw LibXML.outOfMemory }
            defer { unsafe xmlSchemaFreeValidCtxt(context) }
            let collector = SchemaFindings(limit: Self.findingLimit)
            unsafe xmlSchemaSetValidStructuredErrors(
                context,
                { owner, error in
                    guard let owner = unsafe owner, let error = unsafe error else { return }
                    unsafe Unmanaged<SchemaFindings>.fromOpaque(owner).takeUnretainedValue().add(error.pointee)
                }, Unmanaged.passUnretained(collector).toOpaque())
            let verdict = unsafe xmlSchemaValidateDoc(context, document)
            guard verdict >= 0 else { throw LibXML.outOfMemory }
            return collector.result(isValid: verdict == 0)
        }
    }

    /// How many findings of one document are reported one by one.
    public static let findingLimit = 250
}
