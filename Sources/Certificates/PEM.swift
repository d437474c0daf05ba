import Diagnostics

/// The blocks of PEM text.
///
/// Source: RFC 7468.
enum PEM {
    /// The DER bytes of every certificate block, in order; other blocks are passed over.
    static func certificates(in bytes: [UInt8]) throws(ToolkitError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var body: [UInt8]?
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.starts(with: Array("-----BEGIN ".utf8)) {
                let label = line.dropFirst(11)
                let isCertificate =
                    label.starts(with: Array("CERTIFICATE-----".utf8))
                    || label.starts(with: Array("X509 CERTIFICATE-----".utf8))
                body = isCertificate ? [] : nil
            } else if line.starts(with: Array("-----END ".utf8)) {
                guard let text = body else { continue }
                guard let der = Base64.decode(text) else { throw .certificateUnreadable }
                found.append(der)
                body = nil
            } else if body != nil {
                body?.append(contentsOf: line)
            }
        }
        guard body == nil else { throw .certificateUnreadable }
        return found
    }

    /// The DER bytes of every block with a label; broken blocks are passed over.
    static func blocks(labelled label: String, in bytes: [UInt8]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var body: [UInt8]?
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.starts(with: Array("-----BEGIN \(label)-----".utf8)) {
                body = []
            } else if line.starts(with: Array("-----END ".utf8)) {
                if let der = body.flatMap({ Base64.decode($0) }) { found.append(der) }
                body = nil
            } else {
                body?.append(contentsOf: line)
            }
        }
        return found
    }

    /// A block with its label.
    static func text(_ label: String, _ der: [UInt8]) -> String {
        var lines = "-----BEGIN \(label)-----\n"
        var rest = String(decoding: Base64.encode(der), as: UTF8.self)[...]
        while !rest.isEmpty {
            lines += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return lines + "-----END \(label)-----\n"
    }
}
