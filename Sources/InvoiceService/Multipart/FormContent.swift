import Diagnostics
import HTTPServer

/// What a form sent: `application/x-www-form-urlencoded` or `multipart/form-data` (RFC 7578).
struct FormContent {
    /// One field or file.
    struct Part {
        let name: String
        /// What the file was called; nil for what is no file.
        var file: String?
        /// The media type as it was sent.
        var type: String?
        let value: [UInt8]
    }

    /// In the order of the form.
    private(set) var parts: [Part] = []

    /// Reads it.
    ///
    /// - Throws: `request.malformed`.
    init(_ request: HTTPRequest) throws(ToolkitError) {
        let type = request.field("content-type") ?? ""
        guard Negotiation.bare(type) == "multipart/form-data" else {
            guard let items = HTTPRequest.form(request.body) else { throw Self.malformed }
            parts = items.map { Part(name: $0.name, value: Array($0.value.utf8)) }
            return
        }
        guard let boundary = Self.parameter("boundary", in: type), (1...70).contains(boundary.utf8.count) else {
            throw Self.malformed
        }
        try readParts(request.body, between: Array("--\(boundary)".utf8))
    }

    /// The text of a field; empty where there is none.
    func text(_ name: String) -> String { String(decoding: bytes(name), as: UTF8.self) }

    /// The bytes of a field or file; empty where there is none.
    func bytes(_ name: String) -> [UInt8] { parts.first { $0.name == name }?.value ?? [] }

    /// Whether a box is ticked.
    func flag(_ name: String) -> Bool { !bytes(name).isEmpty }

    private mutating func readParts(_ body: [UInt8], between mark: [UInt8]) throws(ToolkitError) {
        guard body.starts(with: mark) else { throw Self.malformed }
        var start = mark.count
        var count = 0
        let end = Array("\r\n".utf8) + mark
        while body[start...].starts(with: [0x0D, 0x0A]) {
            start += 2
            count += 1
            guard count <= 50, let head = Self.find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: start),
                head - start < 4096, let next = Self.find(end, in: body, from: head + 2)
            else { throw Self.malformed }
            let value = next > head + 4 ? Array(body[(head + 4)..<next]) : []
            if let part = Self.part(String(decoding: body[start..<head], as: UTF8.self), value) { parts.append(part) }
            start = next + end.count
        }
        guard body[start...].starts(with: Array("--".utf8)) else { throw Self.malformed }
    }

    /// A part by its head; nil for one without a name.
    private static func part(_ head: String, _ value: [UInt8]) -> Part? {
        var (name, file, type): (String?, String?, String?)
        for line in head.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            switch line[..<colon].lowercased() {
            case "content-disposition":
                name = parameter("name", in: String(line))
                file = parameter("filename", in: String(line))
            case "content-type": type = String(line[colon...].dropFirst().drop { $0 == " " })
            default: break
            }
        }
        return name.map { Part(name: $0, file: file, type: type, value: value) }
    }

    /// The value of a parameter of a header field, quoted or not; what is quoted may hold semicolons (RFC 9110 §5.6.4).
    private static func parameter(_ name: String, in field: String) -> String? {
        var pieces: [String] = [""]
        var (isQuoted, isEscaped) = (false, false)
        for scalar in field.unicodeScalars {
            switch scalar {
            case _ where isEscaped:
                isEscaped = false
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case ";" where !isQuoted: pieces.append("")
            default: pieces[pieces.count - 1].unicodeScalars.append(scalar)
            }
        }
        for piece in pieces.dropFirst() {
            guard let sign = piece.firstIndex(of: "=") else { continue }
            guard piece[..<sign].filter({ $0 != " " }).lowercased() == name else { continue }
            return String(piece[sign...].dropFirst().drop { $0 == " " })
        }
        return nil
    }

    private static func find(_ mark: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = mark.first, body.count >= mark.count else { return nil }
        var place = start
        while place <= body.count - mark.count, let next = body[place...].firstIndex(of: first) {
            guard next <= body.count - mark.count else { return nil }
            if body[next..<(next + mark.count)].elementsEqual(mark) { return next }
            place = next + 1
        }
        return nil
    }

    private static var malformed: ToolkitError {
        ToolkitError(
            .requestMalformed, "The form cannot be read.", fix: "Send it as RFC 7578 says, or again from the page.")
    }
}
