public import Diagnostics
public import Raster
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
    public var face: FontFace { pieces.face }
    /// The type size.
    public let size: Length
    /// The colour of the glyphs.
    public let color: Color
    /// Where the pen starts: the left end of the baseline.
    public let origin: Point
    /// Shaped words one after the other.
    public let pieces: Pieces
    /// The structure node that the text belongs to.
    public let owner: StructureID
    /// The direction of the baseline.
    public let slope: Slope

    /// The directions of a baseline.
    public enum Slope: Sendable, Hashable {
        /// Left to right.
        case level
        /// From the lower left to the upper right at 45 degrees; for marks such as "draft".
        case rising
    }

    /// The pieces of a run: nearly always there is only one.
    public enum Pieces: Sendable, RandomAccessCollection {
        /// One piece.
        case one(Piece)
        /// Pieces from left to right, and the face of all of them.
        case many([Piece], FontFace)

        /// The face of all pieces.
        public var face: FontFace {
            switch self {
            case .one(let piece): piece.shaped.face
            case .many(_, let face): face
            }
        }
        /// 0, for `RandomAccessCollection`.
        public var startIndex: Int { 0 }
        /// How many there are.
        public var endIndex: Int {
            switch self {
            case .one: 1
            case .many(let pieces, _): pieces.count
            }
        }
        /// The piece at a place from 0.
        public subscript(index: Int) -> Piece {
            switch self {
            case .one(let piece): piece
            case .many(let pieces, _): pieces[index]
            }
        }
    }

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
    public init(
        face: FontFace, size: Length, color: Color, origin: Point, pieces: [Piece], owner: StructureID = .artifact,
        slope: Slope = .level
    ) {
        self.init(
            size: size, color: color, origin: origin, pieces: .many(pieces, face), owner: owner, slope: slope)
    }

    /// Puts a run together.
    public init(
        size: Length, color: Color, origin: Point, pieces: Pieces, owner: StructureID = .artifact, slope: Slope = .level
    ) {
        self.size = size
        self.color = color
        self.origin = origin
        self.pieces = pieces
        self.owner = owner
        self.slope = slope
    }
}

/// A filled rectangle; hairlines and rules are thin ones.
///
/// It is decoration, never content.
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

/// Dark squares in a square grid, such as a QR symbol.
public struct ModuleGrid: Sendable, Hashable {
    /// The upper left corner of the first module; the quiet zone around the symbol is the layout's.
    public let origin: Point
    /// The side of a module.
    public let module: Length
    /// How many modules a side has.
    public let side: Int
    /// `side` rows of `side` modules, from the upper left; true is dark.
    public let modules: [Bool]
    /// The colour of the dark modules.
    public let color: Color
    /// The structure node of the figure.
    public let owner: StructureID

    /// Puts a grid together.
    public init(origin: Point, module: Length, side: Int, modules: [Bool], color: Color, owner: StructureID) {
        precondition(modules.count == side * side, "a grid of modules is square")
        self.origin = origin
        self.module = module
        self.side = side
        self.modules = modules
        self.color = color
        self.owner = owner
    }
}

/// A picture, stretched over a rectangle.
public struct PlacedImage: Sendable, Hashable {
    /// The picture.
    public let image: RasterImage
    /// The upper left corner.
    public let origin: Point
    /// The extent; layout keeps the proportions of the picture.
    public let size: Size
    /// The structure node of the figure.
    public let owner: StructureID

    /// Puts a placed picture together.
    public init(image: RasterImage, origin: Point, size: Size, owner: StructureID) {
        self.image = image
        self.origin = origin
        self.size = size
        self.owner = owner
    }
}

/// Something drawn on a page.
public enum PageElement: Sendable {
    /// Text.
    case text(TextRun)
    /// A rectangle.
    case box(Box)
    /// A QR symbol.
    case modules(ModuleGrid)
    /// A picture.
    case image(PlacedImage)
}

extension PageElement {
    /// Whether it is a rising text, which lies beneath the others.
    public var isRising: Bool { if case .text(let run) = self { run.slope == .rising } else { false } }
}

/// A finished page in drawing order.
public struct Page: Sendable {
    /// The paper.
    public let size: Size
    /// What is drawn, first to last.
    public var elements: [PageElement] { didSet { hasMark = elements.contains(where: \.isRising) } }
    /// The structure nodes that were met since the page before, in the order of their numbers; those of the first page
    /// begin with number 0, the document.
    public let nodes: [StructureNode]
    /// Nodes below this number get nothing more on later pages, unless that node or `openNode` is inside of them.
    public let completeBelow: StructureID
    /// The node in which the next page goes on.
    public let openNode: StructureID
    /// Whether a rising text is among the elements: the mark of a print that does not count.
    public private(set) var hasMark: Bool

    /// Takes paper and drawing, and what is new in the structure; to look for a mark costs a copy of each text, so that
    /// those who know should say it.
    public init(
        size: Size, elements: [PageElement], nodes: [StructureNode] = [],
        completeBelow: StructureID = StructureID(number: 0), openNode: StructureID = StructureID(number: 0),
        hasMark: Bool? = nil
    ) {
        self.size = size
        self.elements = elements
        self.nodes = nodes
        self.completeBelow = completeBelow
        self.openNode = openNode
        self.hasMark = hasMark ?? elements.contains(where: \.isRising)
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
