public import Diagnostics
public import Typography

/// A point on a page, measured from the upper left corner, y downwards.
public struct Point: Sendable, Hashable {
    /// The distance from the left edge.
    public var x: Length
    /// The distance from the upper edge.
    public var y: Length

    /// Takes both distances.
    public init(x: Length, y: Length) {
        self.x = x
        self.y = y
    }
}

/// A width and a height.
public struct Size: Sendable, Hashable {
    /// Across.
    public var width: Length
    /// Down.
    public var height: Length

    /// Takes both.
    public init(width: Length, height: Length) {
        self.width = width
        self.height = height
    }
}

/// A colour of the sRGB space.
public struct Color: Sendable, Hashable {
    /// 0 to 255 each.
    public let red: UInt8, green: UInt8, blue: UInt8

    /// Takes the three parts.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// Black.
    public static let black = Color(red: 0, green: 0, blue: 0)
}

/// Text on one baseline in one face, size and colour.
public struct TextRun: Sendable {
    /// The face of all pieces.
    public let face: FontFace
    /// The type size.
    public let size: Length
    /// The colour of the glyphs.
    public let color: Color
    /// Where the pen starts: the left end of the baseline.
    public let origin: Point
    /// Shaped words one after the other.
    public let pieces: [Piece]

    /// A word and where its pen starts, right of the run's origin.
    public struct Piece: Sendable {
        /// The glyphs; shared with the shaping cache.
        public let shaped: ShapedText
        /// The distance from the origin of the run.
        public let x: Length

        /// Takes both.
        public init(shaped: ShapedText, x: Length) {
            self.shaped = shaped
            self.x = x
        }
    }

    /// Puts a run together.
    public init(face: FontFace, size: Length, color: Color, origin: Point, pieces: [Piece]) {
        self.face = face
        self.size = size
        self.color = color
        self.origin = origin
        self.pieces = pieces
    }
}

/// A filled rectangle; hairlines and rules are thin ones.
public struct Box: Sendable, Hashable {
    /// The upper left corner.
    public let origin: Point
    /// The extent.
    public let size: Size
    /// The fill.
    public let color: Color

    /// Puts a rectangle together.
    public init(origin: Point, size: Size, color: Color) {
        self.origin = origin
        self.size = size
        self.color = color
    }
}

/// Something drawn on a page.
public enum PageElement: Sendable {
    /// Text.
    case text(TextRun)
    /// A rectangle.
    case box(Box)
}

/// A finished page in drawing order.
public struct Page: Sendable {
    /// The paper.
    public let size: Size
    /// What is drawn, first to last.
    public var elements: [PageElement]

    /// Takes paper and drawing.
    public init(size: Size, elements: [PageElement]) {
        self.size = size
        self.elements = elements
    }
}

/// Takes pages as they are finished, so that a long document never stands in memory as a whole.
///
/// What depends on the number of pages, such as "page 3 of 17", comes as an overlay once all pages are out.
public protocol PageSink {
    /// Takes the next page, from index 0.
    mutating func append(_ page: Page) throws(ToolkitError)
    /// Draws on a page that was taken before.
    ///
    /// - Parameters:
    ///   - elements: What to draw on top of the page.
    ///   - index: The page, from 0.
    /// - Throws: What the sink cannot take.
    mutating func overlay(_ elements: [PageElement], onPage index: Int) throws(ToolkitError)
}
