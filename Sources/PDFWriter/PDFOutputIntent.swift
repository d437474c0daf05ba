import Diagnostics

/// The colour space that the document's colours are meant in, for archival files (ISO 19005-3, 6.2.3).
public struct PDFOutputIntent: Sendable {
    /// The name of the colour space, such as `sRGB IEC61966-2.1`.
    public let name: String
    /// An ICC profile of an RGB space, version 2 or 4.
    public let profile: [UInt8]

    /// Takes both.
    public init(name: String, profile: [UInt8]) {
        self.name = name
        self.profile = profile
    }
}

extension PDFWriter {
    /// Writes the profile and the dictionary that names it; the compressed profile serves all documents of a worker.
    mutating func write(_ intent: PDFOutputIntent) throws(ToolkitError) -> PDFReference {
        let profile = try writeStream(nil, intent.profile, effort: .constant) { $0.raw("/N 3") }
        return try write { value in
            value.raw("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier")
            value.text(intent.name)
            value.raw("/Info")
            value.text(intent.name)
            value.raw("/DestOutputProfile ")
            value.reference(profile)
            value.raw(">>")
        }
    }
}
