import Glibc

/// IP addresses as text.
enum IPAddress {
    /// The 4 or 16 bytes of an address in network order; nil for names and everything else.
    static func bytes(of text: String) -> [UInt8]? {
        if text.utf8.contains(UInt8(ascii: ":")) {
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
            return unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
        }
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
    }
}
