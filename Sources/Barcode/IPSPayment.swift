public import InvoiceModel

/// A payment in dinars as the QR code of Serbian instant payments (NBS IPS) says it.
///
/// Source: National Bank of Serbia, recommendations on the NBS IPS QR code (nbs.rs/QRcode): tags in a fixed order and
/// parted by `|`, which stands neither first nor last; no tag without a value; UTF-8; a comma before the paras.
public struct IPSPayment: Sendable, Hashable {
    /// The payment codes of the central bank that documents need.
    public enum Code: String, Sendable, Hashable {
        /// Goods and services between businesses.
        case business = "221"
        /// Payments by the order of citizens.
        case citizen = "289"
    }

    /// The account as the seller writes it, or its IBAN; becomes 18 digits.
    public var account: String
    /// The legal name of the payee, and below it lines of its address.
    public var payee: [String]
    /// In paras.
    public var amount: Money
    /// The name of the payer.
    public var payer: String?
    /// What kind of payment it is.
    public var code: Code
    /// What for, in words.
    public var purpose: String?
    /// What the payer quotes: digits, with the model before them or without.
    public var reference: String?

    /// Takes everything as it is; `payload` checks.
    public init(
        account: String, payee: [String], amount: Money, payer: String? = nil, code: Code = .citizen,
        purpose: String? = nil, reference: String? = nil
    ) {
        self.account = account
        self.payee = payee
        self.amount = amount
        self.payer = payer
        self.code = code
        self.purpose = purpose
        self.reference = reference
    }

    /// The text of the symbol.
    ///
    /// The account must be right, and the amount within its 18 characters with the currency. The name is shortened to
    /// 70 characters, the purpose to 35; payer and reference are left out where they do not fit, for half of either
    /// would be wrong.
    public var payload: PaymentPayload {
        var text = PaymentText()
        let account = Self.account(account)
        if account == nil {
            text.note(
                "payment.qrAccount", "/seller/accounts/0", "BT-84",
                "A payment QR code in dinars needs a Serbian account, and this is none.",
                fix: "Give 18 digits, or the form 160-1234-56, with right check digits.")
        }
        let total = "RSD\(PaymentText.amount(max(amount.minorUnits, 0), point: ","))"
        let isPayable = amount.minorUnits > 0 && total.utf8.count <= 18
        if !isPayable {
            text.note(
                "payment.qrAmount", "/payment/qr", "BT-115",
                "The amount due does not fit into a payment QR code in dinars.",
                fix: "It must be above zero and below a trillion.")
        }
        let name = text.name(payee.first ?? "", without: "|")
        guard let account, isPayable, let name else { return PaymentPayload(text: nil, findings: text.findings) }
        var tags = ["K:PR", "V:01", "C:1", "R:\(account)", "N:\(Self.lines(name, payee.dropFirst()))", "I:\(total)"]
        if let payer = payer.map({ PaymentText.plain($0, without: "|") }), !payer.isEmpty,
            payer.unicodeScalars.count <= 70
        {
            tags.append("P:\(payer)")
        }
        tags.append("SF:\(code.rawValue)")
        if let purpose = purpose.map({ PaymentText.plain($0, without: "|") }), !purpose.isEmpty {
            tags.append("S:\(PaymentText.beginning(of: purpose, characters: 35))")
        }
        if let reference, !PaymentText.plain(reference).isEmpty {
            if let known = Self.reference(reference) {
                tags.append("RO:\(known)")
            } else {
                text.note(
                    "payment.qrReference", "/payment/reference", "BT-83",
                    "The payment QR code leaves the reference out: it is no model and number.",
                    fix: "Use at most 23 digits and hyphens, or 97 and a number with its two check digits before it.")
            }
        }
        return PaymentPayload(text: tags.joined(separator: "|"), findings: text.findings)
    }

    /// The 18 digits of an account or of a Serbian IBAN; nil where either has wrong check digits.
    private static func account(_ text: String) -> String? {
        let plain = Identifiers.latin(text)
        guard plain.hasPrefix("RS") else { return Identifiers.serbianAccount(PaymentText.plain(text)) }
        // RS, two check digits, and the account without hyphens.
        guard Identifiers.isIBAN(plain), plain.utf8.count == 22 else { return nil }
        return Identifiers.serbianAccount(String(plain.dropFirst(4)))
    }

    /// Name and address on up to three lines, as long as all of it has 70 characters.
    private static func lines(_ name: String, _ address: ArraySlice<String>) -> String {
        var result = name
        for line in address.prefix(2).map({ PaymentText.plain($0, without: "|") }) where !line.isEmpty {
            let longer = "\(result)\n\(line)"
            if longer.unicodeScalars.count > 70 { break }
            result = longer
        }
        return result
    }

    /// The model in two digits and the number: `97` with right check digits, or `00` for a number without a model.
    ///
    /// Written are `97 12 3456`, `(97) 123456`, `(mod97) 123456`, `model 97 …`, or the number alone.
    private static func reference(_ text: String) -> String? {
        var rest = PaymentText.plain(text).lowercased()
        rest.removeAll { "()".contains($0) }
        rest = PaymentText.plain(rest)
        var hasModel = false
        for word in ["model", "модел", "mod", "мод"] where rest.hasPrefix(word) {
            rest = PaymentText.plain(String(rest.dropFirst(word.count)))
            hasModel = true
            break
        }
        let hasGap = rest.hasPrefix("97 ") || rest.hasPrefix("97-")
        let digits = rest.utf8.filter { $0 != 0x20 && $0 != UInt8(ascii: "-") }
        guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        let number = rest.utf8.filter { $0 != 0x20 }
        if rest.hasPrefix("97"), digits.count > 4, digits.count <= 25, hasRightModel97(digits.dropFirst(2)) {
            return String(decoding: digits, as: UTF8.self)
        }
        // 97 that was written as a model, with check digits that are none, would send the money astray.
        guard !hasModel, !(hasGap && digits.count > 4), number.count <= 23 else { return nil }
        return "00" + String(decoding: number, as: UTF8.self)
    }

    /// Two check digits before the number: both make 98 with the remainder by 97 of the number and two zeros.
    private static func hasRightModel97(_ digits: ArraySlice<UInt8>) -> Bool {
        func remainder(_ bytes: some Sequence<UInt8>) -> Int { bytes.reduce(0) { ($0 * 10 + Int($1) - 0x30) % 97 } }
        let check = digits.prefix(2).reduce(0) { $0 * 10 + Int($1) - 0x30 }
        return check == 98 - remainder(Array(digits.dropFirst(2)) + [0x30, 0x30])
    }
}
