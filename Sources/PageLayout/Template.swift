public import Diagnostics
public import InvoiceModel

/// A template, compiled: every name in it is resolved, so a page looks nothing up by name.
///
/// Compile once, share between threads. The language is described in docs/templates.md.
public struct Template: Sendable {
    /// One file of a template.
    public struct Source: Sendable {
        /// The name for messages, such as `classic/template.xml`; parts are found by their last component without `.xml`.
        public let file: String
        /// The XML text.
        public let bytes: [UInt8]

        /// Names a file and its text.
        public init(file: String, bytes: [UInt8]) {
            self.file = file
            self.bytes = bytes
        }
    }

    /// The name of the template.
    public let name: String
    /// The documents that it is made for.
    public let kinds: Set<DocumentKind>
    let geometry: PageGeometry
    let firstHeader: [Block]
    let header: [Block]
    let footer: [Block]
    let body: [Block]

    /// Compiles a template with its parts.
    ///
    /// - Parameters:
    ///   - source: The file with the `<template>` element.
    ///   - parts: The files that `<include part="…"/>` may name.
    /// - Throws: `template.rejected` with the place and fix of the first fault; `check` tells all of them.
    public init(_ source: Source, parts: [Source] = []) throws(ToolkitError) {
        var compiler = TemplateCompiler(source, parts: parts)
        guard let template = compiler.compile(), compiler.report.findings.isEmpty else {
            let first = compiler.report.findings.first
            throw ToolkitError(
                .templateRejected, first?.message ?? "The template is empty.", fix: first?.fix ?? "",
                place: first?.place, facts: ["faults": String(compiler.report.findings.count)])
        }
        self = template
    }

    /// Finds everything that is wrong with a template: each finding has file, line, column and a fix.
    ///
    /// - Parameters:
    ///   - source: The file with the `<template>` element.
    ///   - parts: The files that `<include part="…"/>` may name.
    /// - Returns: All faults; none means that the template compiles.
    public static func check(_ source: Source, parts: [Source] = []) -> Report {
        var compiler = TemplateCompiler(source, parts: parts)
        _ = compiler.compile()
        return compiler.report
    }

    init(
        name: String, kinds: Set<DocumentKind>, geometry: PageGeometry, firstHeader: [Block], header: [Block],
        footer: [Block], body: [Block]
    ) {
        self.name = name
        self.kinds = kinds
        self.geometry = geometry
        self.firstHeader = firstHeader
        self.header = header
        self.footer = footer
        self.body = body
    }
}

extension ToolkitError.Code {
    /// A template has faults.
    public static let templateRejected = Self("template.rejected", .rejected)
}

extension Template {
    /// The names of all fields that a template may use, sorted; fields of list items begin with the variable that
    /// docs/templates.md uses for the list.
    public static var fieldNames: [String] {
        let variables: [ItemList: String] = [
            .lines: "line", .lineDiscounts: "discount", .vat: "row", .exemptions: "row", .discounts: "discount",
            .prepaid: "advance", .accounts: "account", .notes: "note", .paymentTerms: "term", .invoices: "invoice",
        ]
        let items = FieldTable.items.flatMap { list, fields in
            fields.keys.map { $0.isEmpty ? variables[list] ?? "" : "\(variables[list] ?? "").\($0)" }
        }
        return Set(Array(FieldTable.document.keys) + items).sorted()
    }
}
