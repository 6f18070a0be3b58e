extension MartletSchema {
    /// What was seen of the health of endpoints, by their identity, in a form that only the router reads.
    static let toVersion4 = """
        CREATE TABLE endpoint_health (
            endpoint_id TEXT PRIMARY KEY, saved_ms INTEGER NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;
        """
}
