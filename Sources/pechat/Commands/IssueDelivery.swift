import Diagnostics
import Issuing
import Ledger

/// The files of an issued document on their way into the archive, the ledger and a folder of the user's.
struct IssueDelivery {
    private let open: OpenLedger
    private let caller: IssueCaller
    private let out: String?

    init(_ open: OpenLedger, _ caller: IssueCaller, out: String?) {
        self.open = open
        self.caller = caller
        self.out = out
    }

    /// What became of the files.
    struct Outcome {
        /// Those that the user has now.
        var paths: [String] = []
        /// Why the rest is still to be made.
        var failure: ToolkitError?
    }

    /// Keeps the files, enters them, and copies them into the folder; the document is issued whatever happens here.
    func deliver(_ issued: Issued) -> Outcome {
        var outcome = Outcome()
        do throws(ToolkitError) {
            let built = try issued.files.get()
            let files = [try open.archive.keep(built.pdf, as: "pdf"), try open.archive.keep(built.xml, as: "xml")]
            let request = LedgerRequest(
                issuer: issued.issuer, actor: caller.actor, now: caller.now, identifier: caller.identifier)
            try open.ledger.enter(
                files, of: issued.document.id, isSigned: built.isSigned, endingJob: Issuance.filesJob, request)
            guard let out else { return outcome }
            var folder = try OutputFolder(out)
            let written = OutputFolder.Files(pdf: try folder.write(built.pdf), xml: try folder.write(built.xml))
            let stem = try folder.place(written, stem: built.stem, xml: built.xml) { name throws(ToolkitError) in
                try built.report(filesNamed: name)
            }
            outcome.paths = ["\(stem).pdf", "\(stem).xml", "\(stem).report.json"].map { folder.file($0) }
        } catch { outcome.failure = error }
        return outcome
    }
}
