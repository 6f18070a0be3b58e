extension MartletSchema {
    /// The ledger with what is derived from it, and generations that refer to keys and endpoints by number.
    ///
    /// Generations of version 2 keep their texts; each that was charged gets its row in the ledger.
    static let toVersion3 = """
        CREATE TABLE keys_seen (
            ref INTEGER PRIMARY KEY, hash BLOB NOT NULL, workspace_id TEXT NOT NULL, UNIQUE (hash, workspace_id));
        CREATE TABLE endpoints_seen (
            ref INTEGER PRIMARY KEY, endpoint_id TEXT NOT NULL, tag TEXT NOT NULL, model TEXT NOT NULL,
            provider TEXT NOT NULL, upstream_model TEXT NOT NULL,
            UNIQUE (endpoint_id, tag, model, provider, upstream_model));

        CREATE TABLE ledger (
            seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, nanos INTEGER NOT NULL, at_ms INTEGER NOT NULL,
            key_ref INTEGER, generation TEXT, reason TEXT);
        CREATE TRIGGER ledger_is_not_updated BEFORE UPDATE ON ledger
            BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never changed'); END;
        CREATE TRIGGER ledger_is_not_deleted BEFORE DELETE ON ledger
            BEGIN SELECT RAISE(ABORT, 'rows of the ledger are never deleted'); END;
        CREATE TABLE ledger_orders (
            seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, generation TEXT, idempotency_key TEXT UNIQUE);
        CREATE INDEX ledger_orders_by_generation ON ledger_orders (generation);

        CREATE TABLE ledger_days (
            day INTEGER NOT NULL, key_ref INTEGER NOT NULL, kind INTEGER NOT NULL, nanos INTEGER NOT NULL,
            PRIMARY KEY (day, key_ref, kind)) WITHOUT ROWID;
        CREATE TABLE usage_days (
            day INTEGER NOT NULL, key_ref INTEGER NOT NULL, endpoint_ref INTEGER NOT NULL, requests INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
            cached_tokens INTEGER NOT NULL, nanos INTEGER NOT NULL,
            PRIMARY KEY (day, endpoint_ref, key_ref)) WITHOUT ROWID;
        CREATE TABLE booked (only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL);
        INSERT INTO booked VALUES (1, 0);

        ALTER TABLE generations RENAME TO generations_2;
        ALTER TABLE in_flight RENAME TO in_flight_2;
        CREATE TABLE generations (\(generationsOfVersion3));
        CREATE TABLE in_flight (\(generationsOfVersion3));
        INSERT INTO keys_seen (hash, workspace_id)
            SELECT DISTINCT api_key, 'default' FROM (\(bothOfVersion2));
        INSERT INTO endpoints_seen (endpoint_id, tag, model, provider, upstream_model)
            SELECT DISTINCT \(line("ep")), \(line("ta")), model, provider, \(line("um")) FROM (\(bothOfVersion2));
        INSERT INTO generations \(converted("generations_2"));
        INSERT INTO in_flight \(converted("in_flight_2"));
        INSERT INTO ledger (kind, nanos, at_ms, key_ref, generation)
            SELECT 0, cost_nanos, created_ms, key_ref, id FROM generations WHERE status IN (0, 2) ORDER BY order_key;
        DROP TABLE generations_2;
        DROP TABLE in_flight_2;
        """

    private static let generationsOfVersion3 = """
        order_key INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        key_ref INTEGER NOT NULL,
        status INTEGER NOT NULL,
        endpoint_ref INTEGER NOT NULL,
        prompt_tokens INTEGER NOT NULL,
        completion_tokens INTEGER NOT NULL,
        cost_nanos INTEGER NOT NULL,
        details TEXT NOT NULL
        """

    private static let bothOfVersion2 = "SELECT * FROM generations_2 UNION ALL SELECT * FROM in_flight_2"

    /// The value of a line in the column `details`; empty where there is none.
    private static func line(_ name: String) -> String {
        let start = "instr(char(10) || details, char(10) || '\(name)=')"
        let rest = "substr(details, \(start) + \(name.utf8.count + 1))"
        return "CASE WHEN \(start) = 0 THEN '' ELSE substr(\(rest), 1, instr(\(rest), char(10)) - 1) END"
    }

    /// `GenerationID.orderKey` in SQL.
    private static let orderKey: String = {
        let digits = "'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'"
        func value(_ place: Int) -> String { "(instr(\(digits), substr(id, \(place), 1)) - 1)" }
        func bits(_ place: Int) -> String { "(unicode(substr(id, \(place), 1)) & 31)" }
        let random = "(\(bits(18)) * 32768 + \(bits(19)) * 1024 + \(bits(20)) * 32 + \(bits(21)))"
        return "((substr(id, 5, 10) * 1000 + \(value(16)) * 62 + \(value(17))) * 524288 + \(random) / 2)"
    }()

    private static func converted(_ table: String) -> String {
        """
        SELECT g.order_key + row_number() OVER (PARTITION BY g.order_key ORDER BY g.id) - 1,
            g.id, g.created_ms, k.ref, g.status, e.ref, g.prompt_tokens, g.completion_tokens, g.cost_nanos, g.details
            FROM (SELECT *, \(orderKey) AS order_key, \(line("ep")) AS ep, \(line("ta")) AS ta, \(line("um")) AS um FROM \(table)) g
            JOIN keys_seen k ON k.hash = g.api_key AND k.workspace_id = 'default'
            JOIN endpoints_seen e ON e.endpoint_id = g.ep AND e.tag = g.ta AND e.model = g.model
                AND e.provider = g.provider AND e.upstream_model = g.um
            ORDER BY g.id
        """
    }
}
