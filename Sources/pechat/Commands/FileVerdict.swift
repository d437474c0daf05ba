import Diagnostics
import Issuing
import JSONCore

/// What `validate` says about one file.
struct FileVerdict {
    let file: String
    /// Nil where nothing can be said about the file.
    let validation: Validation?
    private let failure: ToolkitError?

    init(_ file: String, _ options: ValidationOptions, in world: World, by workbench: Workbench) {
        self.file = file
        do {
            validation = try world.inFile(file) { bytes throws(ToolkitError) in
                try workbench.validate(bytes, options)
            }
            failure = nil
        } catch {
            validation = nil
            failure = error
        }
    }

    /// What is not known to be valid or invalid is undecided, never valid.
    private var verdict: Validation.Verdict { validation?.verdict ?? .undecided }

    var exit: Exit {
        if let failure { return Exit(failure.code.kind) }
        return switch verdict {
        case .valid: .done
        case .invalid: .rejected
        case .undecided: .unreadable
        }
    }

    /// The verdict, then each failure with its place and a fix.
    var text: String {
        var lines = ["\(file.printable): \(verdict.rawValue)"]
        if let failure { lines.append(Complaint.text(of: Complaint.finding(for: failure))) }
        for failure in validation?.failures ?? [] {
            var finding = failure.finding
            finding.place?.file = file
            lines.append(Complaint.text(of: finding))
        }
        return lines.joined(separator: "\n")
    }

    /// The object of DESIGN §1: `file`, `verdict`, `failed`, `error`.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("verdict", verdict.rawValue)
        writer.key("failed")
        writer.failures(validation?.failures ?? [])
        writer.member("error", orNull: failure?.message ?? validation?.error)
        writer.endObject()
    }
}
