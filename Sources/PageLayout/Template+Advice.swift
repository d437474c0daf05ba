public import Diagnostics
import InvoiceModel

extension Template {
    /// Finds what a template leaves out that invoices have to say, and parts that nothing includes.
    ///
    /// None of it keeps the template from being used: a delivery note may be right without amounts. The list is that of
    /// Article 226 of Directive 2006/112/EC, which the VAT laws of the region repeat (facts/mk-efaktura.md §2.6).
    ///
    /// - Parameters:
    ///   - source: The file with the `<template>` element.
    ///   - parts: The files that `<include part="…"/>` may name.
    /// - Returns: Warnings; none where `check` finds faults, because what is faulty is not looked at.
    public static func advice(_ source: Source, parts: [Source] = []) -> Report {
        var compiler = TemplateCompiler(source, parts: parts)
        guard compiler.compile() != nil, compiler.report.findings.isEmpty else { return Report() }
        let top = SourcePlace(file: source.file, line: 1, column: 1)
        let missing = expected.filter { compiler.printed.isDisjoint(with: $0.fields) }.map { item in
            Finding(
                rule: "template.leavesOut", severity: .warning, pointer: "", place: top, term: item.term,
                message: "The template never prints \(item.what).", fix: "Print \(item.example).")
        }
        let idle = parts.filter { !compiler.included.contains(TemplateCompiler.partName(of: $0)) }.map { part in
            Finding(
                rule: "template.unusedPart", severity: .warning, pointer: "",
                place: SourcePlace(file: part.file, line: 1, column: 1),
                message: "The part is included nowhere, so it was not checked.",
                fix: "Include it with <include part=\"\(TemplateCompiler.partName(of: part))\"/>, or remove the file.")
        }
        return Report(findings: missing + idle)
    }

    /// Something that has to be said, the fields of which any one says it, and how one is written.
    private struct Expectation {
        let what: String
        let term: String
        /// Of the document by name, of list items with the list in front.
        let fields: Set<String>
        let example: String

        init(_ what: String, _ term: String, _ fields: Set<String>, _ example: String) {
            self.what = what
            self.term = term
            self.fields = fields
            self.example = example
        }
    }

    private static let expected = [
        Expectation("what the document is", "BT-3", ["kind"], "{kind}"),
        Expectation("the number", "BT-1", ["number"], "{number}"),
        Expectation("the day of issue", "BT-2", ["issueDate"], "{issueDate}"),
        Expectation("the day of supply", "BT-72", ["supplyDate", "delivery.date"], "{supplyDate}"),
        Expectation("the name of the seller", "BT-27", ["seller.name"], "{seller.name}"),
        Expectation("where the seller is", "BT-37", ["seller.address.city"], "{seller.address.city}"),
        Expectation(
            "a tax number of the seller", "BT-31", ["seller.vatNumber", "seller.taxNumber"], "{seller.vatNumber}"),
        Expectation("the name of the buyer", "BT-44", ["buyer.name"], "{buyer.name}"),
        Expectation("where the buyer is", "BT-52", ["buyer.address.city"], "{buyer.address.city}"),
        Expectation("a tax number of the buyer", "BT-48", ["buyer.vatNumber", "buyer.taxNumber"], "{buyer.vatNumber}"),
        Expectation("the invoice that a credit note corrects", "BT-25", ["invoices/number"], "references.invoices"),
        Expectation("what is supplied", "BT-153", ["lines/item.name"], "{line.item.name}"),
        Expectation("how much is supplied", "BT-129", ["lines/quantity"], "{line.quantity}"),
        Expectation("the price of a line", "BT-146", ["lines/price", "lines/netPrice"], "{line.price}"),
        Expectation("the amount of a line", "BT-131", ["lines/net", "lines/gross"], "{line.net}"),
        Expectation("the VAT rate", "BT-119", ["vat/rate", "lines/rate"], "{row.rate} of vat"),
        Expectation("the taxable amount of a rate", "BT-116", ["vat/taxable"], "{row.taxable} of vat"),
        Expectation("the tax of a rate", "BT-117", ["vat/tax"], "{row.tax} of vat"),
        Expectation(
            "why no VAT is charged", "BT-120", ["exemptions/reason", "vat/reason"], "{row.reason} of exemptions"),
        Expectation("what the law wants said besides", "BT-22", ["legalTexts/"], "{text} of legalTexts"),
        Expectation("the total without VAT", "BT-109", ["totals.taxExclusive"], "{totals.taxExclusive}"),
        Expectation("the total of VAT", "BT-110", ["totals.taxTotal"], "{totals.taxTotal}"),
        Expectation("the amount due", "BT-115", ["totals.payable"], "{totals.payable | currency}"),
    ]
}
