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
        /// Whether the ledger has them.
        var isKept = false
        /// Why the rest is still to be done.
        var failure: ToolkitError?
    }

    /// Keeps the files, enters them, and copies them into the folder; the document is issued whatever happens here.
    func deliver(_ issued: Issued) -> Outcome {
        var outcome = Outcome()
        do throws(ToolkitError) {
            let built = try issued.files.get()
            let archive = try open.archive
            let files = [try archive.keep(built.pdf, as: "pdf"), try archive.keep(built.xml, as: "xml")]
            let request = LedgerRequest(
                issuer: issued.issuer, actor: caller.actor, now: caller.now, identifier: caller.identifier)
            try open.ledger.enter(
                files, of: issued.document.id, isSigned: built.isSigned,
                endingJobs: [Issuance.filesJob, Issuance.signedFilesJob], request)
            outcome.isKept = true
            outcome.paths = try place(built.pdf, built.xml, stem: built.stem) { name throws(ToolkitError) in
                try built.report(filesNamed: name)
            }
        } catch { outcome.failure = error }
        return outcome
    }

    /// Copies the files that a document has already into the folder.
    func copy(of document: IssuedDocument, issuer: String) -> Outcome {
        var outcome = Outcome()
        do throws(ToolkitError) {
            let files = try open.ledger.files(of: document.id, issuer: issuer)
            guard let pdf = files.first(where: { $0.role == "pdf" }),
                let xml = files.first(where: { $0.role == "xml" })
            else {
                throw ToolkitError(
                    .filePending, "The files of the document are still to be made.",
                    fix: "`pechat jobs run` makes them.")
            }
            outcome.isKept = true
            let archive = try open.archive
            outcome.paths = try place(
                archive.bytes(of: pdf), archive.bytes(of: xml), stem: FileName.stem(for: document.number))
        } catch { outcome.failure = error }
        return outcome
    }

    private func place(
        _ pdf: [UInt8], _ xml: [UInt8], stem: String, report: ((String) throws(ToolkitError) -> [UInt8])? = nil
    ) throws(ToolkitError) -> [String] {
        guard let out else { return [] }
        var folder = try OutputFolder(out)
        let files = OutputFolder.Files(pdf: try folder.write(pdf), xml: try folder.write(xml))
        let name = try folder.place(files, stem: stem, xml: xml, report: report)
        let endings = report == nil ? ["pdf", "xml"] : ["pdf", "xml", "report.json"]
        return endings.map { folder.file("\(name).\($0)") }
    }
}
