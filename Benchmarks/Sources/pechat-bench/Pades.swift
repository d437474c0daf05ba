import Certificates
import Dispatch
import Issuing
import Signing

/// `pechat-bench pades`: signatures of PDF files a second on one core and on two, and verifications.
struct Pades {
    private let seconds: Double

    init(_ words: ArraySlice<String>) throws { seconds = try Options(words).number("--seconds", 2) }

    func run() throws {
        let now = Timestamp(secondsSince1970: 1_795_176_000)
        let made = try TestAuthority.make(now: now)
        let identity = try SigningIdentity(keyFile: made.signerP12, password: Array(made.password.utf8))
        let signer = try PAdESSigner(FileSigner(identity, at: now))
        let verifier = PDFSignatureVerifier(anchors: try TrustAnchors(pem: made.caPEM))
        let documents = Documents(lines: 20)
        let bench = Workbench(Toolkit.bundled())
        let files = try (0..<50).map { try bench.pdf(documents.json($0)) }
        let signed = try files.map { try signer.sign($0, at: now).bytes }
        let one = try Measuring.run(count: files.count, seconds: seconds) {
            _ = try signer.sign(files[$0], at: now)
        }
        let check = try Measuring.run(count: signed.count, seconds: seconds) {
            guard try verifier.verify(signed[$0], at: now)?.isValid == true else { throw Failure("not valid") }
        }
        let seconds = seconds
        let start = Measuring.now()
        DispatchQueue.concurrentPerform(iterations: 2) { thread in
            for index in 0..<one.count { _ = try? signer.sign(files[(index + thread) % files.count], at: now) }
        }
        let two = Double(2 * one.count) / (Measuring.now() - start)
        print(
            "{\"signatures_per_s\":\(Int(one.rate)),\"two_threads_per_s\":\(Int(two)),\"ratio\":"
                + "\((two / one.rate * 100).rounded() / 100),\"verifications_per_s\":\(Int(check.rate)),\"bytes\":"
                + "\(files[0].count),\"seconds\":\(seconds)}")
    }
}
