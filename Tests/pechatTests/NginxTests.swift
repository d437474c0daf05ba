import Foundation
import TestSupport
import Testing

@Suite("pechat serve behind nginx", .needsTool("nginx"), .needsTool("curl"), .needsTool("openssl"))
struct NginxTests {
    /// The block of docs/service.md, with the places of this test.
    private func configuration(_ folder: String) throws -> String {
        let text = try String(contentsOfFile: "\(PackageFolder.root)/docs/service.md", encoding: .utf8)
        let block = try #require(text.components(separatedBy: "```nginx\n").dropFirst().first)
        let example = try #require(block.components(separatedBy: "```").first)
        let pki = try LoopbackPKI.shared()
        let listen = """
            listen unix:\(folder)/n ssl;
            ssl_certificate \(pki.path("seal.pem")); ssl_certificate_key \(pki.path("seal.key"));
            """
        let site = example.replacingOccurrences(of: "/run/pechat/pechat.sock", with: "\(folder)/s")
            .replacingOccurrences(of: "listen 443 ssl;", with: listen)
        let user = getuid() == 0 ? "user root;" : ""
        return """
            \(user) daemon off; pid \(folder)/pid; error_log \(folder)/errors; events {}
            http { access_log off; client_body_temp_path \(folder)/b; proxy_temp_path \(folder)/p;
            fastcgi_temp_path \(folder)/f; uwsgi_temp_path \(folder)/u; scgi_temp_path \(folder)/c;
            \(site) }
            """
    }

    @Test("the example of the documentation works: documents, problems and large contents come through")
    func example() throws {
        try Tool.withTemporaryFolder { folder in
            let made = try Program.run(
                ["serve", "key", "create", "shop", "--role", "finance", "--keys", "\(folder)/keys.json"])
            let secret = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
            try Data(#"{"listen": ["unix:\#(folder)/s"], "accessKeys": "\#(folder)/keys.json"}"#.utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/config.json"))
            let service = try Program.start(["serve", "--config", "\(folder)/config.json"], output: "\(folder)/out")
            defer { service.terminate() }
            try Data(try configuration(folder).utf8).write(to: URL(fileURLWithPath: "\(folder)/nginx.conf"))
            let nginx = Process()
            nginx.executableURL = URL(fileURLWithPath: Tool.path(of: "nginx") ?? "/usr/sbin/nginx")
            nginx.arguments = ["-p", folder, "-c", "\(folder)/nginx.conf", "-e", "\(folder)/errors"]
            try nginx.run()
            defer { nginx.terminate() }
            let curl = ["-s", "-k", "--unix-socket", "\(folder)/n"]
            let isUp = Program.wait {
                (try? Tool.run("curl", curl + ["https://x/health/live"]).output.contains("live")) ?? false
            }
            #expect(isUp, "\((try? String(contentsOfFile: "\(folder)/errors", encoding: .utf8)) ?? "")")
            let invoice = "\(PackageFolder.root)/samples/services/invoice.json"
            func post(_ path: String, _ file: String, key: String) throws -> String {
                let more = [
                    "-H", "Content-Type: application/json", "--data-binary", "@\(file)", "-o", "\(folder)/answer",
                ]
                let access = ["-H", "Authorization: Bearer \(key)", "-w", "%{http_code}", "https://x\(path)"]
                return try Tool.run("curl", curl + more + access).output
            }
            #expect(try post("/v1/render", invoice, key: secret) == "200")
            #expect(try Tool.bytes(of: "\(folder)/answer").starts(with: Array("%PDF".utf8)))
            // Nobody is let in without a key because nginx reaches the service through a local socket.
            #expect(try post("/v1/render", invoice, key: "pk_aaaaaaaa_wrong") == "401")
            // More than nginx lets through by itself: blanks after the document.
            let blanks = [UInt8](repeating: 0x20, count: 3 << 20)
            try Data(try Tool.bytes(of: invoice) + blanks).write(to: URL(fileURLWithPath: "\(folder)/large"))
            #expect(try post("/v1/xml", "\(folder)/large", key: secret) == "200")
        }
    }
}
