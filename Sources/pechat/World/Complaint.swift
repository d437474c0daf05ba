import Diagnostics
import Issuing
import JSONCore

/// What went wrong, for a person on standard error or for a program on standard output.
struct Complaint {
    private let findings: [Finding]

    /// One failed operation.
    init(_ error: ToolkitError) {
        findings = [Self.finding(for: error)]
    }

    /// A failed operation in the form of a finding, so that both print alike.
    static func finding(for error: ToolkitError) -> Finding {
        Finding(rule: error.code.name, pointer: "", place: error.place, message: error.message, fix: error.fix)
    }

    /// Everything that was found in a document.
    init(_ findings: [Finding], file: String?) {
        self.findings = findings.map { finding in
            var finding = finding
            finding.place?.file = file
            return finding
        }
    }

    /// Prints it: JSON to standard output, text to standard error.
    func print(asJSON: Bool, in world: World) {
        if asJSON {
            var writer = JSONWriter()
            writeErrors(to: &writer)
            try? world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else {
            for finding in findings { world.note(Self.text(of: finding)) }
        }
    }

    /// `{"errors": […]}` of DESIGN §1.
    func writeErrors(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("errors")
        writer.findings(findings)
        writer.endObject()
    }

    /// One finding as two lines: place, message and rule; then the fix.
    ///
    /// File names and keys come from outside, so nothing in them can steer the terminal or begin a line.
    static func text(of finding: Finding) -> String {
        var place =
            finding.place.map { place in
                [place.file, "\(place.line)", place.column.map { "\($0)" }].compactMap { $0 }.joined(separator: ":")
                    + ": "
            } ?? ""
        if !finding.pointer.isEmpty { place += "\(finding.pointer): " }
        let term = finding.term.map { " (\($0))" } ?? ""
        let fix = finding.fix.isEmpty ? "" : "\n  fix: \(finding.fix.printable)"
        let first = "\(finding.severity.rawValue): \(place)\(finding.message)\(term) [\(finding.rule)]"
        return first.printable + fix
    }
}
