import Certificates
import Diagnostics
import Glibc
import HTTPServer
import InvoiceService
import Issuing

extension World {
    /// The configuration of the service; without a file that of a trial.
    func serviceConfiguration(_ file: String?) throws(ToolkitError) -> ServiceConfiguration {
        guard let file else { return ServiceConfiguration() }
        return try inFile(file, atMost: 1 << 20) { bytes throws(ToolkitError) in try ServiceConfiguration(json: bytes) }
    }

    /// The certificate of the service.
    func serverTLS(_ configuration: ServiceConfiguration) throws(ToolkitError) -> ServerTLS? {
        guard let tls = configuration.tls else { return nil }
        return ServerTLS(
            certificate: try read(tls.certificate, atMost: 1 << 20), key: try read(tls.key, atMost: 1 << 20),
            clientAuthorities: try tls.clientAuthorities.map { file throws(ToolkitError) in
                try read(file, atMost: 4 << 20)
            })
    }

    /// The keys of the service, unlocked, and the log of signatures, open.
    func signingDesk(_ configuration: ServiceConfiguration, _ host: ServiceHost) throws(ToolkitError) -> SigningDesk {
        let start = Timestamp(secondsSince1970: time(nil))
        let prefixes = Dictionary(uniqueKeysWithValues: (configuration.apiKeys ?? []).map { ($0.name, $0.prefix) })
        var keys: [ServiceKey] = []
        for key in configuration.signingKeys {
            keys.append(
                ServiceKey(
                    name: key.name, signer: try signer(key.key, passwordFile: key.passwordFile, at: start),
                    callers: key.callers.map { Set($0.compactMap { prefixes[$0] }) }, dailyLimit: key.dailyLimit,
                    allowsDigests: key.allowsDigests))
        }
        var authorities: [Certificate] = []
        for name in configuration.trust {
            for file in try CertFiles.all([name]) {
                authorities += try Certificate.all(in: try read(file, atMost: 4 << 20))
            }
        }
        let anchors = authorities.isEmpty ? nil : try TrustAnchors(authorities)
        guard let file = configuration.auditLog else {
            return SigningDesk(keys: keys, anchors: anchors) { host.log($0) }
        }
        let descriptor = unsafe file.withCString { unsafe open($0, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640) }
        guard descriptor >= 0 else {
            throw ToolkitError(
                .auditLog, "The audit log \(file) cannot be opened.", fix: "Look at the rights of its folder.")
        }
        return SigningDesk(keys: keys, anchors: anchors) { line throws(ToolkitError) in
            // One write a line, so that lines of several threads do not mix; and on the disk before the signature is out.
            try FileBytes.write(line + [UInt8(ascii: "\n")], to: descriptor, named: "the audit log")
            guard fdatasync(descriptor) == 0 else {
                throw ToolkitError(.auditLog, "The audit log cannot be written.", fix: "Look at the disk.")
            }
        }
    }
}

extension ToolkitError.Code {
    /// Signatures cannot be recorded, so none are made.
    fileprivate static let auditLog = Self("audit.log", .inputOutput)
}
