extension MartletSchema {
    /// Callers' own keys at providers, their secrets sealed; and what providers took from callers for requests with them.
    static let toVersion6 = """
        CREATE TABLE credentials (
            id TEXT NOT NULL PRIMARY KEY, provider TEXT NOT NULL, workspace_id TEXT NOT NULL, name TEXT,
            label TEXT NOT NULL, sealed BLOB NOT NULL, sort_order INTEGER NOT NULL, disabled INTEGER NOT NULL,
            fallback INTEGER NOT NULL, required INTEGER NOT NULL, only_own INTEGER NOT NULL, allowed_models TEXT,
            allowed_keys TEXT, allowed_users TEXT, declared_zdr INTEGER, declared_region TEXT,
            created_ms INTEGER NOT NULL, updated_ms INTEGER) WITHOUT ROWID;
        ALTER TABLE usage_days ADD COLUMN direct_nanos INTEGER NOT NULL DEFAULT 0;
        """
}
