public import Certificates
public import Diagnostics
import Signing

/// A key ready to sign with, and the time that the signatures name.
public struct Seal: Sendable {
    /// The signing time that is claimed.
    public let time: Timestamp
    let signature: XAdESSigner
    let algorithmName: String

    /// Prepares a key once for all documents that it will sign.
    ///
    /// - Throws: `key.*` when the key's kind cannot sign XML.
    public init(_ signer: any Signer, at time: Timestamp) throws(ToolkitError) {
        self.time = time
        signature = try XAdESSigner(signer: signer)
        algorithmName = signer.algorithms.first?.rawValue ?? ""
    }

    /// Signs a UBL document in its signature slot (XAdES-B-B).
    public func sign(_ xml: [UInt8]) throws(ToolkitError) -> [UInt8] { try signature.sign(xml, at: time) }
}
