import Certificates
import Diagnostics
import Foundation
import InvoiceModel
import Ledger
import Synchronization
import TestSupport
import Testing

@testable import Issuing

@Suite("Documents that are issued together")
struct IssueGroupTests {
    /// Books in memory, and what issues into them.
    private struct Desk {
        static let issuer = "4020006543214"
        let ledger: DocumentLedger
        let workbench = Workbench(Toolkit.bundled())
        let foresight: NumberForesight
        private let count: @Sendable () -> String
        private let now: Timestamp
        private let today: CalendarDate

        init(patience: Int = 1000) throws {
            ledger = DocumentLedger(try SQLiteStore())
            foresight = NumberForesight(patience: patience)
            let next = Atomic(0)
            count = { "0199-\(next.add(1, ordering: .relaxed).newValue + 1_000_000)" }
            now = try Timestamp("2026-11-29T10:00:00Z")
            today = try #require(CalendarDate(iso: "2026-11-29"))
        }

        func issuance(key: String? = nil) -> Issuance {
            let today = today
            var policy = IssuePolicy()
            policy.issuer = Self.issuer
            return Issuance(
                ledger,
                IssueCaller(
                    actor: "test", now: now, today: { _ in today }, idempotencyKey: key, identifier: count), policy)
        }

        static func invoice(_ note: String, _ change: (inout [String: Any]) -> Void = { _ in }) throws -> [UInt8] {
            let path = "\(PackageFolder.root)/samples/services/invoice.json"
            let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            var object = try #require(read as? [String: Any])
            object["number"] = nil
            object["issueDate"] = "2026-11-20"
            object["notes"] = [note]
            change(&object)
            return [UInt8](try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]))
        }

        func orders(_ count: Int) throws -> [IssueOrder] {
            try (0..<count).map { index in
                guard
                    case .ready(let candidate) = try issuance().candidate(
                        Self.invoice("\(index)"), DocumentOptions(), on: workbench)
                else { throw CocoaError(.fileReadCorruptFile) }
                return candidate.order
            }
        }

        func issue(_ documents: [[UInt8]], isStopping: () -> Bool = { false }) -> [IssueGroup.Outcome] {
            let group = IssueGroup(
                ledger: ledger, issuer: Self.issuer, options: DocumentOptions(), workbench: workbench,
                foresight: foresight)
            let entries = documents.enumerated().map { index, json in
                IssueGroup.Entry(issuance: issuance(key: "k\(index)"), json: json)
            }
            return group.issue(entries, isStopping: isStopping)
        }
    }

    private static func number(_ sequence: Int) -> String { "FAK-2026-000\(sequence)" }

    private static func issued(_ outcome: IssueGroup.Outcome) throws -> Issued {
        guard case .issued(let issued)? = try outcome?.get() else { throw CocoaError(.fileReadCorruptFile) }
        return issued
    }

    @Test("each is issued or refused on its own; the same again is answered and not issued")
    func outcomes() throws {
        let desk = try Desk()
        let documents = [
            try Desk.invoice("a"), try Desk.invoice("b") { $0["currency"] = "NONE" }, Array("{not json".utf8),
            try Desk.invoice("d") { $0["seller"] = ["name": "x", "taxNumber": "1", "address": ["country": "MK"]] },
            try Desk.invoice("e"),
        ]
        let outcomes = desk.issue(documents)
        for (place, sequence) in [(0, 1), (4, 2)] {
            let issued = try Self.issued(outcomes[place])
            #expect(issued.document.number == Self.number(sequence))
            let files = try issued.files.get()
            #expect(String(decoding: files.xml, as: UTF8.self).contains("<cbc:ID>\(Self.number(sequence))</cbc:ID>"))
            #expect(files.pdf.starts(with: Array("%PDF-".utf8)))
        }
        for place in [1, 3] {
            guard case .success(.rejected(let findings))? = outcomes[place] else { throw CocoaError(.fileReadUnknown) }
            #expect(!findings.isEmpty)
        }
        #expect(throws: ToolkitError.self) { try outcomes[2]?.get() }
        guard case .success(.repeated(let again, _))? = desk.issue([documents[0]])[0] else {
            throw CocoaError(.fileReadUnknown)
        }
        #expect(again.number == Self.number(1))
        #expect(try desk.ledger.audit(issuer: Desk.issuer).findings.isEmpty)
    }

    @Test("a document whose number another process took is drawn under the one that it got")
    func overtaken() throws {
        let desk = try Desk()
        var asked = 0
        let outcomes = desk.issue([try Desk.invoice("a"), try Desk.invoice("b")]) {
            asked += 1
            // Both are checked by then, and the first one is about to be drawn.
            if asked == 3 { _ = try? desk.ledger.issue(desk.orders(1)) }
            return false
        }
        for (outcome, sequence) in zip(outcomes, 2...) {
            let issued = try Self.issued(outcome)
            #expect(issued.document.number == Self.number(sequence))
            let xml = String(decoding: try issued.files.get().xml, as: UTF8.self)
            #expect(xml.contains("<cbc:ID>\(Self.number(sequence))</cbc:ID>"))
        }
    }

    @Test("whoever is to stop finishes what is drawn and begins nothing more")
    func stopping() throws {
        let desk = try Desk()
        var asked = 0
        let outcomes = desk.issue(try (0..<3).map { try Desk.invoice("\($0)") }) {
            asked += 1
            return asked > 4
        }
        #expect(try Self.issued(outcomes[0]).document.number == Self.number(1))
        #expect(outcomes[1] == nil && outcomes[2] == nil)
    }

    @Test("a document that is laid out before it has its number has the bytes of one that had it before")
    func sameBytes() throws {
        let desk = try Desk()
        for json in [try Desk.invoice("a"), LongDocumentTests.json(lines: 400)] {
            guard
                case .prepared(let prepared) = try desk.workbench.prepare(
                    json, DocumentOptions(), givenNumber, caller)
            else { throw CocoaError(.fileReadUnknown) }
            guard
                case .staged(let staged) = try desk.workbench.stage(
                    prepared.accepted, from: json, as: "X-1", DocumentOptions())
            else { throw CocoaError(.fileReadUnknown) }
            let built = try Issuance.files(of: "X-1", json, DocumentOptions(), on: desk.workbench).get()
            let finished = try desk.workbench.finish(staged, DocumentOptions())
            #expect(finished.pdf == built.pdf && finished.xml == built.xml)
            if case .pages = staged.drawing { #expect(json.count < 20_000) } else { #expect(json.count > 20_000) }
        }
    }

    private var givenNumber: IssuePolicy {
        var policy = IssuePolicy()
        policy.allowsGivenNumber = true
        return policy
    }

    private var caller: IssueCaller {
        get throws {
            let today = try #require(CalendarDate(iso: "2026-11-29"))
            return IssueCaller(
                actor: "test", now: try Timestamp("2026-11-29T10:00:00Z"), today: { _ in today }, identifier: { "0" })
        }
    }

    @Test("groups that were told their numbers get them, whichever of them is ready first")
    func threadsTakeTurns() throws {
        let desk = try Desk()
        let (first, second) = (try desk.orders(3), try desk.orders(2))
        let early = desk.foresight.foresee(first, of: Desk.issuer, in: desk.ledger)
        let late = desk.foresight.foresee(second, of: Desk.issuer, in: desk.ledger)
        #expect(try early.numbers.map { try $0.get() } == (1...3).map(Self.number))
        #expect(try late.numbers.map { try $0.get() } == (4...5).map(Self.number))
        let given = Mutex<[String]>([])
        let (foresight, ledger) = (desk.foresight, desk.ledger)
        let thread = Thread {
            let outcomes = (try? foresight.issue(second, late, in: ledger)) ?? []
            given.withLock { $0 = outcomes.compactMap { try? $0.get().number } }
        }
        thread.start()
        usleep(50_000)
        let numbers = try desk.foresight.issue(first, early, in: desk.ledger).map { try $0.get().number }
        #expect(numbers == (1...3).map(Self.number))
        while !thread.isFinished { usleep(1_000) }
        #expect(given.withLock { $0 } == (4...5).map(Self.number))
        // Nobody is on the way any more.
        #expect(
            try desk.foresight.foresee(first, of: Desk.issuer, in: desk.ledger).numbers[0].get() == Self.number(6))
    }

    @Test("a group that takes too long is overtaken, and one that is empty is in nobody's way")
    func impatience() throws {
        let desk = try Desk(patience: 2)
        let (slow, quick) = (try desk.orders(1), try desk.orders(1))
        let empty = desk.foresight.foresee([], of: Desk.issuer, in: desk.ledger)
        let first = desk.foresight.foresee(slow, of: Desk.issuer, in: desk.ledger)
        let second = desk.foresight.foresee(quick, of: Desk.issuer, in: desk.ledger)
        #expect(try second.numbers[0].get() == Self.number(2))
        #expect(try desk.foresight.issue([], empty, in: desk.ledger).isEmpty)
        #expect(try desk.foresight.issue(quick, second, in: desk.ledger)[0].get().number == Self.number(1))
        #expect(try desk.foresight.issue(slow, first, in: desk.ledger)[0].get().number == Self.number(2))
    }
}
