import Diagnostics
import InvoiceModel
import Tax
import XMLCore

/// The work in progress on one document: what was taken into the model, and what stays a further term.
struct UBLReading {
    let root: XMLElement
    let isCreditNote: Bool
    var findings: [Finding] = []
    /// BT-5.
    var currency = Currency(received: "", places: 2)
    /// The leaves that the model holds.
    private var taken: Set<XMLElement> = []
    /// The leaves whose attributes the model, or a term, holds as well.
    private var withAttributes: Set<XMLElement> = []
    /// The terms by the element in whose place they stand; an element with terms is not entered.
    private(set) var terms: [XMLElement: [FurtherTerm]] = [:]

    init(_ root: XMLElement) {
        self.root = root
        isCreditNote = root.name == "CreditNote"
    }

    // MARK: - Finding elements

    /// The first element at a path of local names; all are aggregates but, where it is a leaf, the last.
    func first(_ parent: XMLElement?, _ path: String, leaf: Bool = false) -> XMLElement? {
        var element = parent
        let steps = path.split(separator: "/")
        for (index, step) in steps.enumerated() {
            let isLeaf = leaf && index == steps.count - 1
            element = element?.first(String(step), namespace: isLeaf ? UBLName.basic : UBLName.aggregate)
        }
        return element
    }

    func leaf(_ parent: XMLElement?, _ path: String) -> XMLElement? {
        first(parent, path, leaf: true).flatMap { $0.text.trimmedXML.isEmpty ? nil : $0 }
    }

    func leaves(_ parent: XMLElement, _ name: String) -> [XMLElement] {
        parent.all(name, namespace: UBLName.basic).filter { !$0.text.trimmedXML.isEmpty }
    }

    func all(_ parent: XMLElement, _ name: String) -> [XMLElement] {
        parent.all(name, namespace: UBLName.aggregate)
    }

    // MARK: - Taking leaves into the model

    /// Marks a leaf as held by the model; its attributes stay open unless they are held as well.
    mutating func take(_ element: XMLElement, withAttributes hasAttributes: Bool = false) {
        taken.insert(element)
        if hasAttributes { withAttributes.insert(element) }
    }

    /// The text of a leaf, which the model holds from now on.
    mutating func text(_ parent: XMLElement?, _ path: String) -> String? {
        guard let element = leaf(parent, path) else { return nil }
        take(element)
        return element.text.linesWithoutMargins
    }

    /// The day of a leaf; one that is none stays a further term.
    mutating func date(_ parent: XMLElement?, _ path: String) -> CalendarDate? {
        guard let element = leaf(parent, path), let day = CalendarDate(xml: element.text.trimmedXML) else { return nil }
        take(element)
        return day
    }

    /// The number of a leaf; nil, with a finding where `term` says which, when there is none.
    mutating func number(_ parent: XMLElement, _ path: String, _ term: String? = nil) -> ExactDecimal? {
        guard let element = leaf(parent, path) else {
            if let term { missing(term, path, in: parent) }
            return nil
        }
        guard let number = ExactDecimal(xml: element.text.trimmedXML) else {
            unreadable(element, term)
            return nil
        }
        take(element)
        return number
    }

    /// The amount of a leaf in the currency of the document.
    mutating func amount(_ parent: XMLElement, _ path: String, _ term: String? = nil) -> Money? {
        guard let element = leaf(parent, path) else {
            if let term { missing(term, path, in: parent) }
            return nil
        }
        return money(of: element, term)
    }

    mutating func money(of element: XMLElement, _ term: String?) -> Money? {
        guard checkCurrency(of: element, term) else { return nil }
        guard let number = ExactDecimal(xml: element.text.trimmedXML), let money = Money(number.trimmed(), in: currency)
        else {
            unreadable(element, term)
            return nil
        }
        take(element, withAttributes: true)
        return money
    }

    /// Whether an amount is in the document's currency; where it says nothing, it is.
    mutating func checkCurrency(of element: XMLElement, _ term: String?) -> Bool {
        guard let code = element.attribute("currencyID"), code.trimmedXML != currency.code else { return true }
        findings.append(
            Finding(
                rule: "ubl.currency", pointer: element.path, place: element.place, term: term,
                message: "The amount is in another currency than the document (BT-5).",
                fix: "Ask the sender for a document whose amounts are all in one currency."))
        return false
    }

    // MARK: - Further terms

    /// Puts a term in the place of an element; everything inside the element counts as said by it.
    mutating func put(_ term: FurtherTerm, at element: XMLElement) {
        terms[element, default: []].append(term)
    }

    /// Whether a leaf is held by the model.
    func isTaken(_ element: XMLElement) -> Bool { taken.contains(element) }

    /// Whether the attributes of a leaf are held as well.
    func areAttributesTaken(_ element: XMLElement) -> Bool { withAttributes.contains(element) }

    // MARK: - Findings

    mutating func missing(_ term: String, _ path: String, in parent: XMLElement) {
        findings.append(
            Finding(
                rule: "ubl.missing", pointer: parent.path, place: parent.place, term: term,
                message: "The document has no \(path) here, without which it cannot be shown.",
                fix: "Ask the sender for a complete document."))
    }

    private mutating func unreadable(_ element: XMLElement, _ term: String?) {
        findings.append(
            Finding(
                rule: "ubl.number", pointer: element.path, place: element.place, term: term,
                message: "This is no decimal number, or one with too many digits.",
                fix: "Write digits with a point, such as 1234.56."))
    }
}

extension String {
    /// The lines of the text without the blanks that indent them in the XML.
    var linesWithoutMargins: String {
        let text = trimmedXML
        guard text.utf8.contains(0x0A) else { return text }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        return lines.map { String($0).trimmedXML }.joined(separator: "\n")
    }

    /// The text without blanks and line ends around it, as `xsd:token` has it.
    var trimmedXML: String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !isBlank($0) }), let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}

extension ExactDecimal {
    /// Reads `xsd:decimal`, which allows a plus, and no digit on one side of the point.
    init?(xml text: String) {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "+") {
            bytes.removeFirst()
            guard bytes.first != UInt8(ascii: "-") else { return nil }
        }
        let sign = bytes.first == UInt8(ascii: "-") ? 1 : 0
        if bytes.count > sign + 1, bytes[sign] == UInt8(ascii: ".") { bytes.insert(UInt8(ascii: "0"), at: sign) }
        if bytes.count > sign + 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        if let point = bytes.firstIndex(of: UInt8(ascii: ".")) {
            // Zeros at the end beyond what is read say nothing.
            while bytes.count - point - 1 > Self.maximumScale, bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        }
        self.init(utf8: bytes[...])
    }
}

extension CalendarDate {
    /// Reads `xsd:date`; a time zone behind the day is not kept.
    init?(xml text: String) {
        let zone = text.dropFirst(10)
        let isZone = zone.isEmpty || zone == "Z" || (zone.utf8.count == 6 && (zone.first == "+" || zone.first == "-"))
        guard isZone else { return nil }
        self.init(iso: String(text.prefix(10)))
    }
}
