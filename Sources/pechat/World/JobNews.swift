import Diagnostics
import Issuing
import Ledger
import Synchronization

/// What workers tell, for a person: numbers on standard output, problems on standard error.
final class JobNews: Sendable {
    private let world: World
    private let isQuiet: Bool
    private let state: Mutex<State>

    private struct State {
        var folder: OutputFolder?
        var failures = 0
    }

    /// - Parameters:
    ///   - world: The streams.
    ///   - isQuiet: Whether only problems are told.
    ///   - folder: Where the files are copied to; nil for nowhere.
    init(_ world: World, isQuiet: Bool, folder: OutputFolder? = nil) {
        self.world = world
        self.isQuiet = isQuiet
        state = Mutex(State(folder: folder))
    }

    /// How many jobs and items failed.
    var failures: Int { state.withLock { $0.failures } }

    /// Takes what happened; called by all threads.
    func take(_ news: JobDesk.News) {
        state.withLock { state in
            switch news {
            case .made(let document, let built):
                do throws(ToolkitError) {
                    var paths: [String] = []
                    if let built { paths = try Self.copy(built, to: &state.folder) }
                    guard !isQuiet else { return }
                    for line in [document.number] + paths { try world.print(line) }
                } catch { complain(error, &state) }
            case .rejected(let label, let findings):
                state.failures += 1
                Complaint(findings, file: label).print(asJSON: false, in: world)
            case .failed(_, let error): complain(error, &state)
            }
        }
    }

    /// Takes what became of a webhook; what was delivered is no news.
    func take(_ news: WebhookCourier.News) {
        guard case .failed(let status, let problem) = news.outcome else { return }
        let answer = status.map { " (HTTP \($0))" } ?? ""
        world.note("webhook \(news.webhook.id): event \(news.event) not delivered: \(problem)\(answer)")
    }

    /// Takes what the watch over certificates found.
    func take(_ found: Result<CertificateWatch.Notice, ToolkitError>) {
        switch found {
        case .success(let notice): world.note("warning: the certificate of the key \(notice.text)")
        case .failure(let error): Complaint(error).print(asJSON: false, in: world)
        }
    }

    private func complain(_ error: ToolkitError, _ state: inout State) {
        state.failures += 1
        Complaint(error).print(asJSON: false, in: world)
    }

    private static func copy(
        _ built: BuiltDocument, to folder: inout OutputFolder?
    ) throws(ToolkitError) -> [String] {
        guard var target = folder else { return [] }
        defer { folder = target }
        let files = OutputFolder.Files(pdf: try target.write(built.pdf), xml: try target.write(built.xml))
        let name = try target.place(files, stem: built.stem, xml: built.xml) { name throws(ToolkitError) in
            try built.report(filesNamed: name)
        }
        return ["pdf", "xml", "report.json"].map { target.file("\(name).\($0)") }
    }
}
