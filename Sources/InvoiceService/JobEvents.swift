import Certificates
import Diagnostics
import HTTPServer
import Issuing
import JSONCore
import Ledger

/// How a job goes, as server-sent events (HTML §9.2).
enum JobEvents {
    /// Answers with the standing at once, and with each one that comes.
    ///
    /// - Throws: `resource.unknown`; `job.watchers`; `http.memory`.
    static func response(to call: Call, _ job: JobRecord) throws(ToolkitError) -> HTTPResponse {
        let seen = call.request.field("last-event-id")
        if job.state.isFinal, seen == job.version { return HTTPResponse(204) }
        let stream = try HTTPStream(capacity: 64 << 10)
        var response = HTTPResponse(type: "text/event-stream; charset=utf-8", stream: stream)
        // A proxy that gathers answers would hold events back.
        response.set("X-Accel-Buffering", "no")
        _ = stream.write(Array("retry: 2000\n\n".utf8))
        if seen != job.version { _ = stream.write(event(job, at: call.now)) }
        guard !job.state.isFinal else {
            stream.end()
            return response
        }
        guard let feed = call.service.feed else { throw Call.issuerUnknown }
        let now = call.service.environment.now
        // The stream is let go when the watcher is: with the end of the job, or when nobody reads any more.
        try feed.watch(job, since: job.version) { news in
            switch news {
            case .standing(let job):
                let isRead = stream.write(event(job, at: now()))
                if job.state.isFinal { stream.end() }
                return isRead
            case .silence: return stream.write(Array(": still here\n\n".utf8))
            case .gone:
                stream.end()
                return false
            }
        }
        return response
    }

    private static func event(_ job: JobRecord, at now: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        job.write(to: &writer, at: now)
        let head = "id: \(job.version)\nevent: \(job.state.isFinal ? "end" : "progress")\ndata: "
        return Array(head.utf8) + writer.bytes + Array("\n\n".utf8)
    }
}
