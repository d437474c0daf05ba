import Certificates
import Diagnostics
import Glibc
import InvoiceService
import Issuing
import Ledger

extension ServiceHost {
    /// Sets the workers of the service to work, where it is to have any.
    ///
    /// - Throws: `key.*` where the key of the jobs cannot sign documents.
    func work(
        _ duties: Duties, _ open: OpenLedger?, _ keys: SigningKeys, _ configuration: ServiceConfiguration
    ) throws(ToolkitError) {
        let threads = configuration.jobWorkers ?? max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))
        guard let open, threads > 0 else { return }
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
        let workers = JobWorkers(desk, JobWorkers.Plan(threads: threads))
        duties.begin { isEnding in
            // Only a plan that ends when nothing is due ends with an error.
            try? workers.run(makeTools: { Workbench(toolkit) }, isStopped: isEnding, tell: { self.tell($0) })
        }
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
