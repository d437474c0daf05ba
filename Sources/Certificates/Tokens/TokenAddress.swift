public import Diagnostics

/// The address of a key on a token: a `pkcs11:` URI.
///
/// Source: RFC 7512.
public struct TokenAddress: Sendable, Hashable {
    /// The label of the token; nil for any.
    public var token: String?
    /// Who made the token; nil for any.
    public var manufacturer: String?
    /// The model of the token; nil for any.
    public var model: String?
    /// The serial number of the token; nil for any.
    public var serial: String?
    /// The number of the slot; nil for any.
    public var slot: Int?
    /// The label of the key or of its certificate; nil for any.
    public var object: String?
    /// The identifier of the key; nil for any.
    public var id: [UInt8]?
    /// The library of the token's maker, a path or a name that the loader finds; nil for that of p11-kit.
    public var module: String?
    /// The path of the file with the PIN; nil where the caller has it from elsewhere.
    public var pinFile: String?

    /// Whether a text is meant to be such an address.
    public static func isAddress(_ text: String) -> Bool { text.lowercased().hasPrefix("pkcs11:") }

    /// Reads an address such as `pkcs11:token=Office;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so`.
    ///
    /// Attributes that are not known are refused unless they begin with `x-`; so is `pin-value`, since command lines
    /// and settings are read by others.
    ///
    /// - Throws: `key.badAddress`.
    public init(_ text: String) throws(ToolkitError) {
        guard Self.isAddress(text) else { throw Self.malformed("It must begin with pkcs11:") }
        let parts = text.dropFirst(7).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        for (name, value) in try Self.attributes(parts.first ?? "", separator: ";") { try setPath(name, value) }
        guard parts.count == 2 else { return }
        for (name, value) in try Self.attributes(parts[1], separator: "&") { try setQuery(name, value) }
    }

    private mutating func setPath(_ name: String, _ value: [UInt8]) throws(ToolkitError) {
        if name == "id" {
            guard value.count <= 256 else { throw Self.malformed("`id` is too long.") }
            id = value
            return
        }
        let text = try Self.text(value, name)
        switch name {
        case "token": token = text
        case "manufacturer": manufacturer = text
        case "model": model = text
        case "serial": serial = text
        case "object": object = text
        case "slot-id":
            guard let number = Int(text), number >= 0 else { throw Self.malformed("`slot-id` is not a number.") }
            slot = number
        case "type":
            guard ["private", "cert"].contains(text) else {
                throw Self.malformed("`type` must be private: only a private key signs.")
            }
        default: try Self.requireForeign(name)
        }
    }

    private mutating func setQuery(_ name: String, _ value: [UInt8]) throws(ToolkitError) {
        let text = try Self.text(value, name)
        switch name {
        case "module-path": module = text
        case "module-name":
            guard !text.contains("/") else { throw Self.malformed("`module-name` holds a slash.") }
            module = "lib\(text).so"
        case "pin-source":
            let path = text.hasPrefix("file:") ? String(text.dropFirst(5)) : text
            let bare = path.hasPrefix("///") ? String(path.dropFirst(2)) : path
            guard bare.hasPrefix("/"), !bare.hasPrefix("//") else {
                throw Self.malformed("`pin-source` must be the path of a file, such as file:/run/pin.")
            }
            pinFile = bare
        case "pin-value":
            throw ToolkitError(
                .keyBadAddress, "A PIN must not stand in the address of a key.",
                fix: "Put it into a file and give pin-source=file:/path, or use --password-file.")
        default: try Self.requireForeign(name)
        }
    }

    private static func requireForeign(_ name: String) throws(ToolkitError) {
        guard name.hasPrefix("x-") else { throw malformed("It has an attribute that is not known.") }
    }

    private static func attributes(
        _ text: Substring, separator: Character
    ) throws(ToolkitError) -> [(String, [UInt8])] {
        guard !text.isEmpty else { return [] }
        var found: [(String, [UInt8])] = []
        for part in text.split(separator: separator, omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty, let value = decoded(pair[1]) else {
                throw malformed("An attribute cannot be read.")
            }
            let name = String(pair[0])
            guard !found.contains(where: { $0.0 == name }) else { throw malformed("An attribute stands there twice.") }
            found.append((name, value))
        }
        return found
    }

    /// Source: RFC 3986 §2.1.
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x41 + 10
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }

    private static func text(_ bytes: [UInt8], _ name: String) throws(ToolkitError) -> String {
        guard !bytes.contains(0), bytes.count <= 4096, let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed("An attribute is not text.")
        }
        return text
    }

    private static func malformed(_ reason: String) -> ToolkitError {
        ToolkitError(
            .keyBadAddress, "The address of the key on the token cannot be read: \(reason)",
            fix: "Write it as pkcs11:token=LABEL;object=LABEL?module-path=/path/of/module.so&pin-source=file:/path.")
    }
}
