/// A closed list of codes: one sorted text in the binary, searched by halving, so that nothing is built at start-up.
public struct CodeList: Sendable {
    /// Cells of equal width with a blank between them, in ascending order.
    private let text: StaticString
    private let width: Int
    private let keyWidth: Int

    init(width: Int, keyWidth: Int? = nil, _ text: StaticString) {
        self.text = text
        self.width = width
        self.keyWidth = keyWidth ?? width
    }

    /// How many codes there are.
    public var count: Int { (text.utf8CodeUnitCount + width + 1) / (width + 1) }

    /// Whether a code is in the list; case counts.
    public func contains(_ code: String) -> Bool { position(of: Array(code.utf8)[...]) != nil }

    /// Whether a code, given as UTF-8, is in the list.
    public func contains(utf8 code: ArraySlice<UInt8>) -> Bool { position(of: code) != nil }

    /// Every code in the order of the list.
    public var codes: [String] {
        (0..<count).map { cell in
            let bytes = (0..<keyWidth).map { byte(cell * (width + 1) + $0) }
            return String(decoding: bytes.prefix { $0 != 0x20 }, as: UTF8.self)
        }
    }

    /// The index of the code's first byte in the text; nil where the code is not in the list.
    func position(of code: ArraySlice<UInt8>) -> Int? {
        guard !code.isEmpty, code.count <= keyWidth else { return nil }
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let order = compare(cell: middle, with: code)
            if order == 0 { return middle * (width + 1) }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// A byte of the text; a blank behind its end.
    func byte(_ index: Int) -> UInt8 {
        guard index >= 0, index < text.utf8CodeUnitCount else { return 0x20 }
        return unsafe text.utf8Start[index]
    }

    private func compare(cell: Int, with code: ArraySlice<UInt8>) -> Int {
        let start = cell * (width + 1)
        for offset in 0..<keyWidth {
            let left = byte(start + offset)
            let right = offset < code.count ? code[code.startIndex + offset] : 0x20
            if left != right { return Int(left) - Int(right) }
            if left == 0x20 { return 0 }
        }
        return 0
    }
}
