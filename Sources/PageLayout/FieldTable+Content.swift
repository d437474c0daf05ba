import InvoiceModel
import Tax

extension FieldTable {
    /// What people expect on paper beside the terms of the invoice: marks, words, and what the law wants said.
    static let contentFields: [Field] = [
        Field(
            name: "mark", type: .mark,
            about: "What the caller marks the print as; prints draft, void or copy in the language, compares as those."
        ) { $0.mark.map(FieldValue.mark) },
        Field(
            name: "totals.payableInWords", type: .text,
            about: "BT-115 in words, with its currency; empty from 10^12 units on."
        ) { scope in
            let payable = scope.priced.totals.payable
            guard payable.inWords(of: scope.currency, in: scope.catalogue.language) != nil else { return nil }
            return .spelled(payable)
        },
        .text("secondLanguage", "The second language of the page, such as en; empty where there is none.") {
            $0.second?.language.rawValue
        },
        .text("payment.reference.model", "The model in front of BT-83, such as 97 or HR01; empty where there is none.")
        { $0.paymentReference?.model },
        .text("payment.reference.number", "BT-83 without its model.") { $0.paymentReference?.number },
    ]

    static let legalTextFields: [Field] = [
        Field(name: "", type: .text, about: "The sentence.") { .sentence($0.legalText) }
    ]
}

/// A payment reference as payers enter it: a model, which says how its check digits are made, and a number.
struct PaymentReference: Hashable {
    /// Two digits in Serbia, `HR` and two digits in Croatia; nil where the text begins with no model.
    let model: String?
    let number: String

    /// Takes a reference apart; the text itself is never changed, it is printed as it was written.
    ///
    /// - Parameter text: `97 41-2026-17`, `(mod97) 41-2026-17`, `HR01 7336-68949637`, or a number alone.
    init(_ text: String) {
        let halves = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard halves.count == 2, let model = Self.model(halves[0]) else {
            model = nil
            number = text
            return
        }
        self.model = model
        number = halves[1]
    }

    private static func model(_ word: String) -> String? {
        if word.hasPrefix("(mod"), word.hasSuffix(")") { return isTwoDigits(word.dropFirst(4).dropLast()) }
        if word.hasPrefix("HR") { return isTwoDigits(word.dropFirst(2)).map { "HR\($0)" } }
        return isTwoDigits(word[...])
    }

    private static func isTwoDigits(_ text: Substring) -> String? {
        text.utf8.count == 2 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(text) : nil
    }
}
