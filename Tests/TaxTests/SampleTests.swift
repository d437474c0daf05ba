import Diagnostics
import InvoiceModel
import JSONCore
import Tax
import TestSupport
import Testing

@Suite("The shared samples", .needsSharedFolder)
struct SampleTests {
    static let accepted = SharedFolder.names(in: "samples", suffix: ".json").filter { !$0.hasSuffix(".expected.json") }
    static let rejected: [(file: String, pointer: String)] = {
        guard let bytes = try? SharedFolder.bytes("samples/bad/expected.json"),
            let document = try? JSONDocument(parsing: bytes)
        else { return [] }
        return document.root.elements.compactMap { row in
            guard let file = row["file"]?.string, let pointer = row["pointer"]?.string else { return nil }
            return (file, pointer)
        }
    }()

    @Test("are accepted and give exactly the expected totals", arguments: accepted)
    func totals(name: String) throws {
        let decoded = try InvoiceDecoder.decode(SharedFolder.bytes("samples/\(name)"))
        #expect(decoded.report.findings == [])
        let pricing = Pricing(of: try #require(decoded.invoice))
        #expect(pricing.report.findings == [])
        let priced = try #require(pricing.priced)
        let expected = try SharedFolder.bytes("samples/\(name.dropLast(5)).expected.json")
        let text = String(decoding: expected, as: UTF8.self)
        #expect(summary(of: priced) == text.trimmingSuffix("\n"))
        expectSumsToAddUp(priced)
    }

    @Test("are accepted with their expected file as given totals", arguments: accepted)
    func givenTotals(name: String) throws {
        let expected = try SharedFolder.bytes("samples/\(name.dropLast(5)).expected.json")
        var bytes = try SharedFolder.bytes("samples/\(name)")
        bytes.removeSubrange((bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0)...)
        bytes += Array(",\"totals\":".utf8) + expected + [UInt8(ascii: "}")]
        let decoded = try InvoiceDecoder.decode(bytes)
        #expect(decoded.report.findings == [])
        let pricing = Pricing(of: try #require(decoded.invoice))
        #expect(pricing.report.findings == [] && pricing.priced != nil)
    }

    @Test("of bad documents give their pointer, with line, column and a fix", arguments: rejected)
    func pointers(file: String, pointer: String) throws {
        let decoded = try InvoiceDecoder.decode(SharedFolder.bytes("samples/bad/\(file)"))
        var findings = decoded.report.findings
        if let invoice = decoded.invoice { findings += decoded.locating(Pricing(of: invoice).report.findings) }
        let errors = findings.filter { $0.severity == .error }
        #expect(errors.map(\.pointer) == [pointer])
        let finding = try #require(errors.first)
        let place = try #require(finding.place)
        #expect(place.line > (pointer == "/references/invoices" ? 0 : 1) && place.column != nil)
        #expect(!finding.message.isEmpty && !finding.fix.isEmpty)
    }

    @Test("that are no JSON are unreadable, with line and column", arguments: ["empty.json", "not-json.json"])
    func unreadable(file: String) throws {
        let bytes = try SharedFolder.bytes("samples/bad/\(file)")
        let error = try #require(throws: ToolkitError.self) { _ = try InvoiceDecoder.decode(bytes) }
        #expect(error.code.kind == .unreadable)
        #expect(error.place?.column != nil)
        #expect(!error.fix.isEmpty)
    }

    @Test("name the place of a misspelt key as an editor shows it")
    func misspeltKey() throws {
        let bytes = try SharedFolder.bytes("samples/bad/unknown-key.json")
        let finding = try #require(try InvoiceDecoder.decode(bytes).report.findings.first)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let place = try #require(finding.place)
        #expect(lines[place.line - 1].contains("\"vta\""))
        #expect(place.column == 4)
        #expect(finding.fix == "Write \"vat\".")
    }
}

extension String {
    func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}

/// The totals in the layout of the `*.expected.json` files.
func summary(of priced: PricedInvoice) -> String {
    let currency = priced.invoice.currency
    var writer = JSONWriter(.indented(1))
    func text(_ money: Money) -> String { money.text(in: currency) }
    writer.beginObject()
    let totals = priced.totals
    for (key, value) in [
        ("lineTotal", totals.lineTotal), ("allowanceTotal", totals.allowanceTotal), ("chargeTotal", totals.chargeTotal),
        ("taxExclusive", totals.taxExclusive), ("taxTotal", totals.taxTotal), ("taxInclusive", totals.taxInclusive),
        ("prepaid", totals.prepaid), ("rounding", totals.rounding), ("payable", totals.payable),
    ] {
        writer.member(key, text(value))
    }
    writer.key("vat")
    writer.beginArray()
    for row in priced.vat {
        writer.beginObject()
        writer.member("category", row.vat.category.rawValue)
        writer.member("rate", row.vat.rate.description)
        writer.member("taxable", text(row.taxable))
        writer.member("tax", text(row.tax))
        writer.endObject()
    }
    writer.endArray()
    writer.key("lineNets")
    writer.beginArray()
    for line in priced.lines { writer.string(text(line.net)) }
    writer.endArray()
    if let tax = priced.taxTotalInVATCurrency, let other = priced.invoice.vatCurrency {
        writer.member("taxTotalInVatCurrency", tax.text(in: other))
    }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// What EN 16931 demands of the sums: BR-CO-10 to BR-CO-16, and each line and breakdown row of its parts.
func expectSumsToAddUp(_ priced: PricedInvoice, sourceLocation: SourceLocation = #_sourceLocation) {
    func sum(_ amounts: some Sequence<Money>) -> Int { amounts.reduce(0) { $0 + $1.minorUnits } }
    let totals = priced.totals
    #expect(sum(priced.lines.map(\.net)) == totals.lineTotal.minorUnits, sourceLocation: sourceLocation)
    for line in priced.lines {
        let parts = line.adjustments.reduce(line.gross.minorUnits) {
            $0 + ($1.isCharge ? $1.amount.minorUnits : -$1.amount.minorUnits)
        }
        #expect(parts == line.net.minorUnits, sourceLocation: sourceLocation)
    }
    for adjustment in priced.adjustments {
        #expect(sum(adjustment.parts.map(\.amount)) == adjustment.amount.minorUnits, sourceLocation: sourceLocation)
    }
    for row in priced.vat {
        func isOfRow(_ vat: VATTreatment) -> Bool { vat.category == row.vat.category && vat.rate == row.vat.rate }
        var taxable = sum(priced.lines.filter { isOfRow($0.line.vat) }.map(\.net))
        for adjustment in priced.adjustments {
            let part = sum(adjustment.parts.filter { isOfRow($0.vat) }.map(\.amount))
            taxable += adjustment.isCharge ? part : -part
        }
        #expect(taxable == row.taxable.minorUnits, sourceLocation: sourceLocation)
    }
    #expect(sum(priced.vat.map(\.taxable)) == totals.taxExclusive.minorUnits, sourceLocation: sourceLocation)
    #expect(sum(priced.vat.map(\.tax)) == totals.taxTotal.minorUnits, sourceLocation: sourceLocation)
    #expect(
        totals.lineTotal.minorUnits - totals.allowanceTotal.minorUnits + totals.chargeTotal.minorUnits
            == totals.taxExclusive.minorUnits, sourceLocation: sourceLocation)
    #expect(
        totals.taxExclusive.minorUnits + totals.taxTotal.minorUnits == totals.taxInclusive.minorUnits,
        sourceLocation: sourceLocation)
    #expect(
        totals.taxInclusive.minorUnits - totals.prepaid.minorUnits + totals.rounding.minorUnits
            == totals.payable.minorUnits, sourceLocation: sourceLocation)
}
