extension Migration {
    /// Triggers that keep what was written: nets beneath the code above, and against hands in the database.
    static func guards(_ engine: StoreEngine) -> [String] {
        let final = ["document", "document_tax", "instalment", "audit", "idempotency", "file"]
        var rules = final.flatMap { table in
            [
                Rule(table: table, event: "UPDATE", condition: nil, message: "entries of \(table) are final"),
                Rule(table: table, event: "DELETE", condition: nil, message: "entries of \(table) are final"),
            ]
        }
        rules += [
            Rule(
                table: "series", event: "UPDATE",
                condition: "NEW.next < OLD.next OR NEW.first <> OLD.first OR NEW.last_date < OLD.last_date",
                message: "a number is never given twice"),
            Rule(table: "series", event: "DELETE", condition: nil, message: "a number is never given twice"),
            Rule(
                table: "issuer", event: "UPDATE", condition: "NEW.audit_seq < OLD.audit_seq",
                message: "the audit chain only grows"),
            Rule(table: "issuer", event: "DELETE", condition: nil, message: "the audit chain only grows"),
            Rule(
                table: "movement", event: "UPDATE",
                condition: """
                    NEW.amount <> OLD.amount OR NEW.document <> OLD.document OR NEW.kind <> OLD.kind
                    OR NEW.id <> OLD.id OR NEW.issuer <> OLD.issuer OR NEW.day <> OLD.day
                    OR NEW.counterpart IS DISTINCT FROM OLD.counterpart
                    OR NEW.external_id IS DISTINCT FROM OLD.external_id
                    """,
                message: "amounts of movements are final"),
            Rule(table: "movement", event: "DELETE", condition: nil, message: "movements are final"),
            Rule(table: "document_state", event: "DELETE", condition: nil, message: "states of documents stay"),
            Rule(
                table: "document_state", event: "UPDATE",
                condition: "OLD.lifecycle = 'void' AND NEW.lifecycle <> 'void'", message: "what is void stays void"),
        ]
        return rules.flatMap { $0.statements(engine) }
    }

    /// What may not happen to the rows of a table.
    private struct Rule {
        let table: String
        let event: String
        let condition: String?
        let message: String

        func statements(_ engine: StoreEngine) -> [String] {
            let name = "\(table)_\(event.lowercased())_guard"
            let when = condition.map { " WHEN (\($0))" } ?? ""
            switch engine {
            case .sqlite:
                return [
                    """
                    CREATE TRIGGER \(name) BEFORE \(event) ON \(table) FOR EACH ROW\(when)
                    BEGIN SELECT RAISE(ABORT, '\(message)'); END
                    """
                ]
            case .postgresql:
                return [
                    """
                    CREATE FUNCTION \(name)() RETURNS trigger LANGUAGE plpgsql AS
                    $body$ BEGIN RAISE EXCEPTION '\(message)' USING ERRCODE = '23514'; END $body$
                    """,
                    """
                    CREATE TRIGGER \(name) BEFORE \(event) ON \(table)
                    FOR EACH ROW\(when) EXECUTE FUNCTION \(name)()
                    """,
                ]
            }
        }
    }
}
