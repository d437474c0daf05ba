import Diagnostics
import InvoiceModel
import JSONCore
import Tax

/// From a place in the XML that was made back to the field of the invoice JSON that it came from.
///
/// First the path in the XML is followed as far as the input has fields for it; then, where a rule speaks of a term that
/// lies below, the term leads on. A place that no single field is behind, such as a sum, leads to what it is made of.
struct InputPointers {
    private let priced: PricedInvoice

    init(_ priced: PricedInvoice) {
        self.priced = priced
    }

    /// Gives failures the pointers and the places of the input that they came from.
    func relate(_ failures: inout [Validation.Failure], to json: [UInt8]) throws(ToolkitError) {
        guard !failures.isEmpty else { return }
        let pointers = failures.map { pointer(to: $0.location, terms: $0.terms.map(\.id)) }
        let places = try JSONDocument(parsing: json).places(ofPointers: pointers)
        for index in failures.indices {
            failures[index].pointer = pointers[index]
            failures[index].place = places[index]
        }
    }

    /// The field behind a place in the XML.
    ///
    /// - Parameters:
    ///   - location: An XPath in the form of `XMLElement.path`.
    ///   - terms: What the rule is about, the most telling term first.
    /// - Returns: An RFC 6901 pointer; empty for the whole document.
    func pointer(to location: String, terms: [String]) -> String {
        let steps = location.split(separator: "/").dropFirst().map(Step.init)
        let base = place(of: steps)
        let line = steps.first.flatMap { $0.isLine ? "/lines/\($0.position)" : nil }
        let named = terms.compactMap { term in
            InputFields.terms[term] ?? line.flatMap { line in InputFields.lineTerms[term].map { line + $0 } }
        }
        if let closer = named.first(where: { base.isEmpty || $0 == base || $0.hasPrefix(base + "/") }) { return closer }
        return base
    }

    /// The field that the longest known beginning of a path leads to.
    private func place(of steps: [Step]) -> String {
        guard let first = steps.first else { return "" }
        if first.isLine { return line(first.position, steps.dropFirst()) }
        switch first.name {
        case "cac:AllowanceCharge": return adjustment(first.position, steps.dropFirst())
        case "cac:TaxTotal":
            guard let row = steps.dropFirst().first, row.name == "cac:TaxSubtotal" else { return "" }
            return breakdown(row.position, steps.dropFirst(2))
        case "cac:BillingReference" where first.position >= priced.invoice.references.invoices.count: return "/prepaid"
        default: return Self.longest(steps[...], in: InputFields.document)
        }
    }

    private func line(_ position: Int, _ rest: ArraySlice<Step>) -> String {
        let line = "/lines/\(position)"
        guard let next = rest.first, next.name == "cac:AllowanceCharge", priced.lines.indices.contains(position) else {
            return line + Self.longest(rest, in: InputFields.line)
        }
        let discounts = priced.lines[position].adjustments.count { !$0.isCharge }
        let isCharge = next.position >= discounts
        let number = next.position - (isCharge ? discounts : 0)
        return line + (isCharge ? "/charges/\(number)" : "/discounts/\(number)")
            + Self.longest(rest.dropFirst(), in: InputFields.adjustment)
    }

    /// A discount or charge of the document stands in the XML once for each VAT category that it falls on.
    private func adjustment(_ position: Int, _ rest: ArraySlice<Step>) -> String {
        var next = 0
        var counts = (discounts: 0, charges: 0)
        for adjustment in priced.adjustments {
            let pointer = adjustment.isCharge ? "/charges/\(counts.charges)" : "/discounts/\(counts.discounts)"
            next += adjustment.parts.count
            if position < next { return pointer + Self.longest(rest, in: InputFields.adjustment) }
            if adjustment.isCharge { counts.charges += 1 } else { counts.discounts += 1 }
        }
        return ""
    }

    /// A row of the VAT breakdown came from the first line, discount or charge that is taxed like it.
    private func breakdown(_ position: Int, _ rest: ArraySlice<Step>) -> String {
        guard priced.vat.indices.contains(position) else { return "" }
        let vat = priced.vat[position].vat
        let field = Self.longest(rest, in: InputFields.breakdown)
        if let line = priced.lines.firstIndex(where: {
            $0.line.vat.category == vat.category && $0.line.vat.rate == vat.rate
        }) {
            return "/lines/\(line)/vat\(field)"
        }
        return "/lines"
    }

    private static func longest(_ steps: ArraySlice<Step>, in fields: [String: String]) -> String {
        var path = ""
        var found = ""
        for step in steps {
            path += path.isEmpty ? step.name : "/\(step.name)"
            guard let field = fields[path] else { continue }
            // A repeated field stands for its list: `#` is the position of the step that has one.
            found = field.replacing("#", with: "\(step.position)")
        }
        return found
    }

    /// A step of a path: a name with its prefix, and its position from zero.
    private struct Step {
        let name: String
        let position: Int

        init(_ text: Substring) {
            let parts = text.split(separator: "[", maxSplits: 1)
            name = parts.first.map(String.init) ?? ""
            position = parts.count > 1 ? (Int(parts[1].dropLast()) ?? 1) - 1 : 0
        }

        var isLine: Bool { name == "cac:InvoiceLine" || name == "cac:CreditNoteLine" }
    }
}
