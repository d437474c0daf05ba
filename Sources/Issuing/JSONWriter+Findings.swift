public import Diagnostics
public import JSONCore

extension JSONWriter {
    /// Writes findings as a list of objects, each with every key of DESIGN §1; what is not known is `null`.
    ///
    /// - Parameter findings: In the order in which they are to be read.
    public mutating func findings(_ findings: [Finding]) {
        beginArray()
        for finding in findings {
            beginObject()
            member("pointer", finding.pointer)
            member("line", orNull: finding.place?.line)
            member("column", orNull: finding.place?.column)
            member("code", finding.rule)
            member("severity", finding.severity.rawValue)
            member("term", orNull: finding.term)
            member("message", finding.message)
            member("fix", finding.fix)
            endObject()
        }
        endArray()
    }
}
