import Foundation
public import Testing

/// Whether a file system can be mounted in a namespace of its own; asked once.
private let canMount =
    (try? Tool.run("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]))?.status == 0

/// What a test needs of the machine; where it is missing, the test is skipped and says so.
extension Trait where Self == ConditionTrait {
    /// Skips the test, visibly, where the shared folder is absent.
    public static var needsSharedFolder: Self {
        .enabled(if: SharedFolder.isPresent, "SKIPPED: the folder ../shared is absent")
    }

    /// Skips the test, visibly, where a program is not installed.
    public static func needsTool(_ name: String) -> Self {
        .enabled(if: Tool.path(of: name) != nil, "SKIPPED: \(name) is not installed")
    }

    /// Skips the test, visibly, where no file system can be mounted, as in most containers.
    public static var needsMounts: Self {
        .enabled(if: canMount, "SKIPPED: no file system can be mounted here")
    }

    /// Skips the test, visibly, where a file of the system, such as a font, is not installed.
    public static func needsFile(_ path: String) -> Self {
        .enabled(if: FileManager.default.fileExists(atPath: path), "SKIPPED: \(path) is not installed")
    }

    /// Skips the test, visibly, where the first `python3` of the PATH lacks one of these packages.
    public static func needsPython(_ packages: String...) -> Self {
        .enabled(
            if: Tool.hasPython(packages),
            "SKIPPED: python3 lacks one of: \(packages.joined(separator: ", ")); scripts/setup --test installs them")
    }
}
