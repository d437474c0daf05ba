import InvoiceModel
import Tax

/// Fields of documents that were received, and so carry terms that the invoice model has no place for.
extension FieldTable {
    static let receivedDocumentFields: [Field] = [
        .flag("isReceived", "Whether the document was read from XML that somebody else may have made.") {
            $0.priced.further != nil
        },
        .text("seller.further", "Further terms of a received document's seller: names and values in one text.") {
            $0.text(of: $0.priced.further?.seller)
        },
        .text("buyer.further", "Further terms of a received document's buyer.") {
            $0.text(of: $0.priced.further?.buyer)
        },
    ]

    static let receivedItemFields: [ItemList: [Field]] = [
        .further: [
            .text("name", "What the term is called; its path in the XML where it has no name.") {
                $0.furtherTerm.map($0.name(of:))
            },
            .text("value", "What it says.") { $0.furtherTerm.map($0.value(of:)) },
            .text("id", "The number of the term in EN 16931-1 such as BT-19, or its path in the XML.") {
                $0.furtherTerm?.id
            },
        ],
        .lines: [
            .text("further", "Further terms of a received line: names and values in one text.") { scope in
                guard let further = scope.priced.further, further.lines.indices.contains(scope.lineIndex) else {
                    return nil
                }
                return scope.text(of: further.lines[scope.lineIndex])
            }
        ],
        .lineDiscounts: [
            .money("base", "BT-137, BT-142.") { $0.lineDiscount.base },
            .text("code", "BT-140, BT-145.") { $0.lineDiscount.source.code },
        ],
        .discounts: [
            .money("base", "BT-93, BT-100.") { $0.discount.parts.count == 1 ? $0.discount.parts[0].base : nil },
            .text("code", "BT-98, BT-105.") { $0.discount.source.code },
            .tax("tax", "The VAT category and rate (BT-95, BT-96, BT-102, BT-103), where there is one.") {
                $0.discount.parts.count == 1 ? $0.discount.parts[0].vat : nil
            },
        ],
        .vat: [.extraRate { $0.vat.vat }],
        .exemptions: [.extraRate { $0.exemption.vat }],
    ]
}

extension Field {
    /// The category in words with the rate, as one text.
    fileprivate static func tax(
        _ name: String, _ about: String, _ read: @escaping @Sendable (Scope) -> VATTreatment?
    ) -> Field {
        .text(name, about) { scope in read(scope).map(scope.text(of:)) }
    }

    fileprivate static func extraRate(_ read: @escaping @Sendable (Scope) -> VATTreatment) -> Field {
        Field(
            name: "extraRate", type: .rate,
            about: "The rate that stands beside the name of a category other than S, where it is not 0, such as IGIC."
        ) { scope in
            let vat = read(scope)
            guard vat.categoryCode != "S" else { return nil }
            if let received = vat.received {
                return received.percent.flatMap { $0.isZero ? nil : .percent($0) }
            }
            return vat.rate == .zero ? nil : .rate(vat.rate)
        }
    }
}

extension VATTreatment {
    /// The rate as a field has it; nil where a received document has none.
    var rateValue: FieldValue? {
        if let received { return received.percent.map(FieldValue.percent) }
        return .rate(rate)
    }
}

extension Scope {
    /// The names and values of terms in one text; nil where there are none.
    func text(of terms: [FurtherTerm]?) -> String? {
        guard let terms, !terms.isEmpty else { return nil }
        return terms.map { term in
            let name = name(of: term)
            return name.isEmpty ? value(of: term) : "\(name): \(value(of: term))"
        }.joined(separator: "\u{A0}· ")
    }

    func name(of term: FurtherTerm) -> String { term.name ?? catalogue.name(ofTerm: term.id) ?? term.id }

    func value(of term: FurtherTerm) -> String {
        var text: [UInt8] = []
        switch term.value {
        case .text(let value):
            // A code that has a name stands behind it.
            guard value.utf8.count < 6, let name = catalogue.name(ofTerm: "\(term.id):\(value)") else { return value }
            return "\(name) (\(value))"
        case .date(let day): catalogue.format.append(day, to: &text)
        case .number(let number): catalogue.format.append(number, to: &text)
        case .amount(let number, let currency): catalogue.format.append(number, currency: currency, to: &text)
        case .country(let code): return catalogue.name(ofCountry: code)
        case .tax(let vat): return self.text(of: vat)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A category with its rate: `18 %`, `Exempt`, `IGIC 7 %`.
    func text(of vat: VATTreatment) -> String {
        var text: [UInt8] = []
        if vat.categoryCode != "S" { FieldValue.category(vat).append(nil, in: self, to: &text) }
        if let rate = vat.rateValue, rate.isTrue || vat.categoryCode == "S" {
            if !text.isEmpty { text += LocaleFormat.noBreakSpace }
            rate.append(nil, in: self, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension LocaleFormat {
    /// Appends a number of any places with the code or sign of a currency: `2,75 €`.
    func append(_ number: ExactDecimal, currency code: String, to text: inout [UInt8]) {
        let symbol = currencySymbols[code] ?? Array(code.utf8)
        if currencyFirst { text += symbol + Self.noBreakSpace }
        append(number, atLeast: Currency(code: code)?.minorUnitDigits ?? 0, to: &text)
        if !currencyFirst { text += Self.noBreakSpace + symbol }
    }
}
