"""A start, `/activity` and `/credits` take as long with many generations as with few.

MARTLET_ROWS=10000000 for the figures in docs/operations.md: 5 GB of disk and a quarter of an hour to fill them.
"""

import contextlib
import os
import sqlite3
import statistics
import time

from support.accounts import DAY_MS, Manager, database, management_key

ROWS = int(os.environ.get("MARTLET_ROWS", "100000"))
DAYS, KEYS, ENDPOINTS = 60, 200, 10
#: Rows that a killed server leaves behind at most, to be summed by the next start.
UNBOOKED = 1000

#: `order_key` is what the program makes of the id.
FILL = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -200000;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {KEYS})
    INSERT INTO keys_seen SELECT i, randomblob(32), 'default' FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ENDPOINTS})
    INSERT INTO endpoints_seen SELECT i, 'e' || i, 'p', 'author/m' || i, 'P', 'u' || i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
    INSERT INTO generations SELECT
        second * 524288000 + 270600 + i % 64, printf('gen-%d-00%018d', second, i), second * 1000, 1 + i * 7919 % {KEYS},
        0, 1 + (i + i / {KEYS}) % {ENDPOINTS}, 200, 100, 50000 + i % 999,
        replace('hs=200 ui=chatcmpl-' || i || ' fr=stop ur=5 uc=3 pc=28050 tt=300 du=900 ge=800 ', ' ', char(10)),
        NULL
    FROM (SELECT i, strftime('%s', 'now') - {DAYS * 86400} + i * {DAYS * 86400} / {ROWS} AS second FROM n);
INSERT INTO ledger
    SELECT row_number() OVER (ORDER BY order_key), 0, cost_nanos, created_ms, key_ref, id, NULL FROM generations;
INSERT INTO usage_days
    SELECT at_ms / {DAY_MS}, l.key_ref, endpoint_ref, count(*), 200 * count(*), 100 * count(*), 5 * count(*),
        3 * count(*), sum(nanos), 0
    FROM ledger l JOIN generations g ON g.order_key = at_ms * 524288 + 270600 + substr(generation, -9) % 64
    WHERE seq <= {ROWS - UNBOOKED} GROUP BY 1, 2, 3;
INSERT INTO ledger_days SELECT day, key_ref, 0, sum(nanos) FROM usage_days GROUP BY 1, 2;
UPDATE booked SET seq = {ROWS - UNBOOKED};
COMMIT;
"""


def test_many_rows(own_router, tmp_path):
    directory = tmp_path / "many"
    first = own_router(directory=directory)
    key = management_key(first)
    first.stop()
    with contextlib.closing(database(first)) as connection:
        connection.executescript(FILL)
        total = connection.execute("SELECT sum(nanos) FROM ledger").fetchone()[0]
        last = f"at_ms / {DAY_MS} BETWEEN strftime('%s', 'now') / 86400 - 30 AND strftime('%s', 'now') / 86400 - 1"
        recent = connection.execute(f"SELECT sum(nanos) FROM ledger WHERE {last}").fetchone()[0]
        (identifier,) = connection.execute("SELECT id FROM generations LIMIT 1 OFFSET 77").fetchone()

    # So that nothing is removed meanwhile.
    router = own_router(directory=directory, records={"keep": "365d", "max_size": "100GB"})
    start = router.cpu_seconds()
    print(f"\n{ROWS} rows: a start {router.ready_seconds * 1000:.0f} ms, {start * 1000:.0f} ms of the processor")
    # The processor's time, since this machine does other things too.
    assert start < 1
    manager = Manager(router, key)
    rows = manager.data("/activity")
    assert len(rows) == 30 * ENDPOINTS and round(sum(row["usage"] for row in rows) * 1e9) == recent
    assert round(manager.data("/credits")["total_usage"] * 1e9) == total
    assert manager.data("/generation", id=identifier)["id"] == identifier
    for path in ("/activity", "/credits", f"/generation?id={identifier}"):
        before, times = router.cpu_seconds(), []
        for _ in range(20):
            began = time.monotonic()
            assert manager.get(path).status_code == 200
            times.append(time.monotonic() - began)
        used = (router.cpu_seconds() - before) / len(times)
        print(f"{path.partition('?')[0]} {statistics.median(times) * 1000:.0f} ms, {used * 1000:.0f} of the processor")
        assert used < 0.05
    assert router.stop() == 0
    with contextlib.closing(sqlite3.connect(router.data / "martlet.db")) as connection:
        sums = "SELECT (SELECT sum(nanos) FROM usage_days), (SELECT sum(nanos) FROM ledger_days), seq FROM booked"
        assert connection.execute(sums).fetchone() == (total, total, ROWS), "what a crash left was summed"
