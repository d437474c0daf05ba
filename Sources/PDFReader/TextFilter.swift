/// The simple filters (ISO 32000-1, 7.4.2, 7.4.3 and 7.4.5).
enum TextFilter {
    static func hexadecimal(_ data: ArraySlice<UInt8>, at offset: Int) throws(PDFFault) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(data.count / 2)
        var high: UInt8?
        for byte in data where !PDFLexer.isBlank(byte) {
            if byte == 0x3E { break }
            guard let digit = PDFLexer.hexValue(byte) else {
                throw .malformed("A stream of hexadecimal digits holds something else.", offset)
            }
            if let first = high {
                content.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        if let high { content.append(high << 4) }
        return content
    }

    static func base85(_ data: ArraySlice<UInt8>, at offset: Int) throws(PDFFault) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(data.count)
        var group: UInt64 = 0
        var count = 0
        for byte in data where !PDFLexer.isBlank(byte) {
            if byte == 0x7E { break }
            if byte == 0x7A, count == 0 {
                content += [0, 0, 0, 0]
                continue
            }
            guard 0x21...0x75 ~= byte else { throw .malformed("A stream in base 85 holds something else.", offset) }
            group = group * 85 + UInt64(byte - 0x21)
            count += 1
            guard count == 5 else { continue }
            guard group <= 0xFFFF_FFFF else { throw .malformed("A stream in base 85 is damaged.", offset) }
            append(group, 4, to: &content)
            group = 0
            count = 0
        }
        if count == 1 { throw .malformed("A stream in base 85 is cut short.", offset) }
        if count > 1 {
            for _ in count..<5 { group = group * 85 + 84 }
            guard group <= 0xFFFF_FFFF else { throw .malformed("A stream in base 85 is damaged.", offset) }
            append(group, count - 1, to: &content)
        }
        return content
    }

    private static func append(_ group: UInt64, _ count: Int, to content: inout [UInt8]) {
        for index in 0..<count { content.append(UInt8(truncatingIfNeeded: group >> UInt64(24 - 8 * index))) }
    }

    static func runLength(_ data: ArraySlice<UInt8>, atMost limit: Int, at offset: Int) throws(PDFFault) -> [UInt8] {
        var content: [UInt8] = []
        var index = data.startIndex
        while index < data.endIndex {
            let length = Int(data[index])
            index += 1
            if length == 128 { break }
            if length < 128 {
                let end = min(index + length + 1, data.endIndex)
                content += data[index..<end]
                index = end
            } else if index < data.endIndex {
                content.append(contentsOf: repeatElement(data[index], count: 257 - length))
                index += 1
            }
            guard content.count <= limit else { throw .limit("A stream unpacks to more than is allowed.", offset) }
        }
        return content
    }
}

/// `/LZWDecode` (ISO 32000-1, 7.4.4).
enum LZWDecoder {
    static func decode(
        _ data: ArraySlice<UInt8>, earlyChange: Bool, atMost limit: Int, at offset: Int
    ) throws(PDFFault) -> [UInt8] {
        var content: [UInt8] = []
        // An entry of the table is a range of what was written: the earlier text and one byte more.
        var table: [Range<Int>] = []
        var previous: Range<Int>?
        var width = 9
        var buffer = 0
        var bits = 0
        for byte in data {
            buffer = buffer << 8 | Int(byte)
            bits += 8
            guard bits >= width else { continue }
            bits -= width
            let code = buffer >> bits
            buffer &= 1 << bits - 1
            if code == 257 { return content }
            if code == 256 {
                table.removeAll(keepingCapacity: true)
                previous = nil
                width = 9
                continue
            }
            let start = content.count
            if code < 256 {
                content.append(UInt8(truncatingIfNeeded: code))
            } else if code - 258 < table.count {
                content += content[table[code - 258]]
            } else if code - 258 == table.count, let previous {
                content += content[previous]
                content.append(content[start])
            } else {
                throw .malformed("A stream in LZW is damaged.", offset)
            }
            guard content.count <= limit else { throw .limit("A stream unpacks to more than is allowed.", offset) }
            if let previous, table.count < 4096 - 258 { table.append(previous.lowerBound..<previous.upperBound + 1) }
            previous = start..<content.count
            // The reader's table lags one entry behind the writer's.
            switch 258 + table.count + (earlyChange ? 1 : 0) {
            case ..<512: width = 9
            case ..<1024: width = 10
            case ..<2048: width = 11
            default: width = 12
            }
        }
        return content
    }
}
