import Certificates
import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Signing

extension Routes {
    /// Signatures with the keys of the service, and those keys.
    static var signing: [Route] {
        [
            Route(
                "POST", "/v1/sign", operation: "sign", tag: "signing", summary: "Signs XML, PDF, JSON, or a digest",
                details: """
                    As `pechat sign`. Without `format` the type of the content decides: XML becomes XAdES, PDF PAdES, JSON a JSON
                    Web Signature. With `format=digest` the content is the digest itself and the answer the bare signature
                    with the certificates. Each signature is entered in the audit before it is handed out.
                    """,
                access: .scope(.sign),
                parameters: [
                    RouteParameter("key", .string(longest: 64), "The key; the default one where none is named."),
                    RouteParameter("format", .choice(["xades", "xmldsig", "pades", "jws", "digest"]), "The form."),
                    RouteParameter(
                        "level", .choice(SignatureLevel.allCases.map(\.rawValue)), "The baseline level; B-B by default."
                    ),
                    RouteParameter(
                        "packaging", .choice(XAdESSigner.Packaging.allCases.map(\.rawValue)),
                        "Where an XML signature stands; ubl by default."),
                    RouteParameter("reason", .string(longest: 200), "Of a PDF: why it is signed."),
                    RouteParameter("location", .string(longest: 200), "Of a PDF: where it is signed."),
                    RouteParameter(
                        "release", .string(longest: 64), "Of a key with four eyes: the release, once it is approved."),
                ],
                content: RouteContent(
                    [
                        ("application/xml", .binary), ("text/xml", .binary), ("application/pdf", .binary),
                        ("application/json", .any), ("application/octet-stream", .binary),
                    ], limit: 64 << 20, isUpload: true, "What is signed."),
                answers: [
                    RouteAnswer(
                        200, "The signed file; of a digest the signature.",
                        [
                            ("application/xml", .binary), ("application/pdf", .binary), ("application/jose", .binary),
                            ("application/json", .reference("DigestSignature")),
                        ]),
                    .json(
                        "Another caller must release the signature; then the same request is sent with `release`.",
                        .reference("Release"), status: 202
                    ).naming("release", at: "/id"),
                ], problems: [400, 404, 406, 409, 422, 503]
            ) { call throws(ToolkitError) in try sign(call) },
            Route(
                "GET", "/v1/keys", operation: "listKeys", tag: "signing", summary: "Lists the keys of the service",
                access: .scope(.readKeys),
                answers: [
                    .json("The keys; never what is in them.", .reference("KeyList")).naming("key", at: "/keys/0/name")
                ]
            ) { call in
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("keys")
                writer.beginArray()
                for key in call.service.keys.keys { write(key, call, to: &writer) }
                writer.endArray()
                writer.endObject()
                return HTTPResponse(type: "application/json", writer.bytes)
            },
            Route(
                "GET", "/v1/keys/{key}", operation: "getKey", tag: "signing", summary: "Shows a key of the service",
                access: .scope(.readKeys), answers: [.json("The key.", .reference("Key"))], problems: [404]
            ) { call throws(ToolkitError) in try shown(call) },
            Route(
                "POST", "/v1/keys/{key}/default", operation: "makeKeyDefault", tag: "signing",
                summary: "Makes a key the one that is used where none is named", access: .scope(.manageKeys),
                answers: [.json("The key.", .reference("Key"))], problems: [404, 503]
            ) { call throws(ToolkitError) in try change(call, "key.default") },
            Route(
                "POST", "/v1/keys/{key}/deactivate", operation: "deactivateKey", tag: "signing",
                summary: "Switches a key off, with a reason", access: .scope(.manageKeys),
                content: .json(
                    .object([("reason", .string(pattern: "[\\s\\S]+", longest: 500))], required: ["reason"]),
                    limit: 8 << 10, "Why."),
                answers: [.json("The key.", .reference("Key"))], problems: [400, 404, 422, 503]
            ) { call throws(ToolkitError) in
                let body = try JSONDocument(parsing: call.body).root
                guard let reason = body["reason"]?.string, !reason.isEmpty, reason.unicodeScalars.count <= 500,
                    body.count == 1
                else {
                    throw ToolkitError(
                        .contentWrong, "A key is switched off with a reason.", fix: "Send {\"reason\": \"…\"}.")
                }
                return try change(call, "key.deactivated", [("reason", reason)])
            },
            Route(
                "POST", "/v1/keys/{key}/activate", operation: "activateKey", tag: "signing",
                summary: "Switches a key on again", access: .scope(.manageKeys),
                answers: [.json("The key.", .reference("Key"))], problems: [404, 503]
            ) { call throws(ToolkitError) in try change(call, "key.activated") },
        ]
    }

    private static func format(_ call: Call) throws(ToolkitError) -> String {
        if let format = call.query("format") { return format }
        switch call.contentType {
        case "application/xml", "text/xml": return "xades"
        case "application/pdf": return "pades"
        case "application/json": return "jws"
        default:
            throw ToolkitError(.parameterWrong, "The form of the signature is not clear.", fix: "Give `format`.")
        }
    }

    private static func sign(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let format = try format(call)
        let types = [
            "xades": "application/xml", "xmldsig": "application/xml", "pades": "application/pdf",
            "jws": "application/jose", "digest": "application/json",
        ]
        let type = try call.preferred([types[format] ?? "application/octet-stream"])
        let keys = call.service.keys
        let key = try keys.permitted(call.query("key"), format: format, for: SigningCaller(call))
        var approved: SignatureRelease?
        if key.needsRelease {
            guard let id = call.query("release") else { return try requested(of: key, format, call) }
            approved = try keys.use(id, of: key, call)
        }
        do throws(ToolkitError) {
            try keys.take(key, for: SigningCaller(call))
            return try sign(call, with: key, format, type, releasedBy: approved)
        } catch {
            // What was not signed may be tried again.
            if let approved { keys.giveBack(approved) }
            throw error
        }
    }

    private static func sign(
        _ call: Call, with key: ServiceKey, _ format: String, _ type: String, releasedBy release: SignatureRelease?
    ) throws(ToolkitError) -> HTTPResponse {
        let released = release?.facts ?? []
        let digest = Digest.hexadecimal(try Digest.sha256(call.body))
        guard format != "digest" else { return try signDigest(call, key, released) }
        let level = call.query("level").flatMap(SignatureLevel.init(rawValue:)) ?? .bB
        let timestamps = level > .bB ? call.service.timestamps : nil
        let order = SignOrder(
            order(format, call), level: level, timestamps: timestamps?.service,
            collector: level > .bT ? timestamps?.collector : nil)
        let signed = try order.sign(call.body, by: key.signer, at: call.now)
        let signedDigest = try Digest.sha256(signed.bytes)
        try call.service.keys.record(
            "signature", key.name, call,
            [
                ("format", format), ("level", signed.level.rawValue), ("contentSHA256", digest),
                ("signedSHA256", Digest.hexadecimal(signedDigest)),
            ] + released)
        call.service.metrics.countSignature(of: key.name)
        var response = file(signed.bytes, type, digest: signedDigest)
        response.set("Pechat-Signature-Level", signed.level.rawValue)
        response.set("Pechat-Key", key.name)
        return response
    }

    private static func order(_ format: String, _ call: Call) -> SignOrder.Format {
        switch format {
        case "pades":
            var options = PDFSignatureOptions()
            options.reason = call.query("reason")
            options.location = call.query("location")
            return .pdf(options)
        case "jws": return .jws
        default:
            var options = XAdESSigner.Options()
            options.packaging = call.query("packaging").flatMap(XAdESSigner.Packaging.init(rawValue:)) ?? .ubl
            options.hasProperties = format != "xmldsig"
            return .xml(options)
        }
    }

    /// The bare signature of a digest, as a remote signer gives it.
    private static func signDigest(
        _ call: Call, _ key: ServiceKey, _ released: [(String, String)]
    ) throws(ToolkitError) -> HTTPResponse {
        let sizes = [32: DigestAlgorithm.sha256, 48: .sha384, 64: .sha512]
        guard let kind = sizes[call.body.count],
            let algorithm = key.signer.algorithms.first(where: { $0.digest == kind })
        else {
            throw ToolkitError(
                .contentWrong, "The content is no digest that this key signs.",
                fix: "Send the 32 bytes of SHA-256 as they are, or 48 or 64 of SHA-384 and SHA-512.")
        }
        let signature = try key.signer.sign(digest: call.body, with: algorithm)
        try call.service.keys.record(
            "signature", key.name, call,
            [("format", "digest"), ("algorithm", algorithm.rawValue), ("digest", Digest.hexadecimal(call.body))]
                + released)
        call.service.metrics.countSignature(of: key.name)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("algorithm", algorithm.rawValue)
        writer.member("signature", String(decoding: Base64.encode(signature), as: UTF8.self))
        writer.key("certificates")
        writer.beginArray()
        for certificate in key.signer.chain {
            writer.string(String(decoding: Base64.encode(certificate.der), as: UTF8.self))
        }
        writer.endArray()
        writer.endObject()
        return HTTPResponse(type: "application/json", writer.bytes)
    }

    private static func change(
        _ call: Call, _ event: String, _ facts: [(String, String)] = []
    ) throws(ToolkitError) -> HTTPResponse {
        let key = try call.service.keys.key(call.path["key"] ?? "")
        try call.service.keys.record(event, key.name, call, facts)
        return try shown(call)
    }

    private static func shown(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        var writer = JSONWriter()
        write(try call.service.keys.key(call.path["key"] ?? ""), call, to: &writer)
        return HTTPResponse(type: "application/json", writer.bytes)
    }

    private static func write(_ key: ServiceKey, _ call: Call, to writer: inout JSONWriter) {
        let keys = call.service.keys
        let reason = keys.reason(key.name)
        writer.beginObject()
        writer.member("name", key.name)
        writer.member("default", keys.standard == key.name)
        writer.member("active", reason == nil)
        writer.member("reason", orNull: reason)
        writer.member("needsRelease", key.needsRelease)
        writer.key("algorithms")
        writer.beginArray()
        for algorithm in key.signer.algorithms { writer.string(algorithm.rawValue) }
        writer.endArray()
        writer.key("certificate")
        if let certificate = key.signer.chain.first {
            CertificateText(certificate).write(to: &writer)
            writer.member("daysLeft", call.now.days(until: certificate.notAfter))
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

extension ToolkitError.Code {
    /// The content of a request is not what the operation takes.
    static let contentWrong = Self("request.content", .rejected)
}
