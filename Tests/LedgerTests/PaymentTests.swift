import Diagnostics
import InvoiceModel
import Ledger
import Testing

@Suite("Payments and refunds")
struct PaymentTests {
    @Test("a claim is paid in parts, and never more than is outstanding", arguments: Books.engines)
    func parts(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let first = try books.pay(invoice.id, 18_000)
        #expect(first.document.payment == .partiallyPaid && first.document.outstanding == Money(minorUnits: 100_000))
        #expect(code { _ = try books.pay(invoice.id, 100_001) } == "payment.exceedsOutstanding")
        let last = try books.pay(invoice.id, 100_000)
        #expect(last.document.payment == .paid && last.document.outstanding == .zero)
        #expect(code { _ = try books.pay(invoice.id, 1) } == "payment.exceedsOutstanding")
        #expect(try books.ledger.movements(of: invoice.id, issuer: Books.issuer) == [first.movement, last.movement])
        #expect(try books.broken().isEmpty)
    }

    @Test("what is no payment of this claim is refused and changes nothing", arguments: Books.engines)
    func refused(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let note = try books.creditNote(1_000, of: invoice)
        let proForma = try books.ledger.issue(books.order(.proForma, series: "PF-{yyyy}-{seq}"))
        #expect(code { _ = try books.pay("id-0", 1) } == "document.unknown")
        #expect(code { _ = try books.pay(note.id, 1) } == "document.noClaim")
        #expect(code { _ = try books.pay(proForma.id, 1) } == "document.noClaim")
        #expect(code { _ = try books.pay(invoice.id, 0) } == "movement.amount")
        #expect(code { _ = try books.pay(invoice.id, -5) } == "movement.amount")
        #expect(code { _ = try books.pay(invoice.id, 1, currency: "EUR") } == "payment.currency")
        #expect(code { _ = try books.pay(invoice.id, 1, state: .refunded) } == "state.transition")
        #expect(try books.standing(of: invoice.id).paid == .zero)
        #expect(try books.ledger.movements(of: invoice.id, issuer: Books.issuer).isEmpty)
        #expect(try books.broken().isEmpty)
    }

    @Test("what a provider named comes in once", arguments: Books.engines)
    func duplicate(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let origin = MovementOrigin(provider: "nlb", externalID: "2026-11-21/7")
        _ = try books.pay(invoice.id, 100, origin: origin)
        #expect(code { _ = try books.pay(invoice.id, 100, origin: origin) } == "movement.duplicate")
        _ = try books.pay(invoice.id, 100, origin: MovementOrigin(provider: "sparkasse", externalID: "2026-11-21/7"))
        #expect(try books.standing(of: invoice.id).paid == Money(minorUnits: 200))
    }

    @Test(
        "a key repeats its answer, and is refused for another question even without a fingerprint of the caller",
        arguments: Books.engines)
    func idempotency(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let first = try books.pay(invoice.id, 500, key: "k")
        #expect(try books.pay(invoice.id, 500, key: "k") == first)
        #expect(code { _ = try books.pay(invoice.id, 501, key: "k") } == "idempotency.reused")
        let refund = try books.refund(first.movement.id, 100, key: "r")
        #expect(try books.refund(first.movement.id, 100, key: "r") == refund)
        #expect(code { _ = try books.refund(first.movement.id, 100, key: "k") } == "idempotency.reused")
        #expect(try books.standing(of: invoice.id).paid == Money(minorUnits: 500))
    }

    @Test("a payment under way reserves its amount and counts when it succeeds", arguments: Books.engines)
    func pending(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let pending = try books.pay(invoice.id, 100_000, state: .pending)
        #expect(pending.document.paid == .zero && pending.document.outstanding == invoice.payable)
        #expect(code { _ = try books.pay(invoice.id, 18_001) } == "payment.exceedsOutstanding")
        #expect(code { _ = try books.void(invoice.id) } == "void.pending")
        #expect(code { _ = try books.writeOff(invoice.id) } == "writeOff.pending")
        let settled = try books.ledger.settle(pending.movement.id, .succeeded, books.request())
        #expect(settled.document.paid == Money(minorUnits: 100_000) && settled.movement.state == .succeeded)
        #expect(
            code { _ = try books.ledger.settle(pending.movement.id, .succeeded, books.request()) } == "state.transition"
        )
        let lost = try books.pay(invoice.id, 18_000, state: .pending)
        let failed = try books.ledger.settle(
            lost.movement.id, .failed(code: "card_declined", message: "Картичката е одбиена."), books.request())
        #expect(failed.movement.state == .failed && failed.movement.reason == "card_declined")
        #expect(failed.document.outstanding == Money(minorUnits: 18_000))
        #expect(code { _ = try books.refund(lost.movement.id, 1) } == "refund.noPayment")
        #expect(try books.broken().isEmpty)
    }

    @Test("refunds of a payment never exceed it, and what went back is outstanding again", arguments: Books.engines)
    func refunds(engine: StoreEngine) throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order())
        let payment = try books.pay(invoice.id, 118_000).movement.id
        let part = try books.refund(payment, 18_000)
        #expect(part.document.payment == .partiallyPaid && part.document.outstanding == Money(minorUnits: 18_000))
        #expect(code { _ = try books.refund(payment, 100_001) } == "refund.exceedsPayment")
        #expect(code { _ = try books.refund(payment, 0) } == "movement.amount")
        #expect(code { _ = try books.refund(payment, 1, reason: .other) } == "reason.missing")
        #expect(code { _ = try books.refund(part.movement.id, 1) } == "refund.noPayment")
        let announced = try books.refund(payment, 40_000, state: .pending)
        #expect(announced.document.refunded == Money(minorUnits: 18_000))
        #expect(code { _ = try books.refund(payment, 60_001) } == "refund.exceedsPayment")
        _ = try books.ledger.settle(announced.movement.id, .canceled, books.request())
        let rest = try books.refund(payment, nil, reason: .other, note: "погрешна сметка")
        #expect(rest.movement.amount == Money(minorUnits: 100_000) && rest.document.payment == .unpaid)
        let states = try books.ledger.movements(of: invoice.id, issuer: Books.issuer).map(\.state)
        #expect(states == [.refunded, .succeeded, .canceled, .succeeded])
        #expect(code { _ = try books.refund(payment, nil) } == "refund.exceedsPayment")
        #expect(try books.broken().isEmpty)
    }

    @Test("of many that pay the same rest at the same time, as many succeed as fit", arguments: Books.engines)
    func threads(engine: StoreEngine) async throws {
        let books = try Books(engine)
        let invoice = try books.ledger.issue(books.order(payable: 1_000))
        let succeeded = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<5).count { _ in (try? books.pay(invoice.id, 300)) != nil } }
            }
            return await group.reduce(0, +)
        }
        #expect(succeeded == 3)
        #expect(try books.standing(of: invoice.id).outstanding == Money(minorUnits: 100))
        #expect(try books.broken().isEmpty)
    }
}
