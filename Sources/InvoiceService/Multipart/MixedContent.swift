import Certificates
import Diagnostics
import HTTPServer

/// Several files in one answer: `multipart/mixed` (RFC 2046 §5.1.3).
enum MixedContent {
    static let type = "multipart/mixed"

    /// One file.
    struct Part {
        let name: String
        let type: String
        let bytes: [UInt8]
    }

    /// An answer with these files, in their order.
    ///
    /// The boundary is made of the files: the same files are the same answer, and no file can hold it by chance or by intent.
    static func answer(_ parts: [Part], _ findings: [Finding] = []) throws(ToolkitError) -> HTTPResponse {
        var digests: [UInt8] = []
        for part in parts { digests += try Digest.sha256(part.bytes) }
        let boundary = "pechat-\(Digest.hexadecimal(try Digest.sha256(digests)).prefix(48))"
        var body: [UInt8] = []
        body.reserveCapacity(parts.reduce(256) { $0 + $1.bytes.count + 256 })
        for part in parts {
            let head = """
                --\(boundary)\r
                Content-Type: \(part.type)\r
                Content-Disposition: attachment; filename="\(part.name)"\r
                Content-Length: \(part.bytes.count)\r
                \r\n
                """
            body += head.utf8
            body += part.bytes
            body += "\r\n".utf8
        }
        body += "--\(boundary)--\r\n".utf8
        return try Routes.file(body, "\(type); boundary=\(boundary)", findings)
    }
}
