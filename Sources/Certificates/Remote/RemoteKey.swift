public import Diagnostics
import JSONCore

/// Where a key lives that another service holds, as a small JSON file says it.
///
/// ```json
/// {"remote": "https://keys.example.mk/sign", "key": "seal-1", "certificate": "seal.pem", "user": "pechat"}
/// ```
/// `certificate` is the path of a PEM file, seen from the JSON file, or PEM text itself; `key` and `user` may be missing.
/// The file holds no secret: the password for the service comes from where the passwords of key files come from.
/// The contract with the service is in `docs/remote-signer.md`.
public struct RemoteKey: Sendable, Hashable {
    /// The address that takes requests.
    public let url: String
    /// The name of the key at the service; nil where the service has one only.
    public let name: String?
    /// The path of the PEM file with the certificates, or the PEM text.
    public let certificate: String
    /// The user's name for the service; nil where the password is a bearer token.
    public let user: String?

    /// Whether a key file is meant to be such a description: whether it begins with a brace.
    public static func isDescription(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) } == UInt8(ascii: "{")
    }

    /// Reads a description.
    ///
    /// - Throws: `json.*`; `key.badAddress` for a key that is missing, unknown or no text.
    public init(parsing bytes: [UInt8]) throws(ToolkitError) {
        let document = try JSONDocument(parsing: bytes)
        var values: [String: String] = [:]
        guard document.root.kind == .object else { throw Self.malformed("It must be an object.") }
        for member in document.root.members {
            guard let key = member.key.string, let value = member.value.string,
                ["remote", "key", "certificate", "user"].contains(key)
            else { throw Self.malformed("It has remote, certificate, key and user, all of them texts.") }
            values[key] = value
        }
        guard let url = values["remote"], let certificate = values["certificate"] else {
            throw Self.malformed("`remote` and `certificate` must be there.")
        }
        self.url = url
        self.certificate = certificate
        name = values["key"]
        user = values["user"]
    }

    /// The value of the `Authorization` field for a password, or for a bearer token where there is no user.
    ///
    /// - Returns: nil without a password.
    public func authorization(password: [UInt8]?) -> String? {
        guard let password else { return nil }
        guard let user else { return "Bearer " + String(decoding: password, as: UTF8.self) }
        return NetworkRequest.basicAuthorization(user: user, password: password)
    }

    private static func malformed(_ reason: String) -> ToolkitError {
        ToolkitError(
            .keyBadAddress, "The description of the remote key cannot be read. \(reason)",
            fix: #"Write it as {"remote": "https://host/path", "certificate": "file.pem"}."#)
    }
}
