import Certificates
import Issuing
import Signing

/// The options of a measurement.
struct Options {
    private var values: [String: String] = [:]

    init(_ words: ArraySlice<String>) throws {
        var rest = words
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), let value = rest.popFirst() else { throw Failure("\(name) needs a value") }
            values[name] = value
        }
    }

    func number(_ name: String, _ standard: Double) throws -> Double {
        guard let text = values[name] else { return standard }
        guard let value = Double(text), value > 0 else { throw Failure("\(name) needs a number") }
        return value
    }

    func text(_ name: String, _ standard: String) -> String { values[name] ?? standard }

    /// A throw-away key to sign with.
    static func seal(_ kind: String) throws -> Seal { try sealAndVerifier(kind).seal }

    /// A throw-away key to sign with, and a verifier that trusts the authority above it.
    static func sealAndVerifier(_ kind: String) throws -> (seal: Seal, verifier: XMLSignatureVerifier) {
        let now = Timestamp(secondsSince1970: 1_795_176_000)
        let made = try TestAuthority.make(now: now, algorithm: kind == "ec" ? .p256 : .rsa2048)
        let identity = try SigningIdentity(keyFile: made.signerP12, password: Array(made.password.utf8))
        let verifier = XMLSignatureVerifier(anchors: try TrustAnchors(pem: made.caPEM))
        return (try Seal(try FileSigner(identity, at: now), target: .xml, at: now), verifier)
    }
}

/// Why a measurement is not possible.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Workbench {
    /// The PDF of a document that must be accepted.
    func pdf(_ json: [UInt8]) throws -> [UInt8] {
        guard case .made(let bytes, _) = try render(json, DocumentOptions()) else { throw Failure("rejected") }
        return bytes
    }

    /// Writes the PDF of a document that must be accepted; its size.
    func pdfSize(_ json: consuming [UInt8]) throws -> Int {
        let size = Size()
        guard case .written = try render(json, DocumentOptions(), to: { size.bytes += $0.count }) else {
            throw Failure("rejected")
        }
        return size.bytes
    }

    private final class Size { var bytes = 0 }

    /// The XML of a document that must be accepted.
    func eInvoice(_ json: [UInt8]) throws -> [UInt8] {
        guard case .made(let bytes, _) = try xml(json, DocumentOptions()) else { throw Failure("rejected") }
        return bytes
    }

    /// Everything for a document that must be accepted; the size of both files.
    func everything(_ json: [UInt8], _ seal: Seal) throws -> BuiltDocument {
        guard case .built(let document) = try build(json, DocumentOptions(seal: seal)) else {
            throw Failure("rejected")
        }
        return document
    }
}
