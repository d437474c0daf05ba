// swift-tools-version: 6.2
import PackageDescription

/// As in the manifest of pechat itself.
let compactLinking = [
    "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-warn-symbol-ordering",
    "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/../scripts/link-order.txt",
]

let package = Package(
    name: "pechat-benchmarks",
    dependencies: [.package(name: "pechat", path: "..")],
    targets: [
        .systemLibrary(name: "CBareFlags", path: "Sources/CBareFlags", pkgConfig: "harfbuzz-subset"),
        .systemLibrary(name: "CBareXML", path: "Sources/CBareXML", pkgConfig: "libxml-2.0"),
        .systemLibrary(name: "CBareSQLite", path: "Sources/CBareSQLite", pkgConfig: "sqlite3"),
        .target(
            name: "CBare", dependencies: ["CBareFlags", "CBareXML"],
            linkerSettings: [.linkedLibrary("deflate"), .linkedLibrary("crypto")]),
        .executableTarget(
            name: "pechat-bench", dependencies: ["CBare", "CBareSQLite", .product(name: "Pechat", package: "pechat")],
            linkerSettings: [.unsafeFlags(compactLinking, .when(configuration: .release))]),
    ],
    cLanguageStandard: .c2x
)
