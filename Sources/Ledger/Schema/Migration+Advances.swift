extension Migration {
    /// Version 2: what is taken off for advances, the announced day of what was settled later, guards against `REPLACE`,
    /// and webhooks.
    @Sendable static func advances(_ engine: StoreEngine) -> [String] {
        creation(of: advanceTables, engine) + [
            "CREATE INDEX deduction_by_advance ON deduction (issuer, advance)",
            "ALTER TABLE movement ADD COLUMN announced \(text(engine))",
        ] + guardsOfVersion2(engine) + webhooks(engine)
    }

    private static let advanceTables = [
        Definition(
            name: "deduction",
            columns: """
                issuer TEXT NOT NULL, document TEXT NOT NULL, advance TEXT NOT NULL, amount BIGINT NOT NULL,
                PRIMARY KEY (issuer, document, advance), CHECK (amount > 0),
                FOREIGN KEY (issuer, document) REFERENCES document (issuer, id),
                FOREIGN KEY (issuer, advance) REFERENCES document (issuer, id)
                """),
        Definition(
            name: "deduction_tax",
            columns: """
                issuer TEXT NOT NULL, document TEXT NOT NULL, advance TEXT NOT NULL, category TEXT NOT NULL,
                rate BIGINT NOT NULL, taxable BIGINT NOT NULL, tax BIGINT NOT NULL,
                PRIMARY KEY (issuer, document, advance, category, rate),
                FOREIGN KEY (issuer, document, advance) REFERENCES deduction (issuer, document, advance)
                """),
    ]
}
