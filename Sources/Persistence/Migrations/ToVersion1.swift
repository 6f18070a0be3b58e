extension MartletSchema {
    /// Keys and generations.
    static let toVersion1 = """
        CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE workspaces (
            id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, created_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE api_keys (
            hash BLOB NOT NULL PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces (id), name TEXT NOT NULL,
            label TEXT NOT NULL, class INTEGER NOT NULL, disabled INTEGER NOT NULL, created_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE generations (\(generationsOfVersion1)) WITHOUT ROWID;
        CREATE TABLE in_flight (\(generationsOfVersion1)) WITHOUT ROWID;
        """

    private static let generationsOfVersion1 = """
        id TEXT NOT NULL PRIMARY KEY,
        created_ms INTEGER NOT NULL,
        api_key BLOB NOT NULL,
        status INTEGER NOT NULL,
        model TEXT NOT NULL,
        provider TEXT NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        cost_nanos INTEGER NOT NULL,
        details TEXT NOT NULL
        """
}
