/// Undoes the prediction that makes rows of numbers compress better (ISO 32000-1, 7.4.4.4).
struct Predictor {
    private let kind: Int
    private let columns: Int
    private let colors: Int
    private let bits: Int

    init(_ settings: PDFDictionary) {
        kind = settings["Predictor"].integer ?? 1
        columns = settings["Columns"].integer ?? 1
        colors = settings["Colors"].integer ?? 1
        bits = settings["BitsPerComponent"].integer ?? 8
    }

    func undo(_ data: [UInt8], at offset: Int) throws(PDFFault) -> [UInt8] {
        guard kind > 1 else { return data }
        guard 1...1_000_000 ~= columns, 1...32 ~= colors, [1, 2, 4, 8, 16].contains(bits) else {
            throw .malformed("A predictor has impossible settings.", offset)
        }
        let pixel = max(1, colors * bits / 8)
        let row = (columns * colors * bits + 7) / 8
        return switch kind {
        case 2: undoTIFF(data, row: row)
        case 10...15: try undoPNG(data, row: row, pixel: pixel, at: offset)
        default: throw .malformed("A predictor is not known.", offset)
        }
    }

    private func undoPNG(_ data: [UInt8], row: Int, pixel: Int, at offset: Int) throws(PDFFault) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(data.count)
        var position = 0
        var above: Int?
        while position < data.count {
            let filter = data[position]
            position += 1
            let start = content.count
            for index in 0..<min(row, data.count - position) {
                let left = index >= pixel ? Int(content[start + index - pixel]) : 0
                let up = above.map { Int(content[$0 + index]) } ?? 0
                let corner = index >= pixel ? above.map { Int(content[$0 + index - pixel]) } ?? 0 : 0
                let prediction: Int
                switch filter {
                case 0: prediction = 0
                case 1: prediction = left
                case 2: prediction = up
                case 3: prediction = (left + up) / 2
                case 4:
                    let estimate = left + up - corner
                    let (a, b, c) = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
                    prediction = a <= b && a <= c ? left : b <= c ? up : corner
                default: throw .malformed("A row has a filter that is not known.", offset)
                }
                content.append(data[position + index] &+ UInt8(truncatingIfNeeded: prediction))
            }
            position += row
            above = start
        }
        return content
    }

    private func undoTIFF(_ data: [UInt8], row: Int) -> [UInt8] {
        var content = data
        for start in stride(from: 0, to: content.count, by: row) {
            let end = min(start + row, content.count)
            switch bits {
            case 8:
                for index in start + colors..<max(end, start + colors) { content[index] &+= content[index - colors] }
            case 16:
                for index in stride(from: start + 2 * colors, to: end - 1, by: 2) {
                    let before = index - 2 * colors
                    let sum =
                        (UInt16(content[index]) << 8 | UInt16(content[index + 1]))
                        &+ (UInt16(content[before]) << 8 | UInt16(content[before + 1]))
                    content[index] = UInt8(sum >> 8)
                    content[index + 1] = UInt8(truncatingIfNeeded: sum)
                }
            default: undoSmallTIFF(&content, start..<end)
            }
        }
        return content
    }

    /// Samples of less than a byte.
    private func undoSmallTIFF(_ content: inout [UInt8], _ range: Range<Int>) {
        let mask = UInt8(1 << bits - 1)
        var before = [UInt8](repeating: 0, count: colors)
        for sample in 0..<columns * colors {
            let index = range.lowerBound + sample * bits / 8
            guard index < range.upperBound else { return }
            let shift = UInt8(8 - bits - sample * bits % 8)
            let value = ((content[index] >> shift & mask) &+ before[sample % colors]) & mask
            content[index] = content[index] & ~(mask << shift) | value << shift
            before[sample % colors] = value
        }
    }
}
