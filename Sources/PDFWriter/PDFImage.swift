public import Diagnostics
public import Raster

extension RasterImage {
    /// Whether any pixel lets through what is below it; such a picture makes its page transparent (ISO 32000-1, 11).
    ///
    /// - Parameter compressor: Of the worker; used the first time only.
    /// - Returns: False for every JPEG, and for a PNG whose alpha is full all over.
    /// - Throws: `pdf.memory`; `image.memory`.
    public func isTransparent(_ compressor: PDFCompressor) throws(ToolkitError) -> Bool {
        channels.hasAlpha ? try !plane(.alpha, compressor).isEmpty : false
    }

    /// The colours or the alpha of a picture, compressed for a PDF.
    private enum Plane: String {
        case colors = "pdf.colors"
        case alpha = "pdf.alpha"
    }

    /// One byte that says whether rows are predicted, then the compressed rows; empty for alpha that is opaque all over.
    ///
    /// It is made once for the life of the picture, because every document of a seller has the same logo.
    private func plane(_ plane: Plane, _ compressor: PDFCompressor) throws(ToolkitError) -> [UInt8] {
        try derived(plane.rawValue) { () throws(ToolkitError) in
            let pixels = try pixels()
            let count = channels.rawValue
            let wanted = plane == .alpha ? count - 1..<count : 0..<channels.colors
            var samples: [UInt8] = []
            samples.reserveCapacity(width * height * wanted.count)
            for start in stride(from: 0, to: pixels.count, by: count) {
                samples += pixels[start + wanted.lowerBound..<start + wanted.upperBound]
            }
            if plane == .alpha, samples.allSatisfy({ $0 == 255 }) { return [] }
            let plain = try compressor.compressed(samples)
            let predicted = try compressor.compressed(
                PNGPrediction.rows(of: samples, width: width, components: wanted.count))
            return predicted.count < plain.count ? [1] + predicted : [0] + plain
        }
    }

    /// Writes a picture as an image XObject (ISO 32000-1, 8.9.5).
    ///
    /// A JPEG goes in as it is; what is decoded is compressed anew. Colours are DeviceGray or DeviceRGB, whose meaning
    /// the output intent gives (ISO 19005-3, 6.2.4.3). There is no `/Interpolate`, `/Alternates` or `/OPI` (6.2.8), and
    /// a soft mask only where a pixel is not opaque (6.2.10 allows it; the page then names its blending space).
    fileprivate func write(
        as reference: PDFReference, to writer: inout PDFWriter, _ compressor: PDFCompressor
    ) throws(ToolkitError) {
        switch format {
        case .jpeg:
            try writer.writeStream(reference, file, effort: nil) { entries in
                entries.image(self, components: channels.colors)
                entries.raw("/Filter/DCTDecode")
                // Readers take three components for luminance and chrominance unless they are told otherwise (7.4.8).
                if isPlainRGB { entries.raw("/DecodeParms<</ColorTransform 0>>") }
            }
        case .png:
            let mask = channels.hasAlpha ? try plane(.alpha, compressor) : []
            var maskReference: PDFReference?
            if !mask.isEmpty {
                maskReference = try writer.writeStream(nil, Array(mask.dropFirst()), effort: nil) { entries in
                    entries.image(self, components: 1)
                    entries.flate(isPredicted: mask[0] == 1, columns: width, components: 1)
                }
            }
            let colors = try plane(.colors, compressor)
            try writer.writeStream(reference, Array(colors.dropFirst()), effort: nil) { entries in
                entries.image(self, components: channels.colors)
                if let maskReference {
                    entries.raw("/SMask ")
                    entries.reference(maskReference)
                }
                entries.flate(isPredicted: colors[0] == 1, columns: width, components: channels.colors)
            }
        }
    }
}

extension PDFWriter {
    /// Writes a picture.
    ///
    /// - Parameters:
    ///   - reference: A reserved number, used once.
    ///   - image: The picture; several documents share what was compressed of it.
    ///   - compressor: Of the worker.
    /// - Throws: `pdf.memory`; `image.memory`.
    public mutating func write(
        _ reference: PDFReference, _ image: RasterImage, _ compressor: PDFCompressor
    ) throws(ToolkitError) {
        try image.write(as: reference, to: &self, compressor)
    }
}

extension PDFCompressor {
    /// The bytes in the zlib format, even where they do not become smaller.
    fileprivate func compressed(_ bytes: [UInt8]) throws(ToolkitError) -> [UInt8] {
        var result: [UInt8]?
        // Room for what does not compress: a stored block of deflate takes five bytes for each 64 KiB.
        try compress(bytes, effort: .small, always: true) { result = $0.map { Array($0) } }
        guard let result else {
            throw ToolkitError(.pdfMemory, "There is not enough memory to compress the document.")
        }
        return result
    }
}

extension PDFSyntax {
    fileprivate mutating func image(_ image: RasterImage, components: Int) {
        raw("/Type/XObject/Subtype/Image/Width ")
        integer(image.width)
        raw("/Height ")
        integer(image.height)
        raw("/BitsPerComponent 8/ColorSpace")
        raw(components == 3 ? "/DeviceRGB" : "/DeviceGray")
    }

    fileprivate mutating func flate(isPredicted: Bool, columns: Int, components: Int) {
        raw("/Filter/FlateDecode")
        guard isPredicted else { return }
        raw("/DecodeParms<</Predictor 15/Colors ")
        integer(components)
        raw("/Columns ")
        integer(columns)
        raw(">>")
    }
}

/// The filters of PNG, which `/Predictor 15` undoes (ISO 32000-1, 7.4.4.4; PNG, clause 9).
private enum PNGPrediction {
    /// Every row with the filter that leaves the smallest differences, and the number of the filter before it.
    static func rows(of samples: [UInt8], width: Int, components: Int) -> [UInt8] {
        let size = width * components
        var result: [UInt8] = []
        result.reserveCapacity(samples.count + samples.count / max(size, 1))
        var above = [UInt8](repeating: 0, count: size)
        var candidate = above
        var best = above
        for start in stride(from: 0, to: samples.count, by: size) {
            let row = samples[start..<start + size]
            var chosen: UInt8 = 0
            var least = Int.max
            for filter: UInt8 in 0...4 {
                var sum = 0
                for index in 0..<size {
                    let left = index >= components ? row[start + index - components] : 0
                    let corner = index >= components ? above[index - components] : 0
                    let difference = row[start + index] &- predicted(filter, left, above[index], corner)
                    candidate[index] = difference
                    sum += Int(difference < 128 ? difference : 0 &- difference)
                }
                if sum < least {
                    least = sum
                    chosen = filter
                    swap(&best, &candidate)
                }
            }
            result.append(chosen)
            result += best
            above.replaceSubrange(0..<size, with: row)
        }
        return result
    }

    private static func predicted(_ filter: UInt8, _ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
        switch filter {
        case 0: return 0
        case 1: return left
        case 2: return above
        case 3: return UInt8((Int(left) + Int(above)) / 2)
        default:
            let estimate = Int(left) + Int(above) - Int(corner)
            let distances = (abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner)))
            if distances.0 <= distances.1, distances.0 <= distances.2 { return left }
            return distances.1 <= distances.2 ? above : corner
        }
    }
}
