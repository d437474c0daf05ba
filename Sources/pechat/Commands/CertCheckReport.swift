import Certificates
import Diagnostics
import Issuing
import JSONCore

/// What the check of one key file came to, in words.
struct CertCheckReport {
    let file: String
    let check: CertificateCheck
    let thresholds: CertificateCheck.Thresholds

    /// The exit code for this file alone.
    var exit: Exit {
        guard check.isAcceptable else { return .key }
        return check.level == .good ? .done : .threshold
    }

    /// The state by the words of Nagios plug-ins: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as exit codes of those numbers.
    var nagios: Exit {
        guard let level = check.level else { return .unreadable }
        guard check.isAcceptable else { return .usage }
        switch level {
        case .good: return .done
        case .warning: return .rejected
        case .urgent, .critical, .expired: return .usage
        }
    }

    /// All reports in one line, with the days left as performance data.
    static func nagiosLine(_ reports: [CertCheckReport]) -> String {
        let worst = reports.map(\.nagios.rawValue).max() ?? 0
        let words = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]
        let first = reports.first { $0.nagios.rawValue == worst }
        let data = reports.compactMap { report in
            report.check.daysLeft.map { days in
                let label = report.file.filter { !["'", "=", "|", "\n"].contains($0) }
                return "'\(label)'=\(days);\(report.thresholds.warning);\(report.thresholds.urgent)"
            }
        }
        let summary = first.map { "\($0.file): \($0.check.firstFailure?.message ?? $0.ending)" } ?? "nothing to check"
        return "CERT \(words[Int(worst)]) - \(summary.filter { $0 != "|" }.printable)"
            + (data.isEmpty ? "" : " | \(data.joined(separator: " ").printable)")
    }

    private var ending: String {
        guard let days = check.daysLeft, let level = check.level else { return "not known when it ends" }
        return level == .expired ? "ended \(-days) days ago: deactivated" : "\(days) days left (\(level.rawValue))"
    }

    var text: String {
        let width = check.items.map(\.name.count).max() ?? 0
        var lines = ["\(file.printable):"]
        for item in check.items {
            lines.append("  \(HelpText.padded(item.name, to: width))  \(Self.mark(item.verdict))  \(item.message)")
            if item.verdict == .failed && !item.fix.isEmpty {
                lines.append("  \(String(repeating: " ", count: width))  fix: \(item.fix)")
            }
        }
        if check.daysLeft != nil { lines.append("  \(ending)") }
        return lines.joined(separator: "\n")
    }

    private static func mark(_ verdict: CertificateCheck.Verdict) -> String {
        switch verdict {
        case .passed: "passed     "
        case .failed: "FAILED     "
        case .warning: "warning    "
        case .notChecked: "not checked"
        }
    }

    /// One object, or a list of them.
    static func json(_ reports: [CertCheckReport], asList: Bool) -> [UInt8] {
        var writer = JSONWriter()
        if asList { writer.beginArray() }
        for report in reports { report.write(to: &writer) }
        if asList { writer.endArray() }
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        check.writeMembers(to: &writer)
        writer.endObject()
    }
}
