public import Diagnostics

/// A block of IP addresses, such as `10.0.0.0/8`, `127.0.0.1` or `fc00::/7`.
public struct AddressBlock: Sendable, Hashable {
    /// 4 or 16 bytes.
    let bytes: [UInt8]
    /// How many leading bits count.
    let bits: Int

    /// Reads an address, with the number of leading bits behind a `/` where it stands for many.
    ///
    /// - Parameter text: IPv4 or IPv6; `localhost` stands for both loop-back addresses and is no block.
    /// - Throws: `network.badAddress`.
    public init(_ text: String) throws(ToolkitError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = IPAddress.bytes(of: String(parts[0])) else { throw Self.malformed }
        self.bytes = bytes
        guard parts.count == 2 else {
            bits = bytes.count * 8
            return
        }
        guard let bits = Int(parts[1]), (0...bytes.count * 8).contains(bits) else { throw Self.malformed }
        self.bits = bits
    }

    /// A block that stands in the source.
    fileprivate init(_ bytes: [UInt8], _ bits: Int, size: Int = 4) {
        self.bytes = bytes + [UInt8](repeating: 0, count: size - bytes.count)
        self.bits = bits
    }

    /// Whether an address lies in it.
    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == bytes.count else { return false }
        let whole = bits / 8
        guard address[..<whole].elementsEqual(bytes[..<whole]) else { return false }
        let rest = bits % 8
        return rest == 0 || (address[whole] ^ bytes[whole]) >> (8 - rest) == 0
    }

    private static let malformed = ToolkitError(
        .networkBadAddress, "This is not an IP address or a block of them.",
        fix: "Write it as 192.0.2.7, 10.0.0.0/8 or fd00::/8.")
}

/// Which addresses may be connected to.
///
/// The addresses of revocation services stand in certificates that strangers wrote, so nothing of the own network is
/// open to them unless it is on the list. The resolved address is judged, at the moment of the connection: a name that
/// changes its address between two looks gains nothing.
public struct AddressPolicy: Sendable, Hashable {
    /// What is allowed although it is not public.
    public var allowed: [AddressBlock]

    /// Allows public addresses and those in the blocks.
    public init(allowing allowed: [AddressBlock] = []) { self.allowed = allowed }

    /// Whether a connection may be opened.
    ///
    /// - Parameter address: 4 or 16 bytes in network order.
    /// - Returns: Whether it is public or on the list.
    public func allows(_ address: [UInt8]) -> Bool {
        let inner = Self.embedded(in: address)
        return allowed.contains { $0.contains(address) || inner.map($0.contains) == true }
            || (Self.isPublic(address) && inner.map(Self.isPublic) != false)
    }

    /// Whether an address is reachable from everywhere.
    ///
    /// Source: the special-purpose address registries of RFC 6890.
    static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !special4.contains { $0.contains(address) }
        case 16: AddressBlock([0x20], 3, size: 16).contains(address) && !special6.contains { $0.contains(address) }
        default: false
        }
    }

    /// The IPv4 address inside of an IPv6 one: mapped, compatible, translated (RFC 6052) or 6to4; nil for none.
    private static func embedded(in address: [UInt8]) -> [UInt8]? {
        guard address.count == 16 else { return nil }
        if address[..<10].allSatisfy({ $0 == 0 }) && (address[10..<12] == [0xFF, 0xFF] || address[10..<12] == [0, 0]) {
            return Array(address[12...])
        }
        if address.starts(with: [0x00, 0x64, 0xFF, 0x9B]) { return Array(address[12...]) }
        if address.starts(with: [0x20, 0x02]) { return Array(address[2..<6]) }
        return nil
    }

    private static let special4 = [
        AddressBlock([0], 8), AddressBlock([10], 8), AddressBlock([100, 64], 10), AddressBlock([127], 8),
        AddressBlock([169, 254], 16), AddressBlock([172, 16], 12), AddressBlock([192, 0, 0], 24),
        AddressBlock([192, 0, 2], 24), AddressBlock([192, 88, 99], 24), AddressBlock([192, 168], 16),
        AddressBlock([198, 18], 15), AddressBlock([198, 51, 100], 24), AddressBlock([203, 0, 113], 24),
        AddressBlock([224], 3),
    ]

    /// Within 2000::/3; everything outside of it is not public anyway.
    private static let special6 = [
        AddressBlock([0x20, 0x01, 0x00], 23, size: 16), AddressBlock([0x20, 0x01, 0x0D, 0xB8], 32, size: 16),
        AddressBlock([0x3F, 0xFF], 20, size: 16),
    ]
}
