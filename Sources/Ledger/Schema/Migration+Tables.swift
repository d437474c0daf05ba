extension Migration {
    /// Version 1: every key begins with the issuer, so that the tables can be divided by issuer.
    ///
    /// Days are ISO texts, moments are seconds since 1970, amounts are minor units of the document's currency.
    @Sendable static func tables(_ engine: StoreEngine) -> [String] {
        creation(of: definitions, engine) + ["INSERT INTO ledger_schema (version) VALUES (0)"] + indexes
            + guards(engine)
    }

    /// What creates tables.
    static func creation(of definitions: [Definition], _ engine: StoreEngine) -> [String] {
        definitions.map { definition in
            let ending =
                switch engine {
                case .sqlite: definition.isNarrow ? " STRICT, WITHOUT ROWID" : " STRICT"
                case .postgresql: ""
                }
            return "CREATE TABLE \(definition.name) (\(columns(of: definition, engine)))\(ending)"
        }
    }

    /// The type of a column of text.
    static func text(_ engine: StoreEngine) -> String { engine == .postgresql ? "TEXT COLLATE \"C\"" : "TEXT" }

    /// Texts are ordered by their bytes on both engines, whatever the language of the server.
    private static func columns(of definition: Definition, _ engine: StoreEngine) -> String {
        guard engine == .postgresql else { return definition.columns }
        var parts = definition.columns.split(separator: " TEXT", omittingEmptySubsequences: false)[...]
        var columns = String(parts.removeFirst())
        for part in parts { columns += " \(text(engine))\(part)" }
        return columns
    }

    /// A table; a narrow one is stored in its primary key.
    struct Definition {
        let name: String
        var isNarrow = true
        let columns: String
    }

    private static let definitions = [
        Definition(name: "ledger_schema", isNarrow: false, columns: "version BIGINT NOT NULL"),
        // The head of the issuer's audit chain. Whoever writes for an issuer locks its row first.
        Definition(
            name: "issuer",
            columns: "issuer TEXT NOT NULL PRIMARY KEY, audit_seq BIGINT NOT NULL, audit_hash BYTEA NOT NULL"),
        Definition(
            name: "series",
            columns: """
                issuer TEXT NOT NULL, template TEXT NOT NULL, period TEXT NOT NULL, first BIGINT NOT NULL,
                next BIGINT NOT NULL, last_date TEXT NOT NULL, PRIMARY KEY (issuer, template, period),
                CHECK (first >= 1 AND next >= first)
                """),
        // What was issued never changes; how it stands does. `entry` is that of its issue in the audit chain. The number
        // follows from series, period and running number, so that it alone has to be unique.
        Definition(
            name: "document", isNarrow: false,
            columns: """
                issuer TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, template TEXT,
                period TEXT, seq BIGINT, issue_date TEXT NOT NULL, due_date TEXT, currency TEXT NOT NULL,
                customer TEXT NOT NULL, net BIGINT NOT NULL, tax BIGINT NOT NULL, payable BIGINT NOT NULL,
                corrects TEXT, lifecycle TEXT NOT NULL, delivery TEXT NOT NULL, signature TEXT NOT NULL,
                submission TEXT NOT NULL, paid BIGINT NOT NULL, refunded BIGINT NOT NULL, credited BIGINT NOT NULL,
                written_off BIGINT NOT NULL, outstanding BIGINT NOT NULL, archived BIGINT NOT NULL, reason TEXT,
                changed_at BIGINT NOT NULL, entry BIGINT NOT NULL, digest BYTEA NOT NULL, issued_at BIGINT NOT NULL,
                issued_by TEXT NOT NULL, content BYTEA NOT NULL, PRIMARY KEY (issuer, id), UNIQUE (issuer, number),
                CHECK (length(number) > 0),
                CHECK ((template IS NULL) = (seq IS NULL) AND (template IS NULL) = (period IS NULL)),
                FOREIGN KEY (issuer, corrects) REFERENCES document (issuer, id)
                """),
        Definition(
            name: "document_tax",
            columns: """
                issuer TEXT NOT NULL, document TEXT NOT NULL, category TEXT NOT NULL, rate BIGINT NOT NULL,
                taxable BIGINT NOT NULL, tax BIGINT NOT NULL, PRIMARY KEY (issuer, document, category, rate),
                FOREIGN KEY (issuer, document) REFERENCES document (issuer, id)
                """),
        Definition(
            name: "instalment",
            columns: """
                issuer TEXT NOT NULL, document TEXT NOT NULL, ordinal BIGINT NOT NULL, due_date TEXT NOT NULL,
                amount BIGINT NOT NULL, PRIMARY KEY (issuer, document, ordinal),
                FOREIGN KEY (issuer, document) REFERENCES document (issuer, id)
                """),
        Definition(
            name: "draft", isNarrow: false,
            columns: """
                issuer TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, customer TEXT, content BYTEA NOT NULL,
                is_internal BIGINT NOT NULL, waits_for TEXT, is_queued BIGINT NOT NULL, version BIGINT NOT NULL,
                changed_at BIGINT NOT NULL, changed_by TEXT NOT NULL, PRIMARY KEY (issuer, id),
                CHECK (is_queued = 0 OR waits_for IS NOT NULL)
                """),
        // Payments, refunds, applications of credit notes and write-offs: entries are added, amounts never change.
        Definition(
            name: "movement", isNarrow: false,
            columns: """
                issuer TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, counterpart TEXT,
                amount BIGINT NOT NULL, state TEXT NOT NULL, day TEXT NOT NULL, method TEXT, provider TEXT,
                external_id TEXT, reason TEXT, note TEXT, entered_at BIGINT NOT NULL, entered_by TEXT NOT NULL,
                PRIMARY KEY (issuer, id), UNIQUE (issuer, provider, external_id), CHECK (amount > 0),
                CHECK ((provider IS NULL) = (external_id IS NULL)),
                CHECK ((kind IN ('refund', 'credit')) = (counterpart IS NOT NULL)),
                FOREIGN KEY (issuer, document) REFERENCES document (issuer, id)
                """),
        Definition(
            name: "idempotency",
            columns: """
                issuer TEXT NOT NULL, key TEXT NOT NULL, fingerprint BYTEA NOT NULL, answer BYTEA NOT NULL,
                entered_at BIGINT NOT NULL, PRIMARY KEY (issuer, key)
                """),
        // A batch is a job whose parts are jobs; it has no lease and no due time of its own.
        Definition(
            name: "job",
            columns: """
                issuer TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
                priority BIGINT NOT NULL, state TEXT NOT NULL, run_at BIGINT, rank BIGINT, lease_until BIGINT,
                fence BIGINT NOT NULL DEFAULT 0, attempts BIGINT NOT NULL DEFAULT 0,
                most_attempts BIGINT NOT NULL DEFAULT \(JobTries.most),
                timeout BIGINT NOT NULL DEFAULT \(JobTries.timeoutSeconds), parent TEXT, first BIGINT NOT NULL DEFAULT 0,
                payload BYTEA, actor TEXT NOT NULL, wish TEXT, total BIGINT NOT NULL DEFAULT 0,
                successful BIGINT NOT NULL DEFAULT 0, failed BIGINT NOT NULL DEFAULT 0,
                cancelled BIGINT NOT NULL DEFAULT 0, problem TEXT, entered_at BIGINT NOT NULL, started_at BIGINT,
                ended_at BIGINT, changed_at BIGINT NOT NULL, PRIMARY KEY (issuer, id),
                CHECK (successful + failed + cancelled <= total OR kind <> 'batch')
                """),
        // The input of an item stays until it is done; then the document has it.
        Definition(
            name: "job_item", isNarrow: false,
            columns: """
                issuer TEXT NOT NULL, job TEXT NOT NULL, ordinal BIGINT NOT NULL, label TEXT NOT NULL, content BYTEA,
                state TEXT NOT NULL, document TEXT, number TEXT, problem BYTEA, ended_at BIGINT,
                PRIMARY KEY (issuer, job, ordinal), FOREIGN KEY (issuer, job) REFERENCES job (issuer, id)
                """),
        // The audit chain. An entry with a topic is an event for others. The first entry of a document is found by the
        // document's row, the others by their subject.
        Definition(
            name: "audit",
            columns: """
                issuer TEXT NOT NULL, seq BIGINT NOT NULL, entry BYTEA NOT NULL, subject TEXT NOT NULL,
                hash BYTEA NOT NULL, is_first BIGINT NOT NULL, topic TEXT, payload BYTEA, entered_at BIGINT NOT NULL,
                PRIMARY KEY (issuer, seq), CHECK ((topic IS NULL) = (payload IS NULL))
                """),
        // Which files a document has; the bytes lie in a folder under the names of their digests.
        Definition(
            name: "file",
            columns: """
                issuer TEXT NOT NULL, document TEXT NOT NULL, role TEXT NOT NULL, digest BYTEA NOT NULL,
                size BIGINT NOT NULL, entered_at BIGINT NOT NULL, PRIMARY KEY (issuer, document, role, digest),
                FOREIGN KEY (issuer, document) REFERENCES document (issuer, id)
                """),
    ]

    private static let indexes = [
        "CREATE INDEX document_by_day ON document (issuer, issue_date, id)",
        "CREATE INDEX document_by_customer ON document (issuer, customer, issue_date, id)",
        "CREATE INDEX document_by_correction ON document (issuer, corrects) WHERE corrects IS NOT NULL",
        "CREATE INDEX document_outstanding ON document (issuer, outstanding, id) WHERE outstanding <> 0",
        "CREATE INDEX movement_by_document ON movement (issuer, document, entered_at)",
        "CREATE INDEX movement_by_counterpart ON movement (issuer, counterpart) WHERE counterpart IS NOT NULL",
        "CREATE INDEX movement_by_day ON movement (issuer, day)",
        "CREATE INDEX draft_queued ON draft (issuer, is_queued, id)",
        "CREATE INDEX job_due ON job (state, rank, id)",
        "CREATE INDEX job_leased ON job (lease_until) WHERE state = 'processing'",
        "CREATE INDEX job_by_parent ON job (issuer, parent, state) WHERE parent IS NOT NULL",
        "CREATE INDEX job_by_subject ON job (issuer, subject, kind)",
        "CREATE INDEX job_item_by_state ON job_item (issuer, job, state, ordinal)",
        "CREATE INDEX audit_by_subject ON audit (issuer, subject, seq) WHERE is_first = 0",
    ]
}
