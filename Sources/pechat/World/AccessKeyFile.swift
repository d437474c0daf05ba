import Certificates
import Diagnostics
import Glibc
import InvoiceService
import JSONCore

/// The file of access keys: what is known of each, and never the key itself.
struct AccessKeyFile {
    /// One key.
    struct Entry {
        let prefix: String
        let digest: [UInt8]
        let name: String
        let role: Role
        var issuers: Set<String>?
        var requestsPerMinute: Int?
        var expires: Timestamp?
    }

    /// The keys, in the order in which they were made.
    var entries: [Entry] = []

    /// No key.
    init() {}

    /// Reads the file.
    ///
    /// - Throws: `json.*`; `config.wrong` with the place.
    init(parsing bytes: [UInt8], file: String) throws(ToolkitError) {
        let top = ConfigurationReader(try JSONDocument(parsing: bytes).root, file: file)
        try top.allow(["keys"])
        for key in try top.objects("keys") {
            try key.allow(["prefix", "sha256", "name", "role", "issuers", "requestsPerMinute", "expires"])
            guard let digest = Self.bytes(try key.required("sha256")) else {
                throw key.fault("sha256", "This is no SHA-256 in hexadecimal digits.")
            }
            entries.append(
                Entry(
                    prefix: try key.required("prefix"), digest: digest, name: try key.required("name"),
                    role: try key.role("role"), issuers: try key.texts("issuers").map(Set.init),
                    requestsPerMinute: try key.number("requestsPerMinute", 1...1_000_000),
                    expires: try key.text("expires").map { text throws(ToolkitError) in try Timestamp(text) }))
        }
    }

    /// The keys as the service takes them.
    var keys: [String: AccessKey] {
        Dictionary(
            entries.map { entry in
                (
                    entry.prefix,
                    AccessKey(
                        prefix: entry.prefix, digest: entry.digest, name: entry.name, scopes: entry.role.scopes,
                        issuers: entry.issuers, requestsPerMinute: entry.requestsPerMinute, expires: entry.expires)
                )
            }, uniquingKeysWith: { $1 })
    }

    /// The file as it is written.
    var bytes: [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.key("keys")
        writer.beginArray()
        for entry in entries {
            writer.beginObject()
            writer.member("prefix", entry.prefix)
            writer.member("sha256", Digest.hexadecimal(entry.digest))
            writer.member("name", entry.name)
            writer.member("role", entry.role.rawValue)
            if let issuers = entry.issuers {
                writer.key("issuers")
                writer.beginArray()
                for issuer in issuers.sorted() { writer.string(issuer) }
                writer.endArray()
            }
            if let limit = entry.requestsPerMinute { writer.member("requestsPerMinute", limit) }
            writer.member("expires", entry.expires?.description)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text)
        guard digits.count == 64 else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        return bytes.count == 32 ? bytes : nil
    }
}
