/// What a signature of a PDF says besides who signed, and where it stands.
public struct PDFSignatureOptions: Sendable {
    /// What a certifying signature allows to be changed afterwards.
    ///
    /// Source: ISO 32000-1, 12.8.2.2, Table 254.
    public enum Certification: Int, Sendable, Hashable, CaseIterable {
        /// Nothing; long-term evidence may still be added.
        case nothing = 1
        /// Filling in forms and signing.
        case formFilling = 2
        /// Annotations as well.
        case annotations = 3
    }

    /// Why it was signed; nil says nothing about it.
    public var reason: String?
    /// Where it was signed.
    public var location: String?
    /// How the signer can be reached.
    public var contact: String?
    /// The field to sign: an empty signature field of that name, or a new one; nil takes a new one.
    public var fieldName: String?
    /// Makes it a certifying signature, which must be the first one; nil for an ordinary one.
    public var certification: Certification?
    /// Form fields that may not be filled in afterwards; nil locks those that the field to sign wants locked.
    public var lock: FieldLock?
    /// What is seen on a page; nil for a signature that is not.
    public var appearance: SignatureAppearance?

    /// Whether a tagged document gets an empty field as well, for the timestamp over all of it.
    var keepsTimestampField = false

    /// Signs out of sight and says nothing more.
    public init() {}
}

/// What a visible signature looks like, and where it stands.
public struct SignatureAppearance: Sendable {
    /// Where a box stands on its page, as the page is shown.
    public enum Place: Sendable, Hashable {
        /// In a corner, so many points from both edges.
        case corner(Corner, margin: Double)
        /// With its lower left corner so many points from that of the page.
        case point(left: Double, bottom: Double)
    }

    /// A corner of a page.
    public enum Corner: String, Sendable, Hashable, CaseIterable {
        case topLeft = "top-left"
        case topRight = "top-right"
        case bottomLeft = "bottom-left"
        case bottomRight = "bottom-right"
    }

    /// A PDF file whose first page is the drawing, at its own size.
    public let drawing: [UInt8]
    /// What is read aloud instead of it.
    public let text: String
    /// The page, counted from 0; negative numbers count from the last page, which is -1.
    public let page: Int
    /// Where on the page.
    public let place: Place
    /// Whether it may lie on text and pictures.
    public let mayCover: Bool

    /// Takes all parts.
    public init(drawing: [UInt8], text: String, page: Int = -1, place: Place, mayCover: Bool = false) {
        self.drawing = drawing
        self.mayCover = mayCover
        self.text = text
        self.page = page
        self.place = place
    }
}
