import Diagnostics
import Foundation
import Issuing
import TestSupport
import Testing

@Suite("BR-S-02 to BR-G-02: what a VAT category demands of seller and buyer")
struct IdentifierRulesTests {
    struct Case: Sendable {
        let category: String
        let seller: [String: String]
        let buyer: [String: String]
        /// What is missing, as rule and pointer.
        let missing: [String]
    }

    private static let register = ["registrationNumber": "7312458"]
    private static let tax = ["taxNumber": "4030995135699"]
    private static let vat = ["vatNumber": "МК4030995135699"]

    static let cases = [
        Case(category: "S", seller: tax, buyer: [:], missing: []),
        Case(category: "S", seller: vat, buyer: [:], missing: []),
        Case(category: "S", seller: register, buyer: vat, missing: ["BR-S-02 /seller"]),
        Case(category: "Z", seller: register, buyer: [:], missing: ["BR-Z-02 /seller"]),
        Case(category: "E", seller: register, buyer: [:], missing: ["BR-E-02 /seller"]),
        Case(category: "AE", seller: tax, buyer: register, missing: []),
        Case(category: "AE", seller: register, buyer: tax, missing: ["BR-AE-02 /seller", "BR-AE-02 /buyer"]),
        Case(category: "K", seller: vat, buyer: vat, missing: []),
        Case(category: "K", seller: tax, buyer: register, missing: ["BR-IC-02 /seller", "BR-IC-02 /buyer"]),
        Case(category: "G", seller: vat, buyer: [:], missing: []),
        Case(category: "G", seller: tax, buyer: vat, missing: ["BR-G-02 /seller"]),
        Case(category: "O", seller: register, buyer: [:], missing: []),
    ]

    @Test("a document without the numbers is rejected", arguments: cases)
    func numbers(rule: Case) throws {
        var treatment = ["category": rule.category]
        if rule.category == "S" { treatment["rate"] = "18" }
        if !["S", "Z"].contains(rule.category) { treatment["reason"] = "член 23" }
        func party(_ name: String, _ numbers: [String: String]) -> [String: Any] {
            var party: [String: Any] = numbers
            party["name"] = name
            party["address"] = ["city": "Скопје", "country": "MK"]
            return party
        }
        let document: [String: Any] = [
            "kind": "invoice", "number": "1", "issueDate": "2026-11-20", "dueDate": "2026-12-20",
            "delivery": ["date": "2026-11-19", "address": ["country": "DE"]],
            "seller": party("Продавач", rule.seller), "buyer": party("Купувач", rule.buyer),
            "lines": [["item": ["name": "x"], "quantity": "1", "unit": "H87", "price": "1", "vat": treatment]],
        ]
        let json = [UInt8](try JSONSerialization.data(withJSONObject: document))
        let outcome = try Workbench(.bundled()).xml(json, DocumentOptions())
        switch outcome {
        case .made: #expect(rule.missing == [])
        case .rejected(let findings):
            let errors = findings.filter { $0.severity == .error }
            #expect(errors.map { "\($0.rule) \($0.pointer)" } == rule.missing)
            #expect(errors.allSatisfy { $0.place != nil && !$0.fix.isEmpty })
        }
    }
}
