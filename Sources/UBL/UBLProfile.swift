import InvoiceModel

/// What an e-invoice specification changes in the XML, as data.
struct UBLProfile {
    /// BT-24.
    let customization: StaticString
    /// BT-23; nil where the specification names none.
    let process: StaticString?
    /// Whether BT-7 may be written.
    var allowsTaxPointDate = true
    /// Whether BT-8 says when VAT becomes due (Serbia: 35 delivery, 432 payment, 3 issue).
    var statesTaxPointCode = false
    /// Whether all notes go into one BT-22 (Peppol: PEPPOL-EN16931-R002).
    var joinsNotes = false
    /// Whether BT-32 is written beside a BT-31.
    var repeatsTaxNumber = true

    /// The table of specifications.
    init(_ name: ProfileName) {
        switch name {
        case .en16931, .macedonia:
            // North Macedonia has no CIUS: its own e-invoice is not XML, and what crosses the border is the plain norm.
            self.init(customization: "urn:cen.eu:en16931:2017", process: nil)
        case .peppolBIS3:
            self.init(
                customization: "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
                process: "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0", joinsNotes: true)
        case .serbia:
            // The short form: the long one would promise the Ministry's extension, which is not written.
            self.init(
                customization: "urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.rs:srbdt:2022", process: nil,
                allowsTaxPointDate: false, statesTaxPointCode: true, repeatsTaxNumber: false)
        case .croatia:
            self.init(
                customization:
                    "urn:cen.eu:en16931:2017#compliant#urn:mfin.gov.hr:cius-2025:1.0#conformant#urn:mfin.gov.hr:ext-2025:1.0",
                process: "P1", repeatsTaxNumber: false)
        }
    }

    private init(
        customization: StaticString, process: StaticString?, allowsTaxPointDate: Bool = true,
        statesTaxPointCode: Bool = false, joinsNotes: Bool = false, repeatsTaxNumber: Bool = true
    ) {
        self.customization = customization
        self.process = process
        self.allowsTaxPointDate = allowsTaxPointDate
        self.statesTaxPointCode = statesTaxPointCode
        self.joinsNotes = joinsNotes
        self.repeatsTaxNumber = repeatsTaxNumber
    }
}
