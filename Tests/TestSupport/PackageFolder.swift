import Foundation

/// Where the files of the tests lie.
public enum PackageFolder: Sendable {
    /// The folder of `Package.swift`, without a slash at the end.
    public static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(3)
        return parts.joined(separator: "/")
    }()

    /// The folder beside the package with samples and vectors; nil where it is absent.
    public static let shared: String? = {
        var parts = root.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast()
        let candidate = (parts + ["shared"]).joined(separator: "/")
        return FileManager.default.fileExists(atPath: candidate + "/samples") ? candidate : nil
    }()

    /// The bytes of a file under the package root.
    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
    }
}

/// The folder beside the package that holds samples and vectors.
public enum SharedFolder: Sendable {
    /// Whether the folder is there; tests that need it say `.needsSharedFolder`.
    public static var isPresent: Bool { PackageFolder.shared != nil }

    /// The full path of something in the folder.
    public static func path(_ name: String) -> String { "\(PackageFolder.shared ?? "shared")/\(name)" }

    /// The bytes of a file in the folder, such as `samples/serbia.json`.
    public static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// The names of the files in a sub-folder, sorted; none where it is absent.
    public static func names(in folder: String, suffix: String = "") -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
        return all.filter { $0.hasSuffix(suffix) }.sorted()
    }
}
