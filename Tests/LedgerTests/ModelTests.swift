import Diagnostics
import Foundation
import InvoiceModel
import Ledger
import TestSupport
import Testing

@Suite("Model: random commands against a reference")
struct ModelTests {
    /// Steps of one run; a night can take more.
    static let steps = ProcessInfo.processInfo.environment["PECHAT_MODEL_STEPS"].flatMap { Int($0) } ?? 250

    @Test(
        "ledger and model take and refuse the same, and agree after every step", arguments: [1, 2] as [UInt64],
        Books.engines)
    func agreement(seed: UInt64, engine: StoreEngine) throws {
        var run = try ModelRun(seed: seed, engine)
        for _ in 0..<Self.steps { try run.step() }
        try run.finish()
        // Both outcomes were met often enough to mean something.
        #expect(run.accepted > Self.steps / 4 && run.refused > Self.steps / 10)
    }
}

/// One sequence of commands, on a ledger and on the model.
private struct ModelRun {
    private var random: SplitMix
    private var model = ReferenceModel()
    private let books: Books
    private let start: CalendarDate
    private var day = 0
    private var documents: [String] = []
    private var numbers: [String] = []
    private var entries: [String] = []
    private(set) var accepted = 0
    private(set) var refused = 0

    init(seed: UInt64, _ engine: StoreEngine) throws {
        random = SplitMix(seed: seed)
        books = try Books(engine)
        start = try books.day("2026-01-01")
    }

    mutating func step() throws {
        if Int.random(in: 0..<8, using: &random) == 0 { day += 1 }
        let command = choose()
        let isExpected = model.run(command, on: day)
        do {
            try run(command)
            try #require(isExpected, "taken: \(command)")
            accepted += 1
        } catch let error as ToolkitError {
            try #require(
                !isExpected && error.code.kind == .state && !error.fix.isEmpty, "refused: \(command), \(error)")
            refused += 1
        }
        for _ in 0..<3 where !documents.isEmpty { try compare(documents.indices.randomElement(using: &random) ?? 0) }
    }

    /// Everything once more at the end: each document, the numbers, the reports of every day, and the audit.
    func finish() throws {
        for document in documents.indices { try compare(document) }
        for (prefix, width) in [("FAK", 4), ("CN", 6)] {
            let given = numbers.filter { $0.hasPrefix(prefix) }
            let dense = given.indices.map { String(format: "%@-2026-%0\(width)d", prefix, $0 + 1) }
            #expect(given == dense)
        }
        for day in stride(from: 0, through: day, by: 4) { try compareAgeing(on: day) }
        let report = try books.ledger.audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.documents == documents.count && report.movements == entries.count)
    }

    private mutating func choose() -> ReferenceModel.Command {
        let amount = [0, 1, 500, 1_000, 1_500].randomElement(using: &random) ?? 0
        guard let document = documents.indices.randomElement(using: &random) else {
            return .issue(payable: 1_000, customer: 0)
        }
        let other = documents.indices.randomElement(using: &random) ?? 0
        let choice = Int.random(in: 0..<12, using: &random)
        if let entry = entries.indices.randomElement(using: &random) {
            switch choice {
            case 0, 1: return .refund(entry: entry, amount: amount)
            case 2: return .settle(entry: entry, Bool.random(using: &random) ? .succeeded : .failed)
            case 3: return .reverse(entry: entry)
            default: break
            }
        }
        switch choice {
        case 4, 5: return .issue(payable: 1_000 + amount, customer: Int.random(in: 0..<3, using: &random))
        case 6: return .credit(invoice: document, payable: max(1, amount))
        case 7: return .apply(note: document, invoice: other, amount: amount)
        case 8: return .writeOff(document: document)
        case 9: return .void(document: document)
        default: return .pay(document: document, amount: amount, isPending: choice == 11)
        }
    }

    private mutating func run(_ command: ReferenceModel.Command) throws {
        let today = try date(day).description
        switch command {
        case .issue(let payable, let customer):
            keep(
                try books.ledger.issue(
                    books.order(on: today, payable: payable, customer: "c\(customer)", dueDays: ReferenceModel.term)))
        case .credit(let invoice, let payable):
            let customer = model.documents[invoice].customer
            keep(
                try books.ledger.issue(
                    books.order(
                        .creditNote, on: today, series: "CN-{yyyy}-{seq:6}", payable: payable,
                        corrects: numbers[invoice],
                        customer: "c\(customer)")))
        case .pay(let document, let amount, let isPending):
            let state = isPending ? MovementState.pending : .succeeded
            entries.append(try books.pay(documents[document], amount, on: today, state: state).movement.id)
        case .settle(let entry, let state):
            let outcome = state == .failed ? MovementOutcome.failed(code: "declined", message: nil) : .succeeded
            _ = try books.ledger.settle(entries[entry], outcome, books.request())
        case .refund(let entry, let amount):
            entries.append(try books.refund(entries[entry], amount, on: today).movement.id)
        case .apply(let note, let invoice, let amount):
            entries.append(try books.apply(documents[note], to: documents[invoice], amount, on: today).movement.id)
        case .reverse(let entry):
            _ = try books.ledger.reverse(entries[entry], reason: "x", books.request())
        case .writeOff(let document):
            entries.append(try books.writeOff(documents[document], on: today).movement.id)
        case .void(let document):
            _ = try books.void(documents[document])
        }
    }

    private mutating func keep(_ issued: IssuedDocument) {
        documents.append(issued.id)
        numbers.append(issued.number)
    }

    private func date(_ day: Int) throws -> CalendarDate { try #require(start.adding(days: day)) }

    private func compare(_ document: Int) throws {
        let standing = try books.standing(of: documents[document])
        #expect(standing.outstanding.minorUnits == model.outstanding(document))
        #expect(standing.paid.minorUnits == model.sum(.payment, document))
        #expect(standing.refunded.minorUnits == model.sum(.refund, document))
        #expect(standing.credited.minorUnits == model.sum(.credit, document))
        #expect(standing.writtenOff.minorUnits == model.sum(.writeOff, document))
        #expect((standing.lifecycle == .void) == model.documents[document].isVoid)
    }

    /// The ageing report of a day against the model's accounts at the end of that day.
    private func compareAgeing(on day: Int) throws {
        var expected: [String: [Int]] = [:]
        for (index, document) in model.documents.enumerated() where document.due - ReferenceModel.term <= day {
            let outstanding = model.outstanding(index, until: day)
            let place = document.corrects != nil ? 2 : document.due > day ? 0 : 1
            if outstanding != 0 { expected["c\(document.customer)", default: [0, 0, 0]][place] += outstanding }
        }
        var found: [String: [Int]] = [:]
        for line in try books.ledger.ageing(on: date(day), issuer: Books.issuer).lines {
            let due = try line.total().minorUnits - line[.notDue].minorUnits
            found[line.customer] = [line[.notDue].minorUnits, due, line.unapplied.minorUnits]
        }
        #expect(found == expected, "day \(day)")
    }
}
