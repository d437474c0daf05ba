import InvoiceModel
import Tax

/// Text with fields in it, compiled: evaluating it looks nothing up by name.
final class Expression: Sendable {
    enum Part: Sendable {
        case literal([UInt8])
        case label(Label)
        /// A label in the second language alone; empty without one.
        case secondLabel(Label)
        case field(Field, FieldFormat?, pointer: FieldPointer)
        case page, pages
    }

    let parts: [Part]
    /// The field and its format, where there is nothing else: most cells.
    private let only: (field: Field, format: FieldFormat?)?
    /// Whether it has more than one part.
    let isComposed: Bool

    init(parts: [Part]) {
        self.parts = parts
        isComposed = parts.count > 1
        if parts.count == 1, case .field(let field, let format, _) = parts[0] {
            only = (field, format)
        } else {
            only = nil
        }
    }

    /// Whether it prints `{pages}`, which is not known before the last page.
    var needsPageCount: Bool {
        parts.contains { if case .pages = $0 { true } else { false } }
    }

    /// Whether it is a single number or amount.
    var isNumber: Bool {
        guard parts.count == 1, case .field(let field, _, _) = parts[0] else { return false }
        return [.money, .decimal, .price, .percent, .rate, .count].contains(field.type)
    }

    /// Appends the text for the current positions of a scope.
    ///
    /// - Returns: false when there are fields and all of them are empty: such a text is left out.
    func append(in scope: Scope, to text: inout [UInt8]) -> Bool {
        if let only {
            guard let value = only.field.read(scope) else { return false }
            value.append(only.format, in: scope, to: &text)
            return true
        }
        let start = text.count
        let blank = UInt8(ascii: " ")
        var fields = 0
        var present = 0
        // Whether an empty field is all there is so far, or the last that there is: its gap closes.
        var beginsEmpty = false
        var endsEmpty = false
        for part in parts {
            if case .field = part {} else { endsEmpty = false }
            switch part {
            case .literal(let bytes):
                text += beginsEmpty && text.count == start && bytes.first == blank ? bytes.dropFirst() : bytes[...]
            case .label(let label): scope.append(label, to: &text, inBoth: scope.printsLabelsInBoth)
            case .secondLabel(let label):
                fields += 1
                guard let words = scope.secondText(label) else { continue }
                present += 1
                SecondLanguage.append(words.utf8, to: &text)
            case .field(let field, let format, _):
                fields += 1
                guard let value = field.read(scope) else {
                    beginsEmpty = beginsEmpty || text.count == start
                    endsEmpty = true
                    continue
                }
                endsEmpty = false
                present += 1
                value.append(format, in: scope, to: &text)
            case .page: scope.catalogue.format.append(whole: UInt64(max(scope.page, 0)), minimumDigits: 1, to: &text)
            case .pages: scope.catalogue.format.append(whole: UInt64(max(scope.pages, 0)), minimumDigits: 1, to: &text)
            }
        }
        if endsEmpty, text.count > start, text.last == blank { text.removeLast() }
        return fields == 0 || present > 0
    }
}

/// Where in the JSON input a field comes from.
final class FieldPointer: Sendable {
    let list: ItemList?
    let name: String

    /// The RFC 6901 pointer for the current position.
    func pointer(in scope: Scope) -> String {
        let tail = name.isEmpty ? "" : "/" + name.split(separator: ".").joined(separator: "/")
        guard let list else { return tail }
        let at = scope.position(in: list)
        return switch list {
        case .lines: "/lines/\(at)\(tail)"
        case .lineDiscounts: "/lines/\(scope.position(in: .lines))/discounts/\(at)\(tail)"
        case .vat, .exemptions, .further, .legalTexts: ""
        case .discounts: "/discounts/\(at)\(tail)"
        case .prepaid: "/prepaid/\(at)\(tail)"
        case .accounts: "/seller/accounts/\(at)\(tail)"
        case .notes: "/notes/\(at)"
        case .paymentTerms: "/payment/terms/\(at)\(tail)"
        case .invoices: "/references/invoices/\(at)\(tail)"
        }
    }

    init(
        list: ItemList?,
        name: String
    ) {
        self.list = list
        self.name = name
    }
}

/// What an `if` asks, compiled.
indirect enum Condition: Sendable {
    case field(Field)
    case list(ItemList)
    case equals(Field, String)
    case not(Condition)
    case all([Condition])
    case any([Condition])

    func holds(in scope: Scope) -> Bool {
        switch self {
        case .field(let field): field.read(scope)?.isTrue ?? false
        case .list(let list): scope.count(list) > 0
        case .equals(let field, let code): field.read(scope)?.code == code
        case .not(let condition): !condition.holds(in: scope)
        case .all(let conditions): conditions.allSatisfy { $0.holds(in: scope) }
        case .any(let conditions): conditions.contains { $0.holds(in: scope) }
        }
    }
}
