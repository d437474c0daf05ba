import CXML
import Diagnostics
import Glibc
import Synchronization

/// The process-wide side of libxml2: start-up, and the door through which it could open files, kept shut.
///
/// `xmlCleanupParser` is never called: other users of the library in the same process (xmlsec, Foundation) would be
/// left with freed globals.
enum LibXML {
    /// Starts the library once.
    ///
    /// Call it before any other function of libxml2.
    static func start() {
        _ = started
    }

    private static let started: Bool = {
        xmlInitParser()
        // Process-wide and for good: libxml2 asks this function for every file or address that it wants to open by
        // itself (schemas, external entities, XInclude), and it knows only the schema set that is being compiled.
        unsafe xmlSetExternalEntityLoader { url, _, context in
            guard let url = unsafe url, let file = unsafe LibXML.served(String(cString: url)) else { return nil }
            return unsafe LibXML.input(of: file, named: url, in: context)
        }
        return true
    }()

    /// The schema files that the loader may serve at the moment, by their whole address.
    private static let files = Mutex<[String: [UInt8]]>([:])
    private static let compiling = Mutex<Void>(())

    private static func served(_ url: String) -> [UInt8]? {
        files.withLock { $0[url] }
    }

    private static func input(
        of file: [UInt8], named url: UnsafePointer<CChar>, in context: xmlParserCtxtPtr?
    ) -> xmlParserInputPtr? {
        guard let size = CInt(exactly: file.count) else { return nil }
        let buffer = unsafe file.withUnsafeBytes { raw in
            unsafe xmlParserInputBufferCreateMem(
                raw.bindMemory(to: CChar.self).baseAddress, size, XML_CHAR_ENCODING_NONE)
        }
        guard let buffer = unsafe buffer else { return nil }
        guard let input = unsafe xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE) else {
            unsafe xmlFreeParserInputBuffer(buffer)
            return nil
        }
        // Relative addresses inside the file resolve against this name.
        unsafe input.pointee.filename = unsafe UnsafePointer(
            UnsafeMutableRawPointer(xmlStrdup(UnsafeRawPointer(url).assumingMemoryBound(to: UInt8.self)))?
                .assumingMemoryBound(to: CChar.self))
        return unsafe input
    }

    /// Runs `body` while the loader serves `served`; one caller at a time.
    static func serving<T, E: Error>(_ served: [String: [UInt8]], _ body: () throws(E) -> sending T) throws(E) -> T {
        try compiling.withLock { _ throws(E) in
            files.withLock { $0 = served }
            defer { files.withLock { $0 = [:] } }
            return try body()
        }
    }

    /// Offline, and with line numbers beyond 65,535.
    ///
    /// Never entities, never a document type, never the "huge" mode.
    static let parseOptions = CInt(
        bitPattern: XML_PARSE_NONET.rawValue | XML_PARSE_BIG_LINES.rawValue | XML_PARSE_IGNORE_ENC.rawValue)

    /// How many bytes of the document the parser has read.
    static func position(_ context: UnsafeMutableRawPointer?) -> Int {
        let input = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee.input
        guard let input = unsafe input, let cursor = unsafe input.pointee.cur, let base = unsafe input.pointee.base
        else { return 0 }
        return unsafe Int(input.pointee.consumed) + (cursor - base)
    }

    /// Whether the parser has met more different names than allowed.
    static func hasTooManyNames(_ context: UnsafeMutableRawPointer?, limit: Int) -> Bool {
        let parser = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self)
        return unsafe Int(xmlDictSize(parser?.pointee.dict)) > limit
    }

    static func tooManyNames(_ limit: Int) -> ToolkitError {
        ToolkitError(
            .xmlTooManyNames, "The document has more than \(limit) different names.",
            fix: "Check the program that wrote the document; an invoice has some hundred.")
    }

    /// Makes a parser stop soon after an error, from inside its error handler.
    ///
    /// libxml2 goes on reading after an error to report more of them; the limits hold only up to the first one.
    /// `xmlStopParser` would free the input under the parser's feet at this point; the state alone frees nothing.
    static func abandon(_ context: UnsafeMutableRawPointer?) {
        guard let parser = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self) else { return }
        unsafe parser.pointee.instate = XML_PARSER_EOF
        unsafe parser.pointee.disableSAX = 1
    }

    /// Keeps libxml2 from writing to standard error on this thread, where a function has no handler of its own.
    static func quietThisThread() {
        unsafe xmlSetStructuredErrorFunc(nil) { _, _ in }
    }

    /// Frees a string that libxml2 handed over.
    static func release(_ string: UnsafeMutablePointer<UInt8>?) {
        unsafe free(string)
    }

    static let outOfMemory = ToolkitError(.xmlLibrary, "The XML library ran out of memory.")
}
