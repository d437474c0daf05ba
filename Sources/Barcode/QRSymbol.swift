import CQREncode
public import Diagnostics

/// A QR symbol as modules, without its quiet zone.
///
/// Source: ISO/IEC 18004:2015.
public struct QRSymbol: Sendable, Hashable {
    /// How much of the symbol may be lost; the names are those of the standard.
    public enum Correction: Sendable, Hashable {
        /// 7 %.
        case low
        /// 15 %; what both payment standards ask for.
        case medium
        /// 25 %.
        case quartile
        /// 30 %.
        case high
    }

    /// How many light modules the symbol needs around it (ISO/IEC 18004, 9.1).
    public static let quietZone = 4

    /// How many modules a side has: 17 and 4 for each version.
    public let side: Int
    /// `side` rows of `side` modules from the upper left; true is dark.
    public let modules: [Bool]

    /// The version, 1 to 40.
    public var version: Int { (side - 17) / 4 }

    /// Encodes bytes in byte mode, in the smallest symbol that holds them.
    ///
    /// - Parameters:
    ///   - bytes: What a reader gets; text as UTF-8.
    ///   - correction: How much of the symbol may be lost.
    ///   - largestVersion: The largest symbol that its readers must take, 1 to 40.
    /// - Throws: `qr.tooLong` where the bytes need a larger symbol, or are none.
    public init(
        encoding bytes: [UInt8], correction: Correction = .medium, largestVersion: Int = 40
    ) throws(ToolkitError) {
        guard !bytes.isEmpty, let count = CInt(exactly: bytes.count) else { throw .qrTooLong }
        let code = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe QRcode_encodeData(count, bytes.baseAddress, 0, correction.level)
        }
        // The library tells "too long" and "no memory" apart by errno only; both mean that there is no symbol.
        guard let code = unsafe code else { throw .qrTooLong }
        defer { unsafe QRcode_free(code) }
        guard unsafe Int(code.pointee.version) <= largestVersion else { throw .qrTooLong }
        side = unsafe Int(code.pointee.width)
        let cells = unsafe UnsafeBufferPointer(start: code.pointee.data, count: side * side)
        modules = unsafe cells.map { $0 & 1 == 1 }
    }
}

extension QRSymbol.Correction {
    fileprivate var level: QRecLevel {
        switch self {
        case .low: QR_ECLEVEL_L
        case .medium: QR_ECLEVEL_M
        case .quartile: QR_ECLEVEL_Q
        case .high: QR_ECLEVEL_H
        }
    }
}

extension ToolkitError.Code {
    /// More is to be encoded than a QR symbol holds.
    public static let qrTooLong = Self("qr.tooLong", .rejected)
}

extension ToolkitError {
    fileprivate static var qrTooLong: ToolkitError {
        ToolkitError(.qrTooLong, "There is more text than the QR symbol may hold, or none.", fix: "Shorten the text.")
    }
}
