import Diagnostics
import Testing

@testable import HTTPClient

@Suite("AddressPolicy")
struct AddressPolicyTests {
    static let closed = [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::",
        "2001:db8::1", "2001::1", "fec0::1",
    ]
    static let open = [
        "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2a00:1450::1", "2606:4700::1",
        "2002:808:808::1", "1.1.1.1", "223.255.255.255",
    ]

    @Test("addresses of the own network are closed", arguments: closed)
    func refusing(text: String) throws {
        #expect(try !AddressPolicy().allows(#require(IPAddress.bytes(of: text))))
    }

    @Test("public addresses are open", arguments: open)
    func allowing(text: String) throws {
        #expect(try AddressPolicy().allows(#require(IPAddress.bytes(of: text))))
    }

    @Test("a block on the list is open, its neighbours are not")
    func list() throws {
        let policy = AddressPolicy(allowing: [try AddressBlock("10.20.0.0/14"), try AddressBlock("::1")])
        for (text, isOpen) in [
            ("10.20.0.1", true), ("10.23.255.255", true), ("10.24.0.0", false), ("::ffff:10.21.0.1", true),
            ("::1", true),
            ("::2", false),
        ] {
            #expect(try policy.allows(#require(IPAddress.bytes(of: text))) == isOpen, "\(text)")
        }
    }

    @Test(
        "what is no address is refused",
        arguments: ["", "localhost", "10.0.0.0/33", "10.0.0", "::1/129", "1.2.3.4/", "1.2.3.4/-1"])
    func malformed(text: String) {
        let error = #expect(throws: ToolkitError.self) { try AddressBlock(text) }
        #expect(error?.code == .networkBadAddress)
    }
}
