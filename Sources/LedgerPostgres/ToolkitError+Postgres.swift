import Diagnostics
import Ledger

extension ToolkitError {
    /// The error behind a state of the server.
    ///
    /// Source: PostgreSQL 15, appendix A.
    init(sqlstate state: String, facts: [String: String]) {
        switch state {
        // Text that is no UTF-8 or holds a NUL.
        case "22021":
            self.init(
                .entryText, "A text holds a character that the server of the ledger does not keep, such as U+0000.",
                fix: "Remove it from number, customer, key or note.", facts: facts)
        // Limits of the program, such as the size of what an index holds.
        case _ where state.hasPrefix("54"):
            self.init(
                .entryTooLarge, "A value is longer than the server of the ledger keeps.",
                fix: "Shorten the number, the customer's or the provider's identifier.", facts: facts)
        // Unique, foreign and check constraints.
        case _ where state.hasPrefix("23"):
            self.init(.ledgerConflict, "The rules of the ledger forbid this entry.", facts: facts)
        case "40001", "40P01", "55P03":
            self.init(
                .ledgerBusy, "Another program writes to the ledger for too long.", fix: "Try again.", facts: facts)
        case "53100":
            self.init(
                .ledgerFull, "The disk of the ledger is full; nothing was changed.",
                fix: "Free some space and repeat the command.", facts: facts)
        case "XX001", "XX002":
            self.init(
                .ledgerDamaged, "The ledger's database is damaged.", fix: "Restore the last backup.", facts: facts)
        case _ where state.hasPrefix("42") || state.hasPrefix("22") || state.hasPrefix("0A"):
            self.init(.ledgerStatement, "A statement of the ledger is wrong.", facts: facts)
        default:
            self.init(
                .ledgerUnavailable, "The server of the ledger does not answer as it should.",
                fix: "Check that the server runs and that its disk is healthy.", facts: facts)
        }
    }

    /// Whether the server closes the connection after this state.
    static func endsConnection(_ state: String) -> Bool {
        state.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05", "25P03"].contains(state)
    }

    /// Whether another try of the same transaction can succeed at once.
    var isConcurrencyFailure: Bool { ["40001", "40P01"].contains(facts["sqlstate"]) }

    /// The server cannot be reached, or the connection broke before anything was committed.
    static func connectionLost(_ problem: String? = nil) -> ToolkitError {
        var facts: [String: String] = [:]
        facts["libpq"] = problem?.split(separator: "\n").first.map(String.init)
        return ToolkitError(
            .ledgerUnavailable, "The server of the ledger cannot be reached; nothing was changed.",
            fix: "Check that it runs, and the user, password and database in the address of the ledger.",
            facts: facts)
    }

    /// The connection broke while the commit was on its way.
    static func outcomeUnknown(_ cause: ToolkitError) -> ToolkitError {
        ToolkitError(
            .ledgerOutcomeUnknown, "The connection to the ledger broke during the commit; it may have happened or not.",
            fix: "Repeat the request with the same idempotency key: it answers what was done, or does it now.",
            facts: cause.facts, cause: cause)
    }

    static var noLibrary: ToolkitError {
        ToolkitError(
            .ledgerUnavailable, "The library libpq 14 or later is not installed.",
            fix: "Install the Debian package libpq5, or use a ledger in a file.")
    }

    static var poolExhausted: ToolkitError {
        ToolkitError(.ledgerBusy, "All connections to the ledger are in use.", fix: "Try again.")
    }
}
