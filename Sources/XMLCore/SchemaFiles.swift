import CXML
import Diagnostics

/// The closed set of files that a schema consists of, collected before libxml2 compiles it.
///
/// libxml2 would ask for each file while it compiles, through a process-wide hook. So the files are read first, by
/// following `import`, `include` and `redefine`; the hook then serves exactly these and nothing else.
struct SchemaFiles {
    /// What libxml2 sees in front of a path; never a scheme that it could open.
    static let scheme = "pechat:///"
    /// The files by their whole address.
    private(set) var files: [String: [UInt8]] = [:]

    /// Collects the files.
    ///
    /// - Throws: `xml.schemaFileMissing` with the path in `facts`; what the XML parser throws for a broken file.
    init(entry: String, file: (String) -> [UInt8]?) throws(ToolkitError) {
        var waiting = [entry]
        while let path = waiting.popLast() {
            let address = Self.address(of: path)
            guard files[address] == nil else { continue }
            guard let bytes = file(path) else {
                throw ToolkitError(
                    .xmlSchemaFileMissing, "A schema refers to a file that is not provided.",
                    fix: "Add the file to the folder of schemas.", facts: ["path": path])
            }
            files[address] = bytes
            for location in try Self.locations(in: bytes) { waiting.append(Self.resolve(location, from: path)) }
        }
    }

    /// The address under which libxml2 asks for a path.
    static func address(of path: String) -> String { isAbsolute(path) ? path : scheme + path }

    private static func isAbsolute(_ path: String) -> Bool { path.contains("://") }

    /// Resolves a reference as RFC 3986 §5.2 does for paths.
    static func resolve(_ reference: String, from base: String) -> String {
        if isAbsolute(reference) || isAbsolute(base) { return reference }
        var parts = base.split(separator: "/").dropLast().map(String.init)
        for part in reference.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// The values of `schemaLocation` on the children of the root.
    ///
    /// They stand before everything that is declared (XML Schema Part 1, 3.15.2), so reading ends at the first declaration;
    /// what follows is read once, by the compiler.
    private static func locations(in bytes: [UInt8]) throws(ToolkitError) -> [String] {
        LibXML.start()
        LibXML.quietThisThread()
        guard let size = CInt(exactly: bytes.count), let context = unsafe xmlNewParserCtxt() else {
            throw LibXML.outOfMemory
        }
        defer { unsafe xmlFreeParserCtxt(context) }
        let reading = Reading()
        return try withExtendedLifetime(reading) { () throws(ToolkitError) -> [String] in
            unsafe context.pointee._private = Unmanaged.passUnretained(reading).toOpaque()
            unsafe context.pointee.sax?.pointee.startElementNs = {
                context, local, _, _, _, _, count, _, attributes in
                guard let reading = unsafe Reading.of(context), let local = unsafe local else { return }
                reading.depth += 1
                guard reading.depth == 2 else { return }
                switch unsafe String(cString: local) {
                case "annotation": break
                case "import", "include", "redefine":
                    if let location = unsafe Reading.schemaLocation(attributes, count: Int(count)) {
                        reading.locations.append(location)
                    }
                default:
                    reading.isDone = true
                    unsafe LibXML.abandon(context)
                }
            }
            unsafe context.pointee.sax?.pointee.endElementNs = { context, _, _, _ in
                unsafe Reading.of(context)?.depth -= 1
            }
            unsafe context.pointee.sax?.pointee.characters = { _, _, _ in }
            let tree = unsafe bytes.withUnsafeBytes { raw in
                unsafe xmlCtxtReadMemory(
                    context, raw.bindMemory(to: CChar.self).baseAddress, size, nil, nil, LibXML.parseOptions)
            }
            unsafe xmlFreeDoc(tree)
            let isWellFormed = unsafe context.pointee.wellFormed != 0
            guard reading.isDone || isWellFormed else {
                throw XMLParserError.malformed(unsafe context.pointee.errNo, at: nil)
            }
            return reading.locations
        }
    }

    /// Where the parser is in a schema, and what it has found.
    private final class Reading {
        var depth = 0
        var locations: [String] = []
        var isDone = false

        static func of(_ context: UnsafeMutableRawPointer?) -> Reading? {
            let owner = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private
            return unsafe owner.map { unsafe Unmanaged<Reading>.fromOpaque($0).takeUnretainedValue() }
        }

        /// The value of the attribute in the parser's list: five pointers each, the last two around the value.
        static func schemaLocation(
            _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int
        ) -> String? {
            guard let attributes = unsafe attributes else { return nil }
            for index in 0..<count {
                guard let name = unsafe attributes[5 * index], unsafe String(cString: name) == "schemaLocation",
                    unsafe attributes[5 * index + 2] == nil, let start = unsafe attributes[5 * index + 3],
                    let end = unsafe attributes[5 * index + 4]
                else { continue }
                return unsafe String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
            }
            return nil
        }
    }
}
