import Certificates
import JSONCore

extension AccessKey {
    /// What the configuration keeps of a key, as one line of JSON.
    ///
    /// - Parameter role: What the key may do.
    public func configurationLine(_ role: Role) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", name)
        writer.member("prefix", prefix)
        writer.member("sha256", Digest.hexadecimal(digest))
        writer.member("role", role.rawValue)
        writer.member("expires", expires?.description)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
