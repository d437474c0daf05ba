import Ledger

/// What a ledger must do, in the shortest form: every sum is added up anew from the entries.
struct ReferenceModel {
    enum Command {
        case issue(payable: Int, customer: Int)
        case credit(invoice: Int, payable: Int)
        case pay(document: Int, amount: Int, isPending: Bool)
        case settle(entry: Int, MovementState)
        case refund(entry: Int, amount: Int)
        case apply(note: Int, invoice: Int, amount: Int)
        case reverse(entry: Int)
        case writeOff(document: Int)
        case void(document: Int)
    }

    struct Document {
        let payable: Int
        let customer: Int
        let due: Int
        /// The invoice that a credit note corrects.
        var corrects: Int?
        var isVoid = false
    }

    struct Entry {
        let kind: MovementKind
        let document: Int
        /// Of a refund the payment, of an application the credit note.
        var other: Int?
        let amount: Int
        let day: Int
        var state = MovementState.succeeded
    }

    private(set) var documents: [Document] = []
    private(set) var entries: [Entry] = []

    /// The days that the tests run through, and how long customers have.
    static let term = 3

    /// Carries a command out and tells whether the ledger must take it.
    mutating func run(_ command: Command, on day: Int) -> Bool {
        switch command {
        case .issue(let payable, let customer):
            documents.append(Document(payable: payable, customer: customer, due: day + Self.term))
            return true
        case .credit(let invoice, let payable):
            let credited = documents.filter { $0.corrects == invoice && !$0.isVoid }.map(\.payable).reduce(0, +)
            guard isClaim(invoice), credited + payable <= documents[invoice].payable else { return false }
            let customer = documents[invoice].customer
            documents.append(Document(payable: payable, customer: customer, due: day + Self.term, corrects: invoice))
            return true
        case .pay(let document, let amount, let isPending):
            guard isClaim(document), 1...max(1, open(document)) ~= amount, open(document) > 0 else { return false }
            let state = isPending ? MovementState.pending : .succeeded
            entries.append(Entry(kind: .payment, document: document, amount: amount, day: day, state: state))
            return true
        case .settle(let entry, let state):
            guard entries[entry].state == .pending else { return false }
            entries[entry].state = state
            return true
        case .refund(let entry, let amount):
            guard entries[entry].kind == .payment, entries[entry].state == .succeeded, amount > 0 else { return false }
            let refunded = entries.filter { $0.kind == .refund && $0.other == entry }.map(\.amount).reduce(0, +)
            guard refunded + amount <= entries[entry].amount else { return false }
            let document = entries[entry].document
            entries.append(Entry(kind: .refund, document: document, other: entry, amount: amount, day: day))
            return true
        case .apply(let note, let invoice, let amount):
            guard isClaim(invoice), documents[note].corrects != nil, !documents[note].isVoid, amount > 0,
                documents[note].customer == documents[invoice].customer, amount <= outstanding(note),
                amount <= open(invoice)
            else { return false }
            entries.append(Entry(kind: .credit, document: invoice, other: note, amount: amount, day: day))
            return true
        case .reverse(let entry):
            guard [.credit, .writeOff].contains(entries[entry].kind), entries[entry].state == .succeeded else {
                return false
            }
            entries[entry].state = .reversed
            return true
        case .writeOff(let document):
            guard isClaim(document), documents[document].due < day, outstanding(document) > 0,
                open(document) == outstanding(document)
            else { return false }
            let amount = outstanding(document)
            entries.append(Entry(kind: .writeOff, document: document, amount: amount, day: day))
            return true
        case .void(let document):
            let isCorrected = documents.contains { $0.corrects == document && !$0.isVoid }
            guard !documents[document].isVoid, !isCorrected, open(document) == documents[document].payable,
                sum(.writeOff, document) == 0
            else { return false }
            documents[document].isVoid = true
            return true
        }
    }

    /// What of a kind counts for a document until a day.
    func sum(_ kind: MovementKind, _ document: Int, state: MovementState = .succeeded, until day: Int = .max) -> Int {
        entries.filter {
            $0.kind == kind && $0.state == state && $0.day <= day
                && ($0.document == document || kind == .credit && $0.other == document)
        }.map(\.amount).reduce(0, +)
    }

    func outstanding(_ document: Int, until day: Int = .max) -> Int {
        guard !documents[document].isVoid else { return 0 }
        return documents[document].payable - sum(.payment, document, until: day) + sum(.refund, document, until: day)
            - sum(.credit, document, until: day) - sum(.writeOff, document, until: day)
    }

    private func open(_ document: Int) -> Int {
        outstanding(document) - sum(.payment, document, state: .pending)
    }

    private func isClaim(_ document: Int) -> Bool {
        documents[document].corrects == nil && !documents[document].isVoid
    }
}
