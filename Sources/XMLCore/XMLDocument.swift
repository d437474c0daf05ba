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

    /// The nodes in document order; rules are evaluated on these arrays themselves.
    package let nodes: [NodeRecord]
    /// The attributes in document order.
    package let attributes: [AttributeRecord]
    /// The expanded names by number.
    package let names: [NameRecord]
    /// The namespaces by number; number 0 is "no namespace".
    package let namespaces: [String]
    /// The prefixes by number; number 0 is "no prefix".
    package let prefixes: [String]
    /// All text in document order: the string value of any node is one range of it.
    package let text: [UInt8]
    /// The values of attributes, comments and processing instructions.
    package let values: [UInt8]
    /// The offset of the first byte of every line.
    let lineStarts: [UInt32]
    /// The number of the root element.
    package let rootIndex: Int32

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
package struct NodeRecord: Sendable {
    /// What a node is.
    package enum Kind: UInt8, Sendable { case element, text, comment, processingInstruction }
    /// What the node is.
    package var kind: Kind
    /// The name's number (elements, targets of processing instructions); -1 otherwise.
    package var name: Int32 = -1
    /// The prefix's number.
    package var prefix: Int32 = 0
    /// The parent's number; -1 outside the root.
    package var parent: Int32
    /// One more than the number of the last node inside: the next sibling's number, if there is one.
    package var end: Int32
    /// The range in `XMLDocument.text`; of comments and instructions in `values`.
    package var textStart: UInt32
    /// The end of that range.
    package var textEnd: UInt32
    /// The attributes, as a range in `XMLDocument.attributes`.
    package var attributesStart: UInt32 = 0
    /// The end of that range.
    package var attributesEnd: UInt32 = 0
    /// The whole node in `XMLDocument.bytes`; for text, from its first to its last byte.
    package var byteStart: UInt32
    /// The end of the node.
    package var byteEnd: UInt32
    /// What is between the tags; equal to `byteEnd` both for an empty-element tag.
    package var contentStart: UInt32 = 0
    /// The end of the content.
    package var contentEnd: UInt32 = 0
}

/// One attribute that is not a namespace declaration.
package struct AttributeRecord: Sendable {
    /// The name's number.
    package var name: Int32
    /// The prefix's number.
    package var prefix: Int32
    /// The range in `XMLDocument.values`.
    package var valueStart: UInt32
    /// The end of that range.
    package var valueEnd: UInt32
}

/// An expanded name: local part and namespace.
package struct NameRecord: Sendable, Hashable {
    /// The local part.
    package var local: String
    /// The namespace's number.
    package var namespace: Int32

    /// Whether both are the same to the byte; strings alone would take composed and decomposed letters for equal.
    package static func == (left: NameRecord, right: NameRecord) -> Bool {
        left.namespace == right.namespace && left.local.utf8.elementsEqual(right.local.utf8)
    }

    /// Hashes as strings do: those that only look the same share a hash.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(local)
    }
}
