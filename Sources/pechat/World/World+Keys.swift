import Certificates
import Diagnostics
import Glibc
import HTTPClient
import Issuing

extension World {
    /// Opens a key file.
    ///
    /// The password comes from a file, from standard input for `-`, from the systemd credential
    /// `pechat.password`, or from a question on the terminal; never from the command line.
    ///
    /// - Throws: `key.*` as `SigningIdentity` says; `file.unreadable`.
    func signer(_ key: String, passwordFile: String?, at now: Timestamp) throws(ToolkitError) -> any Signer {
        try FileSigner(identity(key, passwordFile: passwordFile), at: now)
    }

    /// The identity in a key file: private key and certificates.
    private func identity(_ key: String, passwordFile: String?) throws(ToolkitError) -> SigningIdentity {
        if key.hasPrefix("pkcs11:") {
            throw ToolkitError(
                .usage, "Keys on tokens are not supported yet.", fix: "Give a .p12, .pfx or .pem file.")
        }
        let bytes = try read(key, atMost: 1 << 20)
        return try SigningIdentity(keyFile: bytes, password: password(from: passwordFile, for: key, bytes))
    }

    /// The password of a key file, from wherever it is given; nil where there is none.
    func password(from file: String?, for key: String, _ bytes: [UInt8]) throws(ToolkitError) -> [UInt8]? {
        if let file { return Self.firstLine(of: try read(file, atMost: 4096)) }
        if let folder = unsafe getenv("CREDENTIALS_DIRECTORY").map({ unsafe String(cString: $0) }),
            let bytes = try? FileBytes.read("\(folder)/pechat.password", atMost: 4096)
        {
            return Self.firstLine(of: bytes)
        }
        guard SigningIdentity.needsPassword(bytes), isatty(STDIN_FILENO) == 1, watchesErrors else { return nil }
        return ask("Password of \(key): ")
    }

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
        return try Seal(try signer(key, passwordFile: arguments.value(.passwordFile), at: now), at: now)
    }

    /// The authorities in the files that `--trust` names; nil where none is named.
    func trustAnchors(_ arguments: Arguments) throws(ToolkitError) -> TrustAnchors? {
        var certificates: [Certificate] = []
        for file in arguments.all(.trust) { certificates += try Certificate.all(in: try read(file, atMost: 4 << 20)) }
        return certificates.isEmpty ? nil : try TrustAnchors(certificates)
    }
}

extension World {
    /// Gets things from the network, for the parts that ask for them.
    ///
    /// Nothing is loaded before the first request. Addresses of the own network are open to what stands in
    /// certificates only when `--allow-address` names them.
    ///
    /// - Throws: `network.badAddress` where an option names no address.
    func fetch(_ arguments: Arguments) throws(ToolkitError) -> Fetch {
        var allowed: [AddressBlock] = []
        for text in arguments.all(.allowAddress) { allowed.append(try AddressBlock(text)) }
        return HTTPFetcher(addresses: AddressPolicy(allowing: allowed)).fetch
    }
}
