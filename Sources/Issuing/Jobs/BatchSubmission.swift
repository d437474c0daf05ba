import Certificates
public import Diagnostics
import InvoiceModel
public import Ledger

/// Many documents on their way into the queue: for the command and the service alike.
public struct BatchSubmission: Sendable {
    /// The documents.
    public var items: [BatchOrder.Item]
    /// What the user decides about all of them.
    public var decisions: BatchDecisions
    /// How urgent it is.
    public var priority = JobPriority.default
    /// Whose documents they are; nil takes the seller of the first one that can be read.
    public var issuer: String?

    /// Takes the documents and what is decided about them.
    public init(_ items: [BatchOrder.Item], _ decisions: BatchDecisions = BatchDecisions()) {
        self.items = items
        self.decisions = decisions
    }

    /// Reads one document from each line that is not blank (NDJSON); a document is known by the number of its line.
    ///
    /// - Parameter lines: UTF-8; what stands in a line is judged when the document is issued, or by `findings`.
    /// - Returns: At most one document more than a batch may have.
    public static func items(ofLines lines: [UInt8]) -> [BatchOrder.Item] {
        var items: [BatchOrder.Item] = []
        var number = 0
        for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            items.append(BatchOrder.Item(label: "line \(number)", content: line))
            guard items.count <= BatchOrder.itemLimit else { break }  // the ledger says what is wrong
        }
        return items
    }

    /// What is wrong with the documents as far as it can be seen without the books, each with the line of the input.
    ///
    /// - Parameter most: How many findings are gathered.
    /// - Returns: The findings, in the order of the documents.
    public func findings(most: Int = 100) -> [Finding] {
        var findings: [Finding] = []
        for item in items where findings.count < most {
            do throws(ToolkitError) {
                let found = try InvoiceDecoder.decode(Array(item.content)).report.findings
                findings += Self.placed(found.filter { $0.severity == .error }, of: item.label)
            } catch {
                let finding = Finding(
                    rule: error.code.name, pointer: "", place: error.place ?? SourcePlace(line: 1, column: nil),
                    message: error.message, fix: error.fix)
                findings += Self.placed([finding], of: item.label)
            }
        }
        return Array(findings.prefix(most))
    }

    /// Findings about one document with their lines in the input that it came in.
    static func placed(_ findings: [Finding], of label: String) -> [Finding] {
        guard label.hasPrefix("line "), let first = Int(label.dropFirst(5)) else { return findings }
        return findings.map { finding in
            var finding = finding
            finding.place = finding.place.map { SourcePlace(line: $0.line + first - 1, column: $0.column) }
            return finding
        }
    }

    /// Whose documents they are: the seller of the first one that can be read, unless an issuer is named.
    ///
    /// - Throws: `job.empty`; `job.issuer` where none of the first hundred documents names a seller.
    public func owner() throws(ToolkitError) -> String {
        if let issuer { return issuer }
        guard !items.isEmpty else {
            throw ToolkitError(.jobEmpty, "The batch has no document.", fix: "Put one document on each line.")
        }
        for item in items.prefix(100) {
            // What is wrong with a document that cannot be read is told when its turn comes.
            if let issuer = (try? Issuance.issuer(of: Array(item.content))) ?? nil { return issuer }
        }
        throw ToolkitError(
            .jobIssuer, "None of the first documents names a seller.", fix: "Name the issuer, or check the documents.")
    }

    /// Queues the batch.
    ///
    /// - Parameters:
    ///   - board: The jobs of the ledger.
    ///   - caller: By whom, when and under which idempotency key.
    ///   - said: What else makes the request what it is.
    /// - Returns: The job, now or of the first time.
    /// - Throws: As `owner` and `JobBoard.submit`.
    public func submit(
        to board: JobBoard, _ caller: IssueCaller, said: [UInt8] = []
    ) throws(ToolkitError) -> JobRecord {
        var said = said + decisions.json + Array(priority.rawValue.utf8)
        for item in items { said += try Digest.sha256(Array(item.content)) }
        let request = LedgerRequest(
            issuer: try owner(), actor: caller.actor, now: caller.now, idempotencyKey: caller.idempotencyKey,
            fingerprint: try Digest.sha256(said), identifier: caller.identifier)
        let order = BatchOrder(
            items: items, payload: decisions.json, priority: priority, isSigned: decisions.sealed != nil)
        return try board.submit(order, request)
    }
}

extension ToolkitError.Code {
    /// Nobody can tell whose books a batch belongs to.
    static let jobIssuer = Self("job.issuer", .rejected)
}
