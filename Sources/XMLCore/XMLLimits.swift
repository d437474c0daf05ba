/// What a document may cost before it is refused.
///
/// All but the number of names are checked in one linear pass over the bytes, before any parser sees them, because libxml2
/// compares the attributes of an element pairwise and looks namespaces up linearly: a hostile document of a few
/// megabytes would otherwise occupy a processor for minutes.
public struct XMLLimits: Sendable, Hashable {
    /// The most bytes, before and after the conversion to UTF-8.
    public var bytes: Int
    /// The deepest nesting; the root is at depth 1.
    ///
    /// libxml2 itself stops at 256.
    public var depth: Int
    /// The most attributes of one element, namespace declarations included.
    public var attributes: Int
    /// The most namespace declarations in scope at one place.
    public var namespaces: Int
    /// The most different names, prefixes and namespaces; libxml2's table of them stops growing.
    public var names = 100_000

    /// Sets limits; the standard ones hold for what is left out.
    public init(bytes: Int = 16 << 20, depth: Int = 200, attributes: Int = 128, namespaces: Int = 512) {
        self.bytes = bytes
        self.depth = min(depth, 250)
        self.attributes = attributes
        self.namespaces = namespaces
    }

    /// 16 MiB, 200 levels, 128 attributes: far above any invoice, template or signature.
    public static let standard = XMLLimits()
}
