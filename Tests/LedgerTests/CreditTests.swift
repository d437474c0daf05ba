import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Credit notes, write-offs and void documents")
struct CreditTests {
    @Test("a credit note settles invoices of its customer until nothing of it is left", arguments: Books.engines)
    func application(engine: StoreEngine) throws {
        let books = try Books(engine)
        let (first, second) = (try books.ledger.issue(books.order()), try books.ledger.issue(books.order()))
        let note = try books.creditNote(50_000, of: first)
        let part = try books.apply(note.id, to: second.id, 20_000)
        #expect(part.creditNote?.outstanding == Money(minorUnits: 30_000))
        #expect(part.document.outstanding == Money(minorUnits: 98_000) && part.document.payment == .partiallyPaid)
        #expect(code { _ = try books.apply(note.id, to: first.id, 30_001) } == "apply.exceedsCreditNote")
        _ = try books.pay(first.id, 108_000)
        #expect(code { _ = try books.apply(note.id, to: first.id, 10_001) } == "apply.exceedsOutstanding")
        #expect(try books.apply(note.id, to: first.id, nil).movement.amount == Money(minorUnits: 10_000))
        let last = try books.apply(note.id, to: second.id, nil)
        #expect(last.creditNote?.payment == .paid && last.movement.amount == Money(minorUnits: 20_000))
        #expect(code { _ = try books.apply(note.id, to: second.id, nil) } == "movement.amount")
        #expect(try books.ledger.movements(of: note.id, issuer: Books.issuer).count == 3)
        #expect(try books.broken().isEmpty)
    }

    @Test(
        "only a credit note of the same customer and currency can be applied, and only to a claim that counts",
        arguments: Books.engines)
    func refused(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let note = try books.creditNote(5_000, of: invoice)
        let foreign = try books.ledger.issue(books.order(customer: "other"))
        let euros = try books.ledger.issue(books.order(currency: "EUR"))
        let gone = try books.ledger.issue(books.order())
        _ = try books.void(gone.id)
        #expect(code { _ = try books.apply(note.id, to: foreign.id, 1) } == "apply.mismatch")
        #expect(code { _ = try books.apply(note.id, to: euros.id, 1) } == "apply.mismatch")
        #expect(code { _ = try books.apply(note.id, to: gone.id, 1) } == "document.isVoid")
        #expect(code { _ = try books.apply(invoice.id, to: euros.id, 1) } == "apply.noCreditNote")
        #expect(code { _ = try books.apply(note.id, to: note.id, 1) } == "document.noClaim")
        #expect(code { _ = try books.creditNote(1, of: note) } == "credit.mismatch")
        _ = try books.void(note.id)
        #expect(code { _ = try books.apply(note.id, to: invoice.id, 1) } == "document.isVoid")
        #expect(try books.creditNote(118_000, of: invoice).number == "CN-2026-000002")
        #expect(try books.broken().isEmpty)
    }

    @Test("an application can be taken back once, with a reason", arguments: Books.engines)
    func reversal(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let note = try books.creditNote(5_000, of: invoice)
        let applied = try books.apply(note.id, to: invoice.id, nil)
        #expect(code { _ = try books.void(note.id) } == "void.credited")
        #expect(
            code { _ = try books.ledger.reverse(applied.movement.id, reason: " ", books.request()) } == "reason.missing"
        )
        let back = try books.ledger.reverse(applied.movement.id, reason: "погрешна фактура", books.request())
        #expect(back.document.outstanding == invoice.payable && back.creditNote?.outstanding == note.payable)
        #expect(
            code { _ = try books.ledger.reverse(applied.movement.id, reason: "x", books.request()) }
                == "state.transition")
        let payment = try books.pay(invoice.id, 1)
        #expect(
            code { _ = try books.ledger.reverse(payment.movement.id, reason: "x", books.request()) }
                == "state.transition")
        #expect(try books.void(note.id).lifecycle == .void)
        #expect(try books.broken().isEmpty)
    }

    @Test(
        "only what is past due is written off, also after a part payment; the due day itself is in time",
        arguments: Books.engines)
    func writeOff(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        _ = try books.pay(invoice.id, 100_000)
        #expect(code { _ = try books.writeOff(invoice.id, on: "2026-12-20") } == "writeOff.notPastDue")
        #expect(code { _ = try books.writeOff(invoice.id, on: "2026-12-21", reason: "") } == "reason.missing")
        let done = try books.writeOff(invoice.id, on: "2026-12-21")
        #expect(done.movement.amount == Money(minorUnits: 18_000) && done.document.payment == .writtenOff)
        #expect(code { _ = try books.writeOff(invoice.id) } == "writeOff.notPastDue")
        #expect(code { _ = try books.pay(invoice.id, 1) } == "payment.exceedsOutstanding")
        _ = try books.ledger.reverse(done.movement.id, reason: "сепак платија", books.request())
        #expect(try books.pay(invoice.id, 18_000).document.payment == .paid)
        #expect(try books.broken().isEmpty)
    }

    @Test("a document becomes void only when nothing hangs on it, and stays it", arguments: Books.engines)
    func void(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let payment = try books.pay(invoice.id, 100)
        #expect(code { _ = try books.void(invoice.id) } == "void.paid")
        _ = try books.refund(payment.movement.id, nil)
        let note = try books.creditNote(1_000, of: invoice)
        #expect(code { _ = try books.void(invoice.id) } == "void.corrected")
        let applied = try books.apply(note.id, to: invoice.id, nil)
        #expect(code { _ = try books.void(invoice.id) } == "void.credited")
        _ = try books.ledger.reverse(applied.movement.id, reason: "сторно", books.request())
        _ = try books.void(note.id)
        #expect(code { _ = try books.void(invoice.id, reason: "\t") } == "reason.missing")
        let void = try books.void(invoice.id)
        #expect(void.lifecycle == .void && void.mark == .void && void.reason == "погрешна цена")
        #expect(void.outstanding == .zero && void.number == "FAK-2026-0001")
        #expect(code { _ = try books.void(invoice.id) } == "state.transition")
        #expect(code { _ = try books.pay(invoice.id, 1) } == "document.isVoid")
        #expect(code { _ = try books.creditNote(1, of: invoice) } == "credit.mismatch")
        #expect(try books.ledger.issue(books.order()).number == "FAK-2026-0002")
        let late = try books.ledger.issue(books.order())
        _ = try books.writeOff(late.id)
        #expect(code { _ = try books.void(late.id) } == "void.writtenOff")
        #expect(try books.broken().isEmpty)
    }
}
