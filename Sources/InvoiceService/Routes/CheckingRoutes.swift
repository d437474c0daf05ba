import Certificates
import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Signing

extension Routes {
    /// Documents and signatures in, verdicts out.
    static var checking: [Route] {
        [
            Route(
                "POST", "/v1/validate", operation: "validateDocument", tag: "documents",
                summary: "Validates invoice JSON or e-invoice XML, and explains what is wrong",
                details: "As `pechat validate --jsonl`. An invalid document is a result, not a failure of the request.",
                access: .scope(.make),
                parameters: [
                    RouteParameter(
                        "language", .choice(["en", "mk", "sr", "sr-Latn", "sr-Cyrl"]),
                        "The language of names and advice."
                    )
                ], content: document, answers: [.json("The verdict.", .reference("Validation"))], problems: [400]
            ) { call throws(ToolkitError) in
                let language = call.query("language").flatMap(ExplanationLanguage.init(tag:)) ?? .english
                let validation = try call.workbench.validate(call.body, ValidationOptions(language: language))
                return json { writer in
                    writer.beginObject()
                    writer.member("verdict", validation.verdict.rawValue)
                    writer.key("failed")
                    writer.failures(validation.failures)
                    writer.member("error", orNull: validation.error)
                    writer.endObject()
                }
            },
            Route(
                "POST", "/v1/verify", operation: "verifySignature", tag: "signing",
                summary: "Verifies the signature of an XML, PDF or JWS file, and a PDF against the e-invoice inside",
                details: """
                    As `pechat verify --json`, with the authorities of the configuration. A signature that is not good is a
                    result. Revocation is looked up in the network only where the configuration says so.
                    """, access: .scope(.verify),
                parameters: [
                    RouteParameter(
                        "at", .string(format: "date-time", longest: 40), "Judge as of this time instead of now.")
                ],
                content: RouteContent(
                    [
                        ("application/xml", .binary), ("text/xml", .binary), ("application/pdf", .binary),
                        ("application/jose", .binary), ("application/octet-stream", .binary),
                    ], limit: 64 << 20, isUpload: true, "The signed file."),
                answers: [.json("The verdict.", .reference("SignatureVerdict"))], problems: [400, 422]
            ) { call throws(ToolkitError) in try verify(call) },
            Route(
                "POST", "/v1/certificates/check", operation: "checkCertificate", tag: "signing",
                summary: "Says what is wrong with a certificate, and when it ends",
                details: """
                    As `pechat cert check`, for certificates in PEM. Private keys have no place in a request: one that comes
                    is not looked at, and the request is refused.
                    """, access: .scope(.verify),
                content: RouteContent(
                    [
                        ("text/plain", .string()), ("application/x-pem-file", .binary),
                        ("application/octet-stream", .binary),
                    ],
                    limit: 256 << 10, isUpload: true,
                    "A certificate in PEM, and those above it."),
                answers: [.json("The result of each check.", .reference("CertificateCheck"))], problems: [400, 422]
            ) { call throws(ToolkitError) in
                guard !String(decoding: call.body, as: UTF8.self).contains("PRIVATE KEY") else {
                    throw ToolkitError(
                        .contentWrong, "The request has a private key in it, which was not read.",
                        fix: "Send certificates alone; take the key for known to others if it went over a network.")
                }
                let check = CertificateCheck(
                    keyFile: call.body, password: nil, anchors: call.service.anchors, now: call.now)
                return json { writer in
                    writer.beginObject()
                    check.writeMembers(to: &writer)
                    writer.endObject()
                }
            },
        ]
    }

    private static func verify(_ call: Call) throws(ToolkitError) -> HTTPResponse {
        let time = try call.query("at").map { text throws(ToolkitError) in try Timestamp(text) } ?? call.now
        let verifier = XMLSignatureVerifier(anchors: call.service.anchors, collector: call.service.evidence)
        if PDFVerification.concerns(call.body) {
            let verdict = try call.workbench.verify(
                pdf: call.body, by: verifier, PDFSignatureVerifier(judgingBy: verifier), at: time)
            return json { verdict.write(to: &$0) }
        }
        let verdict =
            JWSVerifier.concerns(call.body)
            ? try JWSVerifier(judgingBy: verifier).verify(call.body, at: time)
            : try verifier.verify(call.body, files: [:], at: time)
        return json { verdict.write(to: &$0) }
    }

    /// An answer in JSON.
    static func json(_ status: Int = 200, _ write: (inout JSONWriter) -> Void) -> HTTPResponse {
        var writer = JSONWriter()
        write(&writer)
        return HTTPResponse(status, type: "application/json", writer.bytes)
    }
}
