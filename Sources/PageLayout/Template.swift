public import Diagnostics
public import InvoiceModel
import XMLCore

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
    /// What is written across the pages of a marked print; nil takes a plain line.
    let mark: TextBlock?
    /// Whether it says with `{label2:…}` where the words of a second language stand.
    let placesSecondLanguage: Bool
    /// The names of all fields that it prints somewhere, those of items behind the name of their list.
    var printedFields: Set<String> = []

    /// Compiles a template with its parts.
    ///
    /// - Parameters:
    ///   - source: The file with the `<template>` element.
    ///   - parts: The files that `<include part="…"/>` may name.
    ///   - scale: How large the theme wants everything.
    /// - Throws: `template.rejected` with the place and fix of the first fault; `check` tells all of them.
    public init(
        _ source: Source, parts: [Source] = [], scale: TemplateScale = .none
    ) throws(ToolkitError) {
        var compiler = TemplateCompiler(source, parts: parts, scale: scale)
        guard let template = compiler.compile(), compiler.report.findings.isEmpty else {
            let faults = compiler.report.findings
            let others = faults.count < 2 ? "" : " `pechat template check` tells all \(faults.count) faults."
            throw ToolkitError(
                .templateRejected, faults.first?.message ?? "The template is empty.",
                fix: (faults.first?.fix ?? "") + others, place: faults.first?.place)
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
        footer: [Block], body: [Block], mark: TextBlock?,
        placesSecondLanguage: Bool
    ) {
        self.name = name
        self.kinds = kinds
        self.geometry = geometry
        self.firstHeader = firstHeader
        self.header = header
        self.footer = footer
        self.body = body
        self.mark = mark
        self.placesSecondLanguage = placesSecondLanguage
    }
}

extension ToolkitError.Code {
    /// A template has faults.
    public static let templateRejected = Self("template.rejected", .rejected)
}

extension Template {
    /// What the root element of an XML file is called; nil where it is no XML.
    public static func rootName(of bytes: [UInt8]) -> String? { (try? XMLDocument(parsing: bytes))?.root.name }

    /// The names of all fields that a template may use, sorted; fields of list items begin with the variable that
    /// docs/templates.md uses for the list.
    public static var fieldNames: [String] {
        let variables: [ItemList: String] = [
            .lines: "line", .lineDiscounts: "discount", .vat: "row", .exemptions: "row", .discounts: "discount",
            .prepaid: "advance", .accounts: "account", .notes: "note", .paymentTerms: "term", .invoices: "invoice",
            .legalTexts: "text", .further: "term",
        ]
        let items = FieldTable.items.flatMap { list, fields in
            fields.keys.map { $0.isEmpty ? variables[list] ?? "" : "\(variables[list] ?? "").\($0)" }
        }
        return Set(Array(FieldTable.document.keys) + items).sorted()
    }
}
