import Diagnostics
import Issuing
import JSONCore

/// The end of a batch's line: it names the files, writes the report lines and counts.
final class BatchDelivery {
    /// Where the files go.
    private(set) var folder: OutputFolder
    private let world: World
    private var bar: ProgressBar
    private var done = 0
    private var failed = 0
    /// Why the batch cannot go on: the disk is full, or nobody reads the report.
    private var failure: ToolkitError?

    init(folder: OutputFolder, world: World, bar: ProgressBar) {
        self.folder = folder
        self.world = world
        self.bar = bar
    }

    /// What became of one document.
    struct Result: Sendable {
        let id: String
        let outcome: Outcome

        enum Outcome: Sendable {
            case built(BuiltDocument, OutputFolder.Files)
            case rejected([Finding])
            case failed(ToolkitError)
        }

        /// Builds the document and writes its files, still without names.
        init(_ item: BatchItem, _ options: DocumentOptions, _ workbench: Workbench, _ folder: OutputFolder) {
            id = item.id
            do {
                switch try workbench.build(try item.bytes.get(), options) {
                case .rejected(let findings):
                    outcome = .rejected(
                        findings.map { finding in
                            var finding = finding
                            finding.place = item.located(finding.place)
                            return finding
                        })
                case .built(let document):
                    outcome = .built(
                        document,
                        OutputFolder.Files(
                            pdf: try folder.write(document.pdf), xml: try folder.write(document.xml)))
                }
            } catch {
                var error = error
                error.place = item.located(error.place)
                outcome = .failed(error)
            }
        }
    }

    /// Takes the next result in the order of the input.
    ///
    /// - Returns: False when the batch must stop.
    func take(_ result: Result) -> Bool {
        var line = JSONWriter()
        line.beginObject()
        line.member("id", result.id)
        do throws(ToolkitError) {
            switch result.outcome {
            case .built(let document, let files):
                let isRepeated = folder.hasGiven(document.stem)
                let stem = try folder.place(files, stem: document.stem, xml: document.xml)
                describe(document, stem: stem, isRepeated: isRepeated, in: &line)
            case .rejected(let findings): complain(findings, in: &line)
            case .failed(let error):
                if error.code.kind == .inputOutput { throw error }
                complain([Complaint.finding(for: error)], in: &line)
            }
            line.endObject()
            try world.write(line.bytes + [UInt8(ascii: "\n")])
        } catch {
            failure = error
            return false
        }
        done += 1
        bar.show(done: done, failed: failed)
        return world.interruption.exit == nil
    }

    /// Says how it went.
    ///
    /// - Throws: What stopped the batch.
    func finish(isQuiet: Bool) throws(ToolkitError) -> Exit {
        bar.clear()
        if !isQuiet {
            let rate = bar.seconds > 0 ? Int((Double(done) / bar.seconds).rounded()) : 0
            let time = ProgressBar.duration(bar.seconds)
            world.note("\(done) documents in \(time) (\(rate)/s): \(done - failed) done, \(failed) failed")
        }
        if let failure { throw failure }
        if let exit = world.interruption.exit { return exit }
        return failed > 0 ? .batchFailures : .done
    }

    private func describe(_ document: BuiltDocument, stem: String, isRepeated: Bool, in line: inout JSONWriter) {
        line.key("ok")
        line.bool(true)
        line.member("number", document.number)
        line.key("output")
        line.beginObject()
        line.member("pdf", "\(stem).pdf")
        line.member("xml", "\(stem).xml")
        line.endObject()
        line.member("payable", document.payable)
        line.key("findings")
        var findings = document.findings
        if isRepeated {
            findings.append(
                Finding(
                    rule: "batch.repeatedNumber", severity: .warning, pointer: "/number",
                    message: "An earlier document of this batch gives the same file name.",
                    fix: "Check the number; this document's files got a name of their own."))
        }
        line.findings(findings)
    }

    private func complain(_ findings: [Finding], in line: inout JSONWriter) {
        failed += 1
        line.key("ok")
        line.bool(false)
        line.key("errors")
        line.findings(findings)
    }
}
