/// One extension of a certificate or of a revocation list.
///
/// Source: RFC 5280 §4.1.
public struct CertificateExtension: Sendable, Hashable {
    /// The dotted object identifier.
    public let identifier: String
    /// Whether those who do not know it must refuse the certificate.
    public let isCritical: Bool
    /// What the octet string holds.
    public let value: [UInt8]

    /// The extensions in a `[0]` or `[3]` wrapper; empty where they cannot be read.
    static func all(in wrapper: DERNode?) -> [CertificateExtension] {
        (wrapper?.only?.children ?? []).compactMap { CertificateExtension($0) }
    }

    init?(_ node: DERNode) {
        guard let parts = node.children, (2...3).contains(parts.count), let name = parts[0].objectIdentifier,
            let value = parts.last, value.tag == DERTag.octetString
        else { return nil }
        identifier = name
        isCritical = parts.count == 3 && parts[1].boolean == true
        self.value = Array(value.content)
    }
}

extension Certificate {
    /// All extensions in the order of the certificate.
    public var extensions: [CertificateExtension] {
        let fields = DERNode(der[...])?.children?.first?.children ?? []
        return CertificateExtension.all(in: fields.last { $0.tag == DERTag.context(3) })
    }

    /// What an extension holds, by its dotted identifier; nil where it is not there.
    func value(of identifier: String) -> [UInt8]? { extensions.first { $0.identifier == identifier }?.value }

    /// The purposes of the key, dotted; nil where the certificate does not restrict them.
    ///
    /// Source: RFC 5280 §4.2.1.12.
    public var extendedKeyUsages: [String]? {
        guard let value = value(of: "2.5.29.37") else { return nil }
        return DERNode(value[...])?.children?.compactMap(\.objectIdentifier) ?? []
    }

    /// Whether it is a certificate for time-stamping and nothing else, and says so critically.
    ///
    /// Source: RFC 3161 §2.3.
    public var isForTimestampsOnly: Bool {
        extensions.contains { $0.identifier == "2.5.29.37" && $0.isCritical }
            && extendedKeyUsages == ["1.3.6.1.5.5.7.3.8"]
    }

    /// Whether it may sign OCSP answers in the name of its issuer.
    ///
    /// Source: RFC 6960 §4.2.2.2.
    public var isForOCSP: Bool { extendedKeyUsages?.contains("1.3.6.1.5.5.7.3.9") == true }

    /// Whether its issuer asks not to look for its revocation, as OCSP responders have it.
    ///
    /// Source: RFC 6960 §4.2.2.2.1.
    public var needsNoRevocationCheck: Bool { value(of: "1.3.6.1.5.5.7.48.1.5") != nil }

    /// The policies under which it was issued, dotted.
    ///
    /// Source: RFC 5280 §4.2.1.4.
    public var policies: [String] {
        guard let value = value(of: "2.5.29.32") else { return [] }
        return (DERNode(value[...])?.children ?? []).compactMap { $0.children?.first?.objectIdentifier }
    }

    /// The identifier of its key; nil where it has none.
    ///
    /// Source: RFC 5280 §4.2.1.2.
    public var subjectKeyIdentifier: [UInt8]? {
        guard let value = value(of: "2.5.29.14"), let node = DERNode(value[...]), node.tag == DERTag.octetString else {
            return nil
        }
        return Array(node.content)
    }

    /// Where its state can be asked for by OCSP.
    public var ocspAddresses: [String] { accessAddresses("1.3.6.1.5.5.7.48.1") }

    /// Where the certificate of its issuer can be fetched.
    public var issuerAddresses: [String] { accessAddresses("1.3.6.1.5.5.7.48.2") }

    /// Where revocation lists can be fetched.
    ///
    /// Source: RFC 5280 §4.2.1.13.
    public var revocationListAddresses: [String] {
        guard let value = value(of: "2.5.29.31") else { return [] }
        var found: [String] = []
        for point in DERNode(value[...])?.children ?? [] {
            let names = point.children?.first { $0.tag == DERTag.context(0) }?.only
            guard let names, names.tag == DERTag.context(0) else { continue }
            found += (names.children ?? []).compactMap(Self.address)
        }
        return found
    }

    /// Source: RFC 5280 §4.2.2.1.
    private func accessAddresses(_ method: String) -> [String] {
        guard let value = value(of: "1.3.6.1.5.5.7.1.1") else { return [] }
        return (DERNode(value[...])?.children ?? []).compactMap { description in
            guard let parts = description.children, parts.count == 2, parts[0].objectIdentifier == method else {
                return nil
            }
            return Self.address(parts[1])
        }
    }

    /// A `GeneralName` that is an address on the web; others cannot be fetched here.
    private static func address(_ name: DERNode) -> String? {
        guard name.tag == DERTag.context(6, constructed: false), name.content.count <= 2048,
            let text = String(validating: name.content, as: UTF8.self)
        else { return nil }
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://") ? text : nil
    }
}
