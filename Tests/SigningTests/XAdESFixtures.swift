import Certificates
import Foundation
import Signing
import TestSupport

/// Documents and signers of the tests.
enum Fixtures {
    static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970))

    static let rsa = try? TestAuthority.make(now: now)
    static let curve = try? TestAuthority.make(now: now, algorithm: .p256)

    static func authority(_ kind: TestAuthority.KeyKind) throws -> TestAuthority {
        guard let made = kind == .p256 ? curve : rsa else { throw CocoaError(.featureUnsupported) }
        return made
    }

    static func fileSigner(_ kind: TestAuthority.KeyKind) throws -> FileSigner {
        let made = try authority(kind)
        let identity = try SigningIdentity(keyFile: made.signerP12, password: Array(made.password.utf8))
        return try FileSigner(identity, at: now)
    }

    static func xades(_ kind: TestAuthority.KeyKind, _ form: XAdESSigner.CertificateForm = .v1) throws -> XAdESSigner {
        try XAdESSigner(signer: fileSigner(kind), certificateForm: form)
    }

    /// A small invoice that the schema accepts; `extensions` goes in front, `comment` before the supplier.
    static func invoice(
        type: String = "Invoice", extensions: String = "", beforeSupplier: String = "", prolog: String = ""
    ) -> [UInt8] {
        let line = type == "Invoice" ? "Invoice" : "CreditNote"
        let quantity = type == "Invoice" ? "InvoicedQuantity" : "CreditedQuantity"
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            \(prolog)<\(type) xmlns="urn:oasis:names:specification:ubl:schema:xsd:\(type)-2"
                xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
                xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">\(extensions)
              <cbc:ID>ФАК-2026-0001</cbc:ID>
              <cbc:IssueDate>2026-11-21</cbc:IssueDate>
              <cbc:Note>Знаци: &amp; &lt; &gt; "наводници" 'и' &#13; <![CDATA[<b>&]]></cbc:Note>
              <cbc:DocumentCurrencyCode>MKD</cbc:DocumentCurrencyCode>\(beforeSupplier)
              <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Пример</cbc:Name></cac:PartyName></cac:Party></cac:AccountingSupplierParty>
              <cac:AccountingCustomerParty><cac:Party/></cac:AccountingCustomerParty>
              <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID='MKD'  >10620.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
              <cac:\(line)Line><cbc:ID>1</cbc:ID><cbc:\(quantity) unitCode="H87">1</cbc:\(quantity)><cbc:LineExtensionAmount currencyID="MKD">9000.00</cbc:LineExtensionAmount>\
            <cac:Item><cbc:Name>Услуга</cbc:Name></cac:Item></cac:\(line)Line>
            </\(type)>

            """.utf8)
    }
}

/// xmlsec1, xmllint and signxml as judges.
enum Judge {
    static let properties = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"

    /// Whether xmlsec1 verifies the signature against an authority.
    static func xmlsec(_ document: [UInt8], trusting authority: [UInt8]) throws -> Tool.Outcome {
        try Tool.withTemporaryFolder { folder in
            try Data(document).write(to: URL(fileURLWithPath: "\(folder)/d.xml"))
            try Data(authority).write(to: URL(fileURLWithPath: "\(folder)/ca.pem"))
            return try Tool.run(
                "xmlsec1",
                [
                    "--verify", "--id-attr:Id", properties, "--enabled-reference-uris", "empty,same-doc",
                    "--trusted-pem", "\(folder)/ca.pem", "\(folder)/d.xml",
                ])
        }
    }

    /// What xmllint says about a document against the unmodified schemas of UBL 2.1.
    static func schema(_ document: [UInt8], type: String = "Invoice") throws -> Tool.Outcome {
        let schema = "\(PackageFolder.root)/schemas/ubl-2.1/maindoc/UBL-\(type)-2.1.xsd"
        return try Tool.run("xmllint", ["--noout", "--nonet", "--schema", schema, "{}"], file: document)
    }

    /// Whether signxml's XAdES verifier accepts a document.
    static func signxml(_ document: [UInt8], trusting authority: [UInt8]) throws -> Bool {
        try Tool.withTemporaryFolder { folder in
            try Data(document).write(to: URL(fileURLWithPath: "\(folder)/d.xml"))
            try Data(authority).write(to: URL(fileURLWithPath: "\(folder)/ca.pem"))
            let script = """
                import sys
                from signxml.xades import XAdESVerifier
                document = open(sys.argv[1], 'rb').read()
                XAdESVerifier().verify(document, ca_pem_file=sys.argv[2], expect_references=2)
                """
            return try Tool.python(script, ["\(folder)/d.xml", "\(folder)/ca.pem"]).status == 0
        }
    }
}
