import Foundation
import TestSupport

/// Makes valid documents by chance: all kinds, languages, categories, discounts, charges, gross prices, odd letters.
struct RandomDocument {
    private var random: SplitMix
    private let seed: UInt64
    /// The language of the page.
    private(set) var language = "mk"

    /// How many discounts and charges the document has; the page shows each of them.
    private(set) var counts = (discounts: 0, charges: 0)

    init(seed: UInt64) {
        self.seed = seed
        random = SplitMix(seed: seed)
    }

    /// The document as JSON.
    mutating func json() throws -> [UInt8] {
        language = pick(["mk", "sr-Cyrl", "sr-Latn", "en"])
        let kind = pick(["invoice", "invoice", "credit-note", "debit-note", "advance", "pro-forma"])
        let country = pick(["MK", "RS", "DE"])
        var document: [String: Any] = [
            "kind": kind, "number": "\(pick(["ФАК", "R&D", "<A>", "2026/", "№ "]))\(seed)", "issueDate": "2026-11-20",
            "dueDate": "2026-12-\(10 + below(20))", "supplyDate": "2026-11-\(10 + below(10))", "language": language,
            "currency": pick(["MKD", "RSD", "EUR", "USD", "HUF"]), "prices": pick(["net", "net", "gross"]),
            "seller": party(country, mayLackVATNumber: true), "buyer": party(pick(["MK", "RS", "FR"])),
            "lines": (0...pick([0, 1, 3, 8, 40])).map { line($0 + 1) },
        ]
        if kind == "credit-note" || chance(5) {
            document["references"] = ["order": text(), "invoices": [["number": word(), "issueDate": "2026-10-01"]]]
        }
        counts = (discounts: pick([0, 0, 0, 1, 2]), charges: pick([0, 0, 0, 1, 2]))
        document["discounts"] = (0..<counts.discounts).map { _ in adjustment() }
        document["charges"] = (0..<counts.charges).map { _ in adjustment() }
        if chance(4) {
            document["prepaid"] = [["number": word(), "date": "2026-10-01", "amount": decimal(below(90_00), 2)]]
        }
        if chance(4) { document["payableRounding"] = pick(["1", "0.5", "0.05"]) }
        if chance(3) { document["notes"] = [text(), text()] }
        if chance(3) { document["internalNotes"] = Self.secret }
        if chance(4) { document["period"] = ["start": "2026-11-01", "end": "2026-11-30"] }
        if chance(4) { document["delivery"] = ["date": "2026-11-19", "name": text(), "address": address("MK")] }
        return [UInt8](try JSONSerialization.data(withJSONObject: document, options: .sortedKeys))
    }

    /// What stands in internal notes and may be nowhere else.
    static let secret = "ТАЈНА-7731"

    private mutating func party(_ country: String, mayLackVATNumber: Bool = false) -> [String: Any] {
        var party: [String: Any] = ["name": text(), "address": address(country), "vatPayer": true]
        party["vatNumber"] = ["MK": "МК4030995135699", "RS": "RS101134702"][country] ?? "\(country)12345678901"
        if mayLackVATNumber && country == "MK" && chance(3) {
            party["vatNumber"] = nil
            party["taxNumber"] = "4030995135699"
        }
        if chance(3) { party["contact"] = ["name": text(), "email": "a@b.example"] }
        if chance(2) { party["accounts"] = [["iban": "MK07200003332266115", "bank": text()]] }
        return party
    }

    private mutating func address(_ country: String) -> [String: Any] {
        ["street": text(), "city": text(), "postalCode": "1000", "country": country]
    }

    private mutating func line(_ index: Int) -> [String: Any] {
        var item: [String: Any] = ["name": text()]
        if chance(3) { item["description"] = (0...below(6)).map { _ in text() }.joined(separator: " ") }
        var line: [String: Any] = [
            "item": item, "quantity": quantity(), "vat": treatment(),
            "unit": pick(["H87", "HUR", "KGM", "C62", "MTR", "LTR", "MON"]),
            "price": pick(["\(below(9999))", decimal(below(500_000), 2), decimal(below(500_000), 4)]),
        ]
        if chance(2) { line["id"] = "\(index)" }
        if chance(6) { line["priceBase"] = pick(["10", "100", "1000"]) }
        if chance(4) { line["discounts"] = [["percent": decimal(below(99), 0), "reason": text()]] }
        if chance(6) { line["charges"] = [["amount": decimal(below(90_00), 2), "reason": text()]] }
        if chance(6) { line["note"] = text() }
        return line
    }

    /// Pieces, or a weight with grams.
    private mutating func quantity() -> String { chance(2) ? "\(1 + below(500))" : decimal(1 + below(99_999), 3) }

    private mutating func adjustment() -> [String: Any] {
        var result: [String: Any] = ["reason": text()]
        if chance(2) { result["percent"] = decimal(below(30), 0) } else { result["amount"] = decimal(below(90_00), 2) }
        return result
    }

    private mutating func treatment() -> [String: Any] {
        let reason = "член 23 & <24>"
        return pick([
            ["category": "S", "rate": "18"], ["category": "S", "rate": "18"], ["category": "S", "rate": "10"],
            ["category": "S", "rate": "5"], ["category": "S", "rate": "7.25"], ["category": "Z", "rate": "0"],
            ["category": "E", "rate": "0", "reason": reason], ["category": "AE", "reason": reason],
        ])
    }

    private mutating func text() -> String { (0...below(3)).map { _ in word() }.joined(separator: " ") }

    private mutating func word() -> String {
        pick([
            "Ѓорѓи", "Ќосев", "„Ѕвезда“", "Џ&Џ", "<b>", "]]>", "\"x\"", "O'Brien", "Đorđe", "šećer", "ﬁn", "e\u{301}",
            "a\u{A0}b", "x\u{200B}y", "м²", "€", "{seller.name}", "%s", "\\", "–", "№7", "Ωμέγα", "ґї", "Ұ",
            String(repeating: "дом", count: 15), "1.234,56", "-5", "&amp;", "½",
        ])
    }

    /// A number of digits with some behind the point.
    private func decimal(_ digits: Int, _ places: Int) -> String {
        guard places > 0 else { return "\(digits)" }
        let padded = String(repeating: "0", count: max(0, places + 1 - "\(digits)".count)) + "\(digits)"
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    private mutating func below(_ end: Int) -> Int { Int.random(in: 0..<end, using: &random) }
    private mutating func chance(_ oneIn: Int) -> Bool { below(oneIn) == 0 }
    private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
