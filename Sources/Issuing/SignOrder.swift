public import Certificates
public import Diagnostics
public import Signing

/// How bytes are to be signed, and what that takes; commands and routes sign through it.
public struct SignOrder: Sendable {
    /// The form of a signature.
    public enum Format: Sendable {
        /// XAdES or plain XMLDSig.
        case xml(XAdESSigner.Options)
        /// PAdES.
        case pdf(PDFSignatureOptions)
        /// JSON Web Signature in the compact form.
        case jws
    }

    /// The form.
    public var format: Format
    /// The baseline level; XML and PDF alone have others than B-B.
    public var level: SignatureLevel
    /// The name of the file, for XML signatures that stand beside it.
    public var name: String
    /// The time-stamping authorities; needed from B-T on.
    public var timestamps: TimestampService?
    /// Gathers the evidence; needed from B-LT on.
    public var collector: EvidenceCollector?

    /// Brings the wishes together.
    public init(
        _ format: Format, level: SignatureLevel = .bB, name: String = "", timestamps: TimestampService? = nil,
        collector: EvidenceCollector? = nil
    ) {
        self.format = format
        self.level = level
        self.name = name
        self.timestamps = timestamps
        self.collector = collector
    }

    /// What was signed.
    public struct Signed: Sendable {
        /// The signed file.
        public let bytes: [UInt8]
        /// The level that it reached.
        public let level: SignatureLevel
        /// Why it is not the level that was asked for; nil where it is.
        public let shortfall: ToolkitError?
    }

    /// Signs.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - signer: Holds the key.
    ///   - time: The signing time that is claimed.
    /// - Returns: The signed file.
    /// - Throws: `signature.level` where the level takes more than there is; what the signers throw.
    public func sign(
        _ bytes: [UInt8], by signer: any Signer, at time: Timestamp
    ) throws(ToolkitError) -> Signed {
        switch format {
        case .jws:
            guard level == .bB else { throw Self.noLevels("A JSON Web Signature") }
            return Signed(bytes: try JWSSigner(signer: signer).sign(bytes), level: .bB, shortfall: nil)
        case .pdf(let options):
            let signed = try PAdESSigner(signer, timestamps: timestamps, collector: collector)
                .sign(bytes, level: level, options: options, at: time)
            return Signed(bytes: signed.bytes, level: signed.level, shortfall: signed.degradation)
        case .xml(let options):
            guard level == .bB || options.hasProperties else { throw Self.noLevels("Plain XMLDSig") }
            let signed = try XAdESSigner(signer: signer, options: options).sign(bytes, named: name, at: time)
            guard level > .bB else { return Signed(bytes: signed, level: .bB, shortfall: nil) }
            guard let timestamps else {
                throw ToolkitError(
                    .signatureLevel, "Level \(level.rawValue) takes a time-stamping authority.",
                    fix: "Name one, or sign on level B-B.")
            }
            let extended = try XAdESExtender(timestamps: timestamps, collector: collector)
                .extend(signed, to: level, files: [name: bytes], at: time)
            return Signed(bytes: extended.bytes, level: extended.level, shortfall: extended.shortfall)
        }
    }

    private static func noLevels(_ what: String) -> ToolkitError {
        ToolkitError(.signatureLevel, "\(what) has no levels.", fix: "Leave the level out.")
    }
}
