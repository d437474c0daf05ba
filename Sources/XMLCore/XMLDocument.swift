public import Diagnostics

/// A parsed XML document: an immutable tree in flat arrays.
///
/// It is built in one pass over the bytes, without libxml2's own tree, because every finding needs line and column,
/// signatures need byte ranges, and rules need many threads on one document. Nodes are numbered in document order;
/// names are numbered too, so that they compare as integers.
///
/// Comments, processing instructions and CDATA keep their places: text is what XPath calls text, so a CDATA section
/// joins its neighbours, and a comment separates two text nodes. Default attributes do not exist without a DTD.
public final class XMLDocument: Sendable {
    /// The document in UTF-8.
    ///
    /// These are the caller's bytes, unless those were in another encoding.
    public let bytes: [UInt8]

    let nodes: [NodeRecord]
    let attributes: [AttributeRecord]
    let names: [NameRecord]
    /// The namespaces by number; number 0 is "no namespace".
    let namespaces: [String]
    /// The prefixes by number; number 0 is "no prefix".
    let prefixes: [String]
    /// All text in document order: the string value of any node is one range of it.
    let text: [UInt8]
    /// The values of attributes, comments and processing instructions.
    let values: [UInt8]
    /// The offset of the first byte of every line.
    let lineStarts: [UInt32]
    let rootIndex: Int32

    /// Parses a complete document offline: no network, no entities, no document type.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8 with or without a byte order mark; UTF-16, windows-125x and some ISO 8859 are converted, and
    ///     all places and ranges then refer to the converted `bytes`.
    ///   - limits: What the document may cost; see `XMLLimits`.
    /// - Throws: `xml.malformed` with the place, `xml.tooLarge`, `xml.tooDeep`, `xml.tooManyAttributes`,
    ///   `xml.tooManyNames`, `xml.hasDTD`, `xml.encoding`; `xml.library` for want of memory.
    public init(parsing bytes: [UInt8], limits: XMLLimits = .standard) throws(ToolkitError) {
        let input = try XMLInput(bytes, limits: limits)
        let builder = try XMLTreeBuilder.build(input)
        self.bytes = input.bytes
        nodes = builder.nodes
        attributes = builder.attributes
        names = builder.names.records
        namespaces = builder.names.namespaces
        prefixes = builder.names.prefixes
        text = builder.text
        values = builder.values
        rootIndex = builder.rootIndex
        lineStarts = Self.lineStarts(in: input.bytes)
    }

    /// The root element.
    public var root: XMLElement { XMLElement(document: self, index: rootIndex) }

    /// The line and column of a byte, found by binary search.
    ///
    /// - Parameter offset: Bytes before the place, in `bytes`.
    /// - Returns: The place, counted from one.
    public func place(of offset: Int) -> SourcePlace {
        let offset = min(max(offset, 0), bytes.count)
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        let line = bytes[Int(lineStarts[low])..<offset]
        return SourcePlace(line: low + 1, column: line.count { $0 & 0xC0 != 0x80 } + 1)
    }

    private static func lineStarts(in bytes: [UInt8]) -> [UInt32] {
        var starts: [UInt32] = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
        starts.reserveCapacity(bytes.count / 40 + 1)
        var offset = 0
        while let end = ByteSearch.first(UInt8(ascii: "\n"), in: bytes, from: offset) {
            offset = end + 1
            starts.append(UInt32(offset))
        }
        return starts
    }
}

/// One node; its number is its place in document order.
struct NodeRecord: Sendable {
    enum Kind: UInt8, Sendable { case element, text, comment, processingInstruction }
    var kind: Kind
    /// The name's number (elements, targets of processing instructions); -1 otherwise.
    var name: Int32 = -1
    /// The prefix's number.
    var prefix: Int32 = 0
    /// The parent's number; -1 outside the root.
    var parent: Int32
    /// One more than the number of the last node inside: the next sibling's number, if there is one.
    var end: Int32
    /// The range in `XMLDocument.text`; of comments and instructions in `values`.
    var textStart: UInt32
    var textEnd: UInt32
    /// The attributes, as a range in `XMLDocument.attributes`.
    var attributesStart: UInt32 = 0
    var attributesEnd: UInt32 = 0
    /// The whole node in `XMLDocument.bytes`; for text, from its first to its last byte.
    var byteStart: UInt32
    var byteEnd: UInt32
    /// What is between the tags; equal to `byteEnd` both for an empty-element tag.
    var contentStart: UInt32 = 0
    var contentEnd: UInt32 = 0
}

/// One attribute that is not a namespace declaration.
struct AttributeRecord: Sendable {
    var name: Int32
    var prefix: Int32
    var valueStart: UInt32
    var valueEnd: UInt32
}

/// An expanded name: local part and namespace.
struct NameRecord: Sendable, Hashable {
    var local: String
    var namespace: Int32
}
