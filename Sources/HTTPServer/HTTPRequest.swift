/// A request, as far as it has come: before the body is there, `body` is empty.
public struct HTTPRequest: Sendable {
    /// The method as it was sent, such as `GET`.
    public let method: String
    /// The request target as it was sent, for logs of problems only: a query may hold anything.
    public let target: String
    /// The segments of the path, each decoded once; nil where the target is none that anybody serves.
    public let path: [String]?
    /// The names and values of the query, decoded, in order; nil where they cannot be decoded.
    public var query: [(name: String, value: String)]?
    /// Field names in lower case with their values, in order.
    public var fields: [(name: String, value: String)]
    /// The numeric address of the client; empty for a Unix socket.
    public let address: String
    /// The certificate that the client showed, when clients may show one.
    public let certificate: ClientCertificate?
    /// The content.
    public var body: [UInt8]

    /// Puts a request together.
    ///
    /// - Parameters:
    ///   - method: Such as `GET`.
    ///   - target: As it stands in the request line.
    ///   - fields: With names in any case.
    ///   - address: Of the client.
    ///   - certificate: Of the client.
    ///   - body: The content.
    public init(
        method: String, target: String, fields: [(name: String, value: String)] = [], address: String = "",
        certificate: ClientCertificate? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.fields = fields.map { (name: $0.name.lowercased(), value: $0.value) }
        self.address = address
        self.certificate = certificate
        self.body = body
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = Self.segments(of: parts.first ?? "")
        query = parts.count == 2 ? Self.items(of: parts[1]) : []
    }

    /// The value of a field; of one that was sent several times, the values with commas between (RFC 9110 §5.3).
    public func field(_ name: String) -> String? {
        let values = fields.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// How often a field was sent.
    public func count(of name: String) -> Int { fields.count { $0.name == name } }

    /// The path without its first slash, cut at slashes, and then decoded: `%2F` is a letter of a segment.
    ///
    /// Dot segments, control characters and what is no UTF-8 have no place in the address of a resource.
    static func segments(of path: Substring) -> [String]? {
        guard path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = decoded(part), segment != ".", segment != "..",
                segment.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
            else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The fields of a form (`application/x-www-form-urlencoded`), decoded, in order; nil where they cannot be decoded.
    public static func form(_ content: [UInt8]) -> [(name: String, value: String)]? {
        String(validating: content, as: UTF8.self).flatMap { items(of: $0[...]) }
    }

    static func items(of query: Substring) -> [(name: String, value: String)]? {
        var items: [(name: String, value: String)] = []
        for part in query.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(pair[0], plusIsBlank: true),
                let value = pair.count == 2 ? decoded(pair[1], plusIsBlank: true) : ""
            else { return nil }
            items.append((name, value))
        }
        return items
    }

    /// Resolves percent escapes; nil where one is broken or the result is no UTF-8.
    static func decoded(_ text: Substring, plusIsBlank: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}

/// The certificate of a client.
public struct ClientCertificate: Sendable, Hashable {
    /// The certificate in DER.
    public let der: [UInt8]
    /// Whether it leads to one of the authorities of the server, is in time, and may be used by clients.
    public let isTrusted: Bool

    /// Brings both facts together.
    public init(der: [UInt8], isTrusted: Bool) {
        self.der = der
        self.isTrusted = isTrusted
    }
}
