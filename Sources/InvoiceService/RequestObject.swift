import Diagnostics
import InvoiceModel
import JSONCore

/// A small JSON object as the content of a request, read strictly.
struct RequestObject {
    private let root: JSONValue

    /// Reads it; other keys than these are refused.
    ///
    /// - Throws: `json.*`; `request.content`.
    init(_ bytes: [UInt8], _ names: [String]) throws(ToolkitError) {
        root = try JSONDocument(parsing: bytes).root
        guard root.kind == .object, root.members.allSatisfy({ names.contains($0.key.string ?? "") }) else {
            throw ToolkitError(
                .contentWrong, "The content is no object with the members of this operation.",
                fix: "It may have: \(names.joined(separator: ", ")).")
        }
    }

    func text(_ name: String) throws(ToolkitError) -> String? {
        guard let member = root[name] else { return nil }
        guard let text = member.string, text.unicodeScalars.count <= 500 else {
            throw ToolkitError(.contentWrong, "\(name) is a text of at most 500 characters.", place: member.place)
        }
        return text
    }

    func texts(_ name: String) throws(ToolkitError) -> [String] {
        guard let member = root[name] else { return [] }
        let texts = member.elements.compactMap(\.string)
        guard member.kind == .array, texts.count == member.count, texts.count <= 100 else {
            throw ToolkitError(
                .contentWrong, "\(name) is a list of at most 100 texts.", fix: "Write it as [\"…\"].",
                place: member.place)
        }
        return texts
    }

    func word<Word: RawRepresentable & CaseIterable>(_ name: String) throws(ToolkitError) -> Word?
    where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw ToolkitError(
                .contentWrong, "\(name) is none of the words that it may be.",
                fix: "One of: \(Word.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return word
    }

    func day(_ name: String) throws(ToolkitError) -> CalendarDate? {
        guard let text = try text(name) else { return nil }
        guard let day = CalendarDate(iso: text) else {
            throw ToolkitError(.contentWrong, "\(name) is no day.", fix: "Write it as 2026-11-20.")
        }
        return day
    }

    func amount(_ name: String, in currency: String) throws(ToolkitError) -> Money? {
        guard let text = try text(name) else { return nil }
        guard let currency = Currency(code: currency), let decimal = ExactDecimal(text),
            let amount = Money(decimal, in: currency)
        else {
            throw ToolkitError(
                .contentWrong, "\(name) is no amount of money.",
                fix: "Write it as a text with a point and the places of the currency: \"1180.00\".")
        }
        return amount
    }
}
