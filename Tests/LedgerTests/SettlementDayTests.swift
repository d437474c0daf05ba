import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("The day on which a payment settles")
struct SettlementDayTests {
    @Test("a payment counts from the day of its settlement, and its announcement is kept", arguments: Books.engines)
    func day(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order(on: "2026-10-01"))
        let announced = try books.pay(invoice.id, 118_000, on: "2026-10-30", state: .pending)
        let settled = try books.ledger.settle(
            announced.movement.id, .succeeded, on: books.day("2026-11-02"), books.request())
        #expect(settled.movement.day.description == "2026-11-02")
        #expect(settled.movement.announced?.description == "2026-10-30")
        #expect(try books.ledger.movement(announced.movement.id, issuer: Books.issuer) == settled.movement)
        let year = try #require(ReportPeriod(from: books.day("2026-01-01"), through: books.day("2026-12-31")))
        let lines = try books.ledger.revenue(in: year, issuer: Books.issuer).lines
        #expect(lines.map(\.stretch) == ["2026-10", "2026-11"] && lines.map(\.collected.minorUnits) == [0, 118_000])
        #expect(try books.ledger.balances(on: books.day("2026-11-01"), issuer: Books.issuer).lines.count == 1)
        #expect(try books.ledger.balances(on: books.day("2026-11-02"), issuer: Books.issuer).lines.isEmpty)
        #expect(try books.broken().isEmpty)
    }

    @Test("without a day the announced one stays, and the same day is no change", arguments: Books.engines)
    func same(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order(on: "2026-10-01"))
        for day in [nil, try books.day("2026-10-30")] {
            let announced = try books.pay(invoice.id, 100, on: "2026-10-30", state: .pending)
            let settled = try books.ledger.settle(announced.movement.id, .succeeded, on: day, books.request())
            #expect(settled.movement.day.description == "2026-10-30" && settled.movement.announced == nil)
        }
        #expect(try books.broken().isEmpty)
    }

    @Test("a hand cannot move the day of what is settled", arguments: Books.engines)
    func final(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order(on: "2026-10-01"))
        _ = try books.pay(invoice.id, 100, on: "2026-10-30")
        for change in ["day = '2026-11-01'", "announced = '2026-11-01'"] {
            let refused = code {
                try books.ledger.store.write { transaction throws(ToolkitError) in
                    try transaction.run(Statement("UPDATE movement SET \(change)"))
                }
            }
            #expect(refused == "ledger.conflict")
        }
        try books.tamper("UPDATE movement SET announced = '2026-11-01'")
        #expect(try books.broken() == ["movement.unsealed"])
    }
}
