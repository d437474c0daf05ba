import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Reports")
struct ReportTests {
    /// Days since the due day, and the age; the boundaries from both sides.
    static let ages: [(days: Int, age: AgeingReport.Age)] = [
        (-1, .notDue), (0, .upTo30), (1, .upTo30), (30, .upTo30), (31, .upTo60), (60, .upTo60), (61, .upTo90),
        (90, .upTo90), (91, .over90), (400, .over90),
    ]

    @Test("ages have their boundaries at 30, 60 and 90 days", arguments: ages, Books.engines)
    func boundaries(_ boundary: (days: Int, age: AgeingReport.Age), engine: StoreEngine) throws {
        let (days, age) = boundary
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order(payable: 500, dueDays: 0))
        let day = try #require(try books.day("2026-11-20").adding(days: max(days, 0)))
        if days < 0 { _ = try books.ledger.issue(books.order(payable: 70, dueDays: -days)) }
        let line = try #require(try books.ledger.ageing(on: day, issuer: Books.issuer).lines.first)
        #expect(line[age] == Money(minorUnits: days < 0 ? 70 : 500))
        #expect(try line.total() == Money(minorUnits: days < 0 ? 570 : 500))
        let balance = try #require(try books.ledger.balances(on: day, issuer: Books.issuer).lines.first)
        #expect(balance.overdue == Money(minorUnits: days > 0 ? 500 : 0))
    }

    /// Two customers, three currencies, every kind of movement.
    private func filled(_ engine: StoreEngine) throws -> Books {
        let books = try Books(engine)
        let first = try books.ledger.issue(books.order(on: "2026-10-01"))
        let parts = [(days: 0, amount: 18_000), (days: 31, amount: 50_000), (days: 91, amount: 50_000)]
        let second = try books.ledger.issue(books.order(on: "2026-10-02", instalments: parts))
        let third = try books.ledger.issue(
            books.order(on: "2026-11-02", payable: 1_180, customer: "=HYPERLINK(\"x\"),Ѓорѓи", currency: "JPY"))
        let gone = try books.ledger.issue(books.order(on: "2026-11-02", payable: 7))
        _ = try books.ledger.issue(books.order(.proForma, on: "2026-11-02", series: "PF-{seq}"))
        _ = try books.void(gone.id)
        let note = try books.creditNote(11_800, of: second)  // on 20 November
        _ = try books.apply(note.id, to: first.id, 10_000, on: "2026-11-23")
        let payment = try books.pay(first.id, 60_000, on: "2026-10-31")
        _ = try books.refund(payment.movement.id, 5_000, on: "2026-11-05")
        _ = try books.pay(second.id, 20_000, on: "2026-11-06")
        _ = try books.pay(third.id, 180, on: "2026-11-30", state: .pending, currency: "JPY")
        return books
    }

    @Test("ageing shows the end of the day, whatever happened later", arguments: Books.engines)
    func ageing(engine: StoreEngine) throws {
        let books = try filled(engine)
        func csv(_ day: String) throws -> [String] {
            let table = try books.ledger.ageing(on: books.day(day), issuer: Books.issuer).table()
            return String(decoding: table.csv, as: UTF8.self).split(separator: "\r\n").dropFirst().map(String.init)
        }
        #expect(try csv("2026-09-30").isEmpty)
        #expect(try csv("2026-10-31") == ["4057009501234,MKD,1000.00,760.00,0.00,0.00,0.00,1760.00,0.00"])
        #expect(
            try csv("2026-11-22") == [
                "4057009501234,MKD,500.00,1110.00,0.00,0.00,0.00,1610.00,118.00",
                "\"'=HYPERLINK(\"\"x\"\"),Ѓорѓи\",JPY,1180,0,0,0,0,1180,0",
            ])
        #expect(
            try csv("2027-01-31") == [
                "4057009501234,MKD,0.00,500.00,0.00,480.00,530.00,1510.00,18.00",
                "\"'=HYPERLINK(\"\"x\"\"),Ѓорѓи\",JPY,0,0,1180,0,0,1180,0",
            ])
    }

    @Test("VAT counts credit notes negative and leaves void documents and offers out", arguments: Books.engines)
    func tax(engine: StoreEngine) throws {
        let books = try filled(engine)
        let year = try #require(ReportPeriod(from: books.day("2026-01-01"), through: books.day("2026-12-31")))
        let months = try books.ledger.taxLiability(in: year, issuer: Books.issuer)
        #expect(
            String(decoding: months.table.csv, as: UTF8.self) == """
                period,currency,category,rate,documents,taxable,tax\r
                2026-10,MKD,S,18,2,2000.00,360.00\r
                2026-11,JPY,S,18,1,1000,180\r
                2026-11,MKD,S,18,1,-100.00,-18.00\r

                """)
        let quarter = try #require(ReportPeriod(from: year.first, through: year.last, by: .quarter))
        let lines = try books.ledger.taxLiability(in: quarter, issuer: Books.issuer).lines
        #expect(lines.map(\.stretch) == ["2026-Q4", "2026-Q4"] && lines[1].tax == Money(minorUnits: 34_200))
        let day = try #require(ReportPeriod(from: books.day("2026-10-02"), through: books.day("2026-10-02")))
        #expect(try books.ledger.taxLiability(in: day, issuer: Books.issuer).lines.map(\.documents) == [1])
        #expect(ReportPeriod(from: year.last, through: year.first) == nil)
    }

    @Test("revenue and balances as text and JSON", arguments: Books.engines)
    func others(engine: StoreEngine) throws {
        let books = try filled(engine)
        let year = try #require(
            ReportPeriod(from: books.day("2026-01-01"), through: books.day("2026-12-31"), by: .month))
        #expect(
            try books.ledger.revenue(in: year, issuer: Books.issuer).table.text == """
                report: revenue
                from: 2026-01-01
                through: 2026-12-31

                period   currency  documents      net     tax  collected
                2026-10  MKD               2  2000.00  360.00     600.00
                2026-11  JPY               1     1000     180          0
                2026-11  MKD               1  -100.00  -18.00     150.00

                """)
        let balances = try books.ledger.balances(
            on: books.day("2026-12-31"), customer: "4057009501234", issuer: Books.issuer)
        #expect(
            try String(decoding: balances.table().json, as: UTF8.self) == """
                {
                  "report": "balances",
                  "asOf": "2026-12-31",
                  "rows": [
                    {
                      "customer": "4057009501234",
                      "currency": "MKD",
                      "outstanding": "1510.00",
                      "overdue": "1010.00",
                      "credit": "18.00",
                      "balance": "1492.00"
                    }
                  ]
                }

                """)
        #expect(try books.broken().isEmpty)
    }

    /// What a name can hold, and its field in CSV.
    static let fields = [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\r\nb", "\"a\r\nb\""),
        ("=1+1", "\"'=1+1\""), ("+389", "\"'+389\""), ("-1", "\"'-1\""), ("@SUM(A1)", "\"'@SUM(A1)\""),
        ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("＝1", "\"'＝1\""), ("1=1", "1=1"), ("Ѓорѓи", "Ѓорѓи"),
    ]

    @Test("RFC 4180: fields are quoted where they must be, and no name becomes a formula", arguments: fields)
    func csvFields(name: String, field: String) throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order(customer: name))
        let table = try books.ledger.balances(on: books.day("2026-11-20"), issuer: Books.issuer).table()
        let expected =
            "customer,currency,outstanding,overdue,credit,balance\r\n\(field),MKD,1180.00,0.00,0.00,1180.00\r\n"
        #expect(String(decoding: table.csv, as: UTF8.self) == expected)
        #expect(!table.text.dropFirst(table.text.count - 60).unicodeScalars.contains { $0 == "\t" || $0 == "\r" })
    }
}
