/// A point of a page in its default user space: points from the lower left corner of the paper, y upwards.
public struct PagePoint: Sendable, Hashable {
    /// To the right.
    public var x: Double
    /// Upwards.
    public var y: Double

    /// Takes both.
    public init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }
}

/// A transformation of the plane (ISO 32000-1, 8.3.3).
struct PageMatrix {
    var a = 1.0, b = 0.0, c = 0.0, d = 1.0, e = 0.0, f = 0.0

    /// This transformation, and then another.
    func then(_ other: PageMatrix) -> PageMatrix {
        PageMatrix(
            a: a * other.a + b * other.c, b: a * other.b + b * other.d,
            c: c * other.a + d * other.c, d: c * other.b + d * other.d,
            e: e * other.a + f * other.c + other.e, f: e * other.b + f * other.d + other.f)
    }

    func apply(x: Double, y: Double) -> PagePoint { PagePoint(x: a * x + c * y + e, y: b * x + d * y + f) }

    /// Six numbers; nil for anything else.
    init?(_ objects: [PDFObject]) {
        let numbers = objects.compactMap(\.number)
        guard numbers.count == 6, objects.count == 6 else { return nil }
        self.init(a: numbers[0], b: numbers[1], c: numbers[2], d: numbers[3], e: numbers[4], f: numbers[5])
    }

    init(a: Double = 1, b: Double = 0, c: Double = 0, d: Double = 1, e: Double = 0, f: Double = 0) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
        self.e = e
        self.f = f
    }
}

/// A rectangle of a page.
struct PageBox {
    let left: Double, bottom: Double, right: Double, top: Double

    init?(_ objects: [PDFObject]?) {
        guard let numbers = objects?.compactMap(\.number), numbers.count == 4 else { return nil }
        left = min(numbers[0], numbers[2])
        right = max(numbers[0], numbers[2])
        bottom = min(numbers[1], numbers[3])
        top = max(numbers[1], numbers[3])
    }

    func contains(_ point: PagePoint) -> Bool {
        left - 1 <= point.x && point.x <= right + 1 && bottom - 1 <= point.y && point.y <= top + 1
    }
}
