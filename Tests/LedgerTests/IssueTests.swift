import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Issuing: numbers without gaps")
struct IssueTests {
    @Test("numbers run on within the year of the issue date and restart with the next", arguments: Books.engines)
    func yearChange(engine: StoreEngine) throws {
        let books = try Books(engine)
        var numbers: [String] = []
        for day in ["2026-12-30", "2026-12-31", "2026-12-31", "2027-01-01", "2027-01-02"] {
            numbers.append(try books.ledger.issue(books.order(on: day)).number)
        }
        #expect(numbers == ["FAK-2026-0001", "FAK-2026-0002", "FAK-2026-0003", "FAK-2027-0001", "FAK-2027-0002"])
        let report = try books.ledger.audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty && report.documents == 5 && report.series == 2 && report.entries == 5)
    }

    @Test("a date before that of the last number is refused and costs no number", arguments: Books.engines)
    func backDated(engine: StoreEngine) throws {
        let books = try Books(engine)
        _ = try books.ledger.issue(books.order(on: "2026-11-20"))
        let error = #expect(throws: ToolkitError.self) {
            try books.ledger.issue(books.order(on: "2026-11-19"))
        }
        #expect(error?.code.name == "series.dateBackward")
        #expect(try books.ledger.issue(books.order(on: "2026-11-20")).number == "FAK-2026-0002")
    }

    @Test(
        "the same key and request give the first answer, another request with the key is refused",
        arguments: Books.engines)
    func idempotency(engine: StoreEngine) throws {
        let books = try Books(engine)
        let first = try books.ledger.issue(books.order(key: "k1"))
        #expect(try books.ledger.issue(books.order(key: "k1")) == first)
        let error = #expect(throws: ToolkitError.self) {
            try books.ledger.issue(books.order(payable: 5_900, key: "k1"))
        }
        #expect(error?.code.name == "idempotency.reused")
        #expect(try books.ledger.issue(books.order(key: "k2")).number == "FAK-2026-0002")
        #expect(try books.ledger.audit(issuer: Books.issuer).documents == 2)
    }

    @Test("a number that was given elsewhere is taken once and costs no series a number", arguments: Books.engines)
    func givenNumbers(engine: StoreEngine) throws {
        let books = try Books(engine)
        let given = try books.ledger.issue(books.order(number: "2025/17"))
        #expect(given.place == nil)
        let error = #expect(throws: ToolkitError.self) { try books.ledger.issue(books.order(number: "2025/17")) }
        #expect(error?.code.name == "number.taken")
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0001")
        #expect(try books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test("a number that a series would give one day, and a pattern with the same numbers, are refused")
    func overlaps() throws {
        let books = try Books()
        _ = try books.ledger.issue(books.order(series: "R{yy}/{seq:3}"))
        for number in ["FAK-2026-0002", "CN-2031-10000", "R26/002", "R99/1000"] {
            let error = #expect(throws: ToolkitError.self) { try books.ledger.issue(books.order(number: number)) }
            #expect(error?.code.name == "number.inSeries")
        }
        for number in ["FAK-2026-002", "R26-002", "X-1"] { _ = try books.ledger.issue(books.order(number: number)) }
        let error = #expect(throws: ToolkitError.self) { try books.ledger.issue(books.order(series: "R26/{seq:3}")) }
        #expect(error?.code.name == "series.overlaps")
    }

    @Test("in a group each document is issued or refused on its own", arguments: Books.engines)
    func group(engine: StoreEngine) throws {
        let books = try Books(engine)
        let days = ["2026-11-20", "2026-11-18", "2026-11-21"]
        let outcomes = try books.ledger.issue(days.map { try books.order(on: $0) })
        #expect(outcomes.map { try? $0.get().number } == ["FAK-2026-0001", nil, "FAK-2026-0002"])
        #expect(try books.ledger.audit(issuer: Books.issuer).findings.isEmpty)
    }

    @Test("a group knows what its own documents changed: keys, series and numbers", arguments: Books.engines)
    func groupOfMany(engine: StoreEngine) throws {
        let books = try Books(engine)
        // A series that is there before, one that begins in the group, and keys, numbers and issuers in between.
        _ = try books.ledger.issue(books.order())
        let orders = [
            try books.order(key: "a"), try books.order(key: "a"), try books.order(payable: 1, key: "a"),
            try books.order(issuer: "100000001"), try books.order(series: "R{yy}/{seq:3}"),
            try books.order(series: "R26/{seq:3}"), try books.order(series: "R{yy}/{seq:3}"),
            try books.order(number: "X-1"), try books.order(number: "X-1"), try books.order(number: "R26/009"),
            try books.order(issuer: "100000001"), try books.order(on: "2027-01-02"), try books.order(on: "2026-11-19"),
            try books.order(on: "2026-11-21", key: "b"), try books.order(on: "2027-01-02"),
        ]
        let told = try books.ledger.issue(orders).map { outcome in
            switch outcome {
            case .success(let document): document.number
            case .failure(let error): error.code.name
            }
        }
        #expect(
            told == [
                "FAK-2026-0002", "FAK-2026-0002", "idempotency.reused", "FAK-2026-0001", "R26/001", "series.overlaps",
                "R26/002", "X-1", "number.taken", "number.inSeries", "FAK-2026-0002", "FAK-2027-0001",
                "series.dateBackward", "FAK-2026-0003", "FAK-2027-0002",
            ])
        for issuer in [Books.issuer, "100000001"] {
            #expect(try books.reopened().audit(issuer: issuer).findings.isEmpty)
        }
        #expect(try books.ledger.issue(books.order(on: "2026-11-21")).number == "FAK-2026-0004")
        #expect(try books.ledger.issue(books.order(series: "R{yy}/{seq:3}")).number == "R26/003")
        #expect(try books.ledger.issue(books.order(on: "2026-11-21", key: "b")).number == "FAK-2026-0003")
    }

    @Test("a group tells texts apart by their bytes: other spellings of one letter are other series, keys and issuers")
    func spellings() throws {
        let books = try Books()
        // К with an accent, as one character and as two.
        let (composed, decomposed) = ("\u{40C}", "\u{41A}\u{301}")
        _ = try books.ledger.issue(books.order(series: "\(composed)-{seq}"))
        let orders = try [composed, decomposed, composed].flatMap { letter in
            [
                try books.order(series: "\(composed)-{seq}", key: letter),
                try books.order(series: "\(decomposed)-{seq}", issuer: letter),
            ]
        }
        let told = try books.ledger.issue(orders).map { Array(try $0.get().number.utf8) }
        let wanted = ["\(composed)-2", "\(decomposed)-1", "\(composed)-3", "\(decomposed)-1", "\(composed)-2"]
        #expect(told == (wanted + ["\(decomposed)-2"]).map { Array($0.utf8) })
        #expect(throws: ToolkitError.self) { try books.ledger.issue(books.order(series: "\(decomposed)-{seq}")) }
        for issuer in [Books.issuer, composed, decomposed] {
            #expect(try books.ledger.audit(issuer: issuer).findings.isEmpty)
        }
    }

    @Test("issuers do not see each other's numbers", arguments: Books.engines)
    func issuers(engine: StoreEngine) throws {
        let books = try Books(engine)
        let first = try books.ledger.issue(books.order())
        let other = try books.ledger.issue(books.order(issuer: "100000001"))
        #expect(first.number == other.number)
        #expect(try books.ledger.issuers() == ["100000001", Books.issuer])
    }

    @Test(
        "credit notes have their own series, need their invoice and never exceed it unless that is allowed",
        arguments: Books.engines)
    func creditNotes(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        func credit(_ amount: Int, of number: String?, allowing: Bool = false) throws -> String {
            try books.ledger.issue(
                books.order(
                    .creditNote, series: "CN-{yyyy}-{seq:6}", payable: amount, corrects: number,
                    allowsOverCredit: allowing)
            ).number
        }
        #expect(try credit(100_000, of: invoice.number) == "CN-2026-000001")
        for (amount, number) in [(18_001, invoice.number), (1, "FAK-2026-0099"), (1, nil)] {
            #expect(throws: ToolkitError.self) { try credit(amount, of: number) }
        }
        #expect(try credit(18_000, of: invoice.number) == "CN-2026-000002")
        #expect(try credit(1, of: invoice.number, allowing: true) == "CN-2026-000003")
    }

    @Test("threads that issue at the same time get dense, distinct numbers", arguments: Books.engines)
    func threads(engine: StoreEngine) async throws {
        let books = try Books(engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<25 { _ = try books.ledger.issue(books.order()) } }
            }
            try await group.waitForAll()
        }
        let report = try books.reopened().audit(issuer: Books.issuer)
        #expect(report.findings.isEmpty && report.documents == 200 && report.entries == 200)
    }
}
