public import Diagnostics

/// A revocation list, its bytes and what they say.
///
/// Whether it may be believed is another question: see `TrustAnchors`.
///
/// The entries are read only when asked for; lists with a million of them exist.
public struct RevocationList: Sendable, Hashable {
    /// The list in DER.
    public let der: [UInt8]
    /// The name of its issuer in DER.
    public let issuerDER: [UInt8]
    /// When it was made.
    public let thisUpdate: Timestamp
    /// When the next one comes at the latest; nil where it does not say.
    public let nextUpdate: Timestamp?
    /// From when on certificates stay listed after they have expired; nil where they are dropped.
    ///
    /// Source: ITU-T X.509, expiredCertsOnCRL.
    public let keepsExpiredSince: Timestamp?

    private let entries: Range<Int>

    /// The most bytes of a list: 64 MiB.
    public static let sizeLimit = 64 << 20

    /// Reads a list.
    ///
    /// - Parameter der: One list in DER and nothing behind it.
    /// - Throws: `revocationList.unreadable`.
    public init(der: [UInt8]) throws(ToolkitError) {
        guard der.count <= Self.sizeLimit, let whole = DERNode(der[...])?.children, whole.count == 3,
            let fields = whole[0].children
        else { throw Self.unreadable }
        var rest = fields[...]
        if rest.first?.tag == DERTag.integer { rest = rest.dropFirst() }
        guard rest.count >= 3, let thisUpdate = rest[rest.startIndex + 2].time else { throw Self.unreadable }
        issuerDER = Array(rest[rest.startIndex + 1].bytes)
        self.der = der
        self.thisUpdate = thisUpdate
        rest = rest.dropFirst(3)
        nextUpdate = rest.first?.time
        if nextUpdate != nil { rest = rest.dropFirst() }
        if let list = rest.first, list.tag == DERTag.sequence {
            entries = list.content.indices
            rest = rest.dropFirst()
        } else {
            entries = 0..<0
        }
        keepsExpiredSince = CertificateExtension.all(in: rest.first { $0.tag == DERTag.context(0) })
            .first { $0.identifier == "2.5.29.60" }.flatMap { DERNode($0.value[...])?.time }
    }

    /// The list in DER or PEM.
    ///
    /// - Throws: `revocationList.unreadable`.
    public init(file: [UInt8]) throws(ToolkitError) {
        if file.first == 0x30 {
            try self.init(der: file)
        } else {
            guard let der = PEM.blocks(labelled: "X509 CRL", in: file).first else { throw Self.unreadable }
            try self.init(der: der)
        }
    }

    /// When a certificate of this list's issuer was revoked, and why; nil where it is not listed.
    ///
    /// - Parameter serialNumber: The number in hexadecimal, as certificates have it.
    /// - Returns: The time, and the CRLReason where the entry has one.
    func entry(_ serialNumber: String) -> (time: Timestamp, reason: Int?)? {
        let wanted = Self.bytes(of: serialNumber)
        var rest = der[entries]
        while !rest.isEmpty, let entry = DERNode(startOf: rest) {
            rest = rest[entry.bytes.endIndex...]
            guard let serial = DERNode(startOf: entry.content)?.unsigned, serial.elementsEqual(wanted),
                let fields = entry.children, fields.count >= 2, let time = fields[1].time
            else { continue }
            let extensions = (fields.dropFirst(2).first?.children ?? []).compactMap { CertificateExtension($0) }
            let reason = extensions.first { $0.identifier == "2.5.29.21" }.flatMap { DERNode($0.value[...])?.integer }
            return (time, reason)
        }
        return nil
    }

    /// The bytes of a number in hexadecimal, without leading zeros; none for a negative one.
    private static func bytes(of hexadecimal: String) -> [UInt8] {
        var digits = hexadecimal.compactMap(\.hexDigitValue)
        if hexadecimal.hasPrefix("-") { return [] }
        if digits.count % 2 == 1 { digits.insert(0, at: 0) }
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        let trimmed = bytes.drop { $0 == 0 }
        return trimmed.isEmpty ? [0] : Array(trimmed)
    }

    private static let unreadable = ToolkitError(
        .revocationListUnreadable, "This is not a revocation list that can be read.", fix: "Give a list in DER or PEM.")
}

extension ToolkitError.Code {
    /// Bytes that should be a revocation list are not.
    public static let revocationListUnreadable = Self("revocationList.unreadable", .unreadable)
}
