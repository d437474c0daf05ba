public import Diagnostics

/// Why a file, or a part of it, cannot be read; cheaper to pass around than the public error.
enum PDFFault: Error, Sendable {
    /// The syntax is wrong.
    case malformed(StaticString, Int?)
    /// A limit is reached.
    case limit(StaticString, Int?)
    /// The file is encrypted.
    case encrypted(Int?)

    /// The error that callers see.
    var error: ToolkitError {
        switch self {
        case .malformed(let what, let offset):
            Self.error(
                .pdfMalformed, "The PDF is damaged", what, offset, fix: "Ask for the file again, or repair it.")
        case .limit(let what, let offset):
            Self.error(.pdfLimit, "The PDF asks for too much", what, offset, fix: "Give a smaller or simpler file.")
        case .encrypted(let offset):
            Self.error(
                .pdfEncrypted, "The PDF is encrypted", "It cannot be read without its key.", offset,
                fix: "Give a copy without a password, such as `qpdf --decrypt` makes.")
        }
    }

    private static func error(
        _ code: ToolkitError.Code, _ what: String, _ detail: StaticString, _ offset: Int?, fix: String
    ) -> ToolkitError {
        ToolkitError(
            code, "\(what)\(offset.map { " at byte \($0)" } ?? ""). \(detail)", fix: fix,
            facts: offset.map { ["offset": "\($0)"] } ?? [:])
    }
}

extension ToolkitError.Code {
    /// The bytes are no PDF, or not one that can be understood.
    public static let pdfMalformed = Self("pdf.malformed", .unreadable)
    /// The file is encrypted; passwords are not asked for.
    public static let pdfEncrypted = Self("pdf.encrypted", .unreadable)
    /// Reading the file would cost more than `PDFLimits` allow.
    public static let pdfLimit = Self("pdf.limit", .unreadable)
}

/// Runs internal work and gives its faults the form of the public error.
func reporting<Result>(_ body: () throws(PDFFault) -> Result) throws(ToolkitError) -> Result {
    do throws(PDFFault) { return try body() } catch { throw error.error }
}
