import Diagnostics
import Foundation
import InvoiceModel
import Tax
import TestSupport
import Testing
import UBL
import XMLCore

/// Documents that the tests of this target share.
enum Documents {
    static let samples = SharedFolder.names(in: "samples", suffix: ".json").filter { !$0.contains("expected") }

    static func invoice(_ json: String) throws -> Invoice {
        let decoded = try InvoiceDecoder.decode(Array(json.utf8))
        return try #require(decoded.invoice, "\(decoded.report.findings)")
    }

    static func sample(_ name: String) throws -> Invoice {
        let decoded = try InvoiceDecoder.decode(SharedFolder.bytes("samples/\(name)"))
        return try #require(decoded.invoice, "\(decoded.report.findings)")
    }

    static func price(_ invoice: Invoice) throws -> PricedInvoice {
        let pricing = Pricing(of: invoice)
        return try #require(pricing.priced, "\(pricing.report.findings)")
    }

    static func ubl(_ invoice: Invoice) throws -> [UInt8] {
        var writer = UBLWriter()
        return try writer.bytes(of: price(invoice))
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A document that uses every term the model has.
    static let everything = """
        {
         "kind": "invoice", "number": "Ф/2026-17", "issueDate": "2026-11-20", "supplyDate": "2026-11-17",
         "dueDate": "2026-12-20", "currency": "EUR", "language": "mk", "vatCurrency": "MKD", "exchangeRate": "61.5",
         "seller": {
          "name": "Продавач & <Ко> ДОО", "tradeName": "„Кај Ѓоко“", "taxNumber": "4030995135699",
          "vatNumber": "МК4030995135699", "registrationNumber": "7312458",
          "endpoint": {"scheme": "9942", "id": "4030995135699"},
          "address": {"street": "Македонија", "number": "1", "city": "Скопје", "postalCode": "1000", "region": "Скопски", "country": "MK"},
          "contact": {"name": "Елена", "phone": "+389 2 3123 456", "email": "smetki@vardar.example"},
          "accounts": [
           {"iban": "MK07200003332266115", "account": "200003332266115", "bic": "STOBMK2X", "bank": "Банка"},
           {"account": "200003332266115"}
          ], "vatPayer": true
         },
         "buyer": {
          "name": "Купувач", "tradeName": "Пазар", "vatNumber": "DE136695976", "registrationNumber": "HRB 17",
          "endpoint": {"scheme": "9930", "id": "DE136695976"},
          "address": {"street": "Königstraße", "number": "5", "city": "Stuttgart", "postalCode": "70173", "region": "BW", "country": "DE"},
          "contact": {"name": "Jörg", "phone": "+49 711 1", "email": "j@kunde.example"}
         },
         "references": {"order": "PO-1", "contract": "У-2", "project": "P-3", "delivery": "ИС-4", "buyer": "КР-5",
          "invoices": [{"number": "Ф/2026-1", "issueDate": "2026-01-02"}]},
         "delivery": {"date": "2026-11-18", "name": "Магацин", "address": {"street": "Hafen", "number": "9", "city": "Köln", "postalCode": "50667", "country": "DE"}},
         "period": {"start": "2026-11-01", "end": "2026-11-15"},
         "lines": [
          {"item": {"name": "Стол", "description": "Даб,\\nрачна изработка", "code": "S-1", "gtin": "4006381333931",
            "classification": {"code": "39112000", "list": "STI", "version": "2008"}, "origin": "MK"},
           "quantity": "3", "unit": "H87", "price": "200.00", "priceBase": "2",
           "discounts": [{"percent": "10", "reason": "Количина", "code": "95"}, {"amount": "1.50"}],
           "charges": [{"amount": "4.00", "reason": "Пакување", "code": "ABL"}],
           "vat": {"category": "S", "rate": "18"}, "period": {"start": "2026-11-02", "end": "2026-11-03"}, "note": "Прва"},
          {"item": {"name": "Извоз"}, "quantity": "1", "unit": "C62", "price": "100.00",
           "vat": {"category": "G", "rate": "0", "reason": "Извоз, член 24"}}
         ],
         "discounts": [{"percent": "5", "reason": "Верност", "code": "100"}],
         "charges": [{"amount": "10.00", "reason": "Превоз", "code": "FC", "vat": {"category": "S", "rate": "18"}}],
         "payment": {"means": "30", "reference": "Ф-17", "terms": [{"percent": "30", "days": 10, "text": "аванс"}, {"percent": "70", "date": "2026-12-20"}]},
         "prepaid": [{"number": "АВ-3", "date": "2026-10-01", "amount": "50.00"}],
         "notes": ["Прва забелешка", "Втора забелешка"], "terms": "Општи услови.",
         "internalNotes": "ТАЈНО: не се печати"
        }
        """

    static func everything(_ kind: DocumentKind) throws -> Invoice {
        var invoice = try invoice(everything)
        invoice.kind = kind
        return invoice
    }
}
