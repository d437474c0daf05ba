import InvoiceModel
import Tax

/// Text with fields in it, compiled: evaluating it looks nothing up by name.
struct Expression: Sendable {
    enum Part: Sendable {
        case literal([UInt8])
        case label(Label)
        case field(Field, FieldFormat?, pointer: FieldPointer)
        case page, pages
    }

    let parts: [Part]
    /// Whether it prints `{pages}`, which is not known before the last page.
    var needsPageCount: Bool {
        parts.contains { if case .pages = $0 { true } else { false } }
    }

    /// Appends the text for the current positions of a scope.
    ///
    /// - Returns: false when there are fields and all of them are empty: such a text is left out.
    func append(in scope: Scope, to text: inout [UInt8]) -> Bool {
        var fields = 0
        var present = 0
        for part in parts {
            switch part {
            case .literal(let bytes): text += bytes
            case .label(let label): text += scope.catalogue[label].utf8
            case .field(let field, let format, _):
                fields += 1
                guard let value = field.read(scope) else { continue }
                present += 1
                value.append(format, in: scope, to: &text)
            case .page: scope.catalogue.format.append(whole: UInt64(max(scope.page, 0)), minimumDigits: 1, to: &text)
            case .pages: scope.catalogue.format.append(whole: UInt64(max(scope.pages, 0)), minimumDigits: 1, to: &text)
            }
        }
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
        case .vat, .exemptions: ""
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
