import Certificates
public import Diagnostics
import InvoiceModel
public import Ledger

/// From invoice JSON to a numbered document with its files: everything is validated and drawn before the number is taken.
public struct Issuance: Sendable {
    /// The job that makes a document's files.
    public static let filesJob = JobKind.files
    /// The job that makes a document's files and signs them; it is not done without a key.
    public static let signedFilesJob = JobKind.signedFiles

    private let ledger: DocumentLedger
    private let caller: IssueCaller
    private let policy: IssuePolicy
    /// The draft that becomes the document; nil for a document without one.
    private let draft: DraftVersion?

    /// Issues into a ledger, a draft or a document without one.
    public init(
        _ ledger: DocumentLedger, _ caller: IssueCaller, _ policy: IssuePolicy = IssuePolicy(),
        draft: DraftVersion? = nil
    ) {
        self.ledger = ledger
        self.caller = caller
        self.policy = policy
        self.draft = draft
    }

    /// Issues one document and makes its files.
    ///
    /// The document is first laid out under the number that it would get; whatever speaks against it costs no number. Its
    /// signatures and files are made once it has the number.
    /// What fails afterwards leaves an issued document whose files are made later, never a free number.
    ///
    /// - Parameters:
    ///   - json: The invoice JSON.
    ///   - options: What the caller decides about the files.
    ///   - workbench: The tools of this thread.
    /// - Returns: The numbered document, or every finding that speaks against it.
    /// - Throws: `json.*`; what the ledger throws: `series.*`, `number.*`, `credit.*`, `idempotency.*`, `ledger.*`.
    public func issue(
        _ json: [UInt8], _ options: DocumentOptions, on workbench: Workbench
    ) throws(ToolkitError) -> IssueOutcome {
        // A repetition is answered before anything is judged again: dates and states have moved on since.
        if let repeated = try repeated(json) { return .repeated(repeated.document, issuer: repeated.issuer) }
        switch try candidate(json, options, on: workbench) {
        case .rejected(let findings): return .rejected(findings)
        case .ready(let candidate):
            let number = try ledger.preview(candidate.order)
            switch try candidate.staged(as: number, options, on: workbench) {
            case .rejected(let findings): return .rejected(findings)
            case .staged(let staged):
                let issued = try ledger.issue(candidate.order)
                let files = Self.files(of: issued, candidate, staged, options, on: workbench)
                return .issued(Issued(document: issued, issuer: candidate.order.request.issuer, files: files))
            }
        }
    }

    /// Whose books a document would go into; nil where that cannot be told, because the document is wrong.
    ///
    /// - Throws: `json.*`.
    public static func issuer(of json: [UInt8]) throws(ToolkitError) -> String? {
        try InvoiceDecoder.decode(json).invoice?.seller.ledgerKey
    }

    /// The document that this request got the first time.
    func repeated(_ json: [UInt8]) throws(ToolkitError) -> (document: IssuedDocument, issuer: String)? {
        guard caller.idempotencyKey != nil else { return nil }
        let owner = if let issuer = policy.issuer { issuer } else { try Self.issuer(of: json) }
        guard let owner else { return nil }
        return try ledger.knownDocument(request(for: owner, json)).map { ($0, owner) }
    }

    /// The request, bound to what the caller said rather than to what came of it.
    private func request(for issuer: String, _ json: [UInt8]) throws(ToolkitError) -> LedgerRequest {
        let said = caller.question ?? Array("issue\n\(policy.question)\n".utf8) + json
        return LedgerRequest(
            issuer: issuer, actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            fingerprint: try Digest.sha256(said), identifier: caller.identifier)
    }

    /// What issuing would do now, on a ledger that undoes everything: the number that the document would get, and the document under it.
    ///
    /// - Throws: As `issue`.
    public func preview(
        _ json: [UInt8], _ options: DocumentOptions, on workbench: Workbench
    ) throws(ToolkitError) -> BuildOutcome {
        var options = options
        options.seal = nil
        switch try candidate(json, options, on: workbench) {
        case .rejected(let findings): return .rejected(findings)
        case .ready(let candidate):
            let number = try ledger.preview(candidate.order)
            switch try candidate.staged(as: number, options, on: workbench) {
            case .rejected(let findings): return .rejected(findings)
            case .staged(let staged):
                // A ledger that undoes everything finds what only the books can forbid.
                _ = try ledger.issue(candidate.order)
                return .built(try workbench.finish(staged, options))
            }
        }
    }

    /// Makes the files of a document that was issued before.
    ///
    /// - Parameters:
    ///   - number: BT-1.
    ///   - content: The JSON that the ledger keeps.
    ///   - options: What the caller decides about the files.
    ///   - workbench: The tools of this thread.
    /// - Returns: The files; a failure where they cannot be made now.
    public static func files(
        of number: String, _ content: [UInt8], _ options: DocumentOptions, on workbench: Workbench
    ) -> Result<BuiltDocument, ToolkitError> {
        var options = options
        options.number = number
        do throws(ToolkitError) {
            switch try workbench.build(content, options) {
            case .built(let built): return .success(built)
            case .rejected(let findings): throw ToolkitError(.filesRejected, findings.first?.message ?? "")
            }
        } catch { return .failure(error) }
    }

    /// A document that lacks its number, and the order for it.
    struct Candidate {
        let order: IssueOrder
        let accepted: Workbench.AcceptedDocument

        /// Stages the document under a number.
        ///
        /// - Throws: As `Workbench.build`.
        func staged(
            as number: String, _ options: DocumentOptions, on workbench: Workbench
        ) throws(ToolkitError) -> Workbench.Staging {
            try workbench.stage(accepted, from: order.document.content, as: number, options)
        }
    }

    /// What becomes of a document before anybody asks for its number.
    enum Candidacy {
        case ready(Candidate)
        case rejected([Finding])
    }

    /// Decodes, computes and checks a document.
    ///
    /// - Throws: As `issue`.
    func candidate(
        _ json: [UInt8], _ options: DocumentOptions, on workbench: Workbench
    ) throws(ToolkitError) -> Candidacy {
        switch try workbench.prepare(json, options, policy, caller) {
        case .rejected(let findings): return .rejected(findings)
        case .prepared(let prepared):
            guard policy.issuer == nil || policy.issuer == prepared.issuer else {
                return .rejected(prepared.findings + [Self.otherIssuer])
            }
            let order = order(for: prepared, try request(for: prepared.issuer, json), isSigned: options.seal != nil)
            return .ready(Candidate(order: order, accepted: prepared.accepted))
        }
    }

    /// The files of a document that has its number, for which it was staged under the one that was foreseen.
    static func files(
        of issued: IssuedDocument, _ candidate: Candidate, _ staged: StagedDocument, _ options: DocumentOptions,
        on workbench: Workbench
    ) -> Result<BuiltDocument, ToolkitError> {
        Result { () throws(ToolkitError) -> BuiltDocument in
            guard issued.number != staged.number else { return try workbench.finish(staged, options) }
            switch try candidate.staged(as: issued.number, options, on: workbench) {
            case .staged(let staged): return try workbench.finish(staged, options)
            case .rejected(let findings): throw ToolkitError(.filesRejected, findings.first?.message ?? "")
            }
        }
    }

    private func order(
        for prepared: Workbench.PreparedIssue, _ request: LedgerRequest, isSigned: Bool
    ) -> IssueOrder {
        var jobs: [String] = []
        var delay = 0
        if case .after(let seconds) = policy.filesJob {
            jobs = [isSigned ? Self.signedFilesJob : Self.filesJob]
            delay = seconds
        }
        return IssueOrder(
            prepared.document, request, jobs: jobs, jobDelaySeconds: delay, allowsOverCredit: policy.allowsOverCredit,
            draft: draft)
    }

    private static let otherIssuer = Finding(
        rule: "issuer.other", pointer: "/seller", term: "BG-4",
        message: "The document belongs to the books of another issuer.",
        fix: "Submit the documents of each seller on their own.")
}

/// A document that has its number.
public struct Issued: Sendable {
    /// What the ledger keeps.
    public let document: IssuedDocument
    /// Whose books.
    public let issuer: String
    /// The files, or why they have to be made later.
    public let files: Result<BuiltDocument, ToolkitError>

    /// Takes every property as it is.
    public init(document: IssuedDocument, issuer: String, files: Result<BuiltDocument, ToolkitError>) {
        self.document = document
        self.issuer = issuer
        self.files = files
    }
}

/// What became of a document that was to be issued.
public enum IssueOutcome: Sendable {
    /// It has its number.
    case issued(Issued)
    /// It got its number when the same request came before; its files are those of that time.
    case repeated(IssuedDocument, issuer: String)
    /// It is wrong; every finding is here, and no number was taken.
    case rejected([Finding])
}

extension ToolkitError.Code {
    /// The files of an issued document cannot be made of what the ledger keeps.
    static let filesRejected = Self("files.rejected", .defect)
}
