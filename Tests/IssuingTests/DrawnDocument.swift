import BundledFiles
import Foundation
import InvoiceModel
import Issuing
import TestSupport
import Testing

/// Documents of every kind, drawn once for all tests of the suite.
struct DrawnDocument: Sendable {
    let name: String
    let json: [UInt8]
    let options: DocumentOptions
    let pdf: [UInt8]
    /// The e-invoice inside; nil for a print that is none.
    let xml: [UInt8]?

    static let templates = ["classic", "modern", "compact"]

    /// A template with the elements that the bundled ones use seldom or not at all.
    private static let elements = """
        <template xmlns="urn:pechat:template:1" name="elements">
          <page size="A4" margins="18mm 16mm 20mm 16mm"/>
          <style name="text" size="9pt" leading="12pt"/>
          <style name="amount" based-on="text" figures="tabular" align="decimal"/>
          <style name="h1" based-on="text" size="18pt" leading="24pt" weight="bold" level="1"/>
          <style name="h2" based-on="text" weight="bold" level="2"/>
          <style name="h3" based-on="text" italic="yes" level="3"/>
          <first-header><image src="logo" width="30mm" height="10mm"/></first-header>
          <footer><rule/><text style="text">{number} · {page} / {pages}</text></footer>
          <body>
            <image src="logo" width="40mm" height="20mm" align="right" alt="{seller.name}"/>
            <text style="h1">{kind} {number}</text>
            <area background="tint" padding="3mm">
              <text style="h2">{label:seller}</text>
              <pairs keys="above" columns="2"><pair key="{label:email}">{seller.contact.email}</pair></pairs>
              <pairs><pair key="{label:address}">{seller.name}</pair></pairs>
            </area>
            <text style="h3">{buyer.name}</text>
            <row gap="4mm" align="top" if="payment.qr">
              <column width="30mm"><qr value="payment" size="28mm" alt="{label:payment-details}"/></column>
              <column><text style="h2">{label:payment-details}</text></column>
            </row>
            <table each="line in lines" gap="3mm" row-rule="hairline 0.4pt" zebra="tint">
              <column label="{label:line-number}" width="auto">{line.position}</column>
              <column label="{label:description}" width="*">{line.item.name}</column>
              <column label="{label:quantity}" width="auto" style="amount">{line.quantity}</column>
              <column label="{label:net}" width="auto" style="amount" carry="line.net">{line.net}</column>
            </table>
            <group keep="together"><rule/><space height="4mm"/><text>{payment.reference}</text></group>
            <each each="note in notes"><text>{note}</text></each>
            <bottom><row gap="4mm"><column><text>{label:seller}</text></column><column><rule/></column></row></bottom>
          </body>
        </template>
        """

    /// The bundled files and the template `elements`; each call makes one, because the leak check does not see what a
    /// static one holds.
    static func toolkit() -> Toolkit {
        Toolkit(
            file: { $0 == "templates/elements/template.xml" ? Array(elements.utf8) : BundledFiles.contents(of: $0) },
            paths: { prefix in
                let own = "templates/elements/template.xml"
                return (own.hasPrefix(prefix) ? [own] : []) + BundledFiles.paths(beginningWith: prefix)
            })
    }

    /// A theme with a logo of 4 by 3 pixels, some of which let the page through.
    private static var theme: DocumentTheme {
        get throws {
            let file = "<theme xmlns=\"urn:pechat:theme:1\"><logo file=\"logo.png\"/></theme>"
            let picture = Data(
                base64Encoded:
                    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAYAAAC09K7GAAAAGUlEQVR42mM4IWcTBcT/YTQDMgdEM6CrAAAnzRWv"
                    + "TnKU/AAAAABJRU5ErkJggg==")
            return try DocumentTheme(parsing: Array(file.utf8), file: "theme.xml") { _ in Array(picture ?? Data()) }
        }
    }

    /// Letters with marks above, ligatures, and characters without width.
    private static var oddLetters: [UInt8] {
        get throws {
            var document =
                try JSONSerialization.jsonObject(
                    with: Data(try PackageFolder.bytes("samples/services/invoice.json"))) as? [String: Any]
            var lines = document?["lines"] as? [[String: Any]]
            lines?[0]["item"] = [
                "name": "ѐ е\u{301} ffi \u{FEFF}x\u{200B}z\u{200D} Ѓ\u{301}\u{302}"
            ]
            document?["lines"] = lines
            return [UInt8](try JSONSerialization.data(withJSONObject: document ?? [:], options: .sortedKeys))
        }
    }

    /// What is drawn: name, JSON, options.
    private static func inputs() throws -> [(String, [UInt8], DocumentOptions)] {
        var inputs: [(String, [UInt8], DocumentOptions)] = []
        let samples = SampleTests.names
        for (turn, template) in templates.enumerated() {
            for (number, sample) in samples.enumerated()
            where (number - turn).isMultiple(of: Conformance.stride) || sample == "services" {
                let json = try PackageFolder.bytes("samples/\(sample)/invoice.json")
                inputs.append(("\(template)-\(sample)", json, DocumentOptions(template: template)))
            }
            let json = try PackageFolder.bytes("samples/services/invoice.json")
            for (number, language) in DocumentLanguage.allCases.enumerated()
            where (number - turn).isMultiple(of: Conformance.stride) {
                let options = DocumentOptions(template: template, language: language)
                inputs.append(("\(template)-\(language.rawValue)", json, options))
            }
            for (number, mark) in DocumentMark.allCases.enumerated()
            where (number - turn).isMultiple(of: Conformance.stride) {
                inputs.append(("\(template)-\(mark.rawValue)", json, DocumentOptions(template: template, mark: mark)))
            }
        }
        for sample in SharedFolder.names(in: "samples", suffix: ".json") where !sample.hasSuffix(".expected.json") {
            inputs.append(
                ("shared-\(sample.dropLast(5))", try SharedFolder.bytes("samples/\(sample)"), DocumentOptions()))
        }
        for sample in ["serbian", "export", "long"] {
            let json = try PackageFolder.bytes("samples/\(sample)/invoice.json")
            inputs.append(("elements-\(sample)", json, DocumentOptions(template: "elements", theme: try theme)))
        }
        inputs.append(("odd", try oddLetters, DocumentOptions()))
        for seed in 1...UInt64(36 / Conformance.stride) {
            var random = RandomDocument(seed: seed)
            let options = DocumentOptions(template: templates[Int(seed % 3)])
            inputs.append(("random-\(seed)", try random.json(), options))
        }
        return inputs
    }

    /// Drawn when first asked for, with an issue for each that cannot be made.
    private static let drawn: [DrawnDocument] = {
        do {
            return try draw()
        } catch {
            Issue.record(error)
            return []
        }
    }()

    /// All of them.
    static func all() throws -> [DrawnDocument] {
        try #require(!drawn.isEmpty)
        return drawn
    }

    private static func draw() throws -> [DrawnDocument] {
        let bench = Workbench(Self.toolkit())
        var drawn: [DrawnDocument] = []
        for (name, json, options) in try inputs() {
            if options.mark == nil, case .built(let document) = try bench.build(json, options) {
                drawn.append(
                    DrawnDocument(name: name, json: json, options: options, pdf: document.pdf, xml: document.xml))
            } else if options.mark != nil, case .made(let pdf, _) = try bench.render(json, options) {
                drawn.append(DrawnDocument(name: name, json: json, options: options, pdf: pdf, xml: nil))
            } else {
                Issue.record("\(name) is rejected")
            }
        }
        return drawn
    }
}
