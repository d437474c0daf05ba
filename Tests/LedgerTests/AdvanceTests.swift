import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Advance invoices and the invoices that take them off")
struct AdvanceTests {
    /// An order with two categories: 18 % on two parts of three, 5 % on the rest.
    private func order(
        _ books: Books, _ kind: DocumentKind, _ net: Int, on day: String, less advances: [(String, Int)] = [],
        corrects: String? = nil, customer: String = "4057009501234"
    ) throws -> IssueOrder {
        let series = try #require(SeriesTemplate.standard(for: kind))
        let (large, small) = (net * 2 / 3, net - net * 2 / 3)
        let tax = large * 18 / 100 + small * 5 / 100
        let prepaid = advances.reduce(0) { $0 + $1.1 }
        func money(_ units: Int) -> Money { Money(minorUnits: units) }
        return IssueOrder(
            IssuableDocument(
                kind: kind, numbering: .series(series), issueDate: try books.day(day), dueDate: nil, currency: "MKD",
                customer: customer, net: money(net), tax: money(tax), payable: money(net + tax - prepaid),
                taxes: [
                    .init(category: "S", rate: 1800, taxable: money(large), tax: money(large * 18 / 100)),
                    .init(category: "S", rate: 500, taxable: money(small), tax: money(small * 5 / 100)),
                ], corrects: corrects,
                prepayments: advances.map { .init(number: $0.0, amount: money($0.1)) },
                content: Array("{\"kind\":\"\(kind.rawValue)\",\"net\":\(net)}".utf8)),
            try books.request())
    }

    private func taxes(_ books: Books, _ first: String, _ last: String) throws -> [String] {
        let period = try #require(ReportPeriod(from: books.day(first), through: books.day(last), by: .year))
        let report = try books.ledger.taxLiability(in: period, issuer: Books.issuer)
        return report.lines.map {
            "\($0.rate?.basisPoints ?? -1): \($0.documents) \($0.taxable.minorUnits) \($0.tax.minorUnits)"
        }
    }

    private func revenue(_ books: Books, _ first: String, _ last: String) throws -> [Int] {
        let period = try #require(ReportPeriod(from: books.day(first), through: books.day(last), by: .year))
        let line = try #require(try books.ledger.revenue(in: period, issuer: Books.issuer).lines.first)
        return [line.net.minorUnits, line.tax.minorUnits]
    }

    @Test("the final invoice counts what remains after the advance, category by category", arguments: Books.engines)
    func remainder(engine: StoreEngine) throws {
        let books = try Books(engine)
        // 300.00 + 41.00 in advance, of 1,000.01 in all
        let advance = try books.ledger.issue(order(books, .advance, 30_000, on: "2026-10-05"))
        let final = try books.ledger.issue(
            order(books, .invoice, 100_001, on: "2026-11-05", less: [(advance.number, 34_100)]))
        #expect(final.payable.minorUnits == 100_001 + 66_667 * 18 / 100 + 33_334 * 5 / 100 - 34_100)
        #expect(try taxes(books, "2026-10-01", "2026-10-31") == ["1800: 1 20000 3600", "500: 1 10000 500"])
        #expect(try taxes(books, "2026-11-01", "2026-11-30") == ["1800: 1 46667 8400", "500: 1 23334 1166"])
        #expect(try taxes(books, "2026-01-01", "2026-12-31") == ["1800: 2 66667 12000", "500: 2 33334 1666"])
        #expect(try revenue(books, "2026-01-01", "2026-12-31") == [100_001, 13_666])
        #expect(try books.broken().isEmpty)
    }

    @Test("an advance in two parts is taken off exactly, never more", arguments: Books.engines)
    func parts(engine: StoreEngine) throws {
        let books = try Books(engine)
        let advance = try books.ledger.issue(order(books, .advance, 10_000, on: "2026-10-05"))
        #expect(advance.payable.minorUnits == 11_365)
        func take(_ amount: Int) throws -> IssuedDocument {
            try books.ledger.issue(order(books, .invoice, 20_000, on: "2026-11-05", less: [(advance.number, amount)]))
        }
        _ = try take(3_333)
        #expect(code { _ = try take(8_033) } == "advance.exceeded")
        #expect(code { _ = try books.void(advance.id) } == "void.deducted")
        let second = try take(8_032)
        // Of the advance nothing is left to count: 40,000 in all, whatever the parts were rounded to.
        #expect(try revenue(books, "2026-01-01", "2026-12-31") == [40_000, 2 * (13_333 * 18 / 100 + 6_667 * 5 / 100)])
        #expect(
            code {
                _ = try books.ledger.issue(order(books, .creditNote, 100, on: "2026-11-06", corrects: advance.number))
            }
                == "credit.exceedsInvoice")
        // A void invoice takes nothing off.
        _ = try books.void(second.id)
        _ = try take(8_032)
        #expect(try books.broken().isEmpty)
    }

    @Test("the credit note of a final invoice takes the same part back", arguments: Books.engines)
    func creditNote(engine: StoreEngine) throws {
        let books = try Books(engine)
        let advance = try books.ledger.issue(order(books, .advance, 30_000, on: "2026-10-05"))
        let final = try books.ledger.issue(
            order(books, .invoice, 90_000, on: "2026-11-05", less: [(advance.number, 34_100)]))
        let before = try revenue(books, "2026-10-01", "2026-10-31")
        let note = try order(
            books, .creditNote, 90_000, on: "2026-11-06", less: [(advance.number, 34_100)], corrects: final.number)
        let credit = try books.ledger.issue(note)
        #expect(try revenue(books, "2026-01-01", "2026-12-31") == before)
        #expect(try revenue(books, "2026-11-01", "2026-11-30") == [0, 0])
        // The advance is free for another invoice.
        _ = try books.ledger.issue(order(books, .invoice, 90_000, on: "2026-11-07", less: [(advance.number, 34_100)]))
        #expect(try revenue(books, "2026-01-01", "2026-12-31") == [90_000, 12_300])
        // Without the credit note it would be taken off twice.
        #expect(code { _ = try books.void(credit.id) } == "void.deducted")
        #expect(try books.broken().isEmpty)
    }

    @Test("what is taken off is an advance of the same customer, or was numbered elsewhere", arguments: Books.engines)
    func mismatch(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(order(books, .invoice, 90_000, on: "2026-11-05"))
        let advance = try books.ledger.issue(order(books, .advance, 90_000, on: "2026-11-05", customer: "other"))
        let gone = try books.ledger.issue(order(books, .advance, 90_000, on: "2026-11-05"))
        _ = try books.void(gone.id)
        for number in [invoice.number, advance.number, gone.number] {
            let refused = try order(books, .invoice, 90_000, on: "2026-11-06", less: [(number, 100)])
            #expect(code { _ = try books.ledger.issue(refused) } == "advance.mismatch")
        }
        let elsewhere = try order(books, .invoice, 90_000, on: "2026-11-06", less: [("АВ-7", 100)])
        #expect(try books.ledger.issue(elsewhere).number == "FAK-2026-0002")
    }

    static let hands = [
        "UPDATE deduction_tax SET tax = tax - 1 WHERE rate = 1800", "DELETE FROM deduction_tax WHERE rate = 500",
        "UPDATE deduction SET amount = amount - 1",
    ]

    @Test("the audit notices a changed deduction", arguments: Books.engines, hands)
    func tampered(engine: StoreEngine, statement: String) throws {
        let books = try Books(engine)
        let advance = try books.ledger.issue(order(books, .advance, 30_000, on: "2026-10-05"))
        _ = try books.ledger.issue(order(books, .invoice, 90_000, on: "2026-11-05", less: [(advance.number, 34_100)]))
        try books.tamper(statement)
        #expect(try books.broken() == ["document.unsealed"])
    }
}
