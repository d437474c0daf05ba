import Diagnostics
import Issuing
import JSONCore
import Signing

/// `pechat verify FILE.xml`: whether it is intact, who signed it, and whether the signer is trusted.
struct VerifyCommand: Command {
    static let description = CommandDescription(
        "verify", summary: "check the signature of an e-invoice XML", operands: "FILE.xml", operandCount: 1...1,
        options: [.trust, .at, .json, .quiet],
        details: """
            The status is one of ETSI EN 319 102-1: passed, indeterminate (such as a signature that is intact, by a signer
            whom no --trust vouches for) or failed. Only "passed" exits with 0. Nothing is fetched from the network.
            """,
        examples: [
            ("pechat verify signed.xml --trust ca.pem", "against an authority that you trust"),
            ("pechat verify signed.xml --trust ca.pem --at 2026-12-31T00:00:00Z --json", "as of a day, for a program"),
        ], exits: [.rejected, .unreadable])

    private let arguments: Arguments

    init(_ arguments: Arguments) throws(ToolkitError) { self.arguments = arguments }

    func run(in world: World) throws(ToolkitError) -> Exit {
        let anchors = try world.trustAnchors(arguments)
        let time = try world.now(arguments)
        let verifier = XMLSignatureVerifier(anchors: anchors)
        let report = try world.inFile(arguments.operands[0]) { bytes throws(ToolkitError) in
            try verifier.verify(bytes, at: time)
        }
        if arguments.has(.json) {
            var writer = JSONWriter()
            report.write(to: &writer)
            try world.write(writer.bytes + [UInt8(ascii: "\n")])
        } else if !arguments.has(.quiet) {
            let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
            try world.print(lines.map { String($0).printable }.joined(separator: "\n"))
        }
        return report.isValid ? .done : .rejected
    }
}
