import Certificates
import Diagnostics
import Glibc
import HTTPClient
import Issuing
import Signing

extension World {
    /// Opens a key file, or finds a key on a token or at a service.
    ///
    /// The password comes from a file, from standard input for `-`, from the systemd credential
    /// `pechat.password`, or from a question on the terminal; never from the command line.
    ///
    /// - Throws: `key.*` as `SigningIdentity` says; `file.unreadable`.
    func signer(_ key: String, passwordFile: String?, at now: Timestamp) throws(ToolkitError) -> any Signer {
        if TokenAddress.isAddress(key) {
            let address = try TokenAddress(key)
            return try TokenSigner(address, pin: pin(of: address, passwordFile: passwordFile), at: now)
        }
        let bytes = try read(key, atMost: 1 << 20)
        if RemoteKey.isDescription(bytes) {
            return try remoteSigner(RemoteKey(parsing: bytes), beside: key, passwordFile: passwordFile, at: now)
        }
        let identity = try SigningIdentity(keyFile: bytes, password: password(from: passwordFile, for: key, bytes))
        return try FileSigner(identity, at: now)
    }

    /// The PIN of a token: from a file that is named, else as a password.
    func pin(of address: TokenAddress, passwordFile: String?) throws(ToolkitError) -> [UInt8]? {
        try password(from: passwordFile ?? address.pinFile, for: "the token", asks: true)
    }

    /// A key that a service holds, described by a file.
    private func remoteSigner(
        _ remote: RemoteKey, beside file: String, passwordFile: String?, at now: Timestamp
    ) throws(ToolkitError) -> any Signer {
        var pem = Array(remote.certificate.utf8)
        if !remote.certificate.contains("-----BEGIN") {
            let isWhole = remote.certificate.hasPrefix("/") || file == "-"
            pem = try read(
                isWhole ? remote.certificate : "\(OutputFile.folder(of: file))/\(remote.certificate)", atMost: 1 << 20)
        }
        let secret = try password(from: passwordFile, for: "the service", asks: false)
        return try RemoteSigner(
            remote, certificates: Certificate.all(in: pem), authorization: remote.authorization(password: secret),
            at: now, fetch: HTTPFetcher().fetch)
    }

    /// The password of a key file, from wherever it is given; nil where there is none.
    func password(from file: String?, for key: String, _ bytes: [UInt8]) throws(ToolkitError) -> [UInt8]? {
        try password(from: file, for: key, asks: SigningIdentity.needsPassword(bytes))
    }

    /// The secret of a key; a person is asked for it only where `asks` says so.
    private func password(
        from file: String?, for key: String, asks: @autoclosure () -> Bool
    ) throws(ToolkitError) -> [UInt8]? {
        if let file { return Self.firstLine(of: try read(file, atMost: 4096)) }
        if let folder = unsafe getenv("CREDENTIALS_DIRECTORY").map({ unsafe String(cString: $0) }),
            let bytes = try? FileBytes.read("\(folder)/pechat.password", atMost: 4096)
        {
            return Self.firstLine(of: bytes)
        }
        guard isatty(STDIN_FILENO) == 1, watchesErrors, asks() else { return nil }
        return ask("Password of \(key): ")
    }

    /// The first line of a file with a password.
    func secret(in file: String) throws(ToolkitError) -> [UInt8] { Self.firstLine(of: try read(file, atMost: 4096)) }

    /// The first line without its end, and without the byte order mark that some editors put before it.
    private static func firstLine(of bytes: [UInt8]) -> [UInt8] {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return Array(bytes[start...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
    }

    /// Asks on the terminal without showing what is typed.
    private func ask(_ question: String) -> [UInt8] {
        var before = termios()
        unsafe tcgetattr(STDIN_FILENO, &before)
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            note("")
        }
        try? FileBytes.write(Array(question.utf8), to: STDERR_FILENO, named: "standard error")
        return Array((readLine(strippingNewline: true) ?? "").utf8)
    }

    /// Reads the JSON or XML of one document, within the limit of a document.
    func readDocument(_ name: String) throws(ToolkitError) -> [UInt8] { try read(name, atMost: 16 << 20) }
}

extension World {
    /// A key of the command line, ready to sign documents.
    func seal(_ key: String, _ arguments: Arguments) throws(ToolkitError) -> Seal {
        let now = try now(arguments)
        let target = arguments.value(.sealed).flatMap(Seal.Target.init(rawValue:)) ?? .both
        return try Seal(
            try signer(key, passwordFile: arguments.value(.passwordFile), at: now), target: target, at: now)
    }

    /// The authorities that `--trust` and `--trusted-list` name; nil where none is named.
    func trustAnchors(_ arguments: Arguments) throws(ToolkitError) -> TrustAnchors? {
        var certificates: [Certificate] = []
        for name in arguments.all(.trust) {
            for file in try CertFiles.all([name]) {
                certificates += try Certificate.all(in: try read(file, atMost: 4 << 20))
            }
        }
        certificates += try listedAuthorities(arguments)
        return certificates.isEmpty ? nil : try TrustAnchors(certificates)
    }
}

extension World {
    /// The authorities and time-stamping services that trusted lists vouch for at the time of the command.
    private func listedAuthorities(_ arguments: Arguments) throws(ToolkitError) -> [Certificate] {
        guard arguments.has(.trustedList) else { return [] }
        var signers: [Certificate] = []
        for file in arguments.all(.listSigner) { signers += try Certificate.all(in: try read(file, atMost: 1 << 20)) }
        guard !signers.isEmpty else {
            throw ToolkitError(
                .usage, "A trusted list needs the certificate of whoever signs it.",
                fix: "Get it from the operator of the list, compare its fingerprint, and give --list-signer CERT.pem.")
        }
        let now = try now(arguments)
        var found: [Certificate] = []
        for name in arguments.all(.trustedList) {
            let isAddress = name.hasPrefix("https://") || name.hasPrefix("http://")
            let bytes =
                isAddress
                ? try fetch(arguments)(NetworkRequest(.trustedList, url: name, sizeLimit: TrustedList.sizeLimit))
                : try read(name, atMost: TrustedList.sizeLimit)
            let list = try TrustedList(verifying: bytes, signedBy: signers, at: now)
            found += list.certificates(of: [.qualifiedAuthority, .qualifiedTimestamps], at: now)
        }
        return found
    }

    /// Gets things from the network, for the parts that ask for them.
    ///
    /// Nothing is loaded before the first request. Addresses of the own network are open to what stands in
    /// certificates only when `--allow-address` names them.
    ///
    /// - Throws: `network.badAddress` where an option names no address.
    func fetch(_ arguments: Arguments) throws(ToolkitError) -> Fetch {
        HTTPFetcher(addresses: try addressPolicy(arguments.all(.allowAddress))).fetch
    }

    /// Which addresses strangers may lead to: public ones, and those that are named.
    ///
    /// - Throws: `network.badAddress`.
    func addressPolicy(_ allowed: [String]) throws(ToolkitError) -> AddressPolicy {
        var blocks: [AddressBlock] = []
        for text in allowed { blocks.append(try AddressBlock(text)) }
        return AddressPolicy(allowing: blocks)
    }
}
