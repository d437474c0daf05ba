import CXML
import Diagnostics

/// Builds the arrays of an `XMLDocument` from the callbacks of libxml2's parser.
///
/// libxml2 tells where it stands when it calls, not where a tag begins. But text cannot contain `<`: the tag begins at
/// the first `<` behind the previous piece of markup, and every piece of markup has a callback.
@safe struct XMLTreeBuilder {
    private(set) var nodes: [NodeRecord] = []
    private(set) var attributes: [AttributeRecord] = []
    private(set) var names = XMLNameTable()
    private(set) var text: [UInt8] = []
    private(set) var values: [UInt8] = []
    private(set) var rootIndex: Int32 = -1

    private let bytes: [UInt8]
    private let nameLimit: Int
    /// The end of the last piece of markup.
    private var markupEnd = 0
    /// The open element; -1 outside the root.
    private var current: Int32 = -1
    /// The text node that further text joins; -1 when the last node is none.
    private var openText: Int32 = -1
    private var failure: ToolkitError?

    private init(_ input: XMLInput) {
        bytes = input.bytes
        nameLimit = input.names
        nodes.reserveCapacity(bytes.count / 24)
        attributes.reserveCapacity(bytes.count / 100)
        text.reserveCapacity(bytes.count / 2)
    }

    /// Parses a checked document.
    static func build(_ input: XMLInput) throws(ToolkitError) -> XMLTreeBuilder {
        var builder = XMLTreeBuilder(input)
        try builder.run()
        guard builder.rootIndex >= 0 else { throw XMLParserError.malformed(4, at: SourcePlace(line: 1, column: 1)) }
        return builder
    }

    private mutating func run() throws(ToolkitError) {
        LibXML.start()
        let bytes = bytes
        guard let size = CInt(exactly: bytes.count) else { throw LibXML.outOfMemory }
        guard let context = unsafe xmlNewParserCtxt() else { throw LibXML.outOfMemory }
        defer { unsafe xmlFreeParserCtxt(context) }
        guard let handler = unsafe context.pointee.sax else { throw LibXML.outOfMemory }
        unsafe handler.initialize(to: Self.handler)
        // The callbacks reach the builder through this pointer, which is valid for the one call below.
        unsafe withUnsafeMutablePointer(to: &self) { builder in
            unsafe context.pointee._private = UnsafeMutableRawPointer(builder)
            let document = unsafe bytes.withUnsafeBytes { raw in
                unsafe xmlCtxtReadMemory(
                    context, raw.bindMemory(to: CChar.self).baseAddress, size, nil, nil, LibXML.parseOptions)
            }
            unsafe xmlFreeDoc(document)
            unsafe context.pointee._private = nil
        }
        if let failure { throw failure }
        if unsafe context.pointee.wellFormed == 0 || context.pointee.nsWellFormed == 0 {
            throw unsafe XMLParserError.malformed(context.pointee.errNo, at: nil)
        }
    }

    private nonisolated(unsafe) static let handler: xmlSAXHandler = {
        var handler = unsafe xmlSAXHandler()
        unsafe handler.initialized = XML_SAX2_MAGIC
        unsafe handler.startElementNs = { context, local, prefix, uri, _, _, count, _, attributes in
            guard let builder = unsafe XMLTreeBuilder.of(context), let local = unsafe local else { return }
            if unsafe LibXML.hasTooManyNames(context, limit: builder.pointee.nameLimit) {
                unsafe builder.pointee.failure = unsafe LibXML.tooManyNames(builder.pointee.nameLimit)
                unsafe LibXML.abandon(context)
                return
            }
            unsafe builder.pointee.start(local, prefix, uri, attributes, Int(count), at: LibXML.position(context))
        }
        unsafe handler.endElementNs = { context, _, _, _ in
            unsafe XMLTreeBuilder.of(context)?.pointee.end(at: LibXML.position(context))
        }
        unsafe handler.characters = { context, characters, count in
            guard let builder = unsafe XMLTreeBuilder.of(context) else { return }
            unsafe builder.pointee.append(UnsafeBufferPointer(start: characters, count: Int(count)))
        }
        unsafe handler.ignorableWhitespace = unsafe handler.characters
        unsafe handler.cdataBlock = { context, characters, count in
            guard let builder = unsafe XMLTreeBuilder.of(context) else { return }
            unsafe builder.pointee.append(
                UnsafeBufferPointer(start: characters, count: Int(count)), endingAt: LibXML.position(context))
        }
        unsafe handler.comment = { context, content in
            guard let builder = unsafe XMLTreeBuilder.of(context) else { return }
            unsafe builder.pointee.misc(.comment, nil, content, at: LibXML.position(context))
        }
        unsafe handler.processingInstruction = { context, target, content in
            guard let builder = unsafe XMLTreeBuilder.of(context) else { return }
            unsafe builder.pointee.misc(.processingInstruction, target, content, at: LibXML.position(context))
        }
        unsafe handler.startDocument = { context in
            unsafe XMLTreeBuilder.of(context)?.pointee.markupEnd = unsafe LibXML.position(context)
        }
        unsafe handler.serror = { context, error in
            guard let builder = unsafe XMLTreeBuilder.of(context), let error = unsafe error else { return }
            guard unsafe error.pointee.level.rawValue >= XML_ERR_ERROR.rawValue,
                unsafe builder.pointee.failure == nil
            else { return }
            let offset = unsafe LibXML.position(context)
            unsafe builder.pointee.failure = unsafe XMLParserError.malformed(
                error.pointee.code, at: SourcePlace(of: offset, in: builder.pointee.bytes))
            unsafe LibXML.abandon(context)
        }
        return unsafe handler
    }()

    private static func of(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLTreeBuilder>? {
        let owner = unsafe context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private
        return unsafe owner?.assumingMemoryBound(to: XMLTreeBuilder.self)
    }

    // MARK: - What the callbacks do

    private func nextTag() -> Int {
        var index = markupEnd
        while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
        return index
    }

    private mutating func start(
        _ local: UnsafePointer<UInt8>, _ prefix: UnsafePointer<UInt8>?, _ uri: UnsafePointer<UInt8>?,
        _ list: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, _ count: Int, at position: Int
    ) {
        let open = nextTag()
        let index = Int32(truncatingIfNeeded: nodes.count)
        let firstAttribute = UInt32(attributes.count)
        for number in 0..<count {
            guard let entry = unsafe list.map({ unsafe $0 + number * 5 }), let name = unsafe entry[0],
                let start = unsafe entry[3], let end = unsafe entry[4]
            else { continue }
            let valueStart = UInt32(values.count)
            unsafe appendValue(UnsafeBufferPointer(start: start, count: end - start))
            attributes.append(
                unsafe AttributeRecord(
                    name: names.name(name, entry[2]), prefix: names.prefix(entry[1]), valueStart: valueStart,
                    valueEnd: UInt32(values.count)))
        }
        let isEmpty = position < bytes.count && bytes[position] == UInt8(ascii: "/")
        markupEnd = position + (isEmpty ? 2 : 1)
        nodes.append(
            unsafe NodeRecord(
                kind: .element, name: names.name(local, uri), prefix: names.prefix(prefix), parent: current,
                end: index + 1, textStart: UInt32(text.count), textEnd: UInt32(text.count),
                attributesStart: firstAttribute, attributesEnd: UInt32(attributes.count), byteStart: UInt32(open),
                byteEnd: UInt32(markupEnd), contentStart: UInt32(markupEnd), contentEnd: isEmpty ? 0 : UInt32(markupEnd)
            ))
        if current < 0, rootIndex < 0 { rootIndex = index }
        current = index
        openText = -1
    }

    /// Without a DTD, libxml2 writes the ampersand of an attribute as `&#38;` and everything else as it is.
    private mutating func appendValue(_ value: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < value.count {
            let byte = unsafe value[index]
            values.append(byte)
            index += byte == UInt8(ascii: "&") ? 5 : 1
        }
    }

    private mutating func end(at position: Int) {
        guard current >= 0 else { return }
        let index = Int(current)
        // The content of an empty-element tag ends before it starts; that marks it.
        if nodes[index].contentEnd != 0 {
            nodes[index].contentEnd = UInt32(nextTag())
            nodes[index].byteEnd = UInt32(position)
        }
        nodes[index].end = Int32(truncatingIfNeeded: nodes.count)
        nodes[index].textEnd = UInt32(text.count)
        markupEnd = max(markupEnd, position)
        current = nodes[index].parent
        openText = -1
    }

    private mutating func append(_ characters: UnsafeBufferPointer<UInt8>, endingAt position: Int? = nil) {
        guard current >= 0 else { return }
        if openText < 0, characters.count > 0 {
            openText = Int32(truncatingIfNeeded: nodes.count)
            nodes.append(
                NodeRecord(
                    kind: .text, parent: current, end: openText + 1, textStart: UInt32(text.count),
                    textEnd: UInt32(text.count), byteStart: UInt32(markupEnd), byteEnd: UInt32(markupEnd)))
        }
        unsafe text.append(contentsOf: characters)
        if openText >= 0 { nodes[Int(openText)].textEnd = UInt32(text.count) }
        if let position { markupEnd = position }
    }

    private mutating func misc(
        _ kind: NodeRecord.Kind, _ target: UnsafePointer<UInt8>?, _ content: UnsafePointer<UInt8>?, at position: Int
    ) {
        let open = nextTag()
        let start = UInt32(values.count)
        if let content = unsafe content { unsafe values.append(contentsOf: String(cString: content).utf8) }
        let name = unsafe target.map { unsafe names.name(String(cString: $0), inNamespace: 0) } ?? -1
        let index = Int32(truncatingIfNeeded: nodes.count)
        nodes.append(
            NodeRecord(
                kind: kind, name: name, parent: current, end: index + 1, textStart: start,
                textEnd: UInt32(values.count), byteStart: UInt32(open), byteEnd: UInt32(position)))
        markupEnd = position
        openText = -1
    }
}
