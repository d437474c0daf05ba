import Certificates
import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Signing

extension Routes {
    /// What signs, verifies and examines keys.
    ///
    /// - Parameter desk: The keys and authorities of the service.
    /// - Returns: Operations for `InvoiceService.init(_:access:further:)`.
    public static func sealing(_ desk: SigningDesk) -> [Route] { signing(desk) + examining(desk) }

    private static func signing(_ desk: SigningDesk) -> [Route] {
        let key = RouteParameter(
            "key", .string(longest: 64), "The name of the key; the first that the API key may use by default.")
        let packagings = XAdESSigner.Packaging.allCases.filter { $0 != .detached }.map(\.rawValue)
        return [
            Route(
                "POST", "/v1/sign", operation: "signDocument", tag: "signatures",
                summary: "Signs an e-invoice, a PDF or JSON",
                details: """
                    XML gets XAdES-B-B, by default in the signature slot of UBL; PDF gets PAdES-B-B; JSON becomes a JSON Web \
                    Signature in the compact form. The certificate of the key must be in time.
                    """,
                access: .scope(.sign),
                parameters: [
                    key, RouteParameter("format", .choice(["xades", "xmldsig"]), "Of XML; xades by default."),
                    RouteParameter("packaging", .choice(packagings), "Where an XML signature stands; ubl by default."),
                    RouteParameter("reason", .string(longest: 200), "Why a PDF is signed."),
                    RouteParameter("location", .string(longest: 200), "Where a PDF is signed."),
                ],
                content: RouteContent(
                    [("application/xml", .binary), ("application/pdf", .binary), ("application/json", .any)],
                    "What is to be signed."),
                answers: [
                    RouteAnswer(
                        200, "What is signed.",
                        [("application/xml", .binary), ("application/pdf", .binary), ("application/jose", .binary)])
                ], problems: [400, 404, 406, 409, 422]
            ) { call throws(ToolkitError) in try sign(call, desk) },
            Route(
                "POST", "/v1/sign/digest", operation: "signDigest", tag: "signatures", summary: "Signs a digest alone",
                details: "Only with keys that allow it: what is signed is never seen here.", access: .scope(.sign),
                parameters: [key], content: .json(.reference("Digest"), limit: 4_096, "The digest in Base64."),
                answers: [.json("The signature.", .reference("DigestSignature"))], problems: [400, 404, 406, 409, 422]
            ) { call throws(ToolkitError) in try signDigest(call, desk) },
        ]
    }

    private static func examining(_ desk: SigningDesk) -> [Route] {
        [
            Route(
                "POST", "/v1/verify", operation: "verifySignature", tag: "signatures",
                summary: "Verifies the signatures of XML, PDF or JWS",
                details: "As `pechat verify --json`. A signature that fails is a result, not a failure of the request.",
                access: .scope(.verify),
                parameters: [
                    RouteParameter("at", .string(longest: 32), "Judge as of this time, such as 2026-11-20T12:00:00Z.")
                ],
                content: RouteContent(
                    [("application/xml", .binary), ("application/pdf", .binary), ("application/jose", .binary)],
                    limit: 64 << 20, "What is signed."),
                answers: [.json("The verdict.", .reference("Verification"))], problems: [400, 406, 422]
            ) { call throws(ToolkitError) in try verify(call, desk) },
            Route(
                "POST", "/v1/certificates/check", operation: "checkCertificate", tag: "signatures",
                summary: "Says what is wrong with a key file or certificate, and when it ends",
                details: "As `pechat cert check --json`. File and password are used for the answer and kept nowhere.",
                access: .scope(.verify),
                content: RouteContent(
                    [("application/json", .reference("CertificateFile")), ("application/x-pem-file", .binary)],
                    limit: 2 << 20, "A key file with its password, or PEM."),
                answers: [.json("The result.", .reference("CertificateCheck"))], problems: [400, 406]
            ) { call throws(ToolkitError) in try checkCertificate(call, desk) },
            Route(
                "GET", "/v1/keys", operation: "listKeys", tag: "signatures",
                summary: "Lists the keys that the API key may sign with", access: .scope(.readKeys),
                answers: [.json("The keys; never key material.", .reference("Keys"))], problems: [406]
            ) { call throws(ToolkitError) in
                _ = try call.preferred(["application/json"])
                return listKeys(call, desk)
            },
        ]
    }

    private static func sign(_ call: Call, _ desk: SigningDesk) throws(ToolkitError) -> HTTPResponse {
        let type = call.contentType ?? ""
        let made = try call.preferred([type == "application/json" ? "application/jose" : type])
        let content = try call.content(of: type)
        let key = try desk.key(for: call)
        let signed = try key.use(at: call.now) { () throws(ToolkitError) in
            let (signed, format) =
                switch type {
                case "application/json": (try JWSSigner(signer: key.signer).sign(content), "jws")
                case "application/pdf": (try signPDF(content, key, call), "pades")
                default: (try signXML(content, key, call), call.query("format") ?? "xades")
                }
            try desk.record(call, key, format, input: Digest.sha256(content), output: Digest.sha256(signed))
            return signed
        }
        var response = try file(signed, made)
        response.set("Pechat-Key", key.name)
        return response
    }

    private static func signXML(_ content: [UInt8], _ key: ServiceKey, _ call: Call) throws(ToolkitError) -> [UInt8] {
        var options = XAdESSigner.Options()
        options.packaging = call.query("packaging").flatMap(XAdESSigner.Packaging.init(rawValue:)) ?? .ubl
        options.hasProperties = call.query("format") != "xmldsig"
        return try XAdESSigner(signer: key.signer, options: options).sign(content, at: call.now)
    }

    private static func signPDF(_ content: [UInt8], _ key: ServiceKey, _ call: Call) throws(ToolkitError) -> [UInt8] {
        var options = PDFSignatureOptions()
        options.reason = call.query("reason")
        options.location = call.query("location")
        return try PAdESSigner(key.signer).sign(content, level: .bB, options: options, at: call.now).bytes
    }

    private static func signDigest(_ call: Call, _ desk: SigningDesk) throws(ToolkitError) -> HTTPResponse {
        _ = try call.preferred(["application/json"])
        let root = try JSONDocument(parsing: call.content(of: "application/json")).root
        let isKnown = root.members.allSatisfy { ["digest", "algorithm"].contains($0.key.string ?? "") }
        guard isKnown, let algorithm = root["algorithm"]?.string.flatMap(DigestAlgorithm.init(rawValue:)),
            let text = root["digest"]?.string, let digest = Base64.decode(text.utf8), digest.count == algorithm.size
        else {
            throw ToolkitError(
                .digestInvalid, "The content is not an algorithm with a digest of its length.",
                fix: "Send {\"algorithm\": \"SHA256\", \"digest\": \"…\"} with the digest in Base64.")
        }
        let key = try desk.key(for: call)
        guard key.allowsDigests else {
            throw ToolkitError(
                .keyNoDigests, "The key signs whole documents only.", fix: "Choose a key whose allowDigests is true.")
        }
        guard let signing = key.signer.algorithms.first(where: { $0.digest == algorithm && !$0.isPSS }) else {
            throw ToolkitError(
                .digestInvalid, "The key cannot sign a digest of this algorithm.", fix: "SHA256 suits most keys.")
        }
        let signature = try key.use(at: call.now) { () throws(ToolkitError) in
            let signature = try key.signer.sign(digest: digest, with: signing)
            try desk.record(call, key, "digest", input: digest, output: Digest.sha256(signature))
            return signature
        }
        return json { writer in
            writer.member("algorithm", signing.xmlIdentifier)
            writer.member("signature", String(decoding: Base64.encode(signature), as: UTF8.self))
            writer.key("certificates")
            writer.beginArray()
            for certificate in key.signer.chain {
                writer.string(String(decoding: Base64.encode(certificate.der), as: UTF8.self))
            }
            writer.endArray()
        }
    }

    private static func verify(_ call: Call, _ desk: SigningDesk) throws(ToolkitError) -> HTTPResponse {
        _ = try call.preferred(["application/json"])
        var time = call.now
        if let text = call.query("at") { time = try Timestamp(text) }
        let type = call.contentType ?? ""
        let content = try call.content(of: type)
        var writer = JSONWriter()
        switch type {
        case "application/pdf":
            try call.workbench.verify(
                pdf: content, by: desk.verifier, PDFSignatureVerifier(judgingBy: desk.verifier), at: time
            ).write(to: &writer)
        case "application/jose":
            try JWSVerifier(judgingBy: desk.verifier).verify(content, at: time).write(to: &writer)
        default: try desk.verifier.verify(content, files: [:], at: time).write(to: &writer)
        }
        return HTTPResponse(type: "application/json", writer.bytes)
    }

    private static func checkCertificate(_ call: Call, _ desk: SigningDesk) throws(ToolkitError) -> HTTPResponse {
        _ = try call.preferred(["application/json"])
        let type = call.contentType ?? ""
        var file = try call.content(of: type)
        var password: [UInt8]?
        var taxNumber: String?
        if type == "application/json" {
            let root = try JSONDocument(parsing: file).root
            let isKnown = root.members.allSatisfy { member in
                member.value.kind == .string && ["file", "password", "taxNumber"].contains(member.key.string ?? "")
            }
            guard isKnown, let text = root["file"]?.string, let bytes = Base64.decode(text.utf8), !bytes.isEmpty else {
                throw ToolkitError(
                    .certificateFileInvalid, "The content has no file in Base64, or something that is not known.",
                    fix: "Send {\"file\": \"…\", \"password\": \"…\", \"taxNumber\": \"…\"}; only file is needed.")
            }
            file = bytes
            password = root["password"]?.string.map { Array($0.utf8) }
            taxNumber = root["taxNumber"]?.string
        }
        let check = CertificateCheck(
            keyFile: file, password: password, anchors: desk.anchors, now: call.now, taxNumber: taxNumber)
        return json { check.writeMembers(to: &$0) }
    }

    private static func listKeys(_ call: Call, _ desk: SigningDesk) -> HTTPResponse {
        json { writer in
            writer.key("keys")
            writer.beginArray()
            for key in desk.keys where key.isOpen(to: call.principal) {
                writer.beginObject()
                writer.member("name", key.name)
                writer.member("signsDigests", key.allowsDigests)
                writer.member("dailyLimit", orNull: key.dailyLimit)
                writer.member("daysLeft", orNull: key.certificate.map { call.now.days(until: $0.notAfter) })
                writer.key("certificate")
                if let certificate = key.certificate {
                    CertificateText(certificate).write(to: &writer)
                } else {
                    writer.null()
                }
                writer.endObject()
            }
            writer.endArray()
        }
    }

    /// An object whose members a closure writes.
    static func json(_ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var writer = JSONWriter()
        writer.beginObject()
        write(&writer)
        writer.endObject()
        return HTTPResponse(type: "application/json", writer.bytes)
    }
}

extension Call {
    /// The content, which must begin as its type says: what is none is told so at once.
    func content(of type: String) throws(ToolkitError) -> [UInt8] {
        let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? 0
        let isMarked = [0xEF, 0xFE, 0xFF].contains(first)
        let fits =
            switch type {
            case "application/json": first == UInt8(ascii: "{") || isMarked
            case "application/xml": first == UInt8(ascii: "<") || isMarked
            case "application/pdf": body.prefix(1_024).contains(UInt8(ascii: "%"))
            default: first != 0
            }
        guard fits else {
            throw ToolkitError(
                .contentMismatch, "The content does not begin like \(type).",
                fix: type == "application/json" ? "Send an object." : "Name the type of the content in Content-Type.")
        }
        return body
    }
}

extension ToolkitError.Code {
    /// The content is not of the type that it is said to be.
    static let contentMismatch = Self("request.contentMismatch", .unreadable)
    /// A digest to sign is none.
    static let digestInvalid = Self("digest.invalid", .rejected)
    /// A certificate to check is not there.
    static let certificateFileInvalid = Self("certificate.fileInvalid", .unreadable)
}
