import Foundation
import InvoiceModel
import TestSupport
import Testing
import UBL

@Suite("The official CEN rules, judged by Saxon")
struct OfficialRulesTests {
    static let judge = """
        import sys, glob, os
        from saxonche import PySaxonProcessor
        with PySaxonProcessor(license=False) as saxon:
            sheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=sys.argv[1])
            for path in sorted(glob.glob(sys.argv[2] + '/*.xml')):
                result = sheet.transform_to_string(xdm_node=saxon.parse_xml(xml_file_name=path))
                assert 'DONE' in result
                for line in result.split('\\n'):
                    if '|' in line: print(os.path.basename(path) + '|' + line)
        """

    @Test(
        "no document breaks a rule, in any kind and profile", .needsSharedFolder,
        .needsPython("saxonche", "lxml"))
    func rules() throws {
        try Tool.withTemporaryFolder { folder in
            let rules = SharedFolder.path("vectors/rules/cen/preprocessed/EN16931-UBL-validation-preprocessed.sch")
            let sheet = try Tool.run("python3", [SharedFolder.path("tools/sch2xslt.py"), rules])
            #expect(sheet.status == 0, "\(sheet.errors)")
            try Data(sheet.output.utf8).write(to: URL(filePath: "\(folder)/rules.xsl"))
            var count = 0
            for profile in ProfileName.allCases {
                var documents: [(String, Invoice)] = []
                for name in Documents.samples { documents.append((name, try Documents.sample(name))) }
                for kind in DocumentKind.allCases {
                    documents.append(("everything-\(kind)", try Documents.everything(kind)))
                }
                for (name, document) in documents {
                    guard profile == .en16931 || name != "five-hundred-lines.json" else { continue }
                    var invoice = document
                    invoice.profile = profile
                    let bytes = try Documents.ubl(invoice)
                    try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)-\(profile.rawValue).xml"))
                    count += 1
                }
            }
            // The judge itself is judged by a document that breaks BR-CO-15.
            let wrong = try Documents.text(Documents.ubl(Documents.everything(.invoice)))
                .replacing(/(TaxInclusiveAmount currencyID="EUR">)4/) { "\($0.1)5" }
            try Data(wrong.utf8).write(to: URL(filePath: "\(folder)/control.xml"))
            let verdict = try Tool.python(Self.judge, ["\(folder)/rules.xsl", folder])
            #expect(verdict.status == 0, "\(verdict.errors)")
            let lines = verdict.output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("control.xml|BR-CO-15|fatal") })
            #expect(lines.filter { !$0.hasPrefix("control.xml") } == [], "\(count) documents")
        }
    }
}
