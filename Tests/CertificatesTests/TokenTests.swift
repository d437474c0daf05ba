import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Certificates

@Suite("TokenAddress")
struct TokenAddressTests {
    @Test("reads the attributes of RFC 7512")
    func reading() throws {
        let address = try TokenAddress(
            "pkcs11:token=%D0%9F%D0%B5%D1%87%D0%B0%D1%82%3B1;manufacturer=M;model=X;serial=0042;slot-id=7;object=my%20key;"
                + "id=%01%ff;type=private;x-vendor=1?module-path=/usr/lib/m.so&pin-source=file:/run/pin&x-a=b")
        #expect(address.token == "Печат;1" && address.object == "my key" && address.id == [1, 255])
        #expect(address.manufacturer == "M" && address.model == "X" && address.serial == "0042" && address.slot == 7)
        #expect(address.module == "/usr/lib/m.so" && address.pinFile == "/run/pin")
        #expect(try TokenAddress("pkcs11:?module-name=softhsm2").module == "libsofthsm2.so")
        #expect(try TokenAddress("pkcs11:?pin-source=file:///run/pin").pinFile == "/run/pin")
        #expect(try TokenAddress("PKCS11:").token == nil)
    }

    static let bad = [
        "file:x", "pkcs11:token", "pkcs11:token=a;token=b", "pkcs11:unknown=1", "pkcs11:token=%4", "pkcs11:token=%zz",
        "pkcs11:token=%ff", "pkcs11:slot-id=x", "pkcs11:type=public", "pkcs11:?pin-value=1234", "pkcs11:;",
        "pkcs11:token=a;",
        "pkcs11:?module-name=../x", "pkcs11:?pin-source=pin", "pkcs11:?pin-source=http://x/", "pkcs11:token=%00",
        "pkcs11:=x",
    ]

    @Test("refuses what it cannot read, and PINs on the command line", arguments: bad)
    func refusing(text: String) {
        let error = #expect(throws: ToolkitError.self) { try TokenAddress(text) }
        #expect(error?.code == .keyBadAddress)
    }
}

/// SoftHSM2 plays the token; its folder is named by an environment variable, hence one for the process.
@Suite("TokenSigner", .needsTool("softhsm2-util"), .needsTool("pkcs11-tool"), .needsTool("openssl"), .serialized)
struct TokenSignerTests {
    static let module = "/usr/lib/softhsm/libsofthsm2.so"
    static let pin = Array("648219".utf8)

    /// A token with an RSA key, a key on P-256, and a key whose certificate belongs to another.
    static let folder: String? = {
        let folder = NSTemporaryDirectory() + "pechat-token-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
            try Data("directories.tokendir = \(folder)/tokens\nobjectstore.backend = file\nlog.level = ERROR\n".utf8)
                .write(to: URL(fileURLWithPath: folder + "/conf"))
            unsafe setenv("SOFTHSM2_CONF", folder + "/conf", 1)
            try tool(
                "softhsm2-util",
                ["--init-token", "--free", "--label", "Печат", "--pin", "648219", "--so-pin", "12345678"], folder)
            for (id, name, certificate) in [
                ("01", "leaf", "leaf"), ("02", "ec", "ec"), ("03", "encrypting", "expired"),
            ] {
                try Data(KeyShop.bytes("\(name).key")).write(to: URL(fileURLWithPath: folder + "/k.pem"))
                try tool(
                    "softhsm2-util",
                    [
                        "--import", folder + "/k.pem", "--token", "Печат", "--label", "key \(name)", "--id", id,
                        "--pin", "648219",
                    ], folder)
                try write(certificate, id: id, label: "cert \(name)", in: folder)
            }
            try write("issuing", id: "aa", label: "issuing", in: folder)
            return folder
        } catch {
            Issue.record("no token: \(error)")
            return nil
        }
    }()

    private static func write(_ name: String, id: String, label: String, in folder: String) throws {
        try Data(KeyShop.bytes("\(name).pem")).write(to: URL(fileURLWithPath: folder + "/c.pem"))
        try tool("openssl", ["x509", "-in", folder + "/c.pem", "-outform", "DER", "-out", folder + "/c.der"], folder)
        try tool(
            "pkcs11-tool",
            [
                "--module", module, "--token-label", "Печат", "--login", "--pin", "648219", "--write-object",
                folder + "/c.der",
                "--type", "cert", "--id", id, "--label", label,
            ], folder)
    }

    private static func tool(_ name: String, _ arguments: [String], _ folder: String) throws {
        let outcome = try Tool.run("env", ["SOFTHSM2_CONF=\(folder)/conf", name] + arguments)
        guard outcome.status == 0 else { throw KeyShop.ShopError(text: outcome.output + outcome.errors) }
    }

    private func signer(_ path: String, pin: [UInt8]? = TokenSignerTests.pin) throws -> TokenSigner {
        _ = try #require(Self.folder)
        return try TokenSigner(
            TokenAddress("pkcs11:\(path)?module-path=\(Self.module)"), pin: pin, at: KeyShop.now, sessions: 4)
    }

    @Test(
        "signs so that openssl agrees",
        arguments: ["token=Печат;object=key%20leaf", "token=Печат;object=cert%20ec", "id=%01"])
    func signing(path: String) throws {
        let signer = try signer(path)
        #expect(signer.chain.count == 2)
        for algorithm in signer.algorithms {
            let message = Array("Печат \(algorithm)".utf8)
            let signature = try signer.sign(message, with: algorithm)
            #expect(try PublicKey(of: signer.chain[0]).accepts(signature, of: message, with: algorithm), "\(algorithm)")
            if algorithm.digest == .sha256 {
                #expect(PublicKeyCheck.verify(signature, of: message, by: signer.chain[0], algorithm))
            }
        }
    }

    static let refusals: [(String, [UInt8]?, ToolkitError.Code)] = [
        ("token=nothing", pin, .keyTokenUnavailable), ("object=nothing", pin, .keyMissingPrivateKey),
        ("token=Печат", pin, .keyBadAddress), ("id=%01", nil, .keyInvalidPassword),
        ("slot-id=999999", pin, .keyTokenUnavailable), ("id=%03", pin, .keyExpired),
    ]

    @Test("what is wrong has its name", arguments: refusals)
    func refusing(path: String, pin: [UInt8]?, code: ToolkitError.Code) {
        let error = #expect(throws: ToolkitError.self) { try signer(path, pin: pin) }
        #expect(error?.code == code, "\(String(reflecting: error))")
    }

    @Test("a module that is none has its name")
    func module() throws {
        for path in ["/nowhere.so", "libm.so.6"] {
            let error = #expect(throws: ToolkitError.self) {
                try TokenSigner(TokenAddress("pkcs11:?module-path=\(path)"), pin: nil, at: KeyShop.now)
            }
            #expect(error?.code == .keyTokenUnavailable)
        }
    }

    @Test("many threads share a pool that is smaller than they are")
    func threads() throws {
        let signer = try signer("object=key%20ec")
        let key = try PublicKey(of: signer.chain[0])
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let message = Array("\(index)".utf8)
            let signature = try? signer.sign(message, with: .ecdsaSHA256)
            #expect(signature.map { key.accepts($0, of: message, with: .ecdsaSHA256) } == true)
        }
    }

    @Test("a child process opens the token anew, and the parent goes on with its sessions")
    func fork() throws {
        let signer = try signer("object=key%20ec")
        let key = try PublicKey(of: signer.chain[0])
        _ = try signer.sign([1], with: .ecdsaSHA256)
        let outcome = ChildProcess.run {
            let signature = try? signer.sign([2], with: .ecdsaSHA256)
            return signature.map { key.accepts($0, of: [2], with: .ecdsaSHA256) } == true ? 0 : 1
        }
        #expect(outcome == 0)
        let signature = try signer.sign([3], with: .ecdsaSHA256)
        #expect(key.accepts(signature, of: [3], with: .ecdsaSHA256))
    }

    @Test("lost sessions are opened again")
    func reconnection() throws {
        let first = try signer("object=key%20ec")
        let key = try PublicKey(of: first.chain[0])
        _ = try first.sign([1], with: .ecdsaSHA256)
        for finalises in [false, true] {
            TokenFault.loseSessions(of: Self.module, finalising: finalises)
            let signature = try first.sign([2], with: .ecdsaSHA256)
            #expect(key.accepts(signature, of: [2], with: .ecdsaSHA256))
        }
    }
}

/// A child process, which Swift does not offer.
enum ChildProcess {
    /// Runs something in a child and returns its exit code; nil where it does not end within ten seconds.
    static func run(_ body: () -> Int32) -> Int32? {
        typealias Fork = @convention(c) () -> Int32
        guard let found = unsafe dlsym(nil, "fork") else { return nil }
        let child = unsafe unsafeBitCast(found, to: Fork.self)()
        if child == 0 { _exit(body()) }
        for _ in 0..<1000 {
            var status: Int32 = 0
            if unsafe waitpid(child, &status, WNOHANG) == child { return status & 0x7F == 0 ? status >> 8 : nil }
            usleep(10_000)
        }
        kill(child, SIGKILL)
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        return nil
    }
}

/// Breaks what the signer holds, as a token does that is pulled out: through the module's own functions.
enum TokenFault {
    static func loseSessions(of module: String, finalising: Bool) {
        guard let handle = unsafe dlopen(module, RTLD_NOW) else { return }
        if finalising {
            typealias Finalize = @convention(c) (UnsafeMutableRawPointer?) -> UInt
            guard let found = unsafe dlsym(handle, "C_Finalize") else { return }
            _ = unsafe unsafeBitCast(found, to: Finalize.self)(nil)
        } else {
            typealias CloseAll = @convention(c) (UInt) -> UInt
            guard let found = unsafe dlsym(handle, "C_CloseAllSessions") else { return }
            let close = unsafe unsafeBitCast(found, to: CloseAll.self)
            typealias List = @convention(c) (UInt8, UnsafeMutablePointer<UInt>?, UnsafeMutablePointer<UInt>) -> UInt
            guard let listing = unsafe dlsym(handle, "C_GetSlotList") else { return }
            var slots = [UInt](repeating: 0, count: 16)
            var count: UInt = 16
            _ = unsafe unsafeBitCast(listing, to: List.self)(1, &slots, &count)
            for slot in slots.prefix(Int(count)) { _ = close(slot) }
        }
    }
}
