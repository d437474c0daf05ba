public import Diagnostics

/// What a payment QR symbol says, or why there can be none.
public struct PaymentPayload: Sendable, Hashable {
    /// The text in the form of its standard; nil where something that it must say is missing or does not fit.
    public let text: String?
    /// What was left out, shortened or is missing.
    ///
    /// All are warnings: a document without the symbol can still be paid.
    public let findings: [Finding]
}

/// A payment symbol in the making.
struct PaymentText {
    private(set) var findings: [Finding] = []

    mutating func note(_ rule: String, _ pointer: String, _ term: String?, _ message: String, fix: String) {
        findings.append(
            Finding(
                rule: rule, severity: .warning, pointer: pointer, term: term, message: message, fix: fix))
    }

    /// Text without control characters and without blanks at its ends; a separator of the standard becomes a blank.
    static func plain(_ text: String, without separator: Unicode.Scalar? = nil) -> String {
        var result = String.UnicodeScalarView()
        var isBlankDue = false
        for scalar in text.unicodeScalars {
            let isBlank =
                scalar == " " || scalar == separator || scalar.properties.generalCategory == .control
                || scalar.properties.generalCategory == .lineSeparator
                || scalar.properties.generalCategory == .paragraphSeparator
            if isBlank {
                isBlankDue = !result.isEmpty
            } else {
                if isBlankDue { result.append(" ") }
                isBlankDue = false
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The beginning of a text that has at most so many characters and bytes, never a part of a letter with its marks.
    static func beginning(of text: String, characters: Int, bytes: Int = .max) -> String {
        var result = ""
        var scalars = 0
        var size = 0
        for character in text {
            scalars += character.unicodeScalars.count
            size += character.utf8.count
            if scalars > characters || size > bytes { break }
            result.append(character)
        }
        return plain(result)
    }

    /// A mandatory name, shortened where it is too long; nil where there is none.
    mutating func name(_ text: String, without separator: Unicode.Scalar? = nil) -> String? {
        let name = Self.plain(text, without: separator)
        guard !name.isEmpty else {
            note(
                "payment.qrName", "/seller/name", "BT-27", "A payment QR code names the payee; there is no name.",
                fix: "Give the seller's name.")
            return nil
        }
        guard name.unicodeScalars.count > 70 else { return name }
        note(
            "payment.qrName", "/seller/name", "BT-27", "The payment QR code holds the first 70 characters of the name.",
            fix: "Nothing needs to be done: banks pay by the account.")
        return Self.beginning(of: name, characters: 70)
    }

    /// An amount in minor units of a hundredth, such as `1025,12`.
    static func amount(_ minorUnits: Int, point: String) -> String {
        let cents = minorUnits % 100
        return "\(minorUnits / 100)\(point)\(cents < 10 ? "0" : "")\(cents)"
    }
}
