import Signing
import Testing

/// Attacks on signed documents, each with the verdict that it deserves.
struct Attack: Sendable {
    typealias Sub = SignatureReport.SubIndication
    let name: String
    let status: SignatureReport.Status
    let subIndication: Sub
    let make: @Sendable () throws -> String

    /// A change of a good document.
    static func change(
        _ name: String, _ subIndication: Sub, _ status: SignatureReport.Status = .failed,
        _ change: @escaping @Sendable (String) throws -> String
    ) -> Attack {
        Attack(name: name, status: status, subIndication: subIndication) { try change(Recipe().signed()) }
    }

    /// A document that was signed in an unacceptable way.
    static func sign(
        _ name: String, _ subIndication: Sub, _ status: SignatureReport.Status = .indeterminate,
        _ change: @escaping @Sendable (inout Recipe) -> Void
    ) -> Attack {
        Attack(name: name, status: status, subIndication: subIndication) { try Recipe(change).signed() }
    }
}

enum AttackRecipes {
    static let ublXPath = """
        count(ancestor-or-self::sig:UBLDocumentSignatures | here()/ancestor::sig:UBLDocumentSignatures[1]) > \
        count(ancestor-or-self::sig:UBLDocumentSignatures)
        """
    static let dsigXPath = """
        count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) > \
        count(ancestor-or-self::ds:Signature)
        """

    static let all = tampering + structure + wrapping + references + algorithms

    static let tampering: [Attack] = [
        .change("changed amount", .hashFailure) { try $0.changing("10620.00", "1062.00") },
        .change("changed text", .hashFailure) { try $0.changing("ФАК-2026-0001", "ФАК-2026-0002") },
        .change("changed attribute", .hashFailure) { try $0.changing("currencyID=\"MKD\"", "currencyID=\"EUR\"") },
        .change("added element", .hashFailure) { try $0.changing("<cbc:ID>ФАК", "<cbc:Note>x</cbc:Note><cbc:ID>ФАК") },
        .change("changed signing time", .hashFailure) { try $0.changing("2026-01-02T03", "2025-01-02T03") },
        .change("changed certificate", .noSigningCertificate, .indeterminate) {
            let keys = try ForeignKeys.made.get()
            return try $0.changing(keys.ec.base64, keys.stranger.base64)
        },
        .change("no certificate", .noSigningCertificate, .indeterminate) {
            try $0.changing($0.piece("<ds:KeyInfo>", "</ds:KeyInfo>"), "")
        },
        .change("another signature value", .signatureCryptoFailure) {
            let other = try Recipe { $0.lines = 4 }.signed().piece("<ds:SignatureValue>", "</ds:SignatureValue>")
            return try $0.changing($0.piece("<ds:SignatureValue>", "</ds:SignatureValue>"), other)
        },
        .change("empty signature value", .formatFailure) {
            try $0.changing($0.piece("<ds:SignatureValue>", "</ds:SignatureValue>"), "<ds:SignatureValue/>")
        },
        .sign("another key, the victim's certificate named", .signatureCryptoFailure, .failed) {
            $0.use($0.keys.stranger, Recipe.rsa256)
            $0.named = $0.keys.rsa
            $0.shown = [$0.keys.stranger, $0.keys.rsa]
        },
        .sign("another key, its own certificate shown, the victim's named", .noSigningCertificate) {
            $0.use($0.keys.stranger, Recipe.rsa256)
            $0.named = $0.keys.rsa
        },
        .sign("an RSA algorithm with the certificate of an EC key", .signatureCryptoFailure, .failed) {
            $0.use($0.keys.rsa, Recipe.rsa256)
            $0.named = $0.keys.ec
            $0.shown = [$0.keys.ec]
        },
        .change("comment inside an amount", .formatFailure) { try $0.changing("10620.00", "106<!-- -->20.00") },
        .change("instruction inside an amount", .formatFailure) { try $0.changing("10620.00", "106<?x y?>20.00") },
        .change("comment inside a digest", .formatFailure) {
            try $0.changing("<ds:DigestValue>", "<ds:DigestValue>AAAA<!-- -->")
        },
        .change("document type with entities", .formatFailure) {
            try $0.changing("<Invoice ", "<!DOCTYPE Invoice [<!ENTITY a \"10620.00\">]><Invoice ")
                .changing("10620.00</cbc:PayableAmount>", "&a;</cbc:PayableAmount>")
        },
        .change("unclosed document", .formatFailure) { String($0.dropLast(20)) },
    ]

    static let structure: [Attack] = [
        .change("two signatures", .formatFailure) {
            let signature = try $0.piece("<ds:Signature ", "</ds:Signature>")
            return try $0.changing("</Invoice>", signature.replacing("Id=\"s", with: "Id=\"t") + "</Invoice>")
        },
        .change("signature as last child of the root", .formatFailure, .failed) {
            let signature = try $0.piece("<ds:Signature ", "</ds:Signature>")
            return try $0.changing(signature, "").changing("</Invoice>", signature + "</Invoice>")
        },
        .change("signature one level up in the extension", .formatFailure, .failed) {
            let signature = try $0.piece("<ds:Signature ", "</ds:Signature>")
            return try $0.changing(signature, "").changing(
                "<ext:ExtensionContent>", "<ext:ExtensionContent>" + signature)
        },
        .change("extensions are not the first element", .formatFailure, .failed) {
            let extensions = try $0.piece("<ext:UBLExtensions>", "</ext:UBLExtensions>")
            return try $0.changing(extensions, "").changing("</Invoice>", extensions + "</Invoice>")
        },
        .change("slot in another namespace", .formatFailure, .failed) {
            $0.replacing("CommonSignatureComponents-2", with: "CommonSignatureComponents-3")
        },
        .change("another root", .hashFailure) {
            try $0.changing("<Invoice ", "<Order ").changing("</Invoice>", "</Order>")
        },
        .change("duplicate identifiers", .formatFailure) {
            try $0.changing("<cbc:ID>ФАК", "<cbc:ID id=\"sp\">ФАК")
        },
        .change("properties moved to another Object, forged ones in place", .formatFailure) {
            let properties = try $0.piece("<xades:QualifyingProperties ", "</xades:QualifyingProperties>")
            let forged = properties.replacing("2026-01-02", with: "2024-01-02").replacing(
                "Id=\"sp\"", with: "Id=\"s2\"")
            return try $0.changing(properties, forged)
                .changing("</ds:Object>", "</ds:Object><ds:Object>\(properties)</ds:Object>")
        },
        .change("properties beside forged ones", .formatFailure) {
            let properties = try $0.piece("<xades:SignedProperties ", "</xades:SignedProperties>")
            let forged = properties.replacing("2026-01-02", with: "2024-01-02").replacing(
                "Id=\"sp\"", with: "Id=\"s2\"")
            return try $0.changing(properties, forged + properties)
        },
        .change("properties of another signature", .formatFailure) {
            try $0.changing("Target=\"#sig\"", "Target=\"#x\"")
        },
        .change("two SignedInfo", .formatFailure) {
            let information = try $0.piece("<ds:SignedInfo>", "</ds:SignedInfo>")
            return try $0.changing(information, information + information)
        },
        .change("a forged amount in the unsigned properties", .formatFailure) {
            try $0.changing(
                "</xades:SignedProperties>",
                "</xades:SignedProperties><xades:UnsignedProperties><cbc:PayableAmount>1.00</cbc:PayableAmount>"
                    + "</xades:UnsignedProperties>")
        },
        .change("a forged amount in the key information", .formatFailure) {
            try $0.changing("</ds:X509Data>", "</ds:X509Data><cbc:PayableAmount>1.00</cbc:PayableAmount>")
        },
        .sign("a forged amount in a slot that the filter leaves out", .formatFailure, .failed) {
            $0.references = VerificationTests.xpath(ublXPath) + Recipe.propertiesReference()
            $0.besideSignature = "<cbc:PayableAmount>1.00</cbc:PayableAmount>"
        },
        .sign("manifest beside the properties", .formatFailure, .failed) {
            $0.besideProperties = "<ds:Manifest>\(Recipe.documentReference())</ds:Manifest>"
        },
    ]

    /// The signed original is hidden somewhere, and a reader sees other content.
    static let wrapping: [Attack] = [
        .change("wrapping 1: the original in an extension of a forged invoice", .formatFailure, .failed) {
            let body = try $0.piece("<Invoice ", "</Invoice>")
            let other = try AttackRecipes.forged(AttackRecipes.withoutSignature($0))
            return try other.changing(
                other.piece("<ext:UBLExtensions>", "</ext:UBLExtensions>"), AttackRecipes.extension(body))
        },
        .change("wrapping 2: the original in another Object", .formatFailure) {
            let body = try AttackRecipes.withoutSignature($0)
            return try AttackRecipes.forged($0).changing("</ds:Object>", "</ds:Object><ds:Object>\(body)</ds:Object>")
        },
        .change("wrapping 3: the original in a second extension", .hashFailure) {
            let body = try AttackRecipes.withoutSignature($0)
            let slot = "</ext:UBLExtension></ext:UBLExtensions>"
            return try AttackRecipes.forged($0).changing(
                slot, "</ext:UBLExtension><ext:UBLExtension><ext:ExtensionContent>\(body)</ext:ExtensionContent>\(slot)"
            )
        },
        .change("wrapping 4: the original in the unsigned properties", .formatFailure) {
            let body = try AttackRecipes.withoutSignature($0)
            return try AttackRecipes.forged($0).changing(
                "</xades:SignedProperties>",
                "</xades:SignedProperties><xades:UnsignedProperties>\(body)</xades:UnsignedProperties>")
        },
        .sign("wrapping 5: only an element with an identifier is signed", .signatureConstraintsFailure) {
            $0.extraContent = "<cac:LegalMonetaryTotal Id=\"total\">1</cac:LegalMonetaryTotal>"
            $0.references =
                Recipe.reference("URI=\"#total\"", Recipe.transform(Recipe.exclusive)) + Recipe.propertiesReference()
        },
        .change("wrapping 6: the signature inside its own Object", .formatFailure) {
            let signature = try $0.piece("<ds:Signature ", "</ds:Signature>")
            return try $0.changing("</ds:Object>", signature.replacing("Id=\"s", with: "Id=\"t") + "</ds:Object>")
        },
        .change("wrapping 7: a second element with the identifier of the properties", .formatFailure) {
            try $0.changing("<xades:SignedProperties Id=\"sp\">", "<xades:SignedProperties ID=\"sp\" Id=\"sp\">")
        },
        .change("wrapping 8: the properties in the unsigned ones, forged ones in place", .formatFailure) {
            let properties = try $0.piece("<xades:SignedProperties ", "</xades:SignedProperties>")
            let forged = properties.replacing("2026-01-02", with: "2024-01-02")
            return try $0.changing(
                properties, "\(forged)<xades:UnsignedProperties>\(properties)</xades:UnsignedProperties>")
        },
        .change("the invoice inside a forged root", .hashFailure) {
            let body = try $0.piece("<Invoice ", "</Invoice>")
            return "<Envelope>\(body)</Envelope>"
        },
        .change("a second UBLExtensions before the signed one", .formatFailure, .failed) {
            try $0.changing("<ext:UBLExtensions>", "<ext:UBLExtensions/><ext:UBLExtensions>")
        },
    ]

    static let references: [Attack] = [
        .sign("reference to an element outside", .signatureConstraintsFailure) {
            $0.extraContent = "<cac:LegalMonetaryTotal Id=\"total\">1</cac:LegalMonetaryTotal>"
            $0.references += Recipe.reference("URI=\"#total\"", Recipe.transform(Recipe.exclusive))
        },
        .sign("reference to a file", .signatureConstraintsFailure) {
            $0.references += Recipe.reference("URI=\"file:///etc/hostname\"", "")
        },
        .change("reference to an address", .signatureConstraintsFailure, .indeterminate) {
            try $0.changing("URI=\"\"", "URI=\"http://127.0.0.1:9/x\"")
        },
        .change("reference without a URI", .signatureConstraintsFailure, .indeterminate) {
            try $0.changing(" URI=\"\"", "")
        },
        .change("reference by XPointer", .signatureConstraintsFailure, .indeterminate) {
            try $0.changing("URI=\"\"", "URI=\"#xpointer(/)\"")
        },
        .sign("the document twice", .signatureConstraintsFailure) {
            $0.references += Recipe.documentReference().replacing("Id=\"r1\" ", with: "")
        },
        .sign("no reference to the properties", .signatureConstraintsFailure) {
            $0.references = Recipe.documentReference()
        },
        .sign("properties of another type", .signatureConstraintsFailure) {
            $0.references = $0.references.replacing("01903#SignedProperties", with: "01903#Other")
        },
        .sign("no reference to the document", .signatureConstraintsFailure) {
            $0.references = Recipe.propertiesReference()
        },
        .change("no references at all", .signatureConstraintsFailure, .indeterminate) {
            let first = try $0.piece("<ds:Reference ", "</ds:Reference>")
            let less = try $0.changing(first, "")
            return try less.changing(less.piece("<ds:Reference ", "</ds:Reference>"), "")
        },
        .change("900 references", .signatureConstraintsFailure, .indeterminate) {
            let first = try $0.piece("<ds:Reference ", "</ds:Reference>")
            return try $0.changing(first, String(repeating: first.replacing(" Id=\"r1\"", with: ""), count: 900))
        },
        .change("style sheet transform", .signatureConstraintsFailure, .indeterminate) {
            try $0.changing(Recipe.enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116")
        },
        .sign("XPath that selects nothing", .signatureConstraintsFailure) {
            $0.references = VerificationTests.xpath("false()") + Recipe.propertiesReference()
        },
        .sign("XPath that leaves out the total", .signatureConstraintsFailure) {
            $0.references =
                VerificationTests.xpath(
                    "not(ancestor-or-self::cac:LegalMonetaryTotal or ancestor-or-self::ds:Signature)")
                + Recipe.propertiesReference()
        },
        .sign("known XPath with its prefix bound elsewhere", .signatureConstraintsFailure) {
            $0.references =
                VerificationTests.xpath(ublXPath.replacing("sig:", with: "cac:")) + Recipe.propertiesReference()
        },
        .change("XPath over a document that would make it take minutes", .hashFailure) {
            let filter = try VerificationTests.xpath(ublXPath).piece("<ds:Transform ", "</ds:Transform>")
            return try $0.changing("<ds:Transform Algorithm=\"\(Recipe.enveloped)\"/>", filter)
                .changing("</Invoice>", String(repeating: "<cbc:Note/>", count: 40_000) + "</Invoice>")
        },
        .change("XPath over a document with many namespaces", .hashFailure) {
            let filter = try VerificationTests.xpath(ublXPath).piece("<ds:Transform ", "</ds:Transform>")
            let names = (0..<120).map { "xmlns:n\($0)=\"urn:n\($0)\"" }.joined(separator: " ")
            return try $0.changing("<ds:Transform Algorithm=\"\(Recipe.enveloped)\"/>", filter).changing(
                "<Invoice ", "<Invoice \(names) "
            )
            .changing("</Invoice>", String(repeating: "<cbc:Note/>", count: 1000) + "</Invoice>")
        },
        .sign("a second XPath behind the first", .signatureConstraintsFailure) {
            $0.references =
                Recipe.documentReference(
                    Recipe.transform(Recipe.enveloped)
                        + Recipe.transform(Recipe.xpath, "<ds:XPath>not(self::text())</ds:XPath>"))
                + Recipe.propertiesReference()
        },
        .change("base64 transform", .signatureConstraintsFailure, .indeterminate) {
            try $0.changing(Recipe.enveloped, Recipe.dsig + "base64")
        },
        .sign("canonical form with comments", .signatureConstraintsFailure) {
            $0.references =
                Recipe.documentReference(
                    Recipe.transform(Recipe.enveloped) + Recipe.transform(Recipe.exclusive + "WithComments"))
                + Recipe.propertiesReference()
        },
    ]

    static let algorithms: [Attack] = [
        .change("HMAC with the certificate as its key", .cryptoConstraintsFailure, .indeterminate) {
            try $0.changing(Recipe.ec256, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")
        },
        .change("HMAC of one bit", .cryptoConstraintsFailure, .indeterminate) {
            try $0.changing(
                "<ds:SignatureMethod Algorithm=\"\(Recipe.ec256)\"/>",
                "<ds:SignatureMethod Algorithm=\"\(Recipe.dsig)hmac-sha1\"><ds:HMACOutputLength>1</ds:HMACOutputLength>"
                    + "</ds:SignatureMethod>")
        },
        .sign("RSA-SHA1", .cryptoConstraintsFailure) { $0.use($0.keys.rsa, Recipe.dsig + "rsa-sha1") },
        .sign("SHA-1 digests", .cryptoConstraintsFailure) {
            $0.references = Recipe.documentReference(digest: Recipe.dsig + "sha1") + Recipe.propertiesReference()
        },
        .change("MD5 digests", .cryptoConstraintsFailure, .indeterminate) {
            try $0.changing(
                "<ds:DigestMethod Algorithm=\"\(Recipe.sha256)\"/>",
                "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5\"/>")
        },
        .sign("SHA-1 digest of the certificate", .cryptoConstraintsFailure) {
            $0.certificateDigest = (Recipe.dsig + "sha1", "SHA1")
        },
        .change("canonical form of SignedInfo with comments", .cryptoConstraintsFailure, .indeterminate) {
            try $0.changing(Recipe.exclusive, Recipe.exclusive + "WithComments")
        },
        .change("no algorithm at all", .cryptoConstraintsFailure, .indeterminate) {
            try $0.changing(" Algorithm=\"\(Recipe.ec256)\"", "")
        },
    ]

    // MARK: - Pieces of forged documents

    /// The document with another total.
    static func forged(_ document: String) throws -> String { try document.changing("10620.00", "1.00") }

    /// The invoice as it was before signing, with the slot left empty.
    static func withoutSignature(_ document: String) throws -> String {
        let body = try document.piece("<Invoice ", "</Invoice>")
        return try body.changing(body.piece("<ds:Signature ", "</ds:Signature>"), "")
    }

    static func `extension`(_ content: String) -> String {
        """
        <ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>\(content)</ext:ExtensionContent>\
        </ext:UBLExtension></ext:UBLExtensions>
        """
    }
}
