import COpenSSL
import COpenSSLShim

/// A CMS message with its content inside and one signer, read by OpenSSL and copied out at once.
///
/// Source: RFC 5652 §5.
struct SignedMessage {
    /// The dotted type of the content.
    let contentType: String
    /// The content.
    let content: [UInt8]
    /// Whether the digest of the content and the signature are good; says nothing about trust.
    let isIntact: Bool
    /// Whether the signer digested with something else than SHA-256, SHA-384 or SHA-512.
    let isWeak: Bool
    /// The certificate of the signer.
    let signer: [UInt8]
    /// All certificates of the message.
    let certificates: [[UInt8]]
    /// All revocation lists of the message.
    let revocationLists: [[UInt8]]
    /// The one value of each signed attribute, by its dotted type.
    let signedAttributes: [String: [UInt8]]

    /// Reads a message; nil where there is not exactly one signer with a certificate, or bytes are left over.
    init?(_ der: [UInt8]) {
        defer { ERR_clear_error() }
        let opened = unsafe der.withUnsafeBufferPointer {
            unsafe pechat_signed_message_open($0.baseAddress, $0.count)
        }
        guard let message = unsafe opened else { return nil }
        defer { unsafe pechat_signed_message_free(message) }
        func copy(_ part: pechat_signed_message_part, _ index: Int) -> [UInt8]? {
            var size = 0
            guard let start = unsafe pechat_signed_message_get(message, part, index, &size) else { return nil }
            return unsafe Array(UnsafeBufferPointer(start: start, count: size))
        }
        func all(_ part: pechat_signed_message_part) -> [[UInt8]] {
            var found: [[UInt8]] = []
            while let next = copy(part, found.count) { found.append(next) }
            return found
        }
        guard let signer = copy(PECHAT_SIGNED_MESSAGE_SIGNER, 0),
            let content = copy(PECHAT_SIGNED_MESSAGE_CONTENT, 0),
            let type = copy(PECHAT_SIGNED_MESSAGE_CONTENT_TYPE, 0).flatMap({ DERNode($0[...])?.objectIdentifier })
        else { return nil }
        contentType = type
        self.content = content
        self.signer = signer
        isIntact = unsafe pechat_signed_message_is_intact(message) == 1
        isWeak = unsafe pechat_signed_message_is_weak(message) == 1
        certificates = all(PECHAT_SIGNED_MESSAGE_CERTIFICATE)
        revocationLists = all(PECHAT_SIGNED_MESSAGE_REVOCATION_LIST)
        var attributes: [String: [UInt8]] = [:]
        for attribute in all(PECHAT_SIGNED_MESSAGE_ATTRIBUTE) {
            guard let parts = DERNode(attribute[...])?.children, parts.count == 2,
                let type = parts[0].objectIdentifier, attributes[type] == nil, let value = parts[1].only
            else { return nil }
            attributes[type] = Array(value.bytes)
        }
        signedAttributes = attributes
    }
}
