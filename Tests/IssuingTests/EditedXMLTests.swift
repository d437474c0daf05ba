import Diagnostics
import Foundation
import Issuing
import TestSupport
import Testing

@Suite("Edited XML inside of an unchanged PDF", .needsSharedFolder, .needsPython("pikepdf"))
struct EditedXMLTests {
    private let bench = Workbench(.bundled())

    /// An edit of the XML of four-rates, and what must be found; the paper's old value is unknown where it is money.
    static let edits: [(from: String, to: String, rules: Set<String>)] = [
        ("<cbc:ID>FAK-2026-0002</cbc:ID>", "<cbc:ID>FAK-2026-0009</cbc:ID>", ["paper.identifierMissing BT-1"]),
        ("<cbc:IssueDate>2026-11-20", "<cbc:IssueDate>2026-11-19", ["paper.dateDiffers BT-2"]),
        ("<cbc:DueDate>2026-12-20", "<cbc:DueDate>2026-11-20", ["paper.dateDiffers BT-9"]),
        ("ActualDeliveryDate>2026-11-18", "ActualDeliveryDate>2026-11-17", ["paper.dateDiffers BT-72"]),
        ("DocumentCurrencyCode>MKD", "DocumentCurrencyCode>EUR", ["paper.currencyMissing BT-5"]),
        ("RegistrationName>Вардар", "RegistrationName>Дунав", ["paper.nameMissing BT-27"]),
        ("RegistrationName>Џамбо", "RegistrationName>Мали", ["paper.nameMissing BT-44"]),
        ("CompanyID>MK4030995135699", "CompanyID>MK4030995135600", ["paper.identifierMissing BT-31"]),
        ("CompanyID>4030995135699", "CompanyID>4030995135690", ["paper.identifierMissing BT-32"]),
        ("CompanyID>7312458", "CompanyID>7312459", ["paper.identifierMissing BT-30"]),
        ("<cbc:ID>4058018530158", "<cbc:ID>4058018530150", ["paper.identifierMissing BT-46"]),
        ("CompanyID>6987123", "CompanyID>6987120", ["paper.identifierMissing BT-47"]),
        ("<cbc:ID>MK07200003332266115", "<cbc:ID>MK07200003332266116", ["paper.identifierMissing BT-84"]),
        ("PaymentID>FAK-2026-0001", "PaymentID>FAK-2026-0007", ["paper.identifierDiffers BT-83"]),
        (
            "PayableAmount currencyID=\"MKD\">747774.00", "PayableAmount currencyID=\"MKD\">747774.10",
            ["paper.amountDiffers BT-115"]
        ),
        (
            "TaxInclusiveAmount currencyID=\"MKD\">747773.69", "TaxInclusiveAmount currencyID=\"MKD\">747773.68",
            ["paper.amountDiffers BT-112"]
        ),
        (
            "TaxExclusiveAmount currencyID=\"MKD\">637852.04", "TaxExclusiveAmount currencyID=\"MKD\">637852.05",
            ["paper.amountDiffers BT-109"]
        ),
        (
            "PayableRoundingAmount currencyID=\"MKD\">0.31", "PayableRoundingAmount currencyID=\"MKD\">0.30",
            ["paper.amountDiffers BT-114"]
        ),
        (
            "TaxTotal>\n    <cbc:TaxAmount currencyID=\"MKD\">109921.65",
            "TaxTotal>\n    <cbc:TaxAmount currencyID=\"MKD\">109921.66", ["paper.amountDiffers BT-110"]
        ),
        (
            "TaxableAmount currencyID=\"MKD\">594360.21", "TaxableAmount currencyID=\"MKD\">594360.20",
            ["paper.amountMissing BT-116", "paper.amountUnknown -"]
        ),
        (
            "TaxAmount currencyID=\"MKD\">106984.84", "TaxAmount currencyID=\"MKD\">106984.80",
            ["paper.amountMissing BT-117", "paper.amountUnknown -"]
        ),
        (
            "InvoicedQuantity unitCode=\"H87\">12<", "InvoicedQuantity unitCode=\"H87\">13<",
            ["paper.amountDiffers BT-129"]
        ),
        (
            "PriceAmount currencyID=\"MKD\">54990.00", "PriceAmount currencyID=\"MKD\">54991.00",
            ["paper.amountDiffers BT-146"]
        ),
        (
            "LineExtensionAmount currencyID=\"MKD\">593892.00", "LineExtensionAmount currencyID=\"MKD\">593892.01",
            ["paper.amountDiffers BT-131"]
        ),
        ("Name>Учебник", "Name>Учебници", ["paper.nameDiffers BT-153"]),
    ]

    @Test("each kind of value is missed on the paper once it is another one in the XML")
    func edits() throws {
        let pdf = try Paper.pdf("four-rates", bench)
        let changed = try Paper.edited(pdf, Self.edits.map { ($0.from, $0.to) })
        for (bytes, edit) in zip(changed, Self.edits) {
            let verification = try Paper.verify(bytes, bench)
            let found = Paper.rules(verification)
            #expect(found.isSuperset(of: edit.rules), "\(edit.to): \(found)")
            #expect(verification.status == .failed, "\(edit.to)")
            #expect(found.count <= 4, "\(edit.to): \(found)")
        }
        // Untouched, it passes also after pikepdf wrote it anew.
        #expect(try Paper.verify(Paper.edited(pdf, [("MKD", "MKD")])[0], bench).isValid)
    }

    @Test("the same edits are found without tags, but for which of two dates it is")
    func untagged() throws {
        let pdf = try Paper.untagged(Paper.pdf("four-rates", bench))
        let changed = try Paper.edited(pdf, Self.edits.map { ($0.from, $0.to) })
        for (bytes, edit) in zip(changed, Self.edits) {
            let verification = try Paper.verify(bytes, bench)
            #expect(verification.status == .failed, "\(edit.to): \(Paper.rules(verification))")
        }
    }

    @Test("a line more or less")
    func lines() throws {
        let pdf = try Paper.pdf("four-rates", bench)
        let removed = try Paper.rewritten(
            pdf, ["-"],
            """
            import re
            stream = next(iter(pdf.attachments.values())).obj.EF.F
            data = stream.read_bytes().decode()
            stream.write(re.sub(r'<cac:InvoiceLine>.*?</cac:InvoiceLine>', '', data, count=1, flags=re.S).encode())
            """)[0]
        #expect(try Paper.rules(Paper.verify(removed, bench)).contains("paper.lineUnknown -"))
        let doubled = try Paper.rewritten(
            pdf, ["-"],
            """
            import re
            stream = next(iter(pdf.attachments.values())).obj.EF.F
            data = stream.read_bytes().decode()
            stream.write(re.sub(r'(<cac:InvoiceLine>.*?</cac:InvoiceLine>)', r'\\1\\1', data, count=1, flags=re.S).encode())
            """)[0]
        #expect(try Paper.rules(Paper.verify(doubled, bench)) == ["paper.lineMissing BG-25"])
    }

    @Test("a preceding invoice, and what was paid before")
    func references() throws {
        let note = try Paper.pdf("credit-note", bench)
        let reference = try Paper.edited(note, [("<cbc:ID>FAK-2026-0002</cbc:ID>", "<cbc:ID>FAK-2026-0802</cbc:ID>")])[
            0]
        #expect(try Paper.rules(Paper.verify(reference, bench)).contains("paper.identifierMissing BT-25"))
        let prepaid = try Paper.pdf("prepaid", bench)
        let xml = try bench.xml(SharedFolder.bytes("samples/prepaid.json"), DocumentOptions())
        guard case .made(let bytes, _) = xml,
            let amount = String(decoding: bytes, as: UTF8.self).firstMatch(of: /PrepaidAmount currencyID="MKD">[0-9]+/)
        else {
            Issue.record("the sample has no prepaid amount")
            return
        }
        let changed = try Paper.edited(prepaid, [(String(amount.output), "\(amount.output)1")])[0]
        #expect(try Paper.rules(Paper.verify(changed, bench)).contains("paper.amountDiffers BT-113"))
    }
}
