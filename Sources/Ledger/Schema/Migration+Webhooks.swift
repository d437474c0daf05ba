extension Migration {
    /// Who hears of events, and what became of telling them; part of version 2.
    static func webhooks(_ engine: StoreEngine) -> [String] {
        creation(of: webhookTables, engine) + [
            """
            CREATE INDEX webhook_delivery_due ON webhook_delivery (issuer, webhook, run_at) WHERE state = 'pending'
            """
        ]
    }

    private static let webhookTables = [
        // `reached` is the last entry of the audit chain that was looked at; whoever delivers holds the lease of the whole row.
        Definition(
            name: "webhook",
            columns: """
                issuer TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, events TEXT NOT NULL,
                secret BYTEA NOT NULL, former_secret BYTEA, former_until BIGINT, is_enabled BIGINT NOT NULL,
                reached BIGINT NOT NULL, lease_until BIGINT NOT NULL DEFAULT 0, fence BIGINT NOT NULL DEFAULT 0,
                rest_until BIGINT NOT NULL DEFAULT 0, entered_at BIGINT NOT NULL, entered_by TEXT NOT NULL,
                PRIMARY KEY (issuer, id), CHECK ((former_secret IS NULL) = (former_until IS NULL))
                """),
        Definition(
            name: "webhook_delivery",
            columns: """
                issuer TEXT NOT NULL, webhook TEXT NOT NULL, seq BIGINT NOT NULL, state TEXT NOT NULL,
                attempts BIGINT NOT NULL, run_at BIGINT NOT NULL, status BIGINT, problem TEXT,
                changed_at BIGINT NOT NULL, PRIMARY KEY (issuer, webhook, seq),
                FOREIGN KEY (issuer, webhook) REFERENCES webhook (issuer, id),
                FOREIGN KEY (issuer, seq) REFERENCES audit (issuer, seq)
                """),
    ]
}
