import Database

/// The tables of Martlet's embedded database. A step that has been released is never changed; a new one is added.
enum MartletSchema {
    static let schema = Schema(applicationID: 0x4D52_544C, migrations: [first])

    private static let first = """
        CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE workspaces (
            id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, created_ms INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE api_keys (
            hash BLOB NOT NULL PRIMARY KEY, workspace_id TEXT NOT NULL REFERENCES workspaces (id), name TEXT NOT NULL,
            label TEXT NOT NULL, class INTEGER NOT NULL, disabled INTEGER NOT NULL, created_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE generations (\(GenerationTable.definition)) WITHOUT ROWID;
        CREATE TABLE in_flight (\(GenerationTable.definition)) WITHOUT ROWID;
        """
}
