import Diagnostics
import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite("ListeningSocket")
struct ListeningSocketTests {
    @Test("a socket file that a dead server left is replaced, and one in use is not")
    func unixSocket() throws {
        try Tool.withTemporaryFolder { folder in
            let address = "unix:\(folder)/s"
            let first = try ListeningSocket(address)
            #expect(throws: ToolkitError.self) { _ = try ListeningSocket(address) }
            _ = consume first
            _ = try ListeningSocket(address)
        }
    }

    @Test(
        "what nobody can listen at is told",
        arguments: ["nowhere", "127.0.0.1:99999", "unix:/nowhere/at/all", "192.0.2.1:0"])
    func badAddress(address: String) throws {
        let error = #expect(throws: ToolkitError.self) { _ = try ListeningSocket(address) }
        #expect(error?.code == .httpAddress)
    }
}
