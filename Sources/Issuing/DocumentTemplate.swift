import Certificates
public import Diagnostics
public import InvoiceModel
import PageLayout

/// A template as a set of files, bundled or of a user; it is compiled once for each size that a theme asks for.
public final class DocumentTemplate: Sendable {
    /// One file of a template.
    public struct File: Sendable {
        /// The path, for messages; the last component is the name.
        public let path: String
        /// The XML text.
        public let bytes: [UInt8]

        /// Names a file and its text.
        public init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }

        /// The last component of the path.
        public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var source: Template.Source { Template.Source(file: path, bytes: bytes) }
    }

    /// The name of the file that has the `<template>` element.
    public static let mainName = "template.xml"

    /// The files, the main one first.
    public let files: [File]
    /// Tells two templates apart, for the identifier of the files.
    let digest: [UInt8]
    private let compiled: PreparedByName<TemplateScale, Template>

    /// Brings the files of a template together; nothing is compiled yet.
    ///
    /// - Parameters:
    ///   - files: All files of the folder; those that are no XML are left out.
    ///   - folder: The folder's name for messages.
    /// - Throws: `template.unknown` where there is no `template.xml`.
    public init(_ files: [File], folder: String) throws(ToolkitError) {
        guard let main = files.first(where: { $0.name == Self.mainName }) else {
            throw ToolkitError(
                .templateUnknown, "\(folder) has no \(Self.mainName), which every template begins with.",
                fix: "`pechat template new NAME --out DIR` makes a folder to start from.")
        }
        let parts = files.filter { $0.name != Self.mainName && $0.name.hasSuffix(".xml") }
        self.files = [main] + parts
        digest = try Digest.sha256(self.files.flatMap { Array($0.name.utf8) + [0] + $0.bytes + [0] })
        compiled = PreparedByName { scale throws(ToolkitError) in
            try Template(main.source, parts: parts.map(\.source), scale: scale)
        }
    }

    /// The name that the template gives itself.
    public var name: String { get throws(ToolkitError) { try template().name } }

    /// The documents that it is made for, in the order of the kinds.
    public var kinds: [DocumentKind] {
        get throws(ToolkitError) {
            let kinds = try template().kinds
            return DocumentKind.allCases.filter(kinds.contains)
        }
    }

    /// Everything that is wrong with it, then what it leaves out: each finding has file, line and column.
    public func check() -> Report {
        let parts = files.dropFirst().map(\.source)
        let faults = Template.check(files[0].source, parts: parts).findings
        return Report(findings: faults + Template.advice(files[0].source, parts: parts).findings)
    }

    /// The compiled template.
    ///
    /// - Throws: `template.rejected` with the place and fix of the first fault.
    func template(_ scale: TemplateScale = .none) throws(ToolkitError) -> Template { try compiled.get(scale) }
}

extension DocumentTemplate.File {
    /// What is wrong with a single file that is no template: a theme or a label catalogue.
    ///
    /// - Returns: nil where it is neither.
    public func check() -> Report? {
        switch Template.rootName(of: bytes) {
        case "theme": ThemeFile.check(bytes, file: path)
        case "labels": LabelCatalogue.check(bytes, file: path)
        default: nil
        }
    }
}

extension DocumentTemplate {
    /// The files of a copy with another name, each beginning with a comment that says where it comes from.
    ///
    /// - Parameter name: Without characters that mean something in XML.
    /// - Returns: The same files; their paths are their names alone.
    /// - Throws: `template.rejected` where the template cannot be copied, because it has faults.
    public func renamed(_ name: String) throws(ToolkitError) -> [File] {
        let old = try self.name
        return files.map { file in
            var text = String(decoding: file.bytes, as: UTF8.self)
            if file.name == Self.mainName, let attribute = text.range(ofFirst: "name=\"\(old)\"") {
                text.replaceSubrange(attribute, with: "name=\"\(name)\"")
            }
            let what =
                file.name == Self.mainName
                ? "The template \(name), begun as a copy of \(old): paper, styles, headers and the order of the parts."
                : "A part of the template \(name), drawn where template.xml includes it."
            let comment = "<!-- \(what)\n     All elements, fields and labels: docs/templates.md. -->"
            // Behind the XML declaration, which must come first.
            if text.hasPrefix("<?xml"), let end = text.range(ofFirst: "?>")?.upperBound {
                text.insert(contentsOf: "\n\(comment)", at: end)
            } else {
                text.insert(contentsOf: "\(comment)\n", at: text.startIndex)
            }
            return File(path: file.name, bytes: Array(text.utf8))
        }
    }
}

extension String {
    /// Where a text first occurs.
    fileprivate func range(ofFirst part: String) -> Range<Index>? {
        guard let first = utf8.indices.first(where: { utf8[$0...].starts(with: part.utf8) }) else { return nil }
        return first..<utf8.index(first, offsetBy: part.utf8.count)
    }
}
