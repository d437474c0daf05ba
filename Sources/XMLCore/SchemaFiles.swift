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
    private static func locations(in bytes: [UInt8]) throws(ToolkitError) -> [String] {
        var limits = XMLLimits.standard
        // W3C's own schema of signatures has a document type. Schemas come with the program, not from a stranger.
        limits.allowsDocumentType = true
        let tree = try ParsedXML(XMLInput(bytes, limits: limits))
        return unsafe tree.withDocument { document in
            var locations: [String] = []
            var child = unsafe xmlDocGetRootElement(document).flatMap { unsafe $0.pointee.children }
            while let node = unsafe child {
                defer { unsafe child = node.pointee.next }
                guard unsafe node.pointee.type == XML_ELEMENT_NODE, let name = unsafe node.pointee.name,
                    unsafe ["import", "include", "redefine"].contains(String(cString: name)),
                    let value = unsafe xmlGetNoNsProp(node, "schemaLocation")
                else { continue }
                defer { unsafe LibXML.release(value) }
                locations.append(unsafe String(cString: value))
            }
            return locations
        }
    }
}
