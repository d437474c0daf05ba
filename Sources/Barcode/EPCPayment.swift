public import InvoiceModel

/// A SEPA credit transfer in euros as a QR code says it: EPC069-12, version 002.
///
/// Twelve lines at most, of which empty ones at the end and the last line end are left out; 331 bytes at most, in a
/// symbol of version 13 at most with error correction M.
public struct EPCPayment: Sendable, Hashable {
    /// The largest symbol that readers must take.
    public static let largestVersion = 13
    /// How many bytes the text may have.
    static let byteLimit = 331

    /// The payee's account.
    public var iban: String
    /// The payee's bank; not needed within the European Economic Area.
    public var bic: String?
    /// The name of the payee.
    public var payee: String
    /// In cents.
    public var amount: Money
    /// A purpose code of ISO 20022 of up to 4 letters, such as `GDDS`.
    public var purpose: String?
    /// What the payer quotes: as an ISO 11649 creditor reference where it is one, otherwise as text.
    public var reference: String?

    /// Takes everything as it is; `payload` checks.
    public init(
        iban: String, bic: String? = nil, payee: String, amount: Money, purpose: String? = nil,
        reference: String? = nil
    ) {
        self.iban = iban
        self.bic = bic
        self.payee = payee
        self.amount = amount
        self.purpose = purpose
        self.reference = reference
    }

    /// The text of the symbol.
    ///
    /// The IBAN must be right and the amount between a cent and a billion. A name is shortened to 70 characters, the
    /// remittance text to 140 and to what the 331 bytes leave; a BIC that is none is left out.
    public var payload: PaymentPayload {
        var text = PaymentText()
        let iban = Identifiers.latin(iban)
        let hasAccount = Identifiers.isIBAN(iban)
        if !hasAccount {
            text.note(
                "payment.qrAccount", "/seller/accounts/0", "BT-84",
                "A payment QR code in euros needs an IBAN with right check digits.", fix: "Give the account's \"iban\"."
            )
        }
        let isPayable = 1...99_999_999_999 ~= amount.minorUnits
        if !isPayable {
            text.note(
                "payment.qrAmount", "/payment/qr", "BT-115",
                "The amount due does not fit into a payment QR code in euros.",
                fix: "It must be from 0.01 to 999999999.99.")
        }
        let name = text.name(payee)
        guard hasAccount, isPayable, let name else { return PaymentPayload(text: nil, findings: text.findings) }
        var bank = bic.map(Identifiers.latin) ?? ""
        if !bank.isEmpty, !Self.isBIC(bank) {
            text.note(
                "payment.qrBIC", "/seller/accounts/0/bic", "BT-86",
                "The payment QR code leaves the BIC out: it is none.",
                fix: "Give 8 or 11 letters and digits, or no \"bic\".")
            bank = ""
        }
        let code = purpose.map(Identifiers.latin).flatMap(Self.purposeCode) ?? ""
        var lines = [
            "BCD", "002", "1", "SCT", bank, name, iban, "EUR\(PaymentText.amount(amount.minorUnits, point: "."))",
            code, "", "",
        ]
        if let reference = reference.map({ PaymentText.plain($0) }), !reference.isEmpty {
            if Self.isCreditorReference(Identifiers.latin(reference)) {
                lines[9] = Identifiers.latin(reference)
            } else {
                let room = Self.byteLimit - lines.joined(separator: "\n").utf8.count
                lines[10] = PaymentText.beginning(of: reference, characters: 140, bytes: max(room, 0))
                if lines[10] != reference {
                    text.note(
                        "payment.qrReference", "/payment/reference", "BT-83",
                        "The payment QR code holds the beginning of the reference.",
                        fix: "Keep it below 140 characters, 70 in Cyrillic.")
                }
            }
        }
        while lines.last == "" { lines.removeLast() }
        return PaymentPayload(text: lines.joined(separator: "\n"), findings: text.findings)
    }

    /// Four letters of the bank, two of the country, two or five letters and digits (ISO 9362).
    private static func isBIC(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (bytes.count == 8 || bytes.count == 11) && bytes.prefix(6).allSatisfy { 0x41...0x5A ~= $0 }
            && bytes.allSatisfy { 0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 }
    }

    private static func purposeCode(_ text: String) -> String? {
        (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { 0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 }
            ? text : nil
    }

    /// `RF`, two check digits and up to 21 letters and digits, whose remainder by 97 is 1 with the first four last.
    private static func isCreditorReference(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard 5...25 ~= bytes.count, text.hasPrefix("RF"), bytes[2...3].allSatisfy({ 0x30...0x39 ~= $0 }) else {
            return false
        }
        return Identifiers.remainder97(bytes[4...] + bytes[..<4]) == 1
    }
}
