import Foundation
import TestSupport

@testable import Certificates

/// Key files made by the openssl command, the judge of our reading.
enum KeyShop {
    static let now = Timestamp(secondsSince1970: Int(Date().timeIntervalSince1970))

    /// Runs openssl in a folder and returns a file that it wrote.
    static func file(_ name: String, in folder: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    static func openssl(_ arguments: [String], in folder: String) throws {
        let full = arguments.map { $0.replacingOccurrences(of: "@", with: folder + "/") }
        let outcome = try Tool.run("openssl", full)
        guard outcome.status == 0 else { throw ShopError(text: outcome.errors) }
    }

    struct ShopError: Error { let text: String }

    /// A folder with `root`, `issuing`, `leaf`, `expired`, `future`, and a PEM and key file for each.
    static let pki: [String: [UInt8]] = {
        (try? Tool.withTemporaryFolder { folder in
            func issue(_ name: String, by issuer: String?, days: [String], extensions: String, ec: Bool = false) throws
            {
                let kind = ec ? ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] : ["rsa:2048"]
                try openssl(
                    ["req", "-new", "-newkey"] + kind + [
                        "-nodes", "-keyout", "@\(name).key", "-out", "@\(name).csr", "-utf8", "-subj",
                        "/C=MK/O=Пример ДООЕЛ, Скопје/OU=ЕДБ 4030000000010/CN=\(name)",
                    ], in: folder)
                try Data(extensions.utf8).write(to: URL(fileURLWithPath: "\(folder)/ext"))
                try Data().write(to: URL(fileURLWithPath: "\(folder)/index"))
                let sign =
                    issuer.map { ["-cert", "@\($0).pem", "-keyfile", "@\($0).key"] } ?? [
                        "-selfsign", "-keyfile", "@\(name).key",
                    ]
                let config =
                    "[ca]\ndefault_ca=d\n[d]\ndatabase=\(folder)/index\nnew_certs_dir=\(folder)\nrand_serial=yes\n"
                    + "default_md=sha256\npolicy=p\nunique_subject=no\n"
                    + "[p]\nC=optional\nO=optional\nOU=optional\nCN=supplied\n"
                try Data(config.utf8).write(to: URL(fileURLWithPath: "\(folder)/conf"))
                try openssl(
                    [
                        "ca", "-batch", "-notext", "-config", "@conf", "-in", "@\(name).csr", "-out", "@\(name).pem",
                        "-extfile", "@ext", "-utf8", "-preserveDN",
                    ] + days + sign, in: folder)
            }
            func dates(_ from: Int, _ to: Int) -> [String] {
                func text(_ days: Int) -> String {
                    now.adding(seconds: days * 86_400).description.filter { $0 != "-" && $0 != ":" && $0 != "T" }
                }
                return ["-startdate", text(from), "-enddate", text(to)]
            }
            let authority =
                "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
            let below = "authorityKeyIdentifier=keyid\n"
            let leaf =
                "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,nonRepudiation\nsubjectKeyIdentifier=hash\n"
                + below
            try issue("root", by: nil, days: dates(-900, 900), extensions: authority)
            try issue("issuing", by: "root", days: dates(-900, 900), extensions: authority + below)
            try issue("leaf", by: "issuing", days: dates(-10, 60), extensions: leaf)
            try issue("ec", by: "issuing", days: dates(-10, 400), extensions: leaf, ec: true)
            try issue("expired", by: "issuing", days: dates(-400, -10), extensions: leaf)
            try issue("future", by: "issuing", days: dates(10, 400), extensions: leaf)
            try issue(
                "encrypting", by: "issuing", days: dates(-10, 400),
                extensions: leaf.replacingOccurrences(of: "nonRepudiation", with: "keyEncipherment"))
            var files: [String: [UInt8]] = [:]
            let names = ["root", "issuing", "leaf", "ec", "expired", "future", "encrypting"]
            for name in names {
                files["\(name).pem"] = try file("\(name).pem", in: folder)
                files["\(name).key"] = try file("\(name).key", in: folder)
            }
            return files
        }) ?? [:]
    }()

    static func bytes(_ name: String) -> [UInt8] { pki[name] ?? [] }

    /// A PKCS#12 file of a certificate with the chain of the shop.
    static func pkcs12(_ name: String = "leaf", password: String, _ options: [String] = []) throws -> [UInt8] {
        try Tool.withTemporaryFolder { folder in
            try Data(bytes("\(name).pem")).write(to: URL(fileURLWithPath: "\(folder)/c"))
            try Data(bytes("\(name).key")).write(to: URL(fileURLWithPath: "\(folder)/k"))
            // The root first: the order of a file says nothing.
            try Data(bytes("root.pem") + bytes("issuing.pem")).write(to: URL(fileURLWithPath: "\(folder)/chain"))
            try Data(password.utf8).write(to: URL(fileURLWithPath: "\(folder)/password"))
            var arguments = [
                "pkcs12", "-export", "-in", "@c", "-certfile", "@chain", "-out", "@out", "-passout",
                password.isEmpty ? "pass:" : "file:@password",
            ]
            if !options.contains("-nokeys") { arguments += ["-inkey", "@k"] }
            try openssl(arguments + options, in: folder)
            return try file("out", in: folder)
        }
    }

    /// A private key of the shop, protected by openssl.
    static func protectedKey(_ name: String, _ arguments: [String]) throws -> [UInt8] {
        try Tool.withTemporaryFolder { folder in
            try Data(bytes("\(name).key")).write(to: URL(fileURLWithPath: "\(folder)/k"))
            try openssl(arguments + ["-in", "@k", "-out", "@out"], in: folder)
            return try file("out", in: folder)
        }
    }
}
