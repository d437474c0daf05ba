import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import InvoiceService

@Suite("Forms in, several files out: as curl sends them, as Python's email reads them")
struct MultipartTests {
    private static func sample() throws -> [UInt8] { try PackageFolder.bytes("samples/goods/invoice.json") }

    private static func form(_ parts: [(head: String, value: [UInt8])], boundary: String = "b") -> [UInt8] {
        var form: [UInt8] = []
        for part in parts { form += Array("--\(boundary)\r\n\(part.head)\r\n\r\n".utf8) + part.value + [0x0D, 0x0A] }
        return form + Array("--\(boundary)--\r\n".utf8)
    }

    private static func file(_ type: String, _ value: [UInt8]) -> (String, [UInt8]) {
        ("Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: \(type)", value)
    }

    private func send(_ path: String, _ parts: [(String, [UInt8])]) throws -> HTTPResponse {
        try ServiceUnderTest().send(
            "POST", path, as: .finance, type: "multipart/form-data; boundary=b", Self.form(parts))
    }

    @Test("a file of a form is as good as the file alone, and fields are parameters")
    func upload() throws {
        let invoice = try Self.sample()
        let alone = try ServiceUnderTest().send(
            "POST", "/v1/render?language=en", as: .finance, type: "application/json", invoice)
        let language = ("Content-Disposition: form-data; name=\"language\"", Array("en".utf8))
        let uploaded = try send("/v1/render", [language, Self.file("application/json", invoice)])
        #expect(alone.status == 200 && uploaded.status == 200, "\(uploaded.text)")
        #expect(alone.bytes == uploaded.bytes)
    }

    @Test(
        "what is wrong with a form is said",
        arguments: [
            ([("file", "application/json", "")], 400, "file"), ([("invoice", "application/json", "{}")], 400, "file"),
            ([("file", "image/gif", "{}")], 415, "application/json"),
            ([("file", "application/json", "{}"), ("file", "application/json", "{}")], 400, "file"),
            ([("file", "application/json", "{}"), ("colour", "text/plain", "red")], 400, "language"),
            ([("file", "application/json", "{}"), ("language", "text/plain", "xx")], 400, "language"),
        ])
    func wrong(parts: [(name: String, type: String, text: String)], status: Int, word: String) throws {
        let answer = try send(
            "/v1/render",
            parts.map {
                ("Content-Disposition: form-data; name=\"\($0.name)\"\r\nContent-Type: \($0.type)", Array($0.text.utf8))
            })
        #expect(answer.status == status && answer.text.contains(word), "\(answer.text)")
    }

    @Test(
        "lines of a head that say nothing are passed over, and a quoted name may hold semicolons",
        arguments: ["X: y", ":", "::", " ", "no colon", ":x", "Content-Type", "X-É\u{301}:\u{0}"])
    func oddHeads(line: String) throws {
        let head =
            "Content-Disposition: form-data; filename*=UTF-8''f.xml; name=\"file\"; filename=\"a; name=b \\\"c\\\".json\"\r\n"
            + "\(line)\r\nContent-Type: application/octet-stream"
        let answer = try send("/v1/render", [(head, Self.sample())])
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// Bodies that are no form, or one that nobody sends for good.
    static let hostile: [(type: String, body: [UInt8])] = {
        let type = "multipart/form-data; boundary=b"
        let part = Array("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n".utf8)
        let many = [[UInt8]](repeating: Array("--b\r\nX: y\r\n\r\n\r\n".utf8), count: 100_000).flatMap { $0 }
        return [
            ("multipart/form-data", part), ("multipart/form-data; boundary=", part),
            ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", part), (type, part),
            (type, part + Array("{}\r\n--b".utf8)), (type, part + Array("{}\r\n--bc\r\n--b--".utf8)),
            (type, many + Array("--b--".utf8)), (type, part + [UInt8](repeating: 0x0D, count: 400_000)),
            (type, Array("--b\r\n".utf8) + [UInt8](repeating: 0x41, count: 400_000)), (type, [0x0D, 0x0A]),
        ]
    }()

    @Test("what is no form is refused, soon", .timeLimit(.minutes(1)), arguments: hostile)
    func refused(type: String, body: [UInt8]) throws {
        let answer = try ServiceUnderTest().send("POST", "/v1/render", as: .finance, type: type, body)
        #expect(answer.status == 400, "\(answer.text)")
    }

    @Test("a form is no content for operations that take no file")
    func noUpload() throws {
        let answer = try ServiceUnderTest().send(
            "POST", "/v1/keys/seal/deactivate", as: .admin, type: "multipart/form-data; boundary=b",
            Self.form([Self.file("application/json", Array("{}".utf8))]))
        #expect(answer.status == 415)
    }

    @Test("PDF and e-invoice come in one answer, whole", .needsTool("python3"), arguments: ["", "?mark=draft"])
    func mixed(query: String) throws {
        let service = try ServiceUnderTest()
        let answer = service.send(
            "POST", "/v1/render\(query)", as: .finance, type: "application/json", accept: "multipart/mixed",
            try Self.sample())
        #expect(answer.status == 200, "\(answer.text)")
        let script = """
            import email.policy, email.parser, sys
            data = open(sys.argv[1], 'rb').read()
            message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(data)
            for part in message.iter_parts():
                content = part.get_content()
                content = content if isinstance(content, bytes) else content.encode()
                print(part.get_content_type(), part.get_filename(), len(content) == int(part['Content-Length']), end=';')
                open(sys.argv[2] + '/' + part.get_filename(), 'wb').write(content)
            """
        try Tool.withTemporaryFolder { folder in
            let type = try #require(answer.field("Content-Type"))
            let message = Array("Content-Type: \(type)\r\n\r\n".utf8) + answer.bytes
            try Data(message).write(to: URL(fileURLWithPath: "\(folder)/m"))
            let judged = try Tool.python(script, ["\(folder)/m", folder])
            let xml = "application/xml document.xml True;"
            #expect(
                judged.output == "application/pdf document.pdf True;\(query.isEmpty ? xml : "")", "\(judged.errors)")
            let pdf = service.send(
                "POST", "/v1/render\(query)", as: .finance, type: "application/json", try Self.sample())
            #expect(try Tool.bytes(of: "\(folder)/document.pdf") == pdf.bytes)
            guard query.isEmpty else { return }
            let alone = service.send("POST", "/v1/xml", as: .finance, type: "application/json", try Self.sample())
            #expect(try Tool.bytes(of: "\(folder)/document.xml") == alone.bytes)
        }
    }

    @Test("the XML that was sent is the XML that comes back")
    func ublMixed() throws {
        let service = try ServiceUnderTest()
        let xml = service.send("POST", "/v1/xml", as: .finance, type: "application/json", try Self.sample()).bytes
        let answer = service.send(
            "POST", "/v1/render", as: .finance, type: "application/xml", accept: "multipart/mixed", xml)
        #expect(answer.status == 200 && answer.bytes.firstRange(of: xml) != nil)
    }
}
