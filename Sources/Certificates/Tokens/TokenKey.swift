import CPKCS11
import Diagnostics

/// Owner of one key of the C part.
///
/// The C part guards what changes with a lock of its own and lends each session to one thread; hence it is sendable.
@safe final class TokenKey: @unchecked Sendable {
    private let key: OpaquePointer

    /// Logs in to the token and finds the key.
    ///
    /// - Throws: `key.*`.
    init(_ address: TokenAddress, pin: [UInt8]?, sessions: Int) throws(ToolkitError) {
        var outcome = PECHAT_TOKEN_DONE
        var code: UInt = 0
        let texts = [
            address.module ?? "p11-kit-proxy.so", address.token, address.manufacturer, address.model, address.serial,
            address.object,
        ]
        // One buffer for all texts, each with a NUL behind it: the C part copies them.
        var buffer: [CChar] = []
        var starts: [Int?] = []
        for text in texts {
            starts.append(text == nil ? nil : buffer.count)
            if let text { buffer += text.utf8.map(CChar.init(bitPattern:)) + [0] }
        }
        let opened = unsafe buffer.withUnsafeBufferPointer { buffer in
            unsafe (address.id ?? [0]).withUnsafeBufferPointer { id in
                unsafe (pin ?? [0]).withUnsafeBufferPointer { pinBytes in
                    func text(_ index: Int) -> UnsafePointer<CChar>? {
                        guard let start = starts[index] else { return nil }
                        return unsafe buffer.baseAddress.map { unsafe $0 + start }
                    }
                    var wish = unsafe pechat_token_wish()
                    unsafe wish.module = text(0)
                    unsafe wish.token = text(1)
                    unsafe wish.manufacturer = text(2)
                    unsafe wish.model = text(3)
                    unsafe wish.serial = text(4)
                    unsafe wish.object = text(5)
                    unsafe wish.id = address.id == nil ? nil : id.baseAddress
                    unsafe wish.id_size = address.id?.count ?? 0
                    unsafe wish.slot = Int64(address.slot ?? -1)
                    unsafe wish.pin = pin == nil ? nil : pinBytes.baseAddress
                    unsafe wish.pin_size = pin?.count ?? 0
                    unsafe wish.session_limit = sessions
                    return unsafe pechat_token_open(&wish, &outcome, &code)
                }
            }
        }
        guard let opened = unsafe opened else { throw Self.error(outcome, code) }
        unsafe key = opened
    }

    deinit { unsafe pechat_token_close(key) }

    /// The certificates with the key's identifier, then all others of the token, in DER.
    var certificates: (own: [[UInt8]], others: [[UInt8]]) {
        var all: [[UInt8]] = []
        var size = 0
        while let start = unsafe pechat_token_certificate(key, all.count, &size) {
            unsafe all.append(Array(UnsafeBufferPointer(start: start, count: size)))
        }
        let own = unsafe pechat_token_own_certificates(key)
        return (Array(all.prefix(own)), Array(all.dropFirst(own)))
    }

    /// Signs a digest, or a `DigestInfo` where the mechanism is PKCS#1 v1.5.
    ///
    /// - Throws: `key.*`.
    func sign(_ bytes: [UInt8], by mechanism: pechat_token_mechanism) throws(ToolkitError) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 2048)
        var size = signature.count
        var code: UInt = 0
        let outcome = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe signature.withUnsafeMutableBufferPointer { signature in
                unsafe pechat_token_sign(
                    key, mechanism, bytes.baseAddress, bytes.count, signature.baseAddress, &size, &code)
            }
        }
        guard outcome == PECHAT_TOKEN_DONE, size <= signature.count else { throw Self.error(outcome, code) }
        signature.removeLast(signature.count - size)
        return signature
    }

    private static func error(_ outcome: pechat_token_outcome, _ code: UInt) -> ToolkitError {
        var error: ToolkitError =
            switch outcome {
            case PECHAT_TOKEN_NO_MODULE:
                ToolkitError(
                    .keyTokenUnavailable, "The library of the token cannot be loaded.",
                    fix: "Install it and name it with module-path=/path/of/module.so.")
            case PECHAT_TOKEN_ABSENT:
                ToolkitError(
                    .keyTokenUnavailable, "There is no such token.",
                    fix: "Plug it in, and compare its label with that of the address.")
            case PECHAT_TOKEN_SEVERAL:
                ToolkitError(
                    .keyBadAddress, "Several tokens match the address.", fix: "Add token=LABEL or serial=NUMBER.")
            case PECHAT_TOKEN_PIN_NEEDED:
                ToolkitError(
                    .keyInvalidPassword, "The token demands a PIN.",
                    fix: "Put it into a file and give pin-source=file:/path, or use --password-file.")
            case PECHAT_TOKEN_PIN_WRONG:
                ToolkitError(
                    .keyInvalidPassword, "The token refused the PIN.",
                    fix: "Check it before the next try: after a few wrong ones the token locks itself.")
            case PECHAT_TOKEN_PIN_LOCKED:
                ToolkitError(
                    .keyInvalidPassword, "The PIN of the token is locked.",
                    fix: "Unlock it with the program of its maker and the PUK.")
            case PECHAT_TOKEN_NO_KEY:
                ToolkitError(
                    .keyMissingPrivateKey, "There is no such private key on the token.",
                    fix: "Compare object= and id= with what `pkcs11-tool --list-objects --login` shows.")
            case PECHAT_TOKEN_SEVERAL_KEYS:
                ToolkitError(.keyBadAddress, "Several keys match the address.", fix: "Add object=LABEL or id=%01.")
            case PECHAT_TOKEN_NO_CERTIFICATE:
                ToolkitError(
                    .keyMissingCertificate, "Missing certificate", fix: "Put the certificate of the key on the token.")
            case PECHAT_TOKEN_UNSUITABLE: .keyCannot
            case PECHAT_TOKEN_NO_MEMORY: .cryptographyFailed("token")
            default: ToolkitError(.keySigningFailed, "The token failed.", fix: "Plug it in anew and try again.")
            }
        error.facts["CKR"] = "0x" + String(code, radix: 16)
        return error
    }
}
