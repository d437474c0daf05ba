import Diagnostics
import Ledger

/// Compares what writers were told with what the ledger holds after a crash.
struct CrashCheck {
    let ledger: String

    /// Whether everything is right; says what is not.
    func run() throws(ToolkitError) -> Bool {
        let books = try CrashOrder.ledger(ledger)
        let before = try books.audit(issuer: CrashOrder.issuer, damage: books.damage())
        var faults = before.findings.map { "audit \($0.rule) \($0.pointer)" }
        var holders: [String: String] = [:]
        var repeated = 0
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3, let number = Int(words[1]) else { continue }
            let order = try CrashOrder(writer: words[0], number: number).order()
            let issued = try books.issue(order).number
            if words[2] == "-" {
                repeated += 1
                if try books.issue(order).number != issued { faults.append("unstable \(line)") }
            } else if issued != words[2] {
                faults.append("lost \(line): now \(issued)")
            }
            if let other = holders.updateValue("\(words[0]) \(words[1])", forKey: issued) {
                faults.append("duplicate \(issued): \(other) and \(line)")
            }
        }
        let after = try books.audit(issuer: CrashOrder.issuer)
        faults += after.findings.map { "audit \($0.rule) \($0.pointer)" }
        if after.documents != holders.count {
            faults.append("documents: \(after.documents), orders: \(holders.count)")
        }
        for fault in faults { say("fault \(fault)") }
        say("checked \(before.documents) \(after.documents) \(repeated)")
        return faults.isEmpty
    }
}
