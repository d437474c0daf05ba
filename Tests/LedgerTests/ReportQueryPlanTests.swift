import Diagnostics
import Testing

@testable import Ledger

@Suite("Query plans of the reports")
struct ReportQueryPlanTests {
    private func plan(of text: String, _ values: [SQLValue]) throws -> [String] {
        try Books().ledger.store.read { transaction throws(ToolkitError) in
            var steps: [String] = []
            for row in try transaction.rows(of: [Statement("EXPLAIN QUERY PLAN \(text)", values)])[0] {
                steps.append(try row.text(3))
            }
            return steps
        }
    }

    @Test("ageing looks at what is open or moved later, not at all documents")
    func ageing() throws {
        for text in [DocumentLedger.open, DocumentLedger.openInstalments] {
            let steps = try plan(of: text, [.text("issuer"), .text("2026-11-20")])
            #expect(steps.contains { $0.contains("document_outstanding (issuer=? AND outstanding>?)") }, "\(steps)")
            #expect(steps.contains { $0.contains("movement_by_day (issuer=? AND day>?)") })
            for table in ["d", "i", "document", "movement"] {
                #expect(!steps.contains { $0.hasPrefix("SCAN \(table)") }, "\(steps)")
            }
            let ofDocuments = steps.filter { $0.hasPrefix("SEARCH d ") || $0.hasPrefix("SEARCH i ") }
            #expect(
                ofDocuments.allSatisfy { $0.contains("issuer=? AND id=?") || $0.contains("issuer=? AND document=?") })
            #expect(!ofDocuments.isEmpty)
        }
    }
}
