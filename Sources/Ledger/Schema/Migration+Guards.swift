extension Migration {
    /// Triggers that keep what was written: nets beneath the code above, and against hands in the database.
    static func guards(_ engine: StoreEngine) -> [String] {
        let final = ["document_tax", "instalment", "audit", "idempotency", "file"]
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
            Rule(table: "document", event: "DELETE", condition: nil, message: "documents are final"),
            Rule(
                table: "document", event: "UPDATE",
                condition: """
                    (OLD.lifecycle = 'void' AND NEW.lifecycle <> 'void') OR \(changed(document, engine))
                    """, message: "what was issued is final"),
        ]
        return rules.flatMap { $0.statements(engine) }
    }

    /// The columns of a document that never change.
    private static let document = [
        "issuer", "id", "kind", "number", "template", "period", "seq", "issue_date", "due_date", "currency", "customer",
        "net", "tax", "payable", "corrects", "content", "digest", "issued_at", "issued_by", "entry",
    ]

    /// Whether an UPDATE changes one of some columns, or the place of the row.
    private static func changed(_ columns: [String], _ engine: StoreEngine) -> String {
        let all = engine == .sqlite ? columns + ["rowid"] : columns
        func side(_ name: String) -> String { "(\(all.map { "\(name).\($0)" }.joined(separator: ", ")))" }
        return "\(side("NEW")) IS DISTINCT FROM \(side("OLD"))"
    }

    /// Guards that came with version 2: final tables, keys that stay, and what walks round the triggers of version 1.
    static func guardsOfVersion2(_ engine: StoreEngine) -> [String] {
        var statements = ["deduction", "deduction_tax"].flatMap { table in
            ["UPDATE", "DELETE"].flatMap { event in
                Rule(table: table, event: event, condition: nil, message: "entries of \(table) are final")
                    .statements(engine)
            }
        }
        let stronger = [
            Rule(
                table: "movement", event: "UPDATE",
                condition: """
                    NEW.amount <> OLD.amount OR NEW.document <> OLD.document OR NEW.kind <> OLD.kind
                    OR NEW.id <> OLD.id OR NEW.issuer <> OLD.issuer
                    OR NEW.counterpart IS DISTINCT FROM OLD.counterpart
                    OR NEW.provider IS DISTINCT FROM OLD.provider
                    OR NEW.external_id IS DISTINCT FROM OLD.external_id
                    OR (OLD.state <> 'pending' AND (NEW.day <> OLD.day
                        OR NEW.announced IS DISTINCT FROM OLD.announced))
                    """,
                message: "amounts of movements are final"),
            Rule(
                table: "series", event: "UPDATE",
                condition: """
                    NEW.next < OLD.next OR NEW.first <> OLD.first OR NEW.last_date < OLD.last_date
                    OR NEW.issuer <> OLD.issuer OR NEW.template <> OLD.template OR NEW.period <> OLD.period
                    """,
                message: "a number is never given twice"),
            Rule(
                table: "issuer", event: "UPDATE",
                condition: "NEW.audit_seq < OLD.audit_seq OR NEW.issuer <> OLD.issuer",
                message: "the audit chain only grows"),
        ]
        for rule in stronger { statements += rule.replacement(engine) }
        switch engine {
        case .sqlite: statements += lasting.map(insertGuard)
        case .postgresql:
            statements += lasting.map { table in
                """
                CREATE TRIGGER \(table)_truncate_guard BEFORE TRUNCATE ON \(table)
                FOR EACH STATEMENT EXECUTE FUNCTION \(table)_delete_guard()
                """
            }
        }
        return statements
    }

    /// The names of all guards of an engine, as the steps create them.
    static func guardNames(_ engine: StoreEngine) -> Set<String> {
        let words = all.flatMap { $0.statements(engine) }.map { $0.split(whereSeparator: \.isWhitespace) }
        return Set(words.filter { $0[0] == "CREATE" && $0[2].hasSuffix("_guard") }.map { String($0[2]) })
    }

    /// The tables whose rows never go.
    private static let lasting = [
        "issuer", "series", "document", "document_tax", "instalment", "movement", "idempotency", "audit", "file",
        "deduction", "deduction_tax",
    ]

    /// The function of SQLite that the connections of a ledger have and those of other programs do not.
    static let writers = "only_the_ledger_inserts"

    /// SQLite lets `INSERT OR REPLACE` take rows away without asking the triggers of DELETE, unless a connection wants it so.
    ///
    /// The ledger's connections do. Those of others fail at the name of the function, whatever they insert: an index, always
    /// empty, cannot be kept up without it. A trigger would let SQLite keep a journal of each statement. `PRAGMA
    /// integrity_check` and `VACUUM` of others fail too; `pechat ledger audit` and `backup` are there for that.
    private static func insertGuard(_ table: String) -> String {
        """
        CREATE INDEX \(table)_insert_guard ON \(table) (issuer) WHERE \(writers)() <> 1
        """
    }

    /// What may not happen to the rows of a table.
    private struct Rule {
        let table: String
        let event: String
        let condition: String?
        let message: String

        /// The rule in place of an earlier one about the same event.
        func replacement(_ engine: StoreEngine) -> [String] {
            let name = "\(table)_\(event.lowercased())_guard"
            switch engine {
            case .sqlite: return ["DROP TRIGGER \(name)"] + statements(engine)
            case .postgresql:
                return ["DROP TRIGGER \(name) ON \(table)", "DROP FUNCTION \(name)()"] + statements(engine)
            }
        }

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
