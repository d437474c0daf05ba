public import Certificates
public import InvoiceModel

/// What the box of a visible signature says.
public struct SignatureBox: Sendable {
    /// Who signed.
    public let name: String
    /// Why; nil where nothing is said about it.
    public let reason: String?
    /// When.
    public let time: Timestamp
    /// The language of the labels.
    public let language: DocumentLanguage

    /// Says what the certificate says of the signer.
    public init(signer: any Signer, reason: String?, time: Timestamp, language: DocumentLanguage) {
        let parts = signer.chain.first?.subjectParts ?? []
        name = parts.last { $0.type == "CN" }?.value ?? parts.last { $0.type == "O" }?.value ?? ""
        self.reason = reason
        self.time = time
        self.language = language
    }

    /// The labels: signed by, date, reason.
    private var labels: (signer: String, date: String, reason: String) {
        switch language {
        case .macedonian: ("Дигитално потпишано од", "Датум", "Причина")
        case .serbianCyrillic: ("Дигитално потписао", "Датум", "Разлог")
        case .serbianLatin: ("Digitalno potpisao", "Datum", "Razlog")
        case .albanian: ("Nënshkruar digjitalisht nga", "Data", "Arsyeja")
        case .bulgarian: ("Цифрово подписано от", "Дата", "Основание")
        case .croatian: ("Digitalno potpisao", "Datum", "Razlog")
        case .english: ("Digitally signed by", "Date", "Reason")
        }
    }

    /// `28.11.2026 22:15 UTC`.
    private var date: String {
        let text = time.description
        let parts = text.prefix(10).split(separator: "-")
        return parts.reversed().joined(separator: ".") + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    /// The small lines below the name.
    var details: [String] {
        ["\(labels.date): \(date)"] + (reason.map { ["\(labels.reason): \($0)"] } ?? [])
    }

    /// The words above the name.
    var heading: String { labels.signer }

    /// What is read aloud instead of the box.
    public var text: String { ([heading, name] + details).joined(separator: " ") }
}
