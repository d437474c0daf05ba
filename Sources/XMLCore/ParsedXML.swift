import CXML
import Diagnostics

/// A document in libxml2's own tree, owner of one `xmlDoc`: for what libxml2 does itself (schemas, canonical form).
@safe struct ParsedXML: ~Copyable {
    private let document: xmlDocPtr

    /// Parses checked bytes offline.
    ///
    /// - Throws: `xml.malformed` with the place.
    init(_ input: XMLInput) throws(ToolkitError) {
        LibXML.start()
        LibXML.quietThisThread()
        guard let size = CInt(exactly: input.bytes.count), let context = unsafe xmlNewParserCtxt() else {
            throw LibXML.outOfMemory
        }
        defer { unsafe xmlFreeParserCtxt(context) }
        let errors = FirstError(nameLimit: input.names)
        unsafe context.pointee._private = Unmanaged.passUnretained(errors).toOpaque()
        unsafe context.pointee.sax?.pointee.serror = { context, error in
            guard let parser = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self), let error = unsafe error,
                let owner = unsafe parser.pointee._private,
                unsafe error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue
            else { return }
            let first = unsafe Unmanaged<FirstError>.fromOpaque(owner).takeUnretainedValue()
            guard first.code == nil else { return }
            first.code = unsafe error.pointee.code
            first.offset = unsafe LibXML.position(context)
            unsafe LibXML.abandon(context)
        }
        unsafe context.pointee.sax?.pointee.startElementNs = {
            context, local, prefix, uri, namespaceCount, namespaces, count, defaulted, attributes in
            let owner = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private
            let errors = unsafe owner.map { unsafe Unmanaged<FirstError>.fromOpaque($0).takeUnretainedValue() }
            if let errors, unsafe LibXML.hasTooManyNames(context, limit: errors.nameLimit) {
                errors.hasTooManyNames = true
                unsafe LibXML.abandon(context)
                return
            }
            unsafe xmlSAX2StartElementNs(
                context, local, prefix, uri, namespaceCount, namespaces, count, defaulted, attributes)
        }
        let parsed = unsafe input.bytes.withUnsafeBytes { raw in
            unsafe xmlCtxtReadMemory(
                context, raw.bindMemory(to: CChar.self).baseAddress, size, nil, nil, LibXML.parseOptions)
        }
        guard let parsed = unsafe parsed else {
            throw errors.error(in: input.bytes) ?? LibXML.outOfMemory
        }
        let tree = unsafe ParsedXML(owning: parsed)
        if let error = errors.error(in: input.bytes) { throw error }
        self = tree
    }

    private init(owning document: xmlDocPtr) {
        unsafe self.document = document
    }

    deinit { unsafe xmlFreeDoc(document) }

    /// Lends the tree; it must not leave the closure.
    borrowing func withDocument<T, E: Error>(_ body: (xmlDocPtr) throws(E) -> T) throws(E) -> T {
        try unsafe body(document)
    }

    /// Where the handler puts what it hears first.
    private final class FirstError {
        var code: Int32?
        var offset = 0
        var hasTooManyNames = false
        let nameLimit: Int

        init(nameLimit: Int) {
            self.nameLimit = nameLimit
        }

        func error(in bytes: [UInt8]) -> ToolkitError? {
            if hasTooManyNames { return LibXML.tooManyNames(nameLimit) }
            return code.map { XMLParserError.malformed($0, at: SourcePlace(of: offset, in: bytes)) }
        }
    }
}
