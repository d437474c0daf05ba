/// The marker segments of a JPEG (ITU-T T.81, annex B).
enum JPEGSegments {
    /// Returns the picture alone: without application data and comments, which can tell who took it, where and with
    /// what, and without what some cameras add behind the end.
    ///
    /// The marker of JFIF (APP0) and of Adobe (APP14) stay, because they say how colours are coded. The bytes must have
    /// been decoded without a fault before; where the walk meets something unexpected, it returns them unchanged.
    static func essence(of bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0xFF, 0xD8]
        result.reserveCapacity(bytes.count)
        var index = 2
        while index + 3 < bytes.count {
            guard bytes[index] == 0xFF else { return bytes }
            let marker = bytes[index + 1]
            switch marker {
            case 0xFF:  // fill byte
                index += 1
                continue
            case 0xD9: return result + [0xFF, 0xD9]
            default: break
            }
            let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
            let end = index + 2 + length
            guard length >= 2, end <= bytes.count else { return bytes }
            let isForeign = marker == 0xFE || (0xE1...0xEF).contains(marker) && marker != 0xEE
            if !isForeign { result += bytes[index..<end] }
            index = end
            guard marker == 0xDA else { continue }
            let data = index
            index = endOfScan(from: index, in: bytes)
            result += bytes[data..<index]
        }
        // The end marker alone is left, or missing.
        return result + [0xFF, 0xD9]
    }

    /// Where the next marker stands that ends coded data: no stuffed zero, no restart.
    private static func endOfScan(from start: Int, in bytes: [UInt8]) -> Int {
        var index = start
        while index + 1 < bytes.count {
            if bytes[index] == 0xFF {
                switch bytes[index + 1] {
                case 0x00, 0xD0...0xD7: index += 1
                case 0xFF: break
                default: return index
                }
            }
            index += 1
        }
        return bytes.count
    }
}
