public import Certificates
public import Diagnostics
import Signing

/// A key ready to sign with, and the time that the signatures name.
public struct Seal: Sendable {
    /// Which files of a document are signed.
    public enum Target: String, Sendable, Hashable, CaseIterable {
        /// The e-invoice.
        case xml
        /// The PDF; the e-invoice in it is unsigned then.
        case pdf
        /// The e-invoice, and then the PDF around it.
        case both
    }

    /// One signature, as the report tells of it.
    struct Mark: Sendable {
        /// The ending of the file.
        let file: String
        let format: String
        let algorithm: String
    }

    /// The signing time that is claimed.
    public private(set) var time: Timestamp
    /// The signatures that each document gets.
    let marks: [Mark]
    private let xmlSigner: XAdESSigner?
    private let pdfSigner: PAdESSigner?

    /// Prepares a key once for all documents that it will sign.
    ///
    /// - Parameters:
    ///   - signer: Holds the key.
    ///   - target: What is signed.
    ///   - time: The signing time to claim.
    /// - Throws: `key.*` when the key's kind cannot sign XML or PDF.
    public init(_ signer: any Signer, target: Target = .both, at time: Timestamp) throws(ToolkitError) {
        self.time = time
        xmlSigner = target == .pdf ? nil : try XAdESSigner(signer: signer)
        pdfSigner = target == .xml ? nil : try PAdESSigner(signer)
        var marks: [Mark] = []
        if let pdfSigner {
            marks.append(Mark(file: "pdf", format: "PAdES", algorithm: pdfSigner.algorithm.rawValue))
        }
        if xmlSigner != nil {
            marks.append(
                Mark(file: "xml", format: "XAdES", algorithm: signer.algorithms.first?.rawValue ?? ""))
        }
        self.marks = marks
    }

    /// The same key with another signing time to claim.
    public func at(_ time: Timestamp) -> Seal {
        var seal = self
        seal.time = time
        return seal
    }

    /// Signs a UBL document in its signature slot (XAdES-B-B), if XML is to be signed.
    public func sign(xml: [UInt8]) throws(ToolkitError) -> [UInt8] {
        guard let xmlSigner else { return xml }
        return try xmlSigner.sign(xml, at: time)
    }

    /// Signs a PDF out of sight (PAdES-B-B), if PDF is to be signed.
    public func sign(pdf: [UInt8]) throws(ToolkitError) -> [UInt8] {
        guard let pdfSigner else { return pdf }
        return try pdfSigner.sign(pdf, at: time).bytes
    }
}
