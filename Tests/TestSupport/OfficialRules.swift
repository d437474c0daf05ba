import Foundation

/// CEN's official EN 16931 rules for UBL, judged by Saxon.
///
/// Tests that use it say `.needsSharedFolder` and `.needsPython("saxonche", "lxml")`.
public enum OfficialRules: Sendable {
    private static let script = """
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

    /// Judges documents.
    ///
    /// - Parameter documents: Each with the name that stands in the verdicts.
    /// - Returns: A line for each broken rule: name, rule, flag, pattern and place, parted by `|`.
    /// - Throws: `JudgeFailure` where the judge itself could not do its work.
    public static func broken(in documents: [(name: String, xml: [UInt8])]) throws -> [String] {
        try Tool.withTemporaryFolder { folder in
            let rules = SharedFolder.path("vectors/rules/cen/preprocessed/EN16931-UBL-validation-preprocessed.sch")
            let sheet = try Tool.run("python3", [SharedFolder.path("tools/sch2xslt.py"), rules])
            guard sheet.status == 0 else { throw JudgeFailure(message: sheet.errors) }
            try Data(sheet.output.utf8).write(to: URL(fileURLWithPath: "\(folder)/rules.xsl"))
            for document in documents {
                try Data(document.xml).write(to: URL(fileURLWithPath: "\(folder)/\(document.name).xml"))
            }
            let verdict = try Tool.python(script, ["\(folder)/rules.xsl", folder])
            guard verdict.status == 0 else { throw JudgeFailure(message: verdict.errors) }
            return verdict.output.split(separator: "\n").map(String.init)
        }
    }

    /// Why the judge could not do its work.
    public struct JudgeFailure: Error {
        /// What it said.
        public let message: String
    }
}
