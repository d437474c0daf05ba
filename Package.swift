// swift-tools-version: 6.2
import PackageDescription

/// One list for every Swift target: what the compiler can prove, it must prove.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .treatWarning("ExplicitSendable", as: .error),
]

/// A module map over one family of system libraries that share types.
func system(_ name: String, _ pkgConfig: String, _ packages: [String]) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt(packages)])
}

/// What keeps the memory of the program small: relocations take a tenth, and the functions that rendering runs lie side
/// by side (scripts/link-order).
let compactLinking = [
    "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-warn-symbol-ordering",
    "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/scripts/link-order.txt",
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "pechat",
    products: [
        .executable(name: "pechat", targets: ["pechat"]),
        .library(
            name: "Pechat",
            targets: [
                "Diagnostics", "Typography", "PageLayout", "PDFWriter", "XMLCore", "Schematron", "Certificates",
                "Signing", "BundledFiles", "Issuing", "InvoiceModel", "Ledger", "LedgerPostgres",
            ]),
    ],
    targets: [
        // C libraries
        system("CXML", "libxml-2.0", ["libxml2-dev"]),
        system(
            "CText", "harfbuzz-subset", ["libfribidi-dev", "libharfbuzz-dev", "libunibreak-dev", "libutf8proc-dev"]),
        system("COpenSSL", "libcrypto", ["libssl-dev"]),
        system("CDeflate", "libdeflate", ["libdeflate-dev"]),
        system("CPNG", "libpng", ["libpng-dev", "libjpeg62-turbo-dev"]),
        system("CQREncode", "libqrencode", ["libqrencode-dev"]),
        system("CFreeType", "freetype2", ["libfreetype6-dev"]),
        system("CSQLite", "sqlite3", ["libsqlite3-dev"]),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CFileSync"),
        .target(name: "CRasterShim", dependencies: ["CPNG"], linkerSettings: [.linkedLibrary("jpeg")]),
        .target(name: "COpenSSLShim", dependencies: ["COpenSSL"]),
        .target(name: "CHTTPClient"),
        .target(name: "CPKCS11"),
        .target(name: "CPostgres"),
        .target(name: "CMicroHTTPD"),
        .target(name: "CBundle"),

        // Values
        module("Diagnostics"),
        module("JSONCore", ["Diagnostics"]),
        module("InvoiceModel", ["Diagnostics", "JSONCore"]),
        module("Tax", ["Diagnostics", "InvoiceModel"]),

        // Page
        module("Raster", ["Diagnostics", "CRasterShim"]),
        module("Barcode", ["Diagnostics", "InvoiceModel", "CQREncode"]),
        module("Typography", ["Diagnostics", "CText"]),
        module(
            "PageLayout", ["Diagnostics", "InvoiceModel", "Tax", "Typography", "XMLCore", "Raster", "Barcode"]),
        module("PDFWriter", ["Diagnostics", "CDeflate", "Raster"]),
        module("PageImage", ["Diagnostics", "Typography", "PageLayout", "Raster", "CFreeType"]),
        module("PDFExport", ["Diagnostics", "Typography", "PageLayout", "PDFWriter", "Raster"]),
        module("PDFReader", ["Diagnostics", "CDeflate"]),

        // E-invoice
        module("XMLCore", ["Diagnostics", "CXML"]),
        module("Schematron", ["Diagnostics", "XMLCore"]),
        module("UBL", ["Diagnostics", "InvoiceModel", "Tax", "XMLCore"]),

        // Seal
        module("Certificates", ["Diagnostics", "JSONCore", "COpenSSL", "COpenSSLShim", "CPKCS11"]),
        module("Signing", ["Diagnostics", "JSONCore", "XMLCore", "PDFReader", "PDFWriter", "Certificates"]),
        module("HTTPClient", ["Diagnostics", "Certificates", "CHTTPClient"]),

        // Service
        module("HTTPServer", ["Diagnostics", "CMicroHTTPD"]),

        // Books. Certificates gives SHA-256 for the audit chain and the moment as a type.
        module("Ledger", ["Diagnostics", "JSONCore", "InvoiceModel", "Certificates", "CSQLite"]),
        module("LedgerPostgres", ["Diagnostics", "Ledger", "CPostgres"]),

        // Where the parts meet
        module("BundledFiles", ["CBundle"]),
        module(
            "Issuing",
            [
                "Diagnostics", "JSONCore", "InvoiceModel", "Tax", "Typography", "PageLayout", "PDFWriter", "PDFExport",
                "PDFReader", "PageImage", "Raster", "XMLCore", "Schematron", "UBL", "Certificates", "Signing", "Ledger",
                "BundledFiles", "CMalloc",
            ]),
        module(
            "InvoiceService",
            [
                "Diagnostics", "JSONCore", "InvoiceModel", "Certificates", "Signing", "Ledger", "Issuing", "HTTPServer",
                "BundledFiles",
            ]),
        .executableTarget(
            name: "pechat",
            dependencies: [
                "HTTPServer", "InvoiceService",
                "Diagnostics", "JSONCore", "InvoiceModel", "PageLayout", "Certificates", "Signing", "HTTPClient",
                "Ledger", "LedgerPostgres", "Issuing",
                "BundledFiles", "CFileSync",
            ],
            swiftSettings: strict, linkerSettings: [.unsafeFlags(compactLinking, .when(configuration: .release))]),

        // Tests
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(name: "CPowerCut", dependencies: ["CSQLite"], path: "Tests/CPowerCut"),
        // What scripts/crash-ledger kills; no part of pechat.
        .executableTarget(
            name: "ledger-crash",
            dependencies: ["Diagnostics", "InvoiceModel", "Certificates", "Ledger", "LedgerPostgres"],
            path: "Tests/LedgerCrash", swiftSettings: strict),
        tests("JSONCore", ["Diagnostics"]),
        tests("InvoiceModel", ["Diagnostics", "JSONCore"]),
        tests("Tax", ["Diagnostics", "JSONCore", "InvoiceModel"]),
        tests("Typography", ["Diagnostics"]),
        tests("PageLayout", ["Diagnostics", "JSONCore", "InvoiceModel", "Tax", "Typography", "XMLCore", "Raster"]),
        tests("PDFWriter", ["Diagnostics"]),
        tests("PDFReader", ["Diagnostics", "Issuing"], exclude: ["Fixtures"]),
        tests("PDFExport", ["Diagnostics", "Typography", "PageLayout", "PDFWriter", "Raster"]),
        tests("Raster", ["Diagnostics"]),
        tests("Barcode", ["Diagnostics", "InvoiceModel", "Raster"]),
        tests(
            "PageImage",
            ["Diagnostics", "Typography", "PageLayout", "PDFWriter", "PDFExport", "Raster", "Barcode"]),
        tests("XMLCore", ["Diagnostics"]),
        tests("Schematron", ["Diagnostics", "XMLCore"], exclude: ["Fixtures"]),
        tests("UBL", ["Diagnostics", "JSONCore", "InvoiceModel", "Tax", "XMLCore"], exclude: ["Fixtures"]),
        tests("Certificates", ["Diagnostics"]),
        tests("Ledger", ["Diagnostics", "JSONCore", "InvoiceModel", "Certificates", "LedgerPostgres", "CPowerCut"]),
        tests("HTTPClient", ["Diagnostics", "Certificates"]),
        tests("HTTPServer", ["Diagnostics"]),
        tests(
            "InvoiceService",
            ["Diagnostics", "JSONCore", "InvoiceModel", "Certificates", "HTTPServer", "Issuing", "Ledger"]),
        tests("Signing", ["Diagnostics", "XMLCore", "PDFReader", "PDFWriter", "Certificates", "HTTPClient"]),
        tests(
            "Issuing",
            [
                "Diagnostics", "JSONCore", "InvoiceModel", "Tax", "Typography", "PageLayout", "BundledFiles",
                "Certificates", "Schematron",
                "Signing", "Ledger",
            ]),
        tests("pechat", ["Diagnostics", "JSONCore", "Issuing"]),
    ],
    cLanguageStandard: .c2x
)
