import Diagnostics

/// The address of a service, checked before it is used: HTTP or HTTPS, without a password in it.
struct ServiceAddress: Hashable {
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// Name and port as they stand, in lower case.
    let authority: String

    /// - Throws: `network.badAddress`.
    init(_ text: String) throws(ToolkitError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 4096, bytes.allSatisfy({ (0x21...0x7E).contains($0) }),
            let scheme = ["http", "https"].first(where: { text.lowercased().hasPrefix("\($0)://") })
        else {
            throw ToolkitError(
                .networkBadAddress, "The address of the service is not one of HTTP.",
                fix: "Write it as https://host/path.")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { !["/", "?", "#", "\\"].contains($0) }
        guard !authority.isEmpty, !authority.contains("@") else {
            throw ToolkitError(
                .networkBadAddress, "The address of the service has no host, or has a name and password in it.",
                fix: "Give name and password apart from the address.")
        }
        self.text = text
        self.scheme = scheme
        self.authority = authority.lowercased()
    }
}
