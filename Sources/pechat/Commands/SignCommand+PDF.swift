import Certificates
import Diagnostics
import InvoiceModel
import Issuing
import Signing

/// `pechat sign` with PAdES.
extension SignCommand {
    static let visible = OptionDescription(
        "--visible", value: "PLACE",
        "a box on the page: auto (the blank for a signature, or else a free place), \(SignatureAppearance.Corner.allCases.map(\.rawValue).joined(separator: ", ")), or X,Y in points"
    )
    static let visibleOver = OptionDescription("--visible-over", "let the box cover text and pictures")
    static let page = OptionDescription(
        "--page", value: "NUMBER", "the page of the box, from 1; the last one by default")
    static let reason = OptionDescription("--reason", value: "TEXT", "why a PDF is signed")
    static let location = OptionDescription("--location", value: "TEXT", "where a PDF is signed")
    static let field = OptionDescription(
        "--field", value: "NAME", "the form field of a PDF to sign, or a new one's name")
    static let certify = OptionDescription(
        "--certify", value: "CHANGES", choices: ["none", "forms", "annotations"],
        "make a certifying PDF signature, and say what may be changed afterwards")
    static let lock = OptionDescription(
        "--lock", value: "FIELDS",
        "form fields that may not be filled in any more: all, or names with commas between; after ! all but these")
    static let pdfOptions: [OptionDescription] = [
        visible, visibleOver, page, reason, location, field, certify, lock, .language,
    ]

    /// Whether a file is to be signed as a PDF.
    static func isPDF(_ bytes: [UInt8], _ arguments: Arguments) -> Bool {
        arguments.value(format).map { $0 == "pades" } ?? PDFVerification.concerns(bytes)
    }

    /// Signs one file.
    static func signPDF(
        _ bytes: [UInt8], by signer: any Signer, _ arguments: Arguments, in world: World
    ) throws(ToolkitError) -> [UInt8] {
        let now = try world.now(arguments)
        let level = arguments.value(level).flatMap(SignatureLevel.init(rawValue:)) ?? .bB
        guard level == .bB || !arguments.all(.timestampAuthority).isEmpty else {
            throw .usage("The level \(level.rawValue) needs --tsa URL.", in: description)
        }
        var options = PDFSignatureOptions()
        options.reason = arguments.value(reason)
        options.location = arguments.value(location)
        options.fieldName = arguments.value(field)
        options.lock = arguments.value(lock).map { text in
            let names = text.drop { $0 == "!" }.split(separator: ",").map(String.init)
            return text == "all" ? .all : text.hasPrefix("!") ? .allBut(names) : .only(names)
        }
        options.certification =
            switch arguments.value(certify) {
            case "none": .nothing
            case "forms": .formFilling
            case "annotations": .annotations
            default: nil
            }
        if let text = arguments.value(visible) {
            let page = try pageIndex(arguments)
            let box = SignatureBox(
                signer: signer, reason: options.reason, time: now,
                language: try boxLanguage(arguments.value(.language), of: bytes, page: page))
            options.appearance = try Workbench(world.toolkit).appearance(
                of: box, on: bytes, page: page, place: try place(text), mayCover: arguments.has(visibleOver))
        }
        let service = level > .bB ? try world.timestampService(arguments) : nil
        let collector =
            level > .bT ? EvidenceCollector(anchors: service?.anchors, fetch: try world.fetch(arguments)) : nil
        let signed = try PAdESSigner(signer, timestamps: service, collector: collector)
            .sign(bytes, level: level, options: options, at: now)
        if let shortfall = signed.degradation, !arguments.has(.quiet) {
            world.note("warning: the signature is on level \(signed.level.rawValue) only: \(shortfall.message)")
        }
        return signed.bytes
    }

    private static func pageIndex(_ arguments: Arguments) throws(ToolkitError) -> Int {
        guard let text = arguments.value(page) else { return -1 }
        guard let number = Int(text), number > 0 else { throw .usage("--page takes a number from 1.", in: description) }
        return number - 1
    }

    /// The language that was asked for, else that of the document, else Macedonian.
    private static func boxLanguage(
        _ asked: String?, of pdf: [UInt8], page: Int
    ) throws(ToolkitError) -> DocumentLanguage {
        var tag = asked ?? ""
        if asked == nil { tag = try SignaturePlacer(pdf, page: page).language ?? "" }
        let known = DocumentLanguage(rawValue: String(tag.prefix { $0 != "," }))
        return known ?? DocumentLanguage(rawValue: String(tag.prefix { $0 != "-" })) ?? .macedonian
    }

    private static func place(_ text: String) throws(ToolkitError) -> SignatureBox.Place {
        if text == "auto" { return .free }
        if let corner = SignatureAppearance.Corner(rawValue: text) { return .fixed(.corner(corner, margin: 28)) }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 2, let left = numbers[0], let bottom = numbers[1] else {
            throw .usage("--visible takes auto, a corner such as bottom-right, or X,Y in points.", in: description)
        }
        return .fixed(.point(left: left, bottom: bottom))
    }
}
