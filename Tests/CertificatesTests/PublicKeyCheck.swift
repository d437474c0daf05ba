import Foundation
import TestSupport

@testable import Certificates

/// Signatures judged by the openssl command.
enum PublicKeyCheck {
    static func verify(
        _ signature: [UInt8], of message: [UInt8], by certificate: Certificate, _ algorithm: SignatureAlgorithm
    ) -> Bool {
        let outcome = try? Tool.withTemporaryFolder { folder in
            let encoded = algorithm.isRSA ? signature : der(signature)
            try Data(encoded).write(to: URL(fileURLWithPath: "\(folder)/s"))
            try Data(message).write(to: URL(fileURLWithPath: "\(folder)/m"))
            try Data(certificate.pem.utf8).write(to: URL(fileURLWithPath: "\(folder)/c"))
            let key = try Tool.run("openssl", ["x509", "-in", "\(folder)/c", "-pubkey", "-noout"]).output
            try Data(key.utf8).write(to: URL(fileURLWithPath: "\(folder)/p"))
            let padding = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
            return try Tool.run(
                "openssl",
                (algorithm.isPSS ? ["dgst"] + padding : ["dgst"]) + [
                    "-" + algorithm.digest.rawValue.lowercased(), "-verify", "\(folder)/p", "-signature",
                    "\(folder)/s",
                    "\(folder)/m",
                ])
        }
        return outcome?.status == 0
    }

    /// Two unsigned integers of 32 bytes each as DER.
    private static func der(_ raw: [UInt8]) -> [UInt8] {
        func integer(_ half: ArraySlice<UInt8>) -> [UInt8] {
            var value = Array(half.drop { $0 == 0 })
            if (value.first ?? 0x80) >= 0x80 { value.insert(0, at: 0) }
            return [2, UInt8(value.count)] + value
        }
        let body = integer(raw.prefix(raw.count / 2)) + integer(raw.suffix(raw.count / 2))
        return [0x30, UInt8(body.count)] + body
    }
}
