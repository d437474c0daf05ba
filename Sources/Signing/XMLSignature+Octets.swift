import Certificates
import Diagnostics
import XMLCore

extension XMLSignature {
    /// The bytes that a reference means, transformed as it says: what was digested.
    ///
    /// - Parameters:
    ///   - reference: One of this signature.
    ///   - method: The form where the reference names none: Canonical XML 1.0, or what a timestamp asks for.
    ///   - files: What the caller has of the things outside, by name.
    /// - Returns: The bytes.
    /// - Throws: The verdict where they cannot be had.
    func octets(
        of reference: SignatureReference, as method: CanonicalMethod = .inclusive, _ files: [String: [UInt8]]
    ) throws(VerificationStop) -> [UInt8] {
        let element: XMLElement?
        switch reference.target {
        case .document: element = nil
        case .element(let found): element = found
        case .outside(let uri): return try octets(outside: uri, reference, files)
        }
        if reference.decodesBase64 {
            guard let bytes = Base64.decode((element ?? document.root).text.utf8) else {
                throw Self.malformed("What was signed is not the Base64 that it should be.", reference.element)
            }
            return bytes
        }
        return try canonical(element, without: omitted(by: reference), reference.method ?? method)
    }

    private func octets(
        outside uri: String, _ reference: SignatureReference, _ files: [String: [UInt8]]
    ) throws(VerificationStop) -> [UInt8] {
        guard let bytes = files[Self.fileName(of: uri)] else {
            throw .indeterminate(
                .signedDataNotFound, "signature.dataNotFound",
                "The signature is about a file that was not given.",
                fix: "Give the file that belongs to the signature, under the name that the signature has for it.",
                at: reference.element.place)
        }
        if reference.decodesBase64 {
            guard let decoded = Base64.decode(bytes) else {
                throw Self.malformed("What was signed is not the Base64 that it should be.", reference.element)
            }
            return decoded
        }
        guard let method = reference.method else { return bytes }
        do throws(ToolkitError) {
            return try XMLDocument(parsing: bytes).canonical(as: method)
        } catch {
            guard error.code.kind == .unreadable || error.code == .xmlNotCanonical else { throw .failure(error) }
            throw .failed(.formatFailure, error.code.name, error.message, at: reference.element.place)
        }
    }

    /// What stands behind the last slash of an address, with escapes resolved.
    ///
    /// Source: RFC 3986 §2.1.
    static func fileName(of uri: String) -> String {
        let last = uri.utf8.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? []
        var bytes: [UInt8] = []
        var index = 0
        while index < last.count {
            if last[index] == UInt8(ascii: "%"), index + 2 < last.count,
                let value = UInt8(String(decoding: last[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(last[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The elements that a reference leaves out.
    func omitted(by reference: SignatureReference) -> [XMLElement] {
        switch reference.omission {
        case nil: []
        case .signature: [signature]
        case .slot: slot.map { [$0] } ?? []
        case .all: SignatureScan(document).signatures
        }
    }

    func canonical(
        _ element: XMLElement?, without omitted: [XMLElement] = [], _ method: CanonicalMethod
    ) throws(VerificationStop) -> [UInt8] {
        do throws(ToolkitError) {
            return try document.canonical(of: element, without: omitted, as: method)
        } catch {
            guard error.code == .xmlNotCanonical else { throw .failure(error) }
            throw .failed(
                .formatFailure, error.code.name, error.message, at: (element ?? document.root).place)
        }
    }
}
