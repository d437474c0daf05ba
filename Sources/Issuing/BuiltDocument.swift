import Certificates
public import Diagnostics
import InvoiceModel
import JSONCore
import Tax

/// One document with all of its files, as bytes.
public struct BuiltDocument: Sendable {
    /// The priced document that both files were made of.
    let priced: PricedInvoice
    /// BT-1.
    public let number: String
    /// The PDF, with the XML inside; signed when the seal is for it.
    public let pdf: [UInt8]
    /// The e-invoice; signed when the seal is for it.
    public let xml: [UInt8]
    /// Warnings and notes; none rejects the document.
    public let findings: [Finding]
    /// When and how the files were signed; nil when they are not.
    let seal: Seal?

    /// The name of the files without an extension.
    public var stem: String { FileName.stem(for: number) }

    /// BT-115 as a decimal number.
    public var payable: String { TotalsText(priced).payable }

    /// The report: totals, findings and digests as JSON.
    ///
    /// Its `totals` have the names and the form of the `totals` that an input may carry.
    ///
    /// - Parameter name: The name that the files got, without an extension; nil where it is `stem`.
    /// - Returns: Indented JSON in UTF-8.
    /// - Throws: What the digest throws; a defect of the library only.
    public func report(filesNamed name: String? = nil) throws(ToolkitError) -> [UInt8] {
        var writer = JSONWriter(.indented(2))
        writer.beginObject()
        writer.member("number", number)
        writer.member("kind", priced.invoice.kind.rawValue)
        writer.member("issueDate", priced.invoice.issueDate.description)
        writer.member("currency", priced.invoice.currency.code)
        writer.key("totals")
        TotalsText(priced).write(to: &writer)
        writer.key("findings")
        writer.findings(findings)
        writer.key("files")
        writer.beginObject()
        for (ending, bytes) in [("pdf", pdf), ("xml", xml)] {
            writer.key(ending)
            writer.beginObject()
            writer.member("name", "\(name ?? stem).\(ending)")
            writer.key("bytes")
            writer.integer(bytes.count)
            writer.member("sha256", Digest.hexadecimal(try Digest.sha256(bytes)))
            writer.endObject()
        }
        writer.endObject()
        if let seal {
            writer.key("signatures")
            writer.beginArray()
            for mark in seal.marks {
                writer.beginObject()
                writer.member("file", "\(name ?? stem).\(mark.file)")
                writer.member("format", mark.format)
                writer.member("level", "B-B")
                writer.member("algorithm", mark.algorithm)
                writer.member("signingTime", seal.time.description)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

/// What became of a document.
public enum BuildOutcome: Sendable {
    /// All files are made.
    case built(BuiltDocument)
    /// The document is wrong; every finding is here, with its place in the input.
    case rejected([Finding])
}

/// What became of one file of a document.
public enum MakeOutcome: Sendable {
    /// The bytes, and the warnings.
    case made([UInt8], [Finding])
    /// The document is wrong; every finding is here, with its place in the input.
    case rejected([Finding])
}

/// What became of a file that was handed out as it grew.
public enum WriteOutcome: Sendable {
    /// It is complete; these are the warnings.
    case written([Finding])
    /// The document is wrong; every finding is here, with its place in the input.
    case rejected([Finding])
}
