public import InvoiceModel

extension SeriesTemplate {
    /// The series of a document that names none: one for each kind, running through the year.
    public static func standard(for kind: DocumentKind) -> SeriesTemplate? {
        let prefix =
            switch kind {
            case .invoice: "FAK"
            case .creditNote: "CN"
            case .debitNote: "DN"
            case .advance: "AV"
            case .proForma: "PF"
            }
        return SeriesTemplate("\(prefix)-{yyyy}-{seq:4}")
    }
}
