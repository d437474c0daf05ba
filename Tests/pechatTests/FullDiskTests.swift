import Foundation
import TestSupport
import Testing

@Suite("A full disk under the ledger")
struct FullDiskTests {
    /// On a file system of 3 MiB: the ledger begins, the disk fills up, commands fail, space comes back.
    private static let script = """
        pechat=$1; folder=$2; invoice=$3
        mount -t tmpfs -o size=3m none "$folder" || exit 9
        cd "$folder"
        run() { "$pechat" "$@" --ledger books.db --now 2026-11-20T12:00:00Z; }
        run issue "$invoice" || exit 1
        for left in 0 4096 40960; do
            dd if=/dev/zero of=filler bs=4096 2>/dev/null; rm -f room
            [ $left = 0 ] || truncate -s -$left filler
            echo "full $left"; run pay FAK-2026-0001 1.00; echo "pay $?"
            run issue "$invoice"; echo "issue $?"
            rm filler
            run ledger audit || exit 2
        done
        run jobs run >/dev/null; echo "jobs $?"
        run issue "$invoice" || exit 3
        run ledger audit || exit 4
        echo end
        """

    @Test("commands fail clearly, lose nothing, and go on when there is space", .needsMounts)
    func fullDisk() throws {
        try LedgerDesk.with { desk in
            let folder = "\(desk.folder)/small"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let outcome = try Tool.run(
                "unshare", ["-m", "sh", "-c", Self.script, "sh", Program.path, folder, desk.invoice()])
            #expect(outcome.status == 0 && outcome.output.hasSuffix("end\n"), "\(outcome.output)\n\(outcome.errors)")
            let words = outcome.output.split(separator: "\n").map(String.init)
            // Each attempt succeeded, or failed with the code of the disk; an issued document may wait for its files.
            let payments = words.filter { $0.hasPrefix("pay ") }
            let issues = words.filter { $0.hasPrefix("issue ") }
            #expect(payments.count == 3 && payments.allSatisfy { ["pay 0", "pay 74"].contains($0) }, "\(words)")
            #expect(
                issues.count == 3 && issues.allSatisfy { ["issue 0", "issue 74", "issue 75"].contains($0) }, "\(words)")
            #expect(payments.first == "pay 74" && outcome.errors.contains("[ledger.full]"), "\(outcome.errors)")
            #expect(!outcome.errors.contains("[ledger.unavailable]") && !outcome.errors.contains("[ledger.damaged]"))
        }
    }

    /// The audit of signatures on a file system of 64 KiB: the service signs until the disk is full, and again with space.
    private static let signing = """
        pechat=$1; folder=$2
        mount -t tmpfs -o size=64k none "$folder/small" || exit 9
        cd "$folder"
        serve() { "$pechat" serve --config config.json > "$1" 2>&1 & id=$!; }
        sign() {
            curl -s -o /dev/null -w '%{http_code} ' --unix-socket s -H 'Content-Type: application/json' -d '{}' \\
                --retry 20 --retry-delay 1 --retry-connrefused http://x/v1/sign
        }
        ready() { for try in $(seq 200); do [ -S s ] && curl -s --unix-socket s http://x/health/live && return; sleep 0.1; done; }
        serve one; ready > live
        sign; dd if=/dev/zero of=small/filler bs=4096 2> /dev/null
        for turn in $(seq 20); do
            code=$(curl -s -o /dev/null -w '%{http_code}' --unix-socket s -H 'Content-Type: application/json' -d '{}' http://x/v1/sign)
            [ $code = 200 ] || break
        done
        echo "full $code"
        rm small/filler; sign; kill $id; wait $id
        rm -f s; serve two; ready > live; sign; kill $id; wait $id
        echo "end $?"
        """

    @Test(
        "nothing is signed without its line in the audit, and half a line is taken back", .needsMounts,
        .needsTool("curl"))
    func fullAudit() throws {
        try Tool.withTemporaryFolder { folder in
            func path(_ name: String) -> String { "\(folder)/\(name)" }
            #expect(try Program.run(["cert", "make-test", "--out", path("keys")]).status == 0)
            try FileManager.default.createDirectory(atPath: path("small"), withIntermediateDirectories: false)
            try Data(
                """
                {"listen": ["unix:s"], "audit": "small/audit", "keys": [{"name": "seal", "key": "keys/signer.p12",
                 "passwordFile": "keys/password.txt"}]}
                """.utf8
            ).write(to: URL(fileURLWithPath: path("config.json")))
            let outcome = try Tool.run("unshare", ["-m", "sh", "-c", Self.signing, "sh", Program.path, folder])
            #expect(outcome.output == "200 full 503\n200 200 end 0\n", "\(outcome.errors)")
        }
    }
}
