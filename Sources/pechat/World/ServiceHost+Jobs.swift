import Certificates
import Diagnostics
import Glibc
import InvoiceService
import Issuing
import Ledger

extension ServiceHost {
    /// The workers of the service, at work; nil where it has none.
    ///
    /// - Throws: `key.*` where the key of the jobs cannot sign documents; `http.start` where the system gives no thread.
    func crew(
        _ open: OpenLedger?, _ configuration: ServiceConfiguration, _ keys: SigningKeys
    ) throws(ToolkitError) -> JobCrew? {
        let threads = configuration.jobWorkers ?? max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
        guard let open, threads > 0 else { return nil }
        let environment = environment
        let signer = try configuration.jobKey.map { key throws(ToolkitError) in
            try JobSigner(key, of: keys, environment)
        }
        let desk = try JobDesk(
            open.ledger, open.archive, DocumentOptions(), signer: signer,
            JobDesk.Host(
                now: environment.now, day: { LocalDay.zone(of: $1).day(of: $0) }, identifier: { Identifier.next() },
                actor: "worker:service"))
        let toolkit = world.toolkit
        let crew = JobCrew(
            JobWorkers(desk, JobWorkers.Plan(threads: threads)), makeTools: { Workbench(toolkit) },
            tell: { self.tell($0) })
        guard let crew else { throw ToolkitError(.noThreads, "The system gives no more threads.") }
        return crew
    }

    /// Logs what went wrong with jobs; what documents say stays in the ledger.
    private func tell(_ news: JobDesk.News) {
        switch news {
        case .made: break
        case .rejected(_, let findings): say("document rejected", ["code": findings.first?.rule ?? ""])
        case .failed(let job, let error): say("job failed", ["job": job.parent ?? job.id, "code": error.code.name])
        }
    }
}

extension ToolkitError.Code {
    /// The system gives no more threads.
    static let noThreads = Self("service.threads", .inputOutput)
}
