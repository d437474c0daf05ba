import Diagnostics
import InvoiceModel

/// Which kinds of documents an e-invoice specification takes at all.
///
/// Code 325 is allowed by EN 16931 (BR-CL-01), but the national lists and Peppol's are shorter: a pro-forma is an offer,
/// and what travels over those networks are claims. Source: RSR-03 of the Serbian CIUS, PEPPOL-EN16931-P0100; the
/// processes of the Croatian CIUS are invoices and credit notes only.
enum ProfileRules {
    /// What is wrong with the kind of a document; nothing where its specification takes it.
    static func findings(in invoice: Invoice) -> [Finding] {
        guard invoice.kind == .proForma else { return [] }
        switch invoice.profile {
        case .en16931, .macedonia: return []
        case .peppolBIS3, .serbia, .croatia:
            return [
                Finding(
                    rule: "profile.kind", pointer: "/kind", term: "BT-3",
                    message: "The specification \(invoice.profile.rawValue) takes no pro-forma invoices.",
                    fix: "Take the profile en16931, and send the pro-forma as a PDF.")
            ]
        }
    }
}
