import Foundation
public import Testing

/// Compares a text with a file; `RECORD_GOLDEN=1` writes the file and fails the run all the same.
///
/// - Parameters:
///   - text: What was made.
///   - name: The file's path in the folder, such as `goods/totals.json`.
///   - folder: The folder below the package root.
///   - sourceLocation: Where a difference is reported.
public func expectGolden(
    _ text: String, _ name: String, in folder: String = "samples", sourceLocation: SourceLocation = #_sourceLocation
) {
    let url = URL(fileURLWithPath: "\(PackageFolder.root)/\(folder)/\(name)")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
            Issue.record("recorded \(name); run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
        } catch {
            Issue.record("cannot record \(name): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    guard let data = try? Data(contentsOf: url) else {
        Issue.record("\(folder)/\(name) is missing; record it with RECORD_GOLDEN=1", sourceLocation: sourceLocation)
        return
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard expected != text else { return }
    let pairs = zip(
        expected.split(separator: "\n", omittingEmptySubsequences: false),
        text.split(separator: "\n", omittingEmptySubsequences: false))
    let line = pairs.enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
        """
        \(folder)/\(name) differs, first in line \(line.map { $0.offset + 1 } ?? 0)
        expected: \(line.map { String($0.element.0) } ?? "another number of lines")
        got:      \(line.map { String($0.element.1) } ?? "another number of lines")
        """, sourceLocation: sourceLocation)
}
