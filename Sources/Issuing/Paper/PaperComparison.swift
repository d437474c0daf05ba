import Diagnostics
import InvoiceModel

/// Compares what a paper says with what its e-invoice states, in both directions.
///
/// The paper is read, not trusted: a template that hides a total, swaps two dates or prints another sum is found out,
/// whoever made the file. Where the labels of the catalogues are recognised, the value beside a label must be the one
/// that the label names; elsewhere it must be on the paper at all.
struct PaperComparison {
    let stated: StatedDocument
    let paper: PaperReading
    let vocabulary: PaperVocabulary
    var report = PaperReport()
    /// Entries that were named already, or that follow from a value of the XML.
    var settled: Set<Int> = []
    /// Rows that a line of the XML was found in.
    var usedRows: Set<Int> = []
    /// The entries that say a number, by its magnitude.
    private(set) var saying: [ExactDecimal: [Int]] = [:]
    private var days: [CalendarDate: [Int]] = [:]

    init(_ stated: StatedDocument, _ paper: PaperReading, _ vocabulary: PaperVocabulary) {
        self.stated = stated
        self.paper = paper
        self.vocabulary = vocabulary
        for (index, entry) in paper.entries.enumerated() where counts(entry) {
            for number in entry.numbers {
                for reading in Set(number.readings.map(\.magnitude)) { saying[reading, default: []].append(index) }
            }
            for date in entry.dates { for day in date.readings { days[day, default: []].append(index) } }
        }
    }

    /// Compares everything.
    consuming func run() -> PaperReport {
        report.isTagged = paper.isTagged
        report.pages = paper.pageCount
        report.lines = stated.lines.count
        guard !isTooMuch() else { return report }
        compareLabelled()
        for value in stated.values where !decided.contains(value.pointer) { compare(value) }
        for adjustment in stated.adjustments { compareAdjustment(adjustment) }
        var rows = RowIndex(paper)
        for category in stated.categories { compare(category, &rows) }
        compareLines()
        findUnknown()
        return report
    }

    /// Values, by their places in the XML, that a label on the paper already decided about.
    private var decided: Set<String> = []

    /// Texts are searched for on the whole paper: a document made to keep that busy for long is not compared.
    private mutating func isTooMuch() -> Bool {
        let texts = stated.values.count { $0.number == nil }
        guard texts > 10_000 || texts * paper.entries.count > 100_000_000 else { return false }
        let finding = Finding(
            rule: "paper.tooLarge", pointer: "", message: "There is too much in the XML and on the pages to compare.",
            fix: "Ask the sender for a smaller document.")
        report.disagreements.append(PaperDisagreement(finding: finding))
        return true
    }

    /// Whether an entry can show a value: decoration cannot, for a listener never hears it.
    func counts(_ entry: PaperEntry) -> Bool { !entry.isArtifact }

    // MARK: - Values beside their labels

    /// Compares the value beside each label that names exactly one fact.
    private mutating func compareLabelled() {
        var byLabel: [String: [StatedValue]] = [:]
        for value in stated.values { for label in value.labels { byLabel[label, default: []].append(value) } }
        var verdicts: [String: (isRight: Bool, entry: PaperEntry?)] = [:]
        for (index, entry) in paper.entries.enumerated() {
            guard counts(entry), entry.column == nil, !entry.labels.isEmpty else { continue }
            judge(entry, index, byLabel, &verdicts)
        }
        for piece in paper.labelled { judge(piece.entry, piece.index, byLabel, &verdicts) }
        for value in stated.values {
            guard let verdict = verdicts[value.pointer] else { continue }
            decided.insert(value.pointer)
            report.compared += 1
            if verdict.isRight {
                report.agreeing += 1
            } else {
                name(.differs, value, verdict.entry)
            }
        }
    }

    private mutating func judge(
        _ entry: PaperEntry, _ index: Int, _ byLabel: [String: [StatedValue]],
        _ verdicts: inout [String: (isRight: Bool, entry: PaperEntry?)]
    ) {
        // A label with a meaning that the XML says nothing of decides nothing.
        guard entry.labels.allSatisfy({ byLabel[$0] != nil }) else { return }
        let candidates = entry.labels.flatMap { byLabel[$0] ?? [] }
        guard let first = candidates.first, Self.isOfKind(entry, first) else { return }
        let right = candidates.filter { says(entry, $0) }
        if right.isEmpty {
            settled.insert(index)
            for value in candidates where verdicts[value.pointer] == nil { verdicts[value.pointer] = (false, entry) }
        }
        // One wrong place is enough: the right value elsewhere does not mend it.
        for value in right where verdicts[value.pointer] == nil { verdicts[value.pointer] = (true, entry) }
    }

    private static func isOfKind(_ entry: PaperEntry, _ value: StatedValue) -> Bool {
        switch value.kind {
        case .amount, .quantity, .percent: entry.numbers.contains { !$0.isPercent }
        case .date: !entry.dates.isEmpty
        case .identifier: true
        case .name, .currency: false
        }
    }

    /// Whether an entry says a value.
    func says(_ entry: PaperEntry, _ value: StatedValue) -> Bool {
        switch value.kind {
        case .amount(let number), .quantity(let number), .percent(let number):
            let exact = number.trimmed()
            // What is taken off is printed with or without its sign, and so is all of a credit note.
            let isFree = stated.isCreditNote || ["BT-92", "BT-113", "BT-136"].contains(value.term)
            return entry.numbers.contains { number in
                guard Self.canBe(value.kind, number, entry) else { return false }
                return number.readings.contains { $0 == exact || isFree && $0 == exact.opposite }
            }
        case .date(let day): return entry.dates.contains { $0.readings.contains(day) }
        case .identifier: return entry.identifierKey.holdsWhole(PaperKey.ofIdentifier(value.text))
        case .name: return entry.key.holds(PaperKey.of(value.text))
        case .currency:
            let marks = (vocabulary.currencies[value.text] ?? []).union([PaperKey.of(value.text)])
            return marks.contains { entry.key.holds($0) }
        }
    }

    /// Whether a number can be of a kind: a postal code in an address is no amount, and no rate is one either.
    private static func canBe(_ kind: StatedValue.Kind, _ number: PaperNumber, _ entry: PaperEntry) -> Bool {
        if case .amount = kind { return !number.isPercent && (number.places > 0 || entry.isNumber) }
        return true
    }

    // MARK: - Values anywhere

    /// Looks for a value on the whole paper.
    mutating func compare(_ value: StatedValue) {
        // Nobody has to print a zero, but for the sum that is due.
        if let number = value.number, number.isZero, value.term != "BT-115" { return }
        report.compared += 1
        if isSaid(value) { report.agreeing += 1 } else { name(.missing, value, nil) }
    }

    /// Whether any part of the paper says a value.
    func isSaid(_ value: StatedValue) -> Bool {
        switch value.kind {
        case .amount(let number), .quantity(let number), .percent(let number):
            (saying[number.magnitude] ?? []).contains { says(paper.entries[$0], value) }
        case .date(let day): days[day] != nil
        case .identifier, .currency: paper.entries.contains { counts($0) && says($0, value) }
        case .name:
            paper.entries.contains { counts($0) && says($0, value) } || paper.wholeKey.holds(PaperKey.of(value.text))
        }
    }

    private mutating func compareAdjustment(_ value: StatedValue) {
        // Of several discounts the page may show the sum instead.
        compare(value)
    }

    /// A row of the breakdown: its amounts must stand in one row, where the page has rows.
    private mutating func compare(_ category: StatedCategory, _ index: inout RowIndex) {
        let values = [category.taxable, category.tax, category.rate].compactMap(\.self)
        let wanted = values.filter { $0.number?.isZero == false }
        report.compared += wanted.count
        let found = wanted.first?.number.map { index.rows(saying: $0.magnitude, besides: []) } ?? []
        let rows = found.map { paper.rows[$0] }.filter { row in
            wanted.allSatisfy { value in row.entries.contains { says(paper.entries[$0], value) } }
        }
        let isRight = rows.contains { row in
            row.entries.allSatisfy { index in
                let entry = paper.entries[index]
                if entry.labels == ["taxable"] { return says(entry, category.taxable) }
                if entry.labels == ["tax"] { return says(entry, category.tax) }
                return true
            }
        }
        if isRight || wanted.isEmpty {
            report.agreeing += wanted.count
            return
        }
        let missing = wanted.filter { !isSaid($0) }
        report.agreeing += wanted.count - missing.count
        for value in missing { name(.missing, value, nil) }
        // Both are there, but never beside each other or in each other's column.
        if missing.isEmpty, paper.isTagged, stated.categories.count > 1 || !rows.isEmpty, wanted.count > 1 {
            let value = wanted[1]
            report.agreeing -= 1
            name(.differs, value, rows.first.flatMap { $0.entries.first }.map { paper.entries[$0] })
        }
    }

    // MARK: - Naming

    /// What can be wrong with a value of the XML.
    enum Fault { case missing, differs }

    /// Names a disagreement about a value of the XML.
    mutating func name(_ fault: Fault, _ value: StatedValue, _ entry: PaperEntry?) {
        let what: (rule: String, noun: String) =
            switch value.kind {
            case .amount: ("amount", "amount")
            case .quantity: ("amount", "quantity")
            case .percent: ("amount", "rate")
            case .date: ("date", "date")
            case .identifier: ("identifier", "identifier")
            case .name: ("name", "name")
            case .currency: ("currency", "currency")
            }
        let finding = Finding(
            rule: "paper.\(what.rule)\(fault == .missing ? "Missing" : "Differs")",
            severity: value.isMandatory ? .error : .warning, pointer: value.pointer, place: value.place,
            term: value.term,
            message: fault == .missing
                ? "The pages do not show this \(what.noun) of the XML."
                : "The pages show another \(what.noun) here than the XML has.",
            fix: "Draw the pages again from the XML, or find out which of the two was changed.")
        report.disagreements.append(
            PaperDisagreement(finding: finding, page: entry?.page, paper: entry?.text, xml: value.text))
    }

    /// Names something that only the paper has.
    mutating func nameUnknown(
        _ rule: String, _ entry: PaperEntry, _ text: String, severity: Finding.Severity, _ message: String
    ) {
        let finding = Finding(
            rule: rule, severity: severity, pointer: "", message: message,
            fix: "Draw the pages again from the XML, or find out which of the two was changed.")
        report.disagreements.append(PaperDisagreement(finding: finding, page: entry.page, paper: text))
    }
}
