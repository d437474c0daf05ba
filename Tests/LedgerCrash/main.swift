// The part of `scripts/crash-ledger` that speaks to the ledger; no command of pechat.
//   ledger-crash write LEDGER WRITER FIRST COUNT   issues, and says "ack" for each number before it goes on
//   ledger-crash check LEDGER                      compares with "WRITER ORDER NUMBER|-" on stdin; exit code 1 for faults
import Diagnostics
import Glibc

let words = Array(CommandLine.arguments.dropFirst())
do throws(ToolkitError) {
    switch words.first {
    case "write" where words.count == 5:
        guard let first = Int(words[3]), let count = Int(words[4]) else { exit(2) }
        exit(try CrashWriter(ledger: words[1], name: words[2]).run(first..<(first + count)))
    case "check" where words.count == 2: exit(try CrashCheck(ledger: words[1]).run() ? 0 : 1)
    default: exit(2)
    }
} catch {
    say("failed \(error.code.name) \(error.facts)")
    exit(3)
}

/// Writes a line at once: what was said before a crash counts.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = unsafe write(STDOUT_FILENO, bytes, bytes.count)
}
