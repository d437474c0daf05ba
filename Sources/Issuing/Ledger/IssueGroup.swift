import Diagnostics
import Ledger

/// Issues documents of one issuer in one transaction, each on its own: what forbids one of them stops no other.
struct IssueGroup {
    let ledger: DocumentLedger
    let issuer: String
    let options: DocumentOptions
    let workbench: Workbench
    let foresight: NumberForesight

    /// A document on its way to its number.
    struct Entry {
        /// How it is issued.
        let issuance: Issuance
        /// The invoice JSON.
        let json: [UInt8]
    }

    /// What became of a document; nil where there was no time for it, or where something is in everybody's way.
    ///
    /// A document without an outcome can have its number already; whoever asks again with its key is told.
    typealias Outcome = Result<IssueOutcome, ToolkitError>?

    /// A document that was checked, with its place among the entries.
    private struct Member {
        let place: Int
        let candidate: Issuance.Candidate
        var staged: StagedDocument?
    }

    /// Issues documents and makes their files.
    ///
    /// - Parameters:
    ///   - entries: The documents, in the order of their numbers.
    ///   - isStopping: Whether nothing more is to be begun.
    ///   - isLate: Whether the rest is to be left for another time; something is done all the same, so that the work ends.
    /// - Returns: One outcome for each.
    func issue(_ entries: [Entry], isStopping: () -> Bool, isLate: () -> Bool = { false }) -> [Outcome] {
        var outcomes = [Outcome](repeating: nil, count: entries.count)
        let isOver = { (place: Int) in isStopping() || (place > 0 && isLate()) }
        let members = judge(entries, isOver, &outcomes)
        let ticket = foresight.foresee(members.map(\.candidate.order), of: issuer, in: ledger)
        let staged = stage(members, ticket, isOver, &outcomes)
        do throws(ToolkitError) {
            finish(staged, try foresight.issue(staged.map(\.candidate.order), ticket, in: ledger), isLate, &outcomes)
        } catch {
            for member in staged { outcomes[member.place] = .failure(error) }
        }
        return outcomes
    }

    /// Checks the documents without their numbers.
    private func judge(_ entries: [Entry], _ isOver: (Int) -> Bool, _ outcomes: inout [Outcome]) -> [Member] {
        var members: [Member] = []
        for (place, entry) in entries.enumerated() where !isOver(place) {
            do throws(ToolkitError) {
                if let known = try entry.issuance.repeated(entry.json) {
                    outcomes[place] = .success(.repeated(known.document, issuer: known.issuer))
                    continue
                }
                switch try entry.issuance.candidate(entry.json, options, on: workbench) {
                case .rejected(let findings): outcomes[place] = .success(.rejected(findings))
                case .ready(let candidate): members.append(Member(place: place, candidate: candidate))
                }
            } catch {
                outcomes[place] = .failure(error)
                if error.isObstacle { break }
            }
        }
        return members
    }

    /// Lays the documents out under the numbers that were foreseen.
    private func stage(
        _ members: [Member], _ ticket: NumberForesight.Ticket, _ isOver: (Int) -> Bool, _ outcomes: inout [Outcome]
    ) -> [Member] {
        var staged: [Member] = []
        for (index, (member, number)) in zip(members, ticket.numbers).enumerated() where !isOver(index) {
            do throws(ToolkitError) {
                switch try member.candidate.staged(as: number.get(), options, on: workbench) {
                case .rejected(let findings): outcomes[member.place] = .success(.rejected(findings))
                case .staged(let document):
                    staged.append(Member(place: member.place, candidate: member.candidate, staged: document))
                }
            } catch {
                outcomes[member.place] = .failure(error)
                if error.isObstacle { break }
            }
        }
        return staged
    }

    /// Makes the files of the documents that have their numbers.
    private func finish(
        _ members: [Member], _ issued: [Result<IssuedDocument, ToolkitError>], _ isLate: () -> Bool,
        _ outcomes: inout [Outcome]
    ) {
        var obstacle: ToolkitError?
        for (index, (member, result)) in zip(members, issued).enumerated() where index == 0 || !isLate() {
            guard let staged = member.staged else { continue }
            outcomes[member.place] = result.map { document in
                let files: Result<BuiltDocument, ToolkitError>
                if let obstacle {
                    files = .failure(obstacle)
                } else {
                    files = Issuance.files(of: document, member.candidate, staged, options, on: workbench)
                }
                if case .failure(let error) = files, error.isObstacle { obstacle = error }
                return .issued(Issued(document: document, issuer: issuer, files: files))
            }
        }
    }
}

extension ToolkitError {
    /// Whether it is in the way of every document, and may be gone at the next try.
    var isObstacle: Bool {
        switch code.kind {
        case .inputOutput, .later, .key: true
        case .usage, .unreadable, .rejected, .state, .defect: false
        }
    }
}
